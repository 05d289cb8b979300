// Ordered pull consumers, on nats.ws, on ours, and ours on a connection of nats.ws.

import type { Consumer, ConsumerMessages, JsMsg, OrderedConsumerOptions } from "nats.ws";
import { describe, expect, test } from "vitest";
import { said } from "../../browser/harness/clients.ts";
import { filledStream, numbers } from "../../browser/harness/filled.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { contestants } from "../../browser/harness/jetstream.ts";
import { TestServer, useServer } from "../../browser/harness/server.ts";
import { delay, until, untilAsync } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

const seqs = (messages: JsMsg[]) => messages.map(({ seq }) => seq);

/** What `status()` tells from now on. */
async function statusesOf(messages: ConsumerMessages): Promise<{ type: string; data: unknown }[]> {
  const told: { type: string; data: unknown }[] = [];
  const statuses = await messages.status();
  void (async () => {
    for await (const { type, data } of statuses) told.push({ type, data });
  })();
  return told;
}

describe.each(contestants)("$name", ({ client, ours, open }) => {
  const { DeliverPolicy, ReplayPolicy, nuid } = client;

  /** A stream with messages 1 to `count`, on three subjects. */
  async function ready(count: number) {
    const nc = await open({ servers: server().url });
    const stream = await filledStream(nc, nuid.next(), count);
    const js = nc.jetstream();
    const get = (options: Partial<OrderedConsumerOptions> = {}) => js.consumers.get(stream.name, options);
    return { nc, js, get, ...stream };
  }

  test("consume delivers what is stored and what comes, with an iterator", async () => {
    const { get, fill } = await ready(200);
    const seen: number[] = [];
    for await (const message of await (await get()).consume()) {
      seen.push(message.seq);
      if (seen.length === 200) await fill(201, 250);
      if (seen.length === 250) break;
    }
    expect(seen).toEqual(numbers(1, 250));
  });

  test("consume delivers to a callback", async () => {
    const { get } = await ready(150);
    const seen: number[] = [];
    const messages = await (await get()).consume({ callback: (message) => seen.push(message.seq), max_messages: 20 });
    await until(() => seen.length === 150);
    expect(seen).toEqual(numbers(1, 150));
    await messages.close();
  });

  test("fetch and next go on where the one before ended", async () => {
    const { get } = await ready(10);
    const consumer = await get();
    expect(seqs(await collect(await consumer.fetch({ max_messages: 3, expires: 2000 })))).toEqual([1, 2, 3]);
    expect((await consumer.next({ expires: 2000 }))?.seq).toBe(4);
    expect(seqs(await collect(await consumer.fetch({ max_messages: 5, expires: 2000 })))).toEqual([5, 6, 7, 8, 9]);
    expect((await consumer.next({ expires: 2000 }))?.seq).toBe(10);
    expect(await consumer.next({ expires: 1000 })).toBeNull();
  });

  const all = () => numbers(1, 9);
  const starts: [string, Partial<OrderedConsumerOptions>, number[], object][] = [
    ["everything", {}, all(), { deliver_policy: "by_start_sequence", opt_start_seq: 1 }],
    ["a sequence", { opt_start_seq: 4 }, numbers(4, 9), { deliver_policy: "by_start_sequence", opt_start_seq: 4 }],
    ["the last message", { deliver_policy: DeliverPolicy.Last }, [9], { deliver_policy: "last" }],
    [
      "the last of every subject",
      { deliver_policy: DeliverPolicy.LastPerSubject },
      [7, 8, 9],
      { deliver_policy: "last_per_subject", filter_subject: ">" },
    ],
    [
      "a time",
      { opt_start_time: "2023-11-14T22:13:20Z" },
      all(),
      { deliver_policy: "by_start_time", opt_start_time: "2023-11-14T22:13:20Z" },
    ],
    ["headers only", { headers_only: true }, all(), { headers_only: true }],
    ["the original pace", { replay_policy: ReplayPolicy.Original }, all(), { replay_policy: "original" }],
    ["an inactive threshold", { inactive_threshold: 60_000 }, all(), { inactive_threshold: 60e9 }],
  ];
  test.each(starts)("can start with %s", async (_, options, expected, config) => {
    const { get } = await ready(9);
    const consumer = await get(options);
    const messages = await consumer.fetch({ max_messages: expected.length, expires: 2000 });
    expect(seqs(await collect(messages))).toEqual(expected);
    expect((await consumer.info()).config).toMatchObject({
      ack_policy: "none",
      max_deliver: 1,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: 300e9,
      ...config,
    });
  });

  test("DeliverPolicy.All is everything", async () => {
    const { get } = await ready(3);
    const consumer = await get({ deliver_policy: DeliverPolicy.All });
    if (!ours) return; // It sends a start sequence along, and tries again for minutes what the server refuses.
    expect(seqs(await collect(await consumer.fetch({ max_messages: 3, expires: 1000 })))).toEqual([1, 2, 3]);
  });

  test("DeliverPolicy.New is what comes from now on", async () => {
    const { get, fill } = await ready(3);
    const consumer = await get({ deliver_policy: DeliverPolicy.New });
    const messages = await consumer.consume();
    await fill(4, 6);
    const seen: number[] = [];
    for await (const message of messages) {
      seen.push(message.seq);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([4, 5, 6]);
  });

  test("filters by one subject or several", async () => {
    const { get, name } = await ready(9);
    const read = async (filterSubjects: string | string[], count: number) => {
      const consumer = await get({ filterSubjects });
      return seqs(await collect(await consumer.fetch({ max_messages: count, expires: 2000 })));
    };
    expect(await read(`${name}.1`, 3)).toEqual([1, 4, 7]);
    expect(await read([`${name}.1`, `${name}.2`], 6)).toEqual([1, 2, 4, 5, 7, 8]);
  });

  test("a time between two messages is where it starts", async () => {
    const { get, fill } = await ready(5);
    await delay(20);
    const opt_start_time = new Date().toISOString();
    await delay(20);
    await fill(6, 9);
    const consumer = await get({ opt_start_time });
    expect(seqs(await collect(await consumer.fetch({ max_messages: 4, expires: 2000 })))).toEqual([6, 7, 8, 9]);
  });

  test("headers_only: no payload, and how large it is", async () => {
    const { get } = await ready(12);
    const message = (await (await get({ headers_only: true, opt_start_seq: 12 })).next({ expires: 2000 })) as JsMsg;
    expect([message.seq, message.data.length, message.headers?.get("Nats-Msg-Size")]).toEqual([12, 0, "2"]);
  });

  test("the original pace is that of the publishers", async () => {
    const { get, fill } = await ready(1);
    await delay(600);
    await fill(2, 2);
    const consumer = await get({ replay_policy: ReplayPolicy.Original });
    const times: number[] = [];
    for await (const _ of await consumer.fetch({ max_messages: 2, expires: 5000 })) times.push(performance.now());
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThan(450);
  });

  test("a consumer the server has removed for its inactivity is made again", async () => {
    const { get, jsm, name } = await ready(6);
    const consumer = await get({ inactive_threshold: 500 });
    expect(seqs(await collect(await consumer.fetch({ max_messages: 2, expires: 1000 })))).toEqual([1, 2]);
    const before = (await consumer.info(true)).name;
    const isGone = () =>
      jsm.consumers.info(name, before).then(
        () => false,
        (error) => error.api_error?.err_code === 10014,
      );
    await untilAsync(isGone);
    if (!ours) return; // It fetches nothing from now on.
    expect(seqs(await collect(await consumer.fetch({ max_messages: 2, expires: 2000 })))).toEqual([3, 4]);
    expect((await consumer.info(true)).config.inactive_threshold).toBe(500e6);
  });

  test("leaving a loop early: nats.ws has lost the rest, ours goes on behind the last one that was read", async () => {
    const { get } = await ready(20);
    const consumer = await get();
    const read = async (max_messages: number, count: number) => {
      const seen: number[] = [];
      const messages = await consumer.fetch({ max_messages, expires: 2000 });
      await until(() => messages.getReceived() === max_messages || !ours);
      for await (const { seq } of messages) if (seen.push(seq) === count) break;
      return seen;
    };
    expect(await read(10, 3)).toEqual([1, 2, 3]);
    if (!ours) return;
    expect(await read(10, 5)).toEqual([4, 5, 6, 7, 8]);
    expect((await consumer.next({ expires: 1000 }))?.seq).toBe(9);
    expect(await read(5, 1)).toEqual([10]);
    expect((await consumer.next({ expires: 1000 }))?.seq).toBe(11);
  });

  test("consume again: nats.ws refuses, ours goes on behind the last one that was read", async () => {
    const { get, fill } = await ready(30);
    const consumer = await get();
    const seen: number[] = [];
    for (const limit of [7, 20, 30]) {
      for await (const { seq } of await consumer.consume({ max_messages: 10 })) {
        if (seen.push(seq) >= limit) break;
      }
      if (!ours) {
        expect((await rejection(consumer.consume())).message).toContain("doesn't support concurrent consume");
        return;
      }
    }
    const messages = await consumer.consume({ callback: ({ seq }) => seen.push(seq) });
    await fill(31, 33);
    await until(() => seen.length >= 33);
    await messages.close();
    const last = await consumer.consume({ callback: ({ seq }) => seen.push(seq) });
    await fill(34, 36);
    await until(() => seen.length >= 36);
    expect(seen).toEqual(numbers(1, 36));
    await last.close();
  });

  const losses: [string, Partial<OrderedConsumerOptions>, number[]][] = [
    ["everything", {}, numbers(1, 12)],
    ["a sequence", { opt_start_seq: 4 }, numbers(4, 12)],
    ["a time", { opt_start_time: "2023-11-14T22:13:20Z" }, numbers(1, 12)],
    ["the last message", { deliver_policy: DeliverPolicy.Last }, numbers(9, 12)],
    ["the last of every subject", { deliver_policy: DeliverPolicy.LastPerSubject }, numbers(7, 12)],
    ["what is new", { deliver_policy: DeliverPolicy.New }, numbers(10, 12)],
  ];
  test.each(losses)(
    "after a start with %s a consumer that is lost is replaced, without gap or repeat",
    async (...row) => {
      const [, options, expected] = row;
      const { get, jsm, name, fill } = await ready(9);
      const consumer = await get(options);
      const seen: number[] = [];
      const messages = await consumer.consume({ callback: ({ seq }) => seen.push(seq), expires: 2000 });
      await until(() => seen.length === expected.length - 3);
      // nats.ws that has not seen anything yet starts with what was there before.
      const isUnseen = options.deliver_policy === DeliverPolicy.New;
      if (!ours && isUnseen) return messages.close().then(() => {});
      await jsm.consumers.delete(name, (await consumer.info(true)).name);
      await fill(10, 12);
      await until(() => seen.length >= expected.length, 20_000);
      expect(seen).toEqual(expected);
      await messages.close();
    },
  );

  test("name_prefix begins the names", async () => {
    const { get } = await ready(0);
    const consumer = await get({ name_prefix: "mine" });
    const info = await consumer.info();
    expect(info.name).toMatch(/^mine\w{22}_1$/);
    expect((await consumer.info(true)).name).toBe(info.name);
    expect((await rejection(get({ name_prefix: "a.b" }))).message).toContain("invalid name_prefix name");
  });

  test("delete removes the consumer, false when there is none", async () => {
    const { get, jsm, name } = await ready(0);
    const consumer = await get();
    expect(await consumer.delete()).toBe(false);
    const info = await consumer.info();
    expect(await consumer.delete()).toBe(true);
    expect((await rejection(jsm.consumers.info(name, info.name))).api_error?.err_code).toBe(10014);
  });

  test("a stream that is not there is refused", async () => {
    const { js } = await ready(0);
    expect(await rejection(js.consumers.get("none", {}))).toMatchObject({
      code: "404",
      message: said(ours, "404", "stream not found"),
    });
  });

  test("one reader at a time, one way to read, and no bind", async () => {
    const { get } = await ready(3);
    const refused = async (call: Promise<unknown>) => (await rejection(call)).message;
    const fetching = await get();
    const messages = await fetching.fetch({ max_messages: 10, expires: 3000 });
    expect(await refused(fetching.fetch())).toContain("concurrent fetch");
    expect(await refused(fetching.consume())).toContain("initialized as fetch");
    await messages.close();
    const consuming = await get();
    const consumed = await consuming.consume();
    expect(await refused(consuming.consume())).toContain("concurrent consume");
    expect(await refused(consuming.fetch())).toContain("already initialized as consume");
    await consumed.close();
    const bound = await get();
    for (const call of [
      () => bound.consume({ bind: true }),
      () => bound.fetch({ bind: true }),
      () => bound.next({ bind: true }),
    ])
      expect(await refused(call())).toContain("bind is not supported");
  });

  test("a consumer that is deleted while messages are consumed is made again, and said to be", async () => {
    const { get, jsm, name, fill } = await ready(10);
    const consumer = await get();
    const seen: number[] = [];
    const messages = await consumer.consume({ callback: (message) => seen.push(message.seq), expires: 2000 });
    const told = await statusesOf(messages);
    await until(() => seen.length === 10);
    const before = await consumer.info(true);
    await jsm.consumers.delete(name, before.name);
    await fill(11, 20);
    await until(() => seen.length === 20, 15_000);
    expect(seen).toEqual(numbers(1, 20));
    const after = await consumer.info(true);
    expect(after.name).not.toBe(before.name);
    expect(after.config).toMatchObject({ deliver_policy: "by_start_sequence", opt_start_seq: 11 });
    const types = told.map(({ type }) => type);
    expect(types).toContain("consumer_deleted");
    expect(types.indexOf("reset")).toBeLessThan(types.indexOf("ordered_consumer_recreated"));
    expect(told.find(({ type }) => type === "ordered_consumer_recreated")?.data).toBe(after.name);
    await messages.close();
  });

  test("a consumer that is deleted between two fetches is made again", async () => {
    const { get, jsm, name } = await ready(10);
    const consumer = await get();
    expect(seqs(await collect(await consumer.fetch({ max_messages: 4, expires: 1000 })))).toEqual([1, 2, 3, 4]);
    await jsm.consumers.delete(name, (await consumer.info(true)).name);
    if (!ours) return; // It ends with "503", and so does every fetch after it.
    expect(seqs(await collect(await consumer.fetch({ max_messages: 4, expires: 2000 })))).toEqual([5, 6, 7, 8]);
    await jsm.consumers.delete(name, (await consumer.info(true)).name);
    expect((await consumer.next({ expires: 2000 }))?.seq).toBe(9);
  });

  test("a stream that goes away is told to those who consume, and comes back to them", async () => {
    const { get, jsm, name, nc } = await ready(5);
    const seen: number[] = [];
    const consumer = await get();
    const messages = await consumer.consume({ callback: (message) => seen.push(message.seq), expires: 2000 });
    const told = await statusesOf(messages);
    await until(() => seen.length === 5);
    await jsm.streams.delete(name);
    await until(() => told.some(({ type }) => type === "stream_not_found"), 15_000);
    if (ours) {
      // It goes on behind the last sequence it has seen.
      await filledStream(nc, name, 8);
      await until(() => seen.length === 8, 15_000);
      expect(seen).toEqual(numbers(1, 8));
    }
    await messages.close();
  });

  test("abort_on_missing_resource ends with what is missing", async () => {
    const { get, jsm, name } = await ready(2);
    const messages = await (await get()).consume({ expires: 2000, abort_on_missing_resource: true });
    const ended = rejection(collect(messages));
    await jsm.streams.delete(name);
    const { code } = await ended;
    expect(["404", "409", "503"]).toContain(code);
  });

  test("thousands of messages, with a slow reader and small requests", async () => {
    const { get, name } = await ready(0);
    const outside = await server().outside();
    await outside.flood(`${name}.x`, 10_000, 512);
    const seen: number[] = [];
    for await (const message of await (await get()).consume({ max_messages: 50 })) {
      seen.push(message.seq);
      if (seen.length % 3000 === 0) await delay(300);
      if (seen.length === 10_000) break;
    }
    expect(seen).toEqual(numbers(1, 10_000));
    await outside.close();
  });

  test("the server restarts while messages are consumed", async () => {
    const restarting = await TestServer.start({ config: "jetstream" });
    try {
      const nc = await open({ servers: restarting.url, reconnectTimeWait: 100, maxReconnectAttempts: -1 });
      const { fill, name } = await filledStream(nc, "R", 3000, { storage: "file" as never });
      const consumer: Consumer = await nc.jetstream().consumers.get(name, {});
      const seen: number[] = [];
      const messages = await consumer.consume({
        callback: (message) => seen.push(message.seq),
        max_messages: 100,
        expires: 2000,
      });
      await until(() => seen.length > 100);
      await restarting.stop();
      await restarting.restart();
      await untilAsync(() =>
        nc.flush().then(
          () => true,
          () => false,
        ),
      );
      await fill(3001, 4000);
      await until(() => seen.at(-1) === 4000, 15_000);
      expect(seen).toEqual(numbers(1, 4000));
      await messages.close();
    } finally {
      await restarting.remove();
    }
  }, 40_000);
});
