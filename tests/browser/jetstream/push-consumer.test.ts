// Push consumers as version 3 of the NATS clients has them: `consumers.getPushConsumer()` and `getBoundPushConsumer()`, on
// our connection, on one of nats.ws, and as @nats-io/jetstream has them, which shows that the body is right.

import * as official from "@nats-io/jetstream";
import {
  AckPolicy,
  type ConsumerMessages,
  type ConsumerStatus,
  createInbox,
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
  type NatsError,
  nanos,
  nuid,
  type OrderedPushConsumerOptions,
  ReplayPolicy,
} from "nats-wasm";
import { describe, expect, test } from "vitest";
import { clients, type Connection, type ConnectionOptions, connected } from "../harness/clients.ts";
import { filledStream, numbers } from "../harness/filled.ts";
import { rejection } from "../harness/frameworks.ts";
import { type Contestant, contestants, uncaught } from "../harness/jetstream.ts";
import { TestServer, useServer } from "../harness/server.ts";
import { delay, until, untilAsync } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });

const [{ client }] = clients.filter(({ ours }) => ours) as [Contestant];
const faces: Pick<Contestant, "name" | "ours" | "isMixed" | "open">[] = [
  ...contestants.filter(({ ours }) => ours),
  {
    name: "@nats-io/jetstream on nats-wasm",
    ours: false,
    isMixed: true,
    open: async (options: ConnectionOptions) => {
      const nc = await connected(client, options);
      const theirs = nc as unknown as Parameters<typeof official.jetstream>[0];
      return Object.assign(nc, {
        jetstream: () => official.jetstream(theirs),
        jetstreamManager: () => official.jetstreamManager(theirs),
      }) as unknown as Connection;
    },
  },
];

async function take(messages: ConsumerMessages, count: number): Promise<number[]> {
  const taken: number[] = [];
  for await (const message of messages) {
    message.ack();
    taken.push(message.seq);
    if (taken.length === count) break;
  }
  return taken;
}

async function statusesOf(messages: ConsumerMessages): Promise<ConsumerStatus[]> {
  const told: ConsumerStatus[] = [];
  const statuses = await messages.status();
  void (async () => {
    for await (const status of statuses) told.push(status);
  })();
  return told;
}

function answers(nc: Connection): Promise<boolean> {
  return nc.rtt().then(
    () => true,
    () => false,
  );
}

describe.each(faces)("$name", ({ ours, isMixed, open }) => {
  async function ready(count: number) {
    const nc = await open({ servers: server().url });
    const stream = await filledStream(nc, nuid.next(), count);
    const { consumers, streams } = nc.jetstream() as unknown as JetStreamClient;
    return { nc, consumers, streams, ...stream };
  }

  async function withConsumer(count: number, more: object = {}) {
    const all = await ready(count);
    const deliver_subject = createInbox();
    const config = { durable_name: "d", deliver_subject, ack_policy: AckPolicy.Explicit, ...more };
    await all.jsm.consumers.add(all.name, config as never);
    return { deliver_subject, ...all };
  }

  test("an iterator gets what the consumer delivers, one reader at a time", async () => {
    const { consumers, streams, name, jsm, fill } = await withConsumer(5);
    const consumer = await (await streams.get(name)).getPushConsumer("d");
    expect([consumer.isPushConsumer(), consumer.isPullConsumer()]).toEqual([true, false]);
    expect((await consumer.info(true)).name).toBe("d");
    const messages = await consumer.consume();
    expect((await rejection(consumer.consume())).message).toContain("consumer already started");
    const other = await consumers.getPushConsumer(name, "d");
    await untilAsync(async () => (await other.info()).push_bound);
    expect((await rejection(other.consume())).message).toContain("consumer is already bound");
    await fill(6, 8);
    expect(await take(messages, 8)).toEqual(numbers(1, 8));
    expect(await messages.closed()).toBeUndefined();
    expect(messages.getProcessed()).toBe(8);
    if (ours) expect(messages.getReceived()).toBe(8); // theirs counts for callbacks only
    await untilAsync(async () => (await jsm.consumers.info(name, "d")).ack_floor.stream_seq === 8);
    expect(await consumer.delete()).toBe(true);
  });

  test("pull consumers say what they are", async () => {
    const { consumers, name, jsm } = await ready(0);
    await jsm.consumers.add(name, { durable_name: "p", ack_policy: AckPolicy.Explicit } as never);
    for (const consumer of [await consumers.get(name, "p"), await consumers.get(name)]) {
      expect([consumer.isPushConsumer(), consumer.isPullConsumer()]).toEqual([false, true]);
    }
  });

  test("a callback that throws: ours reports it and goes on, others end it", async () => {
    const { consumers, name } = await withConsumer(5);
    const errors = uncaught();
    const seen: number[] = [];
    const callback = (message: JsMsg) => {
      seen.push(message.seq);
      if (message.seq === 3) throw new Error("enough");
    };
    const messages = await (await consumers.getPushConsumer(name, "d")).consume({ callback });
    if (isMixed) {
      expect(await messages.closed()).toMatchObject({ message: "enough" });
      // Theirs ends in the next turn.
      if (ours) expect(seen).toEqual([1, 2, 3]);
    } else {
      await until(() => seen.length === 5);
      expect(errors.messages).toEqual(["enough"]);
      expect([messages.getReceived(), messages.getProcessed()]).toEqual([5, 5]);
      expect(await messages.close()).toBeUndefined();
    }
    const iterate = async () => messages[Symbol.asyncIterator]().next();
    const refused = ours ? "BAD API: unsupported iterator" : "iterator cannot be used when a callback is registered";
    expect((await rejection(iterate())).message).toBe(refused);
    errors.stop();
  });

  test("a signal stops it", async () => {
    if (!ours) return; // Theirs knows none.
    const { consumers, name } = await withConsumer(3);
    const plain = await consumers.getPushConsumer(name, "d");
    for (const consumer of [plain, await consumers.getPushConsumer(name)]) {
      const controller = new AbortController();
      const seen: number[] = [];
      const messages = await consumer.consume({
        signal: controller.signal,
        callback: (message) => {
          seen.push(message.seq);
          message.ack();
        },
      });
      await until(() => seen.length === 3);
      controller.abort(new Error("enough"));
      expect(await messages.closed()).toBeUndefined();
      const late = consumer.consume({ signal: controller.signal, callback: () => {} });
      expect((await rejection(late)).message).toBe("enough");
      await (await consumer.consume({ callback: () => {} })).close();
    }
  });

  test("a pull consumer, a consumer that is not there and a stream that is not there are refused", async () => {
    const { consumers, name, jsm } = await ready(0);
    await jsm.consumers.add(name, { durable_name: "pull", ack_policy: AckPolicy.Explicit } as never);
    expect((await rejection(consumers.getPushConsumer(name, "pull"))).message).toContain("not a push consumer");
    const refusal = async (call: Promise<unknown>) => {
      const error = (await rejection(call)) as NatsError & { apiError?(): { err_code: number } };
      return (error.api_error ?? error.apiError?.())?.err_code;
    };
    expect(await refusal(consumers.getPushConsumer(name, "none"))).toBe(10014);
    expect(await refusal(consumers.getPushConsumer("none"))).toBe(10059);
  });

  test("a bound consumer asks the server nothing", async () => {
    const { consumers, deliver_subject } = await withConsumer(4, { deliver_group: "crew" });
    const bound = await consumers.getBoundPushConsumer({ deliver_subject, deliver_group: "crew" });
    expect(await take(await bound.consume(), 4)).toEqual([1, 2, 3, 4]);
    expect((await rejection(bound.info())).message).toContain("bound consumers cannot info");
    expect((await rejection(bound.delete())).message).toContain("bound consumers cannot delete");
    if (!ours) return; // It has an empty subject for a subject.
    const without = consumers.getBoundPushConsumer({ deliver_subject: "" });
    expect((await rejection(without)).message).toContain("deliver_subject is required");
  });

  test("heartbeats are told, and missing ones", async () => {
    const { consumers, name, jsm } = await withConsumer(2, { idle_heartbeat: nanos(300) });
    const messages = await (await consumers.getPushConsumer(name, "d")).consume({ callback: () => {} });
    const told = await statusesOf(messages);
    const last = () => told.filter(({ type }) => `${type}` === "heartbeat").at(-1);
    await until(() => last()?.lastConsumerSequence === 2);
    expect(last()).toMatchObject({ lastConsumerSequence: 2, lastStreamSequence: 2 });
    await jsm.consumers.delete(name, "d");
    const missed = () => told.filter(({ type }) => `${type}` === "heartbeats_missed").map(({ count }) => count);
    await until(() => missed().includes(3), 10_000);
    expect(missed()[missed().indexOf(3) - 1]).toBe(2);
    await messages.close();
  });

  test("flow control waits for the reader", async () => {
    const { consumers, name, jsm } = await withConsumer(0, {
      flow_control: true,
      idle_heartbeat: nanos(500),
      ack_policy: AckPolicy.None,
    });
    const outside = await server().outside();
    const count = 10_000;
    await outside.flood(`${name}.x`, count, 1024);
    const messages = await (await consumers.getPushConsumer(name, "d")).consume();
    const told = await statusesOf(messages);
    await delay(1200);
    const held = (await jsm.consumers.info(name, "d")).delivered.stream_seq;
    expect(held).toBeGreaterThan(0);
    // Theirs answers heartbeats that say that the server waits, whatever is read.
    if (ours) expect(held).toBeLessThan(count);
    expect(await take(messages, count)).toEqual(numbers(1, count));
    expect(told.filter(({ type }) => `${type}` === "flow_control").length).toBeGreaterThan(1);
    await outside.close();
  });

  test("a durable goes on after the server was away, and delivers again only what was not acknowledged", async () => {
    const restarting = await TestServer.start({ config: "jetstream" });
    try {
      const nc = await open({ servers: restarting.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
      const { name, jsm, fill } = await filledStream(nc, "D", 2000, { storage: "file" as never });
      await jsm.consumers.add(name, {
        durable_name: "d",
        deliver_subject: createInbox(),
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(1000),
        idle_heartbeat: nanos(500),
      } as never);
      const { consumers } = nc.jetstream() as unknown as JetStreamClient;
      const seen: { seq: number; redelivered: boolean }[] = [];
      const messages = await (await consumers.getPushConsumer(name, "d")).consume({
        callback: (message) => {
          seen.push({ seq: message.seq, redelivered: message.redelivered });
          message.ack();
        },
      });
      await until(() => seen.length > 500);
      // Killed it would not remember what it has delivered.
      await restarting.stop("SIGTERM");
      await restarting.restart();
      await untilAsync(() => answers(nc));
      await fill(2001, 2100);
      await untilAsync(async () => (await jsm.consumers.info(name, "d")).ack_floor.stream_seq === 2100, 20_000);
      expect([...new Set(seen.map(({ seq }) => seq))].sort((one, other) => one - other)).toEqual(numbers(1, 2100));
      const first = new Set<number>();
      const repeated = seen.filter(({ seq }) => first.has(seq) || !first.add(seq));
      expect(repeated.every(({ redelivered }) => redelivered)).toBe(true);
      await messages.close();
    } finally {
      await restarting.remove();
    }
  }, 60_000);

  test("ordered: every message once, with names and subjects of the application", async () => {
    const { consumers, name, jsm, fill, nc } = await ready(20);
    const consumer = await consumers.getPushConsumer(name, {
      name_prefix: "mine",
      deliver_prefix: `to.${name}`,
      filter_subjects: [`${name}.1`, `${name}.2`],
      opt_start_seq: 5,
    });
    // Theirs makes it before anybody listens, and loses what is delivered until then.
    if (ours) expect((await rejection(consumer.info())).message).toContain("not there before it is consumed");
    const seen: number[] = [];
    const messages = await consumer.consume({ callback: (message) => seen.push(message.seq) });
    const told = await statusesOf(messages);
    const expected = (to: number) => numbers(5, to).filter((seq) => seq % 3 !== 0);
    await until(() => seen.length >= expected(20).length);
    const info = await consumer.info();
    expect(info.name).toMatch(ours ? /^mine\w{22}_1$/ : /^mine_1$/);
    expect(info.config).toMatchObject({
      ack_policy: "none",
      deliver_subject: `to.${name}.1`,
      deliver_policy: "by_start_sequence",
      opt_start_seq: 5,
      flow_control: true,
      inactive_threshold: 300e9,
    });
    await jsm.consumers.delete(name, info.name);
    await fill(21, 40);
    if (!ours) return; // It looks after 60 s without a heartbeat.
    await nc.reconnect();
    await until(() => seen.length >= expected(40).length, 15_000);
    expect(seen).toEqual(expected(40));
    // Messages may be there before the answer that says that there is a consumer.
    await untilAsync(async () => (await consumer.info(true)).config.deliver_subject === `to.${name}.2`);
    expect(told.map(({ type }) => `${type}`)).toEqual(expect.arrayContaining(["reset", "ordered_consumer_recreated"]));
    await messages.close();
  });

  const starts: [string, Partial<OrderedPushConsumerOptions> | undefined, number[]][] = [
    ["everything", undefined, numbers(1, 12)],
    ["everything, by its policy", { deliver_policy: DeliverPolicy.All }, numbers(1, 12)],
    ["a sequence", { opt_start_seq: 4 }, numbers(4, 12)],
    ["a time", { opt_start_time: "2023-11-14T22:13:20Z" }, numbers(1, 12)],
    ["the last message", { deliver_policy: DeliverPolicy.Last }, numbers(9, 12)],
    ["the last of every subject", { deliver_policy: DeliverPolicy.LastPerSubject }, numbers(7, 12)],
    ["what is new", { deliver_policy: DeliverPolicy.New }, numbers(10, 12)],
    ["headers only", { headers_only: true }, numbers(1, 12)],
    ["the original pace", { replay_policy: ReplayPolicy.Original }, numbers(1, 12)],
  ];
  test.each(starts)("ordered: begins with %s", async (_, options, expected) => {
    const { consumers, name, fill } = await ready(9);
    const consumer = await consumers.getPushConsumer(name, options);
    const messages = await consumer.consume();
    await fill(10, 12);
    expect(await take(messages, expected.length)).toEqual(expected);
  });

  test("ordered: consumed again it goes on behind the last message that was read", async () => {
    if (!ours) return; // Theirs delivers from its beginning, or nothing.
    const { consumers, name, jsm, fill } = await ready(20);
    const consumer = await consumers.getPushConsumer(name, { name_prefix: "again", deliver_prefix: `again.${name}` });
    const first = await consumer.consume();
    await until(() => first.getReceived() === 20);
    expect(await take(first, 7)).toEqual(numbers(1, 7));
    expect(await take(await consumer.consume(), 1)).toEqual([8]);
    expect(await take(await consumer.consume(), 12)).toEqual(numbers(9, 20));
    const seen: number[] = [];
    const last = await consumer.consume({ callback: ({ seq }) => seen.push(seq) });
    await fill(21, 23);
    await until(() => seen.length >= 3);
    expect(seen).toEqual([21, 22, 23]);
    // Nothing is left of those before.
    const left = async () => (await jsm.consumers.list(name).next()).map((info) => info.name);
    const { name: current } = await consumer.info();
    await untilAsync(async () => `${await left()}` === current);
    expect(current).toMatch(/^again\w{22}_4$/);
    await last.close();
    expect(await consumer.delete()).toBe(true);
  });

  test("ordered: the server is killed again and again under a stream of messages", async () => {
    const restarting = await TestServer.start({ config: "jetstream" });
    try {
      const soon = { reconnectTimeWait: 50, reconnectJitter: 0, maxReconnectAttempts: -1 };
      const nc = await open({ servers: restarting.url, ...soon });
      const { name, jsm } = await filledStream(nc, "R", 0, { storage: "file" as never });
      const { consumers } = nc.jetstream() as unknown as JetStreamClient;
      const seen: number[] = [];
      const messages = await (await consumers.getPushConsumer(name)).consume({
        callback: (message) => seen.push(message.seq),
      });
      for (let round = 1; round <= 4; round++) {
        const outside = await restarting.outside();
        const flooded = outside.flood(`${name}.x`, 4000, 200).catch(() => {});
        await until(() => seen.length > 0);
        await delay(20 * round);
        await restarting.restart();
        await flooded;
        await outside.close();
        await untilAsync(() => answers(nc));
      }
      const { state } = await jsm.streams.info(name);
      await until(() => seen.at(-1) === state.last_seq, 15_000);
      expect(seen).toEqual(numbers(1, state.last_seq));
      expect(seen.length).toBeGreaterThan(1000);
      await messages.close();
    } finally {
      await restarting.remove();
    }
  }, 60_000);
});
