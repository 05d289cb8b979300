// Object stores: what is put is what is got, in the form other clients read.

import type { ObjectInfo } from "nats.ws";
import { describe, expect, test } from "vitest";
import { pattern } from "../../browser/harness/bytes.ts";
import { clients, connected } from "../../browser/harness/clients.ts";
import { bytesOf, digestText, newStore, piecesOf, sourceOf, stored, storeName } from "../../browser/harness/objects.ts";
import { useServer } from "../../browser/harness/server.ts";

const encoder = new TextEncoder();
const KiB = 1024;

describe.each(clients)("$name", ({ client, ours }) => {
  const server = useServer({ config: "jetstream" });
  const connect = () => connected(client, { servers: server().url });

  test("a store's stream is configured as everybody's", async () => {
    const nc = await connect();
    const name = storeName();
    const os = await nc.jetstream().views.os(name, {
      description: "a store",
      ttl: client.nanos(60_000),
      storage: client.StorageType.Memory,
      max_bytes: 1024 * KiB,
      metadata: { a: "b" },
      compression: true,
    });
    const status = await os.status();
    expect(status).toMatchObject({
      bucket: name,
      description: "a store",
      ttl: 60_000_000_000,
      storage: "memory",
      replicas: 1,
      sealed: false,
      size: 0,
      backingStore: "JetStream",
      compression: true,
    });
    expect(status.metadata).toMatchObject({ a: "b" });
    expect(status.streamInfo.config).toMatchObject({
      name: `OBJ_${name}`,
      subjects: [`$O.${name}.C.>`, `$O.${name}.M.>`],
      discard: "new",
      allow_direct: true,
      allow_rollup_hdrs: true,
      num_replicas: 1,
      max_age: 60_000_000_000,
      max_bytes: 1024 * KiB,
    });
  });

  test("a store that is there is opened as it is", async () => {
    const nc = await connect();
    const name = storeName();
    const js = nc.jetstream();
    await js.views.os(name, { description: "first" });
    const again = await js.views.os(name, { description: "second" });
    expect((await again.status()).description).toBe("first");
  });

  test("a name that cannot be one is refused", async () => {
    const nc = await connect();
    const { views } = nc.jetstream();
    for (const bad of ["", "a.b", "a b", "a*", "a/b", "é"]) {
      await expect(views.os(bad)).rejects.toThrow(`invalid bucket name: ${bad}`);
    }
  });

  test("an info says what was put", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const bytes = encoder.encode("hello world");
    const headers = client.headers();
    headers.append("Type", "text");
    headers.append("type", "plain");
    const before = Date.now() - 1;
    const info = await os.putBlob({ name: "a/ü *.txt", description: "d", headers, metadata: { k: "v" } }, bytes);
    const { bucket } = await os.status();
    const check = (seen: ObjectInfo | null) => {
      expect(seen).toMatchObject({
        name: "a/ü *.txt",
        description: "d",
        metadata: { k: "v" },
        bucket,
        size: 11,
        chunks: 1,
        deleted: false,
        options: { max_chunk_size: 128 * KiB },
      });
      expect(seen?.digest).toBe("SHA-256=uU0nuZNNPgilLlLX2n2r-sSE7-N6U4DukIj3rOLvzek=");
      expect(seen?.nuid).toMatch(/^[\dA-Za-z]{22}$/);
      expect(seen?.headers?.values("Type")).toEqual(["text"]);
      expect(seen?.headers?.get("type")).toBe("plain");
      expect(new Date(seen?.mtime ?? "").getTime()).toBeGreaterThanOrEqual(before);
      expect(seen?.revision).toBe(2);
    };
    check(info);
    check(await os.info("a/ü *.txt"));
    // Of its UTF-8, as all clients have it but nats.ws and @nats-io/obj.
    const units = ours ? String.fromCharCode(...encoder.encode("a/ü *.txt")) : "a/ü *.txt";
    const encoded = btoa(units).replaceAll("+", "-").replaceAll("/", "_");
    const message = await (await nc.jetstreamManager()).streams.getMessage(`OBJ_${bucket}`, {
      last_by_subj: `$O.${bucket}.M.${encoded}`,
    });
    expect(message.header.get("Nats-Rollup")).toBe("sub");
    expect(message.json()).toMatchObject({ name: "a/ü *.txt", bucket, size: 11, chunks: 1, deleted: false });
  });

  test.each([
    { size: 1, chunk: 10, pieces: [1], chunks: [1] },
    { size: 10, chunk: 10, pieces: [3, 4], chunks: [10] },
    { size: 11, chunk: 10, pieces: [11], chunks: [10, 1] },
    { size: 20, chunk: 10, pieces: [10], chunks: [10, 10] },
    { size: 25, chunk: 10, pieces: [1, 7, 25], chunks: [10, 10, 5] },
    { size: 300 * KiB, chunk: 0, pieces: [65_537, 1], chunks: [128 * KiB, 128 * KiB, 44 * KiB] },
    { size: 300 * KiB, chunk: 100 * KiB, pieces: [300 * KiB], chunks: [100 * KiB, 100 * KiB, 100 * KiB] },
  ])("$size bytes in chunks of $chunk from pieces of $pieces", async ({ size, chunk, pieces, chunks }) => {
    const nc = await connect();
    const os = await newStore(nc);
    const bytes = pattern(size, size);
    const meta = { name: "x", ...(chunk > 0 && { options: { max_chunk_size: chunk } }) };
    const info = await os.put(meta, sourceOf(bytes, ...pieces));
    expect(info).toMatchObject({ size, chunks: chunks.length });
    expect(info.digest).toBe(await digestText(bytes));
    const result = await os.get("x");
    expect(result?.info.nuid).toBe(info.nuid);
    const [got, error] = await Promise.all([piecesOf(result?.data as ReadableStream<Uint8Array>), result?.error]);
    // Ours says that there is none; nats.ws resolves with undefined.
    expect(error ?? null).toBe(null);
    expect(got.map((piece) => piece.length)).toEqual(chunks);
    expect(await digestText(await bytesOf(new Blob(got as Uint8Array<ArrayBuffer>[]).stream()))).toBe(info.digest);
    expect(await digestText((await os.getBlob("x")) as Uint8Array)).toBe(info.digest);
  });

  test("a chunk is never larger than the server's max_payload", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const most = nc.info?.max_payload as number;
    const bytes = pattern(most + 1);
    const info = await os.putBlob({ name: "x", options: { max_chunk_size: 2 * most } }, bytes);
    expect(info).toMatchObject({ size: most + 1, chunks: 2, options: { max_chunk_size: most } });
    expect(await digestText((await os.getBlob("x")) as Uint8Array)).toBe(await digestText(bytes));
  });

  test("an empty object has no chunks", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    for (const [name, data] of [
      ["null", null],
      ["empty", new Uint8Array(0)],
    ] as const) {
      const info = await os.putBlob({ name }, data);
      expect(info).toMatchObject({ size: 0, chunks: 0 });
      expect(info.digest).toBe("SHA-256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=");
      const result = await os.get(name);
      expect(await result?.error).toBe(null);
      expect(await bytesOf(result?.data as ReadableStream<Uint8Array>)).toEqual(new Uint8Array(0));
      expect(await os.getBlob(name)).toEqual(new Uint8Array(0));
    }
    const stream = (await os.status()).streamInfo.config.name;
    expect(await stored(nc, stream, "$O.*.C.>")).toBe(0);
  });

  test("what is not there is null", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    expect(await os.info("x")).toBe(null);
    expect(await os.get("x")).toBe(null);
    expect(await os.getBlob("x")).toBe(null);
    expect(await os.delete("x")).toEqual({ purged: 0, success: false });
    await expect(os.update("x", { description: "d" })).rejects.toThrow("object not found");
  });

  test("an object without a name is refused", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const refused = "name cannot be empty";
    await expect(os.info("")).rejects.toThrow(refused);
    await expect(os.get("")).rejects.toThrow(refused);
    await expect(os.delete("")).rejects.toThrow(refused);
    await expect(os.putBlob({ name: "" }, encoder.encode("x"))).rejects.toThrow(refused);
    await expect(os.linkStore("", os)).rejects.toThrow(refused);
  });

  test("a put replaces, and removes the old chunks", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const first = await os.putBlob({ name: "x", options: { max_chunk_size: 10 } }, pattern(95));
    const second = await os.putBlob({ name: "x" }, pattern(30, 2));
    expect(second.nuid).not.toBe(first.nuid);
    const stream = `OBJ_${second.bucket}`;
    expect(await stored(nc, stream, `$O.${second.bucket}.C.${first.nuid}`)).toBe(0);
    expect(await stored(nc, stream, `$O.${second.bucket}.C.${second.nuid}`)).toBe(1);
    expect(await stored(nc, stream, `$O.${second.bucket}.M.>`)).toBe(1);
    expect(await os.getBlob("x")).toEqual(pattern(30, 2));
  });

  test("a put expects a revision", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const first = await os.putBlob({ name: "x" }, pattern(10), { previousRevision: 0 });
    const second = await os.putBlob({ name: "x" }, pattern(20), { previousRevision: first.revision });
    const late = os.putBlob({ name: "x" }, pattern(30), { previousRevision: first.revision });
    await expect(late).rejects.toThrow(`wrong last sequence: ${second.revision}`);
    expect(await os.getBlob("x")).toEqual(pattern(20));
    expect(await stored(nc, `OBJ_${second.bucket}`, `$O.${second.bucket}.C.>`)).toBe(1);
  });

  test("a source that fails leaves what was there", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const { bucket } = await os.putBlob({ name: "x" }, pattern(10));
    let turn = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++turn === 4) controller.error(new Error("no more"));
        else controller.enqueue(pattern(1000, turn));
      },
    });
    const options = { max_chunk_size: 100 };
    await expect(os.put({ name: "x", options }, source)).rejects.toThrow("no more");
    expect(await os.getBlob("x")).toEqual(pattern(10));
    const left = await stored(nc, `OBJ_${bucket}`, `$O.${bucket}.C.>`);
    // nats.ws removes chunks before all of them are stored: some may stay.
    if (ours) expect(left).toBe(1);
    else expect(left).toBeGreaterThanOrEqual(1);
  });

  test("a deleted object keeps its info", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const info = await os.putBlob({ name: "x", options: { max_chunk_size: 10 } }, pattern(35));
    expect(await os.delete("x")).toMatchObject({ success: true, purged: 4 });
    expect(await os.info("x")).toMatchObject({
      name: "x",
      deleted: true,
      size: 0,
      chunks: 0,
      digest: "",
      nuid: info.nuid,
    });
    expect(await os.get("x")).toBe(null);
    expect(await os.getBlob("x")).toBe(null);
    await expect(os.update("x", { description: "d" })).rejects.toThrow("cannot update meta for a deleted object");
    expect(await os.list()).toEqual([]);
    await os.putBlob({ name: "x" }, pattern(5));
    expect(await os.getBlob("x")).toEqual(pattern(5));
  });

  test("update changes and renames", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    await os.putBlob({ name: "a", description: "first", metadata: { k: "v" } }, pattern(10));
    await os.putBlob({ name: "b" }, pattern(20));
    const ack = await os.update("a", { description: "second", metadata: { k: "w" } });
    expect(await os.info("a")).toMatchObject({
      description: "second",
      metadata: { k: "w" },
      revision: ack.seq,
      size: 10,
    });
    await expect(os.update("a", { name: "b" })).rejects.toThrow("an object already exists with that name");
    await expect(os.update("a", { name: "" })).rejects.toThrow("name cannot be empty");
    await os.update("a", { name: "c" });
    expect(await os.info("a")).toBe(null);
    expect(await os.getBlob("c")).toEqual(pattern(10));
    // What is not given: nats.ws removes it, ours leaves it.
    expect((await os.info("c"))?.description).toBe(ours ? "second" : "");
    await os.delete("b");
    await os.update("c", { name: "b" });
    expect(await os.getBlob("b")).toEqual(pattern(10));
  });

  test("list has what is there", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    expect(await os.list()).toEqual([]);
    for (const name of ["a", "b", "c"]) await os.putBlob({ name }, pattern(10));
    await os.putBlob({ name: "a" }, pattern(11));
    await os.delete("b");
    const infos = await os.list();
    expect(infos.map(({ name, size }) => [name, size])).toEqual([
      ["c", 10],
      ["a", 11],
    ]);
  });

  test("a sealed store takes nothing any more", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    await os.putBlob({ name: "x" }, pattern(10));
    expect((await os.seal()).sealed).toBe(true);
    expect((await os.status()).sealed).toBe(true);
    await expect(os.putBlob({ name: "y" }, pattern(10))).rejects.toThrow("sealed");
    await expect(os.delete("x")).rejects.toThrow("sealed");
    expect(await os.getBlob("x")).toEqual(pattern(10));
  });

  test("a store that is destroyed is gone", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    await os.putBlob({ name: "x" }, pattern(10));
    expect(await os.destroy()).toBe(true);
    await expect(os.status()).rejects.toThrow("object store not found");
    await expect(os.seal()).rejects.toThrow("object store not found");
    expect(await os.info("x")).toBe(null);
    await expect(os.destroy()).rejects.toThrow("stream not found");
  });

  test("status lists subjects", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const { bucket } = await os.putBlob({ name: "x" }, pattern(10));
    const { streamInfo } = await os.status({ subjects_filter: ">" });
    expect(Object.keys(streamInfo.state.subjects ?? {}).map((subject) => subject.split(".")[2])).toEqual(
      expect.arrayContaining(["C", "M"]),
    );
    expect(streamInfo.config.name).toBe(`OBJ_${bucket}`);
  });

  test("the manager lists stores", async () => {
    const nc = await connect();
    const os = await newStore(nc, { description: "listed" });
    const { bucket } = await os.status();
    const names: string[] = [];
    const jsm = await nc.jetstreamManager();
    for await (const status of jsm.streams.listObjectStores()) names.push(status.bucket);
    expect(names).toContain(bucket);
  });

  test("bytes that are not those that were put are an error of the stream", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const info = await os.putBlob({ name: "x" }, encoder.encode("hello world"));
    const js = nc.jetstream();
    const jsm = await nc.jetstreamManager();
    const chunks = `$O.${info.bucket}.C.${info.nuid}`;
    await jsm.streams.purge(`OBJ_${info.bucket}`, { filter: chunks });
    await js.publish(chunks, encoder.encode("hello there"));
    const result = await os.get("x");
    await expect(bytesOf(result?.data as ReadableStream<Uint8Array>)).rejects.toThrow("digests do not match");
    // nats.ws tells it to the stream alone.
    expect((await result?.error) instanceof Error).toBe(ours);
    await expect(os.getBlob("x")).rejects.toThrow("received a corrupt object");
  });

  test("an info with a digest nobody knows is refused", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const { bucket } = await os.putBlob({ name: "x" }, pattern(10));
    const stream = `OBJ_${bucket}`;
    const jsm = await nc.jetstreamManager();
    const subject = `$O.${bucket}.M.${btoa("x")}`;
    for (const [digest, words] of [
      ["MD5=abc", "unknown digest type: MD5=abc"],
      ["SHA-256=a*c", "unable to parse digest"],
    ] as const) {
      const info = (await jsm.streams.getMessage(stream, { last_by_subj: subject })).json<ObjectInfo>();
      await nc.jetstream().publish(subject, JSON.stringify({ ...info, digest }));
      await expect(os.get("x")).rejects.toThrow(words);
    }
  });
});
