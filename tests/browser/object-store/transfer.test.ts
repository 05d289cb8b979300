// Objects under way: how much is in memory, progress, cancelling, and servers that go away.

import * as natsWasm from "nats-wasm";
import type { ObjectGetOpts, ObjectProgress, ObjectResult, ObjectStore } from "nats-wasm/object-store";
import type * as natsWs from "nats.ws";
import { describe, expect, test } from "vitest";
import { pattern } from "../harness/bytes.ts";
import { type Connection, connected } from "../harness/clients.ts";
import { digestText, newStore, piecesOf, sourceOf, stored } from "../harness/objects.ts";
import { TestServer, useServer } from "../harness/server.ts";
import { delay, statusOf, until } from "../harness/until.ts";

const client = natsWasm as unknown as typeof natsWs;
const server = useServer({ config: "jetstream" });
const MiB = 1024 * 1024;
const WINDOW = 4 * MiB;

async function open(url = server().url, options: object = {}): Promise<{ nc: Connection; store: ObjectStore }> {
  const nc = await connected(client, { servers: url, ...options });
  return { nc, store: (await newStore(nc)) as unknown as ObjectStore };
}

/** Gives `count` times the same piece, and says how many it has given. */
function endless(piece: Uint8Array, count = Number.POSITIVE_INFINITY) {
  const source = {
    given: 0,
    cancelled: undefined as unknown,
    stream: undefined as unknown as ReadableStream<Uint8Array>,
  };
  source.stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (source.given === count) return controller.close();
        source.given++;
        controller.enqueue(piece.slice());
      },
      cancel(reason) {
        source.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return source;
}

/** The object, which is there. */
async function getOf(store: ObjectStore, options?: ObjectGetOpts) {
  const result = (await store.get("x", options)) as ObjectResult;
  return { result, reader: result.data.getReader() };
}

describe("memory", () => {
  test("64 MiB go in and out, and neither side runs ahead", async () => {
    const { nc, store } = await open();
    const piece = pattern(MiB);
    const source = endless(piece, 64);
    let most = 0;
    const info = await store.put({ name: "x" }, source.stream, {
      onProgress: ({ bytes }) => {
        most = Math.max(most, source.given * MiB - bytes);
      },
    });
    expect(info).toMatchObject({ size: 64 * MiB, chunks: 512 });
    // What is under way, one piece of the source, and the chunk that is not cut yet.
    expect(most).toBeLessThanOrEqual(WINDOW + MiB + 128 * 1024);

    const { result, reader } = await getOf(store);
    let got = (await reader.read()).value?.length as number;
    await delay(1500);
    // Nobody reads: the server has stopped sending long before the end.
    const jsm = await nc.jetstreamManager();
    const [consumer] = await jsm.consumers.list(`OBJ_${info.bucket}`).next();
    expect(consumer?.num_pending).toBeGreaterThan(200);
    for (let next = await reader.read(); !next.done; next = await reader.read()) got += next.value.length;
    expect(got).toBe(64 * MiB);
    expect(await result.error).toBe(null);
    await store.destroy();
  }, 120_000);

  test("a source is asked for no more while the server does not answer", async () => {
    const own = await TestServer.start({ config: "jetstream" });
    try {
      const { store } = await open(own.url);
      const source = endless(pattern(128 * 1024));
      const put = store.put({ name: "x" }, source.stream, { timeout: 3000 }).catch((error: Error) => error);
      await until(() => source.given > 20);
      await own.pause();
      await delay(500);
      const given = source.given;
      await delay(1000);
      expect(source.given).toBe(given);
      await own.resume();
      await until(() => source.given > given + 50, 20_000);
      await own.remove();
      expect(await put).toBeInstanceOf(Error);
    } finally {
      await own.remove();
    }
  }, 60_000);
});

describe("progress", () => {
  test("of a put and a get", async () => {
    const { store } = await open();
    const seen: ObjectProgress[] = [];
    const onProgress = (progress: ObjectProgress) => void seen.push(progress);
    const meta = { name: "x", options: { max_chunk_size: 10 } };
    await store.put(meta, sourceOf(pattern(25), 25) as never, { onProgress });
    expect(seen).toEqual([
      { bytes: 10, chunks: 1 },
      { bytes: 20, chunks: 2 },
      { bytes: 25, chunks: 3 },
    ]);
    const withTotal = seen.splice(0).map((progress) => ({ ...progress, total: 25 }));
    await store.putBlob(meta, pattern(25), { onProgress });
    expect(seen.splice(0)).toEqual(withTotal);
    await store.getBlob("x", { onProgress });
    expect(seen).toEqual(withTotal);
  });

  test("a callback that throws ends it", async () => {
    const { nc, store } = await open();
    const onProgress = () => {
      throw new Error("enough");
    };
    const { bucket } = await store.putBlob({ name: "x" }, pattern(10));
    await expect(store.putBlob({ name: "x" }, pattern(20), { onProgress })).rejects.toThrow("enough");
    expect(await stored(nc, `OBJ_${bucket}`, `$O.${bucket}.C.>`)).toBe(1);
    await expect(store.getBlob("x", { onProgress })).rejects.toThrow("enough");
    expect(await store.getBlob("x")).toEqual(pattern(10));
  });
});

describe("cancelling", () => {
  test("a put: the source is told, and nothing is left", async () => {
    const { nc, store } = await open();
    const { bucket } = await store.putBlob({ name: "x" }, pattern(10));
    const abort = new AbortController();
    const source = endless(pattern(64 * 1024));
    const put = store.put({ name: "x" }, source.stream as never, {
      signal: abort.signal,
      onProgress: ({ chunks }) => {
        if (chunks === 5) abort.abort(new Error("changed my mind"));
      },
    });
    await expect(put).rejects.toMatchObject({ code: "CANCELLED", message: "CANCELLED: changed my mind" });
    expect(source.cancelled).toMatchObject({ code: "CANCELLED" });
    expect(await stored(nc, `OBJ_${bucket}`, `$O.${bucket}.C.>`)).toBe(1);
    expect(await store.getBlob("x")).toEqual(pattern(10));
    await expect(store.putBlob({ name: "x" }, pattern(9), { signal: abort.signal })).rejects.toMatchObject({
      code: "CANCELLED",
    });
  });

  test("a put whose source gives nothing", async () => {
    const { store } = await open();
    const abort = new AbortController();
    const put = store.put({ name: "x" }, new ReadableStream() as never, { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(put).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await store.info("x")).toBe(null);
  });

  test("a get: by its signal, and by its stream", async () => {
    const { nc, store } = await open();
    const { bucket } = await store.putBlob({ name: "x" }, pattern(8 * MiB));
    const abort = new AbortController();
    const { result: one, reader } = await getOf(store, { signal: abort.signal });
    await reader.read();
    abort.abort();
    await expect(reader.read()).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await one.error).toMatchObject({ code: "CANCELLED" });
    const { result: two, reader: other } = await getOf(store);
    await other.read();
    await other.cancel();
    expect(await two.error).toBe(null);
    await expect(store.get("x", { signal: abort.signal })).rejects.toMatchObject({ code: "CANCELLED" });
    await nc.flush();
    const subscriptions = (await server().connections()).flatMap((each) => each.subscriptions_list ?? []);
    expect(subscriptions.length).toBeGreaterThan(0);
    const jsm = await nc.jetstreamManager();
    const left = async () => (await jsm.consumers.list(`OBJ_${bucket}`).next()).filter((each) => each.push_bound);
    for (let tries = 0; (await left()).length > 0 && tries < 50; tries++) await delay(100);
    expect(await left()).toEqual([]);
  });
});

describe("bad input", () => {
  test("is refused with the value", async () => {
    const { store } = await open();
    for (const max_chunk_size of [-1, 1.5, Number.NaN, "x" as unknown as number]) {
      const put = store.putBlob({ name: "x", options: { max_chunk_size } }, pattern(10));
      // NaN is no number, and so the default is meant.
      if (Number.isNaN(max_chunk_size)) await put;
      else
        await expect(put).rejects.toMatchObject({
          code: "BAD API",
          message: expect.stringContaining(`${max_chunk_size}`),
        });
    }
    const text = new ReadableStream({
      pull(controller) {
        controller.enqueue("text");
        controller.close();
      },
    });
    await expect(store.put({ name: "x" }, text)).rejects.toMatchObject({
      code: "BAD_PAYLOAD",
      message: "BAD_PAYLOAD: the source gave String, not a Uint8Array",
    });
    for (const [data, words] of [
      [new Blob(["a"]), "data must be a ReadableStream: got Blob"],
      [pattern(1), "data must be a ReadableStream: got Uint8Array"],
      [undefined, "data must be a ReadableStream: got undefined"],
    ] as const) {
      await expect(store.put({ name: "x" }, data as never)).rejects.toMatchObject({
        code: "BAD_PAYLOAD",
        message: expect.stringContaining(words),
      });
    }
    for (const data of [new ArrayBuffer(4), new Blob(["a"]), 5]) {
      await expect(store.putBlob({ name: "y" }, data as never)).rejects.toMatchObject({
        code: "BAD_PAYLOAD",
        message: `BAD_PAYLOAD: the source gave ${data.constructor.name}, not a Uint8Array`,
      });
    }
    expect(await store.info("y")).toBe(null);
    await expect(store.putBlob({ name: 5 as unknown as string }, pattern(1))).rejects.toMatchObject({
      code: "BAD API",
    });
    for (const [options, words] of [
      [{ timeout: -1 }, 'option "timeout" of -1 ms'],
      [{ timeout: "x" }, 'option "timeout" of x ms'],
      [{ previousRevision: -1 }, 'option "previousRevision" of -1'],
      [{ previousRevision: 1.5 }, 'option "previousRevision" of 1.5'],
      [{ previousRevision: "3" }, 'option "previousRevision" of 3'],
    ] as const) {
      await expect(store.putBlob({ name: "x" }, pattern(1), options as never)).rejects.toMatchObject({
        code: "BAD API",
        message: expect.stringContaining(words),
      });
    }
    await expect(store.info(undefined as unknown as string)).rejects.toMatchObject({ code: "BAD API" });
  });

  test("chunks that are not what the info says", async () => {
    const { nc, store } = await open();
    const meta = { name: "x", options: { max_chunk_size: 10 } };
    const { bucket, nuid } = await store.putBlob(meta, pattern(30));
    const stream = `OBJ_${bucket}`;
    const subject = `$O.${bucket}.C.${nuid}`;
    const jsm = await nc.jetstreamManager();
    await nc.jetstream().publish(subject, pattern(10));
    await expect(store.getBlob("x")).rejects.toThrow("too long");
    // The last chunk and the one that was added; the info is between them.
    for (const seq of [3, 5]) await jsm.streams.deleteMessage(stream, seq);
    await expect(store.getBlob("x")).rejects.toThrow("too short");
    await jsm.streams.purge(stream, { filter: subject });
    await expect(store.getBlob("x")).rejects.toThrow("too short");
  });

  test("an object that is replaced while it is read ends in an error and not never", async () => {
    const { store } = await open();
    const meta = { name: "x" };
    await store.putBlob(meta, pattern(48 * MiB));
    const { result, reader } = await getOf(store);
    await reader.read();
    await delay(500);
    await store.putBlob(meta, pattern(10));
    const rest = (async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read());
    })();
    await expect(rest).rejects.toThrow("was it replaced or deleted while it was read?");
    expect(await result.error).toMatchObject({ name: "NatsError" });
  }, 90_000);
});

describe("a server that goes away", () => {
  const soon = { reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 };

  test("in the middle of a get: it goes on behind the last chunk", async () => {
    const own = await TestServer.start({ config: "jetstream" });
    try {
      const { nc, store } = await open(own.url, soon);
      const status = statusOf(nc);
      const bytes = pattern(48 * MiB);
      const { digest } = await store.putBlob({ name: "x" }, bytes);
      const result = (await store.get("x")) as ObjectResult;
      let chunks = 0;
      const slowly = result.data.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          async transform(chunk, controller) {
            controller.enqueue(chunk);
            if (++chunks !== 20) return;
            await own.stop("SIGKILL");
            await own.restart();
            await status.told("reconnect");
          },
        }),
      );
      const pieces = await piecesOf(slowly);
      expect(pieces.length).toBe(384);
      expect(await digestText(new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer()))).toBe(
        digest,
      );
      expect(await result.error).toBe(null);
    } finally {
      await own.remove();
    }
  }, 90_000);

  test("in the middle of a put: it fails, what was there is there, and nothing is left", async () => {
    const own = await TestServer.start({ config: "jetstream" });
    try {
      const { nc, store } = await open(own.url, soon);
      const status = statusOf(nc);
      const { bucket } = await store.putBlob({ name: "x" }, pattern(10));
      const source = endless(pattern(128 * 1024));
      const put = store.put({ name: "x" }, source.stream as never, { timeout: 1000 }).catch((error: unknown) => error);
      await until(() => source.given > 30);
      await own.stop("SIGKILL");
      await delay(200);
      await own.restart();
      await status.told("reconnect");
      const failed = (await put) as natsWasm.NatsError;
      expect(["TIMEOUT", "503", "DISCONNECT"]).toContain(failed.code);
      expect(source.cancelled).toBe(failed);
      expect(await store.getBlob("x")).toEqual(pattern(10));
      expect(await stored(nc, `OBJ_${bucket}`, `$O.${bucket}.C.>`)).toBe(1);
      await store.putBlob({ name: "x" }, pattern(20));
      expect(await store.getBlob("x")).toEqual(pattern(20));
    } finally {
      await own.remove();
    }
  }, 60_000);
});
