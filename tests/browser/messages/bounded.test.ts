// Queues with a bound: what is dropped when the reader does not keep up, and that nobody else notices; and batches, for
// readers that want all there is at once.

import { type ConnectionOptions, connect, Events, type Msg, type NatsConnection, type PendingLimits } from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { rejection } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";
import { statusOf, until } from "../harness/until.ts";

const server = useServer();
const opened: NatsConnection[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function open(options: ConnectionOptions = {}): Promise<NatsConnection> {
  const nc = await connect({ servers: server().url, ...options });
  opened.push(nc);
  return nc;
}

/** A subscription to `s.>` for which `texts` are there and nobody has read; each is published to `s.<its letter>`. */
async function filled(pending: PendingLimits, texts: string[]) {
  const nc = await open();
  const status = statusOf(nc);
  const sub = nc.subscribe("s.>", { pending });
  const publish = async (more: string[]) => {
    for (const text of more) nc.publish(`s.${text.charAt(0)}`, text);
    await nc.flush();
  };
  await publish(texts);
  return { nc, sub, publish, slow: () => status.all.filter((each) => each.type === Events.SlowConsumer) };
}

async function take(sub: AsyncIterable<Msg>, count: number): Promise<string[]> {
  const iterator = sub[Symbol.asyncIterator]();
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await iterator.next();
    if (done) break;
    taken.push(value.string());
  }
  return taken;
}

const five = ["a1", "a2", "a3", "a4", "a5"];

describe("policies", () => {
  test("dropNewest keeps what came first", async () => {
    const { sub, slow } = await filled({ maxMsgs: 3, policy: "dropNewest" }, five);
    expect([sub.getPending(), sub.getDropped(), sub.getReceived()]).toEqual([3, 2, 5]);
    expect(slow()).toEqual([{ type: "slowConsumer", data: 3 }]);
    expect(await take(sub, 3)).toEqual(["a1", "a2", "a3"]);
  });

  test("dropOldest keeps what came last", async () => {
    const { sub, slow } = await filled({ maxMsgs: 3, policy: "dropOldest" }, five);
    expect([sub.getPending(), sub.getDropped(), sub.getReceived()]).toEqual([3, 2, 5]);
    expect(slow()).toHaveLength(1);
    expect(await take(sub, 3)).toEqual(["a3", "a4", "a5"]);
    expect(sub.getProcessed()).toBe(3);
  });

  test("latestPerSubject keeps the latest of each subject, in the place of its first", async () => {
    const { sub, slow, publish } = await filled({ policy: "latestPerSubject" }, ["a1", "b1", "a2", "c1", "a3", "b2"]);
    expect([sub.getPending(), sub.getDropped()]).toEqual([3, 3]);
    // That is what it is for, and not slow.
    expect(slow()).toEqual([]);
    const iterator = sub[Symbol.asyncIterator]();
    const next = async () => ((await iterator.next()).value as Msg).string();
    expect([await next(), await next(), await next()]).toEqual(["a3", "b2", "c1"]);
    await publish(["a4"]);
    expect(await next()).toBe("a4");
  });

  test("latestPerSubject with a bound drops the subjects that wait longest", async () => {
    const texts = ["a1", "b1", "c1", "a2", "d1"];
    const { sub, slow } = await filled({ maxMsgs: 3, policy: "latestPerSubject" }, texts);
    expect(sub.getDropped()).toBe(2);
    expect(slow()).toHaveLength(1);
    expect(await take(sub, 3)).toEqual(["b1", "c1", "d1"]);
  });

  test("close ends it with SLOW_CONSUMER after what is queued, on the server too", async () => {
    const { nc, sub } = await filled({ maxMsgs: 3, policy: "close" }, five);
    const seen: string[] = [];
    const error = await rejection(
      (async () => {
        for await (const message of sub) seen.push(message.string());
      })(),
    );
    expect(error.code).toBe("SLOW_CONSUMER");
    expect(error.message).toBe('SLOW_CONSUMER: more than 3 messages wait for the reader of "s.>"');
    expect(seen).toEqual(["a1", "a2", "a3"]);
    await nc.flush();
    const [own] = (await server().connections()).filter((each) => each.cid === nc.info?.client_id);
    expect(own?.subscriptions).toBe(0);
  });

  test("bytes are bounded too; one message is kept however large", async () => {
    const { sub, publish } = await filled({ maxBytes: 1000, policy: "dropOldest" }, []);
    await publish([`a${"x".repeat(5000)}`]);
    expect([sub.getPending(), sub.getDropped()]).toEqual([1, 0]);
    await publish([`b${"x".repeat(600)}`, `c${"x".repeat(300)}`, `d${"x".repeat(300)}`]);
    expect((await take(sub, 2)).map((text) => text.charAt(0))).toEqual(["c", "d"]);
    expect(sub.getDropped()).toBe(2);
  });
});

test("a reader that waits gets everything; a slow one is told of once, until it has caught up by half", async () => {
  const { sub, publish, slow } = await filled({ maxMsgs: 4, policy: "dropOldest" }, []);
  const iterator = sub[Symbol.asyncIterator]();
  for (const text of five) {
    const next = iterator.next();
    await publish([text]);
    expect(((await next).value as Msg).string()).toBe(text);
  }
  expect([sub.getDropped(), slow().length]).toEqual([0, 0]);
  await publish([...five, ...five]);
  expect([sub.getDropped(), slow().length]).toEqual([6, 1]);
  await iterator.next();
  await publish(["b1", "b2"]);
  expect(slow()).toHaveLength(1);
  for (let count = 0; count < 2; count++) await iterator.next();
  await publish(["c1", "c2", "c3"]);
  expect(slow()).toHaveLength(2);
});

test("others on the connection are not held up", async () => {
  const nc = await open();
  const slow = nc.subscribe("flood", { pending: { maxMsgs: 10, policy: "dropOldest" } });
  let heard = 0;
  nc.subscribe("flood", { callback: () => void heard++ });
  const payload = new Uint8Array(1000);
  for (let round = 0; round < 20; round++) {
    for (let count = 0; count < 100; count++) nc.publish("flood", payload);
    await nc.flush();
  }
  expect([heard, slow.getPending(), slow.getDropped()]).toEqual([2000, 10, 1990]);
});

test.each([
  [{ policy: "dropOldest" }, "dropOldest needs maxMsgs, maxBytes, or both"],
  [{ maxMsgs: 0, policy: "dropOldest" }, "maxMsgs cannot be 0: at least 1"],
  [{ maxBytes: -5, policy: "dropNewest" }, "maxBytes cannot be -5: at least 1"],
  [{ maxMsgs: 1, policy: "drop" }, 'policy cannot be "drop": one of dropNewest, dropOldest, latestPerSubject, close'],
])("%j is refused", async (pending, message) => {
  const nc = await open();
  const call = () => nc.subscribe("s", { pending: pending as PendingLimits });
  expect(call).toThrow(`option "pending": ${message}`);
  expect(call).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
});

test("with a callback it is refused", async () => {
  const nc = await open();
  const options = { pending: { maxMsgs: 1, policy: "close" as const }, callback: () => {} };
  expect(() => nc.subscribe("s", options)).toThrow('it has no meaning with "callback"');
});

describe("batches", () => {
  test("one for all that is there; then one for each turn; the end after the last", async () => {
    const nc = await open();
    const sub = nc.subscribe("b");
    for (let number = 0; number < 1000; number++) nc.publish("b", `${number}`);
    await nc.flush();
    const batches: string[][] = [];
    const reading = (async () => {
      for await (const batch of sub.batches()) batches.push(batch.map((message) => message.string()));
    })();
    await until(() => batches.length === 1);
    expect(batches[0]).toEqual(Array.from({ length: 1000 }, (_, number) => `${number}`));
    nc.publish("b", "x");
    nc.publish("b", "y");
    await nc.flush();
    await until(() => batches.length === 2);
    expect(batches[1]).toEqual(["x", "y"]);
    expect(sub.getProcessed()).toBe(1002);
    await sub.drain();
    await reading;
  });

  test("of the latest per subject: one message for each", async () => {
    const { sub } = await filled({ policy: "latestPerSubject" }, ["a1", "b1", "a2", "b2", "a3"]);
    for await (const batch of sub.batches()) {
      expect(batch.map((message) => message.string())).toEqual(["a3", "b2"]);
      break;
    }
    expect(sub.isClosed()).toBe(true);
  });

  test("are the one iterator, and none with a callback", async () => {
    const nc = await open();
    const sub = nc.subscribe("b");
    const batches = sub.batches();
    const first = batches.next();
    expect((await rejection(sub[Symbol.asyncIterator]().next())).code).toBe("BAD API");
    nc.publish("b", "1");
    expect(((await first).value as Msg[]).map((message) => message.string())).toEqual(["1"]);
    await batches.return();
    await sub.closed;
    expect(() => nc.subscribe("b", { callback: () => {} }).batches()).toThrow("unsupported iterator");
  });
});
