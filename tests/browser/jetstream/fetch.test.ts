// Batches and single messages of a pull consumer, where ours promises more than nats.ws.

import type { JsMsg } from "nats-wasm";
import { describe, expect, test } from "vitest";
import { durableOf, open, ownServer } from "../harness/durable.ts";
import { numbers } from "../harness/filled.ts";
import { collect, rejection } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";
import { delay, until } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });

const ready = async (count: number, url = server().url) => durableOf(await open(url), count);

const values = (messages: JsMsg[]) => messages.map((message) => Number(message.string()));

describe("fetch", () => {
  test("gets its rest from a server that was started again, and no more than that", async () => {
    const own = await ownServer();
    const { consumer, fill } = await ready(4, own.url);
    const messages = await consumer.fetch({ max_messages: 10, expires: 10_000 });
    const got: number[] = [];
    const reading = (async () => {
      for await (const message of messages) {
        got.push(message.seq);
        await message.ackAck();
      }
    })();
    await until(() => got.length === 4);
    await delay(100);
    await own.stop();
    await own.restart();
    await fill(5, 20);
    await reading;
    expect(got).toEqual(numbers(1, 10));
    expect(messages.getReceived()).toBe(10);
  });

  test("several at a time share the messages", async () => {
    const { consumer } = await ready(30);
    const all = await Promise.all(
      numbers(1, 3).map(async () => collect(await consumer.fetch({ max_messages: 10, expires: 5000 }))),
    );
    expect(all.map((each) => each.length)).toEqual([10, 10, 10]);
    expect(values(all.flat()).sort((a, b) => a - b)).toEqual(numbers(1, 30));
  });

  test("what nobody has read is still there when its time is over", async () => {
    const { consumer } = await ready(3);
    const messages = await consumer.fetch({ max_messages: 10, expires: 1000 });
    await delay(1300);
    expect(values(await collect(messages))).toEqual([1, 2, 3]);
  });

  test("fails when the connection is closed before", async () => {
    const { nc, consumer } = await ready(0);
    await nc.close();
    expect(await rejection(consumer.fetch())).toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(await rejection(consumer.next())).toMatchObject({ code: "CONNECTION_CLOSED" });
  });

  test("100 messages for 30 s when nothing else is said", async () => {
    const { nc, name, consumer } = await ready(0);
    const requests = nc.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${name}.c`);
    const messages = await consumer.fetch();
    for await (const request of requests) {
      expect(request.json()).toEqual({ batch: 100, max_bytes: 0, expires: 30e9, idle_heartbeat: 15e9 });
      break;
    }
    await messages.close();
  });
});

describe("next", () => {
  test("calls at the same time get a message each", async () => {
    const { consumer } = await ready(5);
    const got = await Promise.all(numbers(1, 5).map(() => consumer.next({ expires: 5000 })));
    expect(got.map((message) => message?.seq).sort()).toEqual(numbers(1, 5));
  });

  test("leaves everything else to the next ones", async () => {
    const { consumer } = await ready(3);
    for (const number of numbers(1, 3)) expect((await consumer.next())?.seq).toBe(number);
    expect((await consumer.info()).num_ack_pending).toBe(3);
    expect((await consumer.info()).num_waiting).toBe(0);
  });

  test("fails when the server says nothing", async () => {
    const own = await ownServer();
    const { nc, consumer } = await ready(0, own.url);
    const waiting = rejection(consumer.next({ expires: 2000 }));
    await nc.flush();
    await own.pause();
    const failed = await waiting;
    await own.resume();
    expect(failed).toMatchObject({ code: "IDLE_HEARTBEAT" });
    expect(failed.message).toContain('"c"');
  });
});
