// Batches and single messages of a pull consumer, where ours promises more than nats.ws.

import { connect, type JsMsg, type NatsConnection, nuid } from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { numbers } from "./harness/filled.ts";
import { collect, rejection } from "./harness/frameworks.ts";
import { TestServer, useServer } from "./harness/server.ts";
import { delay, until } from "./harness/until.ts";

const server = useServer({ config: "jetstream" });
const opened: { close(): Promise<unknown> }[] = [];
const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((nc) => nc.close()));
  await Promise.all(servers.splice(0).map((each) => each.remove()));
});

async function ready(count: number, url = server().url) {
  const nc: NatsConnection = await connect({ servers: url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  opened.push(nc);
  const name = nuid.next();
  const manager = await nc.jetstreamManager();
  await manager.streams.add({ name, subjects: [`${name}.>`] });
  await manager.consumers.add(name, { durable_name: "c", ack_policy: "explicit" as never });
  const fill = async (from: number, to: number) => {
    for (let number = from; number <= to; number++) nc.publish(`${name}.${number}`, `${number}`);
    await nc.flush();
  };
  await fill(1, count);
  return { nc, name, manager, fill, consumer: await nc.jetstream().consumers.get(name, "c") };
}

const values = (messages: JsMsg[]) => messages.map((message) => Number(message.string()));

describe("fetch", () => {
  test("gets its rest from a server that was started again, and no more than that", async () => {
    const own = await TestServer.start({ config: "jetstream" });
    servers.push(own);
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
    const own = await TestServer.start({ config: "jetstream" });
    servers.push(own);
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
