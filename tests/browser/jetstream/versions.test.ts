// What every release can do, done on each: publishing, consumers of all kinds, buckets and object stores. What only newer
// ones can do is in jetstream-releases.test.ts and jetstream-priority.test.ts.

import {
  AckPolicy,
  connect,
  consumerOpts,
  createInbox,
  DeliverPolicy,
  type JsMsg,
  type KvEntry,
  nanos,
  nuid,
  StorageType,
  type ObjectInfo,
} from "nats-wasm";
import { Kvm, type KvWatch } from "nats-wasm/kv";
import { Objm } from "nats-wasm/object-store";
import { afterEach, expect, test } from "vitest";
import { collect, rejection } from "../harness/frameworks.ts";
import { bytesOf, digestText, sourceOf } from "../harness/objects.ts";
import { describeReleases } from "../harness/releases.ts";
import { until } from "../harness/until.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

const COUNT = 25;
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`);

describeReleases((release, server) => {
  async function ready() {
    const nc = await connect({ servers: server().url });
    opened.push(nc);
    const jsm = await nc.jetstreamManager();
    const name = nuid.next();
    await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.Memory });
    const js = nc.jetstream();
    for (let number = 1; number <= COUNT; number++) await js.publish(`${name}.${number % 2}`, `${number}`);
    return { nc, jsm, js, name };
  }

  async function take(messages: AsyncIterable<JsMsg>, count: number): Promise<string[]> {
    const taken: string[] = [];
    for await (const message of messages) {
      message.ack();
      if (taken.push(message.string()) === count) break;
    }
    return taken;
  }

  test("the server is of that release", async () => {
    const { nc } = await ready();
    expect(nc.info?.version).toMatch(new RegExp(`^${release.replace(".", "\\.")}\\.`));
  });

  test("publish: acks, ids that repeat, and expectations", async () => {
    const { js, name } = await ready();
    expect(await js.publish(`${name}.a`, "x", { msgID: "1" })).toEqual({ stream: name, seq: 26, duplicate: false });
    expect(await js.publish(`${name}.a`, "x", { msgID: "1" })).toEqual({ stream: name, seq: 26, duplicate: true });
    const wrong = await rejection(js.publish(`${name}.a`, "y", { expect: { lastSequence: 7 } }));
    expect(wrong.api_error?.err_code).toBe(10071);
    expect((await js.publish(`${name}.a`, "y", { expect: { lastSubjectSequence: 26 } })).seq).toBe(27);
  });

  test("a pull consumer: consume by messages and by bytes, fetch, next, and all kinds of acks", async () => {
    const { jsm, js, name } = await ready();
    await jsm.consumers.add(name, { durable_name: "c", ack_policy: AckPolicy.Explicit, ack_wait: nanos(20_000) });
    const consumer = await js.consumers.get(name, "c");
    expect(await take(await consumer.consume({ max_messages: 2 }), 5)).toEqual(numbers(1, 5));
    const fetched = await collect(await consumer.fetch({ max_messages: 30, expires: 1000 }));
    // What consume had asked for and nobody took comes again, as redelivered, behind the rest or before it.
    const fresh = fetched.filter((message) => !message.redelivered);
    expect(fresh.map((message) => message.string()).at(-1)).toBe("25");
    const [first, second, third, fourth] = fresh as [JsMsg, JsMsg, JsMsg, JsMsg];
    expect(await first.ackAck()).toBe(true);
    second.nak();
    third.term("no use");
    fourth.working();
    const again = await consumer.next({ expires: 5000 });
    expect(again?.string()).toBe(second.string());
    expect(again?.info.deliveryCount).toBe(2);
  });

  test("consume by bytes, and with a filter of several subjects", async () => {
    const { jsm, js, name } = await ready();
    const filter_subjects = [`${name}.0`, `${name}.none`];
    await jsm.consumers.add(name, { durable_name: "c", ack_policy: AckPolicy.Explicit, filter_subjects });
    const consumer = await js.consumers.get(name, "c");
    const even = numbers(1, COUNT).filter((number) => Number(number) % 2 === 0);
    expect(await take(await consumer.consume({ max_bytes: 1024 }), even.length)).toEqual(even);
  });

  test("a consumer that is deleted under its reader", async () => {
    const { jsm, js, name } = await ready();
    await jsm.consumers.add(name, { durable_name: "c", ack_policy: AckPolicy.Explicit });
    const messages = await (await js.consumers.get(name, "c")).consume({ abort_on_missing_resource: true });
    const seen: string[] = [];
    const end = rejection(
      (async () => {
        for await (const message of messages)
          if (seen.push(message.string()) === COUNT) await jsm.consumers.delete(name, "c");
      })(),
    );
    expect((await end).code).toBe("409");
    expect(seen).toEqual(numbers(1, COUNT));
  });

  test("ordered consumers, by pulling and by pushing, from any start", async () => {
    const { js, name } = await ready();
    const pulled = await js.consumers.get(name, { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: 20 });
    expect(await take(await pulled.consume(), 6)).toEqual(numbers(20, 25));
    const last = await js.consumers.get(name, { deliver_policy: DeliverPolicy.LastPerSubject });
    expect(await take(await last.fetch({ max_messages: 2 }), 2)).toEqual(["24", "25"]);
    const options = consumerOpts().orderedConsumer().startSequence(10);
    expect(await take(await js.subscribe(`${name}.>`, options), 16)).toEqual(numbers(10, 25));
  });

  test("a push consumer with a queue, flow control and heartbeats", async () => {
    const { js, name } = await ready();
    const options = () => {
      const builder = consumerOpts().durable("p").manualAck().ackExplicit().queue("q");
      return builder.deliverTo(`${name}-deliver`);
    };
    const seen: string[] = [];
    const callback = (_error: unknown, message: JsMsg | null) => {
      if (message === null) return;
      seen.push(message.string());
      message.ack();
    };
    const subscriptions = [
      await js.subscribe(`${name}.>`, options().callback(callback)),
      await js.subscribe(`${name}.>`, options().callback(callback)),
    ];
    await until(() => seen.length >= COUNT);
    expect(seen.map(Number).sort((one, other) => one - other)).toEqual(numbers(1, COUNT).map(Number));
    for (const subscription of subscriptions) subscription.unsubscribe();
    const flowing = consumerOpts().deliverTo(createInbox()).ackNone().idleHeartbeat(1000).flowControl();
    expect(await take(await js.subscribe(`${name}.>`, flowing), COUNT)).toEqual(numbers(1, COUNT));
  });

  test("a bucket: put, create, update, delete, purge, history, keys, watch", async () => {
    const { nc } = await ready();
    const kv = await new Kvm(nc).create(nuid.next(), { history: 5, storage: StorageType.Memory });
    const watched: KvEntry[] = [];
    let initialized = -1;
    const watch = (await kv.watch({ initializedFn: () => (initialized = watched.length) })) as KvWatch;
    const reading = (async () => {
      for await (const entry of watch) watched.push(entry);
    })();
    await until(() => initialized === 0);
    expect([await kv.put("a.b", "1"), await kv.create("c", "2"), await kv.update("c", "3", 2)]).toEqual([1, 2, 3]);
    expect((await rejection(kv.create("c", "4"))).api_error?.err_code).toBe(10071);
    expect((await rejection(kv.update("c", "4", 2))).api_error?.err_code).toBe(10071);
    await kv.delete("a.b");
    expect((await kv.get("c"))?.string()).toBe("3");
    expect((await kv.get("c", { revision: 2 }))?.string()).toBe("2");
    expect(await collect(await kv.keys())).toEqual(["c"]);
    expect((await collect(await kv.history({ key: ["a.b", "c"] }))).map((entry) => entry.revision)).toEqual([
      1, 2, 3, 4,
    ]);
    await kv.purge("c");
    expect((await collect(await kv.history())).map(({ key, operation }) => [key, operation])).toEqual([
      ["a.b", "PUT"],
      ["a.b", "DEL"],
      ["c", "PURGE"],
    ]);
    await until(() => watched.length === 5);
    watch.stop();
    await reading;
    expect(watched.map((entry) => entry.revision)).toEqual([1, 2, 3, 4, 5]);
  });

  test("an object store: put, get, replace, link, watch, delete, seal", async () => {
    const { nc } = await ready();
    const store = await new Objm(nc).create(nuid.next(), { storage: StorageType.Memory, compression: true });
    const bytes = Uint8Array.from({ length: 500_000 }, (_, at) => (at * 7) ^ (at >> 8));
    const info = (await store.put(
      { name: "a", options: { max_chunk_size: 100_000 } },
      sourceOf(bytes, 70_001),
    )) as ObjectInfo;
    expect(info).toMatchObject({ size: 500_000, chunks: 5, digest: await digestText(bytes) });
    const read = await store.get("a");
    expect(await digestText(await bytesOf(read?.data as ReadableStream<Uint8Array>))).toEqual(info.digest);
    expect(await read?.error).toBeNull();
    await store.putBlob({ name: "a" }, bytes.subarray(0, 10));
    await store.link("b", (await store.info("a")) as ObjectInfo);
    expect(await store.getBlob("b")).toEqual(bytes.slice(0, 10));
    const names: (string | undefined)[] = [];
    for await (const each of await store.watch({ includeHistory: true })) if (names.push(each?.name) === 3) break;
    expect(names).toEqual(["a", "b", undefined]);
    await store.delete("a");
    expect(await store.get("a")).toBeNull();
    expect((await store.list()).map((each) => each.name)).toEqual(["b"]);
    expect((await store.seal()).sealed).toBe(true);
    await rejection(store.putBlob({ name: "c" }, bytes));
  });
});
