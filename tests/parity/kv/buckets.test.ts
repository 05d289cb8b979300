// Buckets as a whole: every option of their making, what they say of themselves, listing, purging and destroying them, on
// nats.ws and on ours.

import type { KV, KvOptions, KvStatus, StreamInfo } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";

const server = useServer({ config: "jetstream" });
const plain = useServer();

/** What buckets have beside the interface. */
interface Purging {
  purgeDeletes(olderMillis?: number): Promise<{ purged: number; success: boolean }>;
  purgeBucket(options?: object): Promise<{ purged: number }>;
}

describe.each(clients)("$name", ({ client, ours }) => {
  const { StorageType, StoreCompression, nuid, nanos } = client;
  const connect = () => connected(client, { servers: server().url });
  const open = async (options: Partial<KvOptions> = {}, name = nuid.next()): Promise<KV> =>
    (await connect()).jetstream().views.kv(name, { storage: StorageType.Memory, ...options });
  const config = async (options: Partial<KvOptions>) =>
    (await (await open(options)).status()).streamInfo.config as StreamInfo["config"] & Record<string, unknown>;

  test("the defaults", async () => {
    const name = nuid.next();
    const kv = await (await connect()).jetstream().views.kv(name);
    const status = await kv.status();
    expect(status).toMatchObject({
      bucket: name,
      values: 0,
      history: 1,
      ttl: 0,
      replicas: 1,
      max_bytes: -1,
      maxBucketSize: -1,
      maxValueSize: -1,
      storage: "file",
      backingStore: "file",
      description: "",
      compression: false,
      size: 0,
      placement: { cluster: "", tags: [] },
      placementCluster: "",
      republish: { src: "", dest: "" },
      bucket_location: "",
    });
    expect(status.streamInfo.config).toMatchObject({
      name: `KV_${name}`,
      subjects: [`$KV.${name}.>`],
      retention: "limits",
      discard: "new",
      max_msgs_per_subject: 1,
      allow_rollup_hdrs: true,
      allow_direct: true,
      max_age: 0,
    });
  });

  test("every option", async () => {
    const name = nuid.next();
    const options: Partial<KvOptions> = {
      description: "colors",
      replicas: 1,
      history: 7,
      max_bytes: 1_000_000,
      maxValueSize: 1000,
      ttl: 60_000,
      storage: StorageType.Memory,
      republish: { src: ">", dest: `changed.${name}.>`, headers_only: true },
      compression: true,
      metadata: { team: "one" },
      allow_direct: false,
    };
    const status = await (await open(options, name)).status();
    const { republish, metadata, allow_direct, ...shown } = options;
    expect(status).toMatchObject(shown as Partial<KvStatus>);
    expect(status.republish).toMatchObject(republish as object);
    expect(status.metadata).toMatchObject(metadata as object);
    expect(status.streamInfo.config).toMatchObject({
      max_age: nanos(60_000),
      compression: StoreCompression.S2,
      allow_direct,
      max_msg_size: 1000,
    });
  });

  test("options of old: maxBucketSize, placementCluster, and backingStore, which does nothing", async () => {
    expect(await config({ maxBucketSize: 5000 })).toMatchObject({ max_bytes: 5000 });
    expect(await config({ maxBucketSize: 5000, max_bytes: 6000 })).toMatchObject({ max_bytes: 5000 });
    const kv = await (await connect()).jetstream().views.kv(nuid.next(), { backingStore: StorageType.Memory });
    expect((await kv.status()).storage).toBe("file");
    expect(await (await open({ placementCluster: "east" })).status()).toMatchObject({
      placementCluster: "east",
      placement: { cluster: "east" },
    });
    expect((await (await open({ placement: { cluster: "west", tags: ["a"] } })).status()).placement).toEqual({
      cluster: "west",
      tags: ["a"],
    });
  });

  test("streamName: the stream is called otherwise, its subjects are the bucket's", async () => {
    const name = nuid.next();
    const kv = await open({ streamName: `OTHER_${name}` }, name);
    await kv.put("a", "1");
    const { streamInfo } = await kv.status();
    expect(streamInfo.config).toMatchObject({ name: `OTHER_${name}`, subjects: [`$KV.${name}.>`] });
    expect((await kv.get("a"))?.string()).toBe("1");
    expect(await collect(await kv.keys())).toEqual(["a"]);
    expect(await kv.destroy()).toBe(true);
  });

  test("a bucket that is there is opened as it is", async () => {
    const name = nuid.next();
    await (await open({ history: 3, description: "first" }, name)).put("a", "1");
    const again = await open({ history: 9, description: "second" }, name);
    expect(await again.status()).toMatchObject({ history: 3, description: "first", values: 1 });
  });

  test("bindOnly asks nothing and makes nothing", async () => {
    const name = nuid.next();
    const nc = await connect();
    const js = nc.jetstream();
    const before = nc.stats().outMsgs;
    await js.views.kv(name, { bindOnly: true });
    // nats.ws asks whether there is JetStream, as it does before every view.
    expect(nc.stats().outMsgs).toBe(ours ? before : before + 1);
    const kv = await open({ bindOnly: true }, name);
    const error = await rejection(kv.put("a", "1"));
    expect(error.code).toBe("503");
    expect(await rejection(kv.status())).toMatchObject({ api_error: { err_code: 10059 } });
    await open({}, name);
    expect(await kv.put("a", "1")).toBe(1);
    expect((await kv.get("a"))?.string()).toBe("1");
  });

  test.each(["", "a.b", "a b", "a*", "a>", "$a", "ä"])("%j is no bucket", async (name) => {
    for (const bindOnly of [false, true]) {
      const error = await rejection(open({ bindOnly }, name));
      expect(error.message.startsWith(said(ours, "BAD API", `invalid bucket name: ${name}`))).toBe(true);
      if (ours) expect(error.code).toBe("BAD API");
    }
  });

  test("what the server does not take is refused with its number", async () => {
    expect((await rejection(open({ history: 10, replicas: 9 }))).api_error).toMatchObject({
      err_code: expect.any(Number),
    });
    expect((await rejection(open({ max_bytes: 1e15 }))).api_error?.err_code).toBe(10028);
  });

  test("a server without JetStream", async () => {
    const nc = await connected(client, { servers: plain().url });
    const error = await rejection(nc.jetstream().views.kv(nuid.next()));
    expect(error.code).toBe("503");
  });

  test("listKvs has buckets, and no other streams", async () => {
    const nc = await connect();
    const name = nuid.next();
    await open({ description: "listed" }, name);
    const jsm = await nc.jetstreamManager();
    await jsm.streams.add({ name: `x${name}`, subjects: [name], storage: StorageType.Memory });
    const all = await collect(jsm.streams.listKvs());
    expect(all.filter((status) => status.bucket.includes(name))).toHaveLength(1);
    expect(all.find((status) => status.bucket === name)).toMatchObject({ description: "listed", values: 0 });
  });

  test("status counts every value that is kept", async () => {
    const kv = await open({ history: 2 });
    for (const value of ["1", "2", "3"]) await kv.put("a", value);
    await kv.put("b", "x");
    const status = await kv.status();
    expect(status.values).toBe(3);
    expect(status.size).toBeGreaterThan(0);
    expect(status.streamInfo.state.last_seq).toBe(4);
  });

  test("destroy", async () => {
    const kv = await open();
    await kv.put("a", "1");
    expect(await kv.destroy()).toBe(true);
    expect(await rejection(kv.destroy())).toMatchObject({ code: "404", api_error: { err_code: 10059 } });
    expect((await rejection(kv.put("a", "1"))).code).toBe("503");
  });

  test("purgeDeletes removes the history of deleted keys, and markers that are old enough", async () => {
    const kv = (await open({ history: 5 })) as KV & Purging;
    for (const value of ["1", "2"]) for (const key of ["a", "b", "c"]) await kv.put(key, value);
    await kv.delete("a");
    await kv.purge("b");
    expect(await kv.purgeDeletes()).toMatchObject({ purged: 2, success: true });
    const left = async () => (await collect(await kv.history())).map((entry) => `${entry.key} ${entry.operation}`);
    expect(await left()).toEqual(["c PUT", "c PUT", "a DEL", "b PURGE"]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await kv.purgeDeletes(10)).purged).toBe(2);
    expect(await left()).toEqual(["c PUT", "c PUT"]);
  });

  test("purgeDeletes of a bucket without markers", async () => {
    const kv = (await open()) as KV & Purging;
    expect((await kv.purgeDeletes()).purged).toBe(0);
    await kv.put("a", "1");
    expect((await kv.purgeDeletes(0)).purged).toBe(0);
    expect((await kv.get("a"))?.string()).toBe("1");
  });

  test("purgeBucket", async () => {
    const kv = (await open({ history: 5 })) as KV & Purging;
    for (const value of ["1", "2", "3"]) await kv.put("a", value);
    expect((await kv.purgeBucket({ keep: 1 })).purged).toBe(2);
    expect((await kv.purgeBucket()).purged).toBe(1);
    expect(await kv.get("a")).toBeNull();
  });

  test("republish: what is put is published again, with its place in headers", async () => {
    const nc = await connect();
    const name = nuid.next();
    const kv = await open({ republish: { src: ">", dest: `changed.>` } }, name);
    const sub = nc.subscribe(`changed.$KV.${name}.a`, { max: 2 });
    await nc.flush();
    await kv.put("a", "1");
    await kv.put("a", "2");
    const [first, second] = await collect(sub);
    expect(first?.string()).toBe("1");
    const { RepublishHeaders } = client;
    expect(second?.headers?.get(RepublishHeaders.Stream)).toBe(`KV_${name}`);
    expect(second?.headers?.get(RepublishHeaders.Subject)).toBe(`$KV.${name}.a`);
    expect(second?.headers?.get(RepublishHeaders.Sequence)).toBe("2");
    expect(second?.headers?.get(RepublishHeaders.LastSequence)).toBe("1");
  });

  test("ttl: values go by themselves", async () => {
    const kv = await open({ ttl: 1000 });
    await kv.put("a", "1");
    expect((await kv.get("a"))?.string()).toBe("1");
    await expect.poll(() => kv.get("a"), { timeout: 8000 }).toBeNull();
  });

  test("sources: the values of other buckets come in under this one's name", async () => {
    const nc = await connect();
    const [one, two, all] = [nuid.next(), nuid.next(), nuid.next()];
    await (await open({}, one)).put("a", "1");
    await (await open({}, two)).put("b", "2");
    const kv = await open({ sources: [{ name: one }, { name: `KV_${two}` }] }, all);
    await expect.poll(async () => (await kv.status()).values, { timeout: 8000 }).toBe(2);
    expect((await kv.get("a"))?.string()).toBe("1");
    expect((await collect(await kv.keys())).sort()).toEqual(["a", "b"]);
    await kv.put("c", "3");
    expect((await kv.get("c"))?.string()).toBe("3");
    await nc.close();
  });

  test("a mirror in the same domain is read and written as what it mirrors; nats.ws does neither", async () => {
    const [source, mirror] = [nuid.next(), nuid.next()];
    const original = await open({}, source);
    await original.put("a", "1");
    const kv = await open({ mirror: { name: source } }, mirror);
    await expect.poll(async () => (await kv.status()).values, { timeout: 8000 }).toBe(1);
    if (!ours) {
      expect(await kv.get("a")).toBeNull();
      expect((await rejection(kv.put("b", "2"))).code).toBe("503");
      return;
    }
    expect(await kv.get("a")).toMatchObject({ key: "a", bucket: mirror, revision: 1 });
    expect(await kv.put("b", "2")).toBe(2);
    expect((await original.get("b"))?.string()).toBe("2");
    await expect.poll(async () => (await kv.get("b"))?.string(), { timeout: 8000 }).toBe("2");
    expect(await collect(await kv.keys())).toEqual(["a", "b"]);
  });
});
