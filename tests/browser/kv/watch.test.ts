// A watch while its server, its consumer and its bucket come and go; and a bucket with many keys.

import { connect, type KvEntry, type NatsConnection, StorageType } from "nats-wasm";
import { type KV, Kvm, type KvWatch, type KvWatchStatus } from "nats-wasm/kv";
import * as natsWs from "nats.ws";
import { afterEach, describe, expect, test } from "vitest";
import { collect, rejection } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";
import { statusOf, until } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((connection) => connection.close()));
});

async function connected(url = server().url): Promise<NatsConnection> {
  const nc = await connect({ servers: url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  opened.push(nc);
  return nc;
}

let buckets = 0;
const newName = () => `bucket${++buckets}`;

/** Reads in the background. */
function read(watch: AsyncIterable<KvEntry>) {
  const entries: KvEntry[] = [];
  const ended = (async () => {
    for await (const entry of watch) entries.push(entry);
  })();
  return { entries, ended, keys: () => entries.map((entry) => entry.key) };
}

function log(watch: KvWatch): KvWatchStatus[] {
  const all: KvWatchStatus[] = [];
  void (async () => {
    for await (const status of watch.status()) all.push(status);
  })();
  return all;
}

describe("a server that restarts", () => {
  test("the watch goes on at once where it was, says so, and tells nothing twice", async () => {
    const [nc, other] = [await connected(), await connected()];
    const name = newName();
    const kv = await new Kvm(nc).create(name, { history: 5 });
    const elsewhere = await new Kvm(other).open(name);
    await kv.put("a", "1");
    let calls = 0;
    const watch = (await kv.watch({ initializedFn: () => calls++ })) as KvWatch;
    const told = log(watch);
    const { entries } = read(watch);
    await elsewhere.put("b", "2");
    await until(() => entries.length === 2);

    for (let round = 0; round < 2; round++) {
      const status = statusOf(other);
      const own = statusOf(nc);
      await server().stop();
      await server().restart();
      await Promise.all([status.told("reconnect"), own.told("reconnect")]);
      await expect.poll(() => elsewhere.put(`c${round}`, "3").catch(() => 0), { timeout: 10_000 }).toBeGreaterThan(0);
      await until(() => entries.some((entry) => entry.key === `c${round}`));
    }

    const revisions = entries.map((entry) => entry.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((one, next) => one - next));
    expect(entries.map((entry) => entry.isUpdate)).toEqual(entries.map((entry) => entry.key !== "a"));
    expect(calls).toBe(1);
    // On the reconnect itself, not after heartbeats that were missed.
    expect(new Set(told.map((each) => each.type))).toEqual(new Set(["ordered_consumer_recreated"]));
    expect(told.length).toBeGreaterThanOrEqual(2);
    watch.stop();
  });

  test("in the middle of the initial values: each once, then initialized, then what changed", async () => {
    const nc = await connected();
    const kv = await new Kvm(nc).create(newName());
    const count = 3000;
    const big = "x".repeat(2000);
    for (let from = 0; from < count; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, at) => kv.put(`k.${from + at}`, big)));
    }
    const order: string[] = [];
    const watch = await kv.watch({ initializedFn: () => order.push("initialized") });
    const status = statusOf(nc);
    for await (const entry of watch) {
      if (order.push(entry.key) === 200) {
        await server().stop();
        await server().restart();
        await status.told("reconnect");
        await expect.poll(() => kv.put("after", "1").catch(() => 0), { timeout: 10_000 }).toBeGreaterThan(0);
      }
      // Whether what was put meanwhile was there when the next consumer was made is the server's business.
      if (entry.key === "after") void kv.put("end", "1");
      if (entry.key === "end") break;
    }
    expect(order.filter((each) => each === "initialized")).toHaveLength(1);
    expect(order.filter((each) => each.startsWith("k."))).toEqual(Array.from({ length: count }, (_, at) => `k.${at}`));
    expect(order.slice(count).sort()).toEqual(["after", "end", "initialized"]);
    expect(order.at(-1)).toBe("end");
  }, 40_000);
});

describe("a bucket that goes", () => {
  test("deleted: the watch ends with the server's word", async () => {
    const nc = await connected();
    const kv = await new Kvm(nc).create(newName());
    const { ended } = read(await kv.watch());
    const end = rejection(ended);
    await kv.destroy();
    await nc.reconnect();
    expect(await end).toMatchObject({ code: "404", api_error: { err_code: 10059 } });
  });

  test("deleted and made again: the watch ends, its revisions never go back", async () => {
    const nc = await connected();
    const name = newName();
    const options = { storage: StorageType.Memory };
    const kv = await new Kvm(nc).create(name, options);
    for (const value of ["1", "2", "3"]) await kv.put("a", value);
    const { entries, ended } = read(await kv.watch());
    await until(() => entries.length === 1);
    const end = rejection(ended);
    await kv.destroy();
    const again = await new Kvm(nc).create(name, options);
    await again.put("a", "new");
    await nc.reconnect();
    const error = await end;
    expect(error.code).toBe("BAD API");
    expect(error.message).toBe(
      `BAD API: bucket "${name}" was deleted and made again, or has lost entries: its last revision is 1, this watch has seen 3`,
    );
    expect(entries.map((entry) => entry.revision)).toEqual([3]);
  });

  test("keys that expire before they are delivered do not keep a watch from being initialized", async () => {
    const nc = await connected();
    const name = newName();
    const kv = await new Kvm(nc).create(name, { storage: StorageType.Memory, ttl: 1500 });
    const big = new Uint8Array(200_000);
    for (let at = 0; at < 200; at++) await kv.put(`k.${at}`, big);
    let calls = 0;
    const watch = await kv.watch({ initializedFn: () => calls++ });
    const iterator = watch[Symbol.asyncIterator]();
    await iterator.next();
    // The reader sleeps; the server waits for it, and has nothing left when it is back.
    await expect.poll(async () => (await kv.status()).values, { timeout: 10_000 }).toBe(0);
    const pending = watch.getPending();
    expect(pending).toBeLessThan(200);
    const reading = (async () => {
      while (!(await iterator.next()).done);
    })();
    await until(() => calls === 1, 15_000);
    watch.stop();
    await reading;
  }, 40_000);
});

test("a watch runs on a connection of nats.ws as well, over restarts", async () => {
  const nc = await natsWs.connect({ servers: server().url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  opened.push(nc);
  const kv: KV = await new Kvm(nc as unknown as NatsConnection).create(newName());
  await kv.put("a", "1");
  const { entries, keys } = read(await kv.watch());
  const status = statusOf(nc);
  await until(() => entries.length === 1);
  await server().stop();
  await server().restart();
  await status.told("reconnect");
  await expect.poll(() => kv.put("b", "2").catch(() => 0), { timeout: 10_000 }).toBeGreaterThan(0);
  await until(() => entries.length === 2);
  expect(keys()).toEqual(["a", "b"]);
});

describe("a server that compresses", () => {
  const compressing = useServer({
    conf: `jetstream { store_dir: $NATS_STORE }
websocket { listen: $NATS_WEBSOCKET, no_tls: true, compression: true }`,
  });

  test("what is read late of entries that came in huge messages is their own", async () => {
    const nc = await connected(compressing().url);
    const name = newName();
    const kv = await new Kvm(nc).create(name, { storage: StorageType.Memory });
    const outside = await compressing().outside();
    const count = 5000;
    const filler = "x".repeat(500);
    await outside.publishAll(
      Array.from({ length: count }, (_, at) => ({ subject: `$KV.${name}.k.${at}`, data: `${at} ${filler}` })),
    );
    await expect.poll(async () => (await kv.status()).values, { timeout: 30_000 }).toBe(count);
    await kv.delete("k.7");
    const before = Date.now();
    const entries: KvEntry[] = [];
    for await (const entry of await kv.history()) entries.push(entry);
    expect(entries.map((entry) => entry.revision)).toEqual(
      Array.from({ length: count + 1 }, (_, at) => at + 1).filter((revision) => revision !== 8),
    );
    expect(entries.at(-1)).toMatchObject({ key: "k.7", operation: "DEL", delta: 0 });
    for (const entry of entries.slice(0, -1)) {
      const at = entry.revision - 1;
      expect(entry).toMatchObject({ key: `k.${at}`, operation: "PUT", delta: count - 1 - at + (at < 7 ? 0 : 1) });
      expect(entry.string()).toBe(`${at} ${filler}`);
      expect(Math.abs(before - entry.created.getTime())).toBeLessThan(60_000);
    }
    expect(await collect(await kv.keys())).toHaveLength(count - 1);
    await outside.close();
  }, 60_000);
});

test("100 000 keys: all of them, in order, once; then initialized", async () => {
  const nc = await connected();
  const name = newName();
  const kv = await new Kvm(nc).create(name, { storage: StorageType.Memory });
  const outside = await server().outside();
  const count = 100_000;
  for (let from = 0; from < count; from += 10_000) {
    await outside.publishAll(
      Array.from({ length: 10_000 }, (_, at) => ({ subject: `$KV.${name}.k.${from + at}`, data: `${from + at}` })),
    );
  }
  await expect.poll(async () => (await kv.status()).values, { timeout: 30_000 }).toBe(count);

  let initializedAt = -1;
  let seen = 0;
  let wrong = 0;
  const watch = await kv.watch({ initializedFn: () => (initializedAt = seen) });
  for await (const entry of watch) {
    if (entry.key !== `k.${seen}` || entry.string() !== String(seen) || entry.revision !== seen + 1) wrong++;
    if (++seen === count) {
      void kv.put("end", "");
    }
    if (entry.key === "end") break;
  }
  expect({ seen, initializedAt, wrong }).toEqual({ seen: count + 1, initializedAt: count, wrong: 1 });

  let keys = 0;
  for await (const key of await kv.keys("k.>")) if (key === `k.${keys}`) keys++;
  expect(keys).toBe(count);
  await outside.close();
}, 120_000);
