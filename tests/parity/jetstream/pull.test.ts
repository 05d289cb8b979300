// Pull consumers: consume, fetch and next, on nats.ws, on ours, and ours on a connection of nats.ws.

import type { ConsumerMessages, ConsumerStatus, JsMsg } from "nats.ws";
import * as natsWs from "nats.ws";
import { describe, expect, test } from "vitest";
import {
  type Client,
  clients,
  type Connection,
  type ConnectionOptions,
  connected,
  said,
} from "../../browser/harness/clients.ts";
import { filledStream, numbers } from "../../browser/harness/filled.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay, until, untilAsync } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

type Entry = Pick<natsWs.NatsConnection, "jetstream" | "jetstreamManager">;
type Standalone = {
  [Name in keyof Entry]: (nc: Connection, ...args: Parameters<Entry[Name]>) => ReturnType<Entry[Name]>;
};
const [standalone] = Object.values(import.meta.glob<Standalone>("../../../pkg/jetstream/index.js", { eager: true }));

const contestants: { name: string; client: Client; ours: boolean; isMixed: boolean }[] = [
  ...clients.map((each) => ({ ...each, isMixed: false })),
  { name: "nats-wasm/jetstream on nats.ws", client: natsWs, ours: true, isMixed: true },
];

describe.each(contestants)("$name", ({ client, ours, isMixed }) => {
  const { nuid, AckPolicy, ConsumerEvents, ConsumerDebugEvents } = client;

  async function open(options: ConnectionOptions = {}): Promise<Connection> {
    const nc = await connected(client, { servers: server().url, ...options });
    if (!isMixed) return nc;
    return Object.assign(nc, {
      jetstream: (given: natsWs.JetStreamOptions) => standalone?.jetstream(nc, given),
      jetstreamManager: (given: natsWs.JetStreamOptions) => standalone?.jetstreamManager(nc, given),
    }) as Connection;
  }

  /** A stream with `count` messages and a pull consumer "c". */
  async function ready(count: number, more: Partial<natsWs.ConsumerConfig> = {}, options: ConnectionOptions = {}) {
    const nc = await open(options);
    const stream = await filledStream(nc, nuid.next(), count);
    const config = { durable_name: "c", ack_policy: AckPolicy.Explicit, ...more };
    await stream.jsm.consumers.add(stream.name, config);
    const consumer = await nc.jetstream().consumers.get(stream.name, "c");
    return { nc, consumer, config, ...stream };
  }

  const values = (messages: JsMsg[]) => messages.map((message) => Number(message.string()));

  async function take(messages: ConsumerMessages, count: number): Promise<number[]> {
    const taken: JsMsg[] = [];
    if (count === 0) return [];
    for await (const message of messages) {
      message.ack();
      if (taken.push(message) === count) break;
    }
    return values(taken);
  }

  async function watch(messages: ConsumerMessages): Promise<ConsumerStatus[]> {
    const all: ConsumerStatus[] = [];
    void (async () => {
      for await (const status of await messages.status()) all.push(status);
    })();
    return all;
  }

  const types = (statuses: ConsumerStatus[]) => statuses.map(({ type }) => type as string);

  describe("consume", () => {
    test("delivers everything in order, however little it asks for at a time", async () => {
      const { consumer, fill } = await ready(120);
      const messages = await consumer.consume({ max_messages: 7, threshold_messages: 2 });
      const taken = take(messages, 180);
      await fill(121, 180);
      expect(await taken).toEqual(numbers(1, 180));
      expect([messages.getProcessed(), messages.getReceived() >= 180]).toEqual([180, true]);
      // In nats.ws a loop that was left goes on to receive.
      if (ours) expect(await messages.closed()).toBeUndefined();
    });

    test("delivers to a callback, and counts", async () => {
      const { consumer } = await ready(120);
      const got: JsMsg[] = [];
      const messages = await consumer.consume({ max_messages: 10, callback: (message) => void got.push(message) });
      await until(() => got.length === 120);
      expect(values(got)).toEqual(numbers(1, 120));
      expect([messages.getReceived(), messages.getProcessed(), messages.getPending()]).toEqual([120, 120, 0]);
      expect(await messages.close()).toBeUndefined();
    });

    test("delivers by bytes", async () => {
      const { consumer } = await ready(100);
      const messages = await consumer.consume({ max_bytes: 1024 });
      expect(await take(messages, 100)).toEqual(numbers(1, 100));
    });

    test("asks for no more than it was told, however slow the reader is", async () => {
      const { consumer } = await ready(50);
      const messages = await consumer.consume({ max_messages: 10 });
      const iterator = messages[Symbol.asyncIterator]();
      for (let count = 0; count < 5; count++) await iterator.next();
      await until(() => messages.getReceived() >= 13);
      await delay(200);
      expect(messages.getReceived()).toBeLessThanOrEqual(15);
      expect((await consumer.info()).num_ack_pending).toBeLessThanOrEqual(15);
      await iterator.return?.();
    });

    test("what was received is the reader's, also after the end", async () => {
      const { consumer } = await ready(10);
      const messages = await consumer.consume({ max_messages: 4 });
      const iterator = messages[Symbol.asyncIterator]();
      expect(Number((await iterator.next()).value.string())).toBe(1);
      await until(() => messages.getReceived() >= 4);
      messages.stop();
      const rest: number[] = [];
      for (let result = await iterator.next(); !result.done; result = await iterator.next()) {
        rest.push(Number(result.value.string()));
      }
      expect(rest).toEqual(numbers(2, rest.length + 1));
      expect(rest.length).toBeGreaterThanOrEqual(3);
      expect(await messages.closed()).toBeUndefined();
    });

    test("two of them share the consumer", async () => {
      const { nc, consumer, name } = await ready(0);
      const got: number[] = [];
      const callback = (message: JsMsg) => {
        got.push(Number(message.string()));
        message.ack();
      };
      const first = await consumer.consume({ max_messages: 5, callback });
      const other = await nc.jetstream().consumers.get(name, "c");
      const second = await other.consume({ max_messages: 5, callback });
      for (let number = 1; number <= 60; number++) nc.publish(`${name}.1`, `${number}`);
      await until(() => got.length === 60);
      expect(got.sort((a, b) => a - b)).toEqual(numbers(1, 60));
      expect(Math.min(first.getReceived(), second.getReceived())).toBeGreaterThan(0);
      await Promise.all([first.close(), second.close()]);
    });

    test("tells what it asks for, and what a request has left when it expires", async () => {
      const { consumer } = await ready(0);
      const messages = await consumer.consume({ max_messages: 10, expires: 1000, callback: () => {} });
      const statuses = await watch(messages);
      await until(() => types(statuses).includes("next"));
      const discard = statuses.find(({ type }) => type === ConsumerDebugEvents.Discard);
      expect(discard?.data).toEqual({ msgsLeft: 10, bytesLeft: 0 });
      const next = statuses.find(({ type }) => type === ConsumerDebugEvents.Next);
      expect(next?.data).toEqual({ batch: 10, max_bytes: 0, idle_heartbeat: 5e8, expires: 1e9 });
      await messages.close();
    });

    test("a request that makes no sense ends it", async () => {
      const { consumer } = await ready(0);
      const messages = await consumer.consume({ expires: 1000, idle_heartbeat: 900 });
      expect(await rejection(collect(messages))).toMatchObject({ code: "400" });
    });

    test("goes on when the consumer is deleted and made again", async () => {
      const { consumer, jsm, name, config } = await ready(3);
      const messages = await consumer.consume({ max_messages: 10, expires: 1000 });
      const statuses = await watch(messages);
      const iterator = messages[Symbol.asyncIterator]();
      for (const number of numbers(1, 3)) expect(Number((await iterator.next()).value.string())).toBe(number);
      await consumer.delete();
      await until(() => types(statuses).includes("consumer_not_found"));
      const deleted = statuses.find(({ type }) => type === ConsumerEvents.ConsumerDeleted);
      expect(deleted?.data).toBe("409 consumer deleted");
      expect(statuses.find(({ type }) => type === ConsumerEvents.ConsumerNotFound)?.data).toBe(1);
      await jsm.consumers.add(name, config);
      expect(Number((await iterator.next()).value.string())).toBe(1);
      await iterator.return?.();
    });

    test("ends when the consumer is deleted, if it is told to", async () => {
      const { consumer } = await ready(0);
      const messages = await consumer.consume({ expires: 1000, abort_on_missing_resource: true });
      const ended = rejection(collect(messages));
      await delay(100);
      await consumer.delete();
      expect(await ended).toMatchObject({ code: "409", message: said(ours, "409", "consumer deleted") });
    });

    test("ends when the stream is deleted, if it is told to", async () => {
      const { consumer, jsm, name } = await ready(0);
      const messages = await consumer.consume({ expires: 1000, abort_on_missing_resource: true });
      const ended = rejection(collect(messages));
      await delay(100);
      await jsm.streams.delete(name);
      expect((await ended).code).toMatch(/^(404|409|503)$/);
    });

    test("says how often the stream was looked for in vain", async () => {
      const { consumer, jsm, name } = await ready(0);
      const messages = await consumer.consume({ expires: 1000, callback: () => {} });
      const statuses = await watch(messages);
      await delay(100);
      await jsm.streams.delete(name);
      await until(() => types(statuses).includes("stream_not_found"), 15_000);
      expect(statuses.find(({ type }) => type === ConsumerEvents.StreamNotFound)?.data).toBe(1);
      messages.stop();
    });

    test("goes on after the connection was lost", async () => {
      const { nc, consumer, fill } = await ready(5, {}, { reconnectTimeWait: 100 });
      const messages = await consumer.consume({ max_messages: 10 });
      const got: number[] = [];
      const reading = (async () => {
        for await (const message of messages) {
          got.push(Number(message.string()));
          message.ack();
          if (got.length === 10) break;
        }
      })();
      await until(() => got.length === 5);
      await nc.reconnect();
      await untilAsync(() =>
        nc.rtt().then(
          () => true,
          () => false,
        ),
      );
      await fill(6, 10);
      await reading;
      expect(got).toEqual(numbers(1, 10));
    });

    test("holds what is acknowledged by nobody, and delivers it again", async () => {
      const { consumer } = await ready(3);
      const messages = await consumer.consume({ max_messages: 10 });
      const seen: [number, boolean, number][] = [];
      let nakked = 0;
      for await (const message of messages) {
        seen.push([message.seq, message.redelivered, message.info.deliveryCount]);
        if (message.seq === 1 && !message.redelivered) {
          nakked = performance.now();
          message.nak(300);
        } else if (message.seq === 2) {
          message.term("no use");
        } else {
          message.working();
          expect(await message.ackAck()).toBe(true);
        }
        if (message.redelivered) break;
      }
      expect(performance.now() - nakked).toBeGreaterThan(250);
      expect(seen).toEqual([
        [1, false, 1],
        [2, false, 1],
        [3, false, 1],
        [1, true, 2],
      ]);
      const info = await consumer.info();
      expect([info.num_ack_pending, info.ack_floor.stream_seq]).toEqual([0, 3]);
    });

    test("waits at max_ack_pending until something is acknowledged", async () => {
      const { consumer } = await ready(10, { max_ack_pending: 3 });
      const got: JsMsg[] = [];
      const messages = await consumer.consume({ callback: (message) => void got.push(message) });
      await until(() => got.length === 3);
      await delay(200);
      expect(got.length).toBe(3);
      for (const message of got) message.ack();
      await until(() => got.length === 6);
      await messages.close();
    });

    test("with bind the consumer's info is never asked for", async () => {
      const { nc, consumer, fill } = await ready(3);
      const infos = nc.subscribe("$JS.API.CONSUMER.INFO.>");
      const messages = await consumer.consume({ max_messages: 10, bind: true, expires: 1000 });
      const reading = take(messages, 6);
      await until(() => messages.getReceived() === 3);
      await nc.flush();
      await nc.reconnect();
      await untilAsync(() =>
        nc.rtt().then(
          () => true,
          () => false,
        ),
      );
      await fill(4, 6);
      expect(await reading).toEqual(numbers(1, 6));
      expect(infos.getReceived()).toBe(0);
    });

    test("what exceeds the consumer's limits is told", async () => {
      const { consumer } = await ready(3, { max_batch: 2 });
      const messages = await consumer.consume({ max_messages: 5, expires: 1000, callback: () => {} });
      const statuses = await watch(messages);
      await until(() => types(statuses).includes("debug"));
      const debug = statuses.find(({ type }) => type === ConsumerDebugEvents.DebugEvent);
      expect(debug?.data).toBe("409 exceeded maxrequestbatch of 2");
      if (ours) expect(types(statuses)).toContain("exceeded_limits");
      expect(messages.getReceived()).toBe(0);
      await messages.close();
    });

    test("a callback that throws: nats.ws ends, ours reports it and goes on", async () => {
      const { nc, consumer } = await ready(3);
      const errors: string[] = [];
      const listener = (event: ErrorEvent) => {
        errors.push(event.error.message);
        event.preventDefault();
      };
      addEventListener("error", listener);
      let calls = 0;
      const messages = await consumer.consume({
        callback: () => {
          calls++;
          if (calls === 2) throw new Error("boom");
        },
      });
      const goesOn = ours && !isMixed;
      if (goesOn) {
        await until(() => calls === 3);
        expect(errors).toEqual(["boom"]);
        expect(await messages.close()).toBeUndefined();
      } else {
        expect(await messages.closed()).toMatchObject({ message: "boom" });
        expect(calls).toBe(2);
      }
      removeEventListener("error", listener);
      expect(nc.isClosed()).toBe(false);
    });

    test("ends with the connection's drain, after what is there", async () => {
      const { nc, consumer } = await ready(5);
      const messages = await consumer.consume({ max_messages: 10 });
      const got = collect(messages);
      await until(() => messages.getReceived() === 5);
      await nc.drain();
      expect(values(await got)).toEqual(numbers(1, 5));
    });

    test("refuses what cannot be", async () => {
      const { consumer } = await ready(0);
      const refused = (options: object) => rejection((async () => consumer.consume(options as never))());
      const both = (await refused({ max_messages: 1, max_bytes: 1 })).message;
      expect(both).toContain("max_messages");
      expect(both).toContain("max_bytes");
      expect((await refused({ expires: 999 })).message).toContain("expires");
      expect((await refused({ expires: 999 })).message).toContain("1000");
      if (!ours) return;
      expect(await refused({ max_messages: -1 })).toMatchObject({ code: "BAD API" });
      expect((await refused({ max_bytes: "many" })).message).toContain("many");
      expect(await refused({ callback: "x" })).toMatchObject({ code: "BAD API" });
    });
  });

  describe("fetch", () => {
    test("ends with the last of so many messages", async () => {
      const { consumer } = await ready(10);
      expect(values(await collect(await consumer.fetch({ max_messages: 4 })))).toEqual([1, 2, 3, 4]);
      expect(values(await collect(await consumer.fetch({ max_messages: 6 })))).toEqual([5, 6, 7, 8, 9, 10]);
    });

    test("ends when its time is over, with what there is", async () => {
      const { consumer } = await ready(3);
      const started = performance.now();
      const messages = await consumer.fetch({ max_messages: 10, expires: 1000 });
      expect(values(await collect(messages))).toEqual([1, 2, 3]);
      expect(performance.now() - started).toBeGreaterThan(950);
      expect(await messages.closed()).toBeUndefined();
    });

    test("ends when the next message does not fit into its bytes", async () => {
      const { consumer, name } = await ready(10);
      const [first] = await collect(await consumer.fetch({ max_messages: 1 }));
      const size = (first as unknown as { msg: { size(): number } }).msg.size();
      expect(size).toBeGreaterThan(name.length);
      const got = values(await collect(await consumer.fetch({ max_bytes: Math.floor(size * 3.5), expires: 2000 })));
      expect(got).toEqual([2, 3, 4]);
    });

    test("delivers what comes while it waits", async () => {
      const { consumer, fill } = await ready(0);
      const messages = await consumer.fetch({ max_messages: 3, expires: 5000 });
      const got = collect(messages);
      await fill(1, 3);
      expect(values(await got)).toEqual([1, 2, 3]);
    });

    test.runIf(ours)("leaving the loop ends it", async () => {
      const { consumer } = await ready(10);
      const messages = await consumer.fetch({ max_messages: 10 });
      expect(await take(messages, 2)).toEqual([1, 2]);
      expect(await messages.closed()).toBeUndefined();
    });

    test("fails when the consumer is deleted", async () => {
      const { consumer } = await ready(0);
      const messages = await consumer.fetch({ max_messages: 3, expires: 5000 });
      const failed = rejection(collect(messages));
      await delay(100);
      await consumer.delete();
      expect(await failed).toMatchObject({ code: "409", message: said(ours, "409", "consumer deleted") });
    });

    test("fails when there is no consumer", async () => {
      const { consumer } = await ready(0);
      await consumer.delete();
      const failed = await rejection(collect(await consumer.fetch({ max_messages: 3, expires: 1000 })));
      expect(failed).toMatchObject({ code: "503", message: said(ours, "503", "no responders") });
    });

    test("limits: nats.ws waits for nothing, ours says so", async () => {
      const { consumer } = await ready(3, { max_batch: 2 });
      const messages = await consumer.fetch({ max_messages: 5, expires: 1000 });
      if (ours) expect(await rejection(collect(messages))).toMatchObject({ code: "409" });
      else expect(await collect(messages)).toEqual([]);
    });

    // The server says nothing to a request too many: it sends no heartbeats for it.
    test("too many requests that wait: nats.ws waits for nothing, ours says so", async () => {
      const { nc, consumer, name } = await ready(0, { max_waiting: 1 });
      const first = collect(await consumer.fetch({ max_messages: 1, expires: 5000 }));
      await nc.flush();
      const second = collect(await consumer.fetch({ max_messages: 1, expires: 1000 }));
      if (ours) expect(await rejection(second)).toMatchObject({ code: "IDLE_HEARTBEAT" });
      else expect(await second).toEqual([]);
      nc.publish(`${name}.1`, "1");
      expect(values(await first)).toEqual([1]);
    });

    test("missing heartbeats: nats.ws goes on, ours fails", async () => {
      const { nc, consumer, jsm, name } = await ready(0);
      await jsm.consumers.info(name, "c");
      const messages = await consumer.fetch({ max_messages: 1, expires: 5000, idle_heartbeat: 500 });
      const ended = collect(messages).then(
        () => "done",
        (error) => error.code,
      );
      await nc.flush();
      await server().pause();
      const first = await Promise.race([ended, delay(2500)]);
      await server().resume();
      if (ours) expect(first).toBe("IDLE_HEARTBEAT");
      else expect(first).toBeUndefined();
      messages.stop();
    });
  });

  describe("next", () => {
    test("is the next one, or null", async () => {
      const { consumer } = await ready(2);
      expect((await consumer.next())?.string()).toBe("1");
      expect((await consumer.next({ expires: 1000 }))?.string()).toBe("2");
      const started = performance.now();
      expect(await consumer.next({ expires: 1000 })).toBeNull();
      expect(performance.now() - started).toBeGreaterThan(950);
    });

    test("waits for it", async () => {
      const { consumer, fill } = await ready(0);
      const waiting = consumer.next({ expires: 5000 });
      await fill(1, 1);
      expect((await waiting)?.string()).toBe("1");
    });

    test("fails when the consumer is deleted", async () => {
      const { consumer } = await ready(0);
      const failed = rejection(consumer.next({ expires: 5000 }));
      await delay(100);
      await consumer.delete();
      expect(await failed).toMatchObject({ code: "409", message: said(ours, "409", "consumer deleted") });
    });

    test("refuses less than a second", async () => {
      const { consumer } = await ready(0);
      expect((await rejection((async () => consumer.next({ expires: 500 }))())).message).toContain("1000");
    });
  });

  describe("the consumer", () => {
    test("info asks, or says what is known; delete deletes", async () => {
      const { consumer, fill } = await ready(0);
      await fill(1, 3);
      expect((await consumer.info(true)).num_pending).toBe(0);
      expect((await consumer.info()).num_pending).toBe(3);
      expect((await consumer.info(true)).num_pending).toBe(3);
      expect(await consumer.delete()).toBe(true);
      expect(await rejection(consumer.info())).toMatchObject({
        code: "404",
        message: said(ours, "404", "consumer not found"),
      });
    });

    test("comes from its info, without asking", async () => {
      const { nc, jsm, name } = await ready(1);
      const info = await jsm.consumers.info(name, "c");
      const consumer = nc.jetstream().consumers.getPullConsumerFor(info);
      expect((await consumer.next())?.string()).toBe("1");
    });

    test("a push consumer is none", async () => {
      const { nc, jsm, name } = await ready(0);
      const info = await jsm.consumers.add(name, {
        durable_name: "p",
        deliver_subject: nuid.next(),
        ack_policy: AckPolicy.None,
      });
      const { consumers } = nc.jetstream();
      expect((await rejection(consumers.get(name, "p"))).message).toContain("push consumer not supported");
      expect(() => consumers.getPullConsumerFor(info)).toThrow("push consumer not supported");
    });
  });
});
