// Messages of a pull consumer without end: refills, back pressure, and what becomes of it when something is lost.

import { connect, type ConsumerMessages, type NatsConnection, nuid } from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { useServer } from "./harness/server.ts";

const server = useServer({ config: "jetstream" });
const opened: NatsConnection[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function open(): Promise<NatsConnection> {
  const nc = await connect({ servers: server().url });
  opened.push(nc);
  return nc;
}

/** A stream of its own with `count` messages 1, 2, …, and a consumer "c". */
async function streamOf(nc: NatsConnection, count: number): Promise<string> {
  const name = nuid.next();
  const manager = await nc.jetstreamManager();
  await manager.streams.add({ name, subjects: [`${name}.>`] });
  await manager.consumers.add(name, { durable_name: "c", ack_policy: "explicit" as never });
  for (let number = 1; number <= count; number++) nc.publish(`${name}.${number}`, `${number}`);
  await nc.flush();
  return name;
}

async function take(messages: ConsumerMessages, count: number): Promise<string[]> {
  const taken: string[] = [];
  for await (const message of messages) {
    taken.push(message.string());
    message.ack();
    if (taken.length === count) break;
  }
  return taken;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);

describe("consume", () => {
  test("delivers all messages in order, by more than one request", async () => {
    const nc = await open();
    const name = await streamOf(nc, 250);
    const consumer = await nc.jetstream().consumers.get(name, "c");
    const messages = await consumer.consume({ max_messages: 10 });
    expect(await take(messages, 250)).toEqual(numbers(250));
    expect(await messages.closed()).toBeUndefined();
  });

  test("delivers to a callback", async () => {
    const nc = await open();
    const name = await streamOf(nc, 250);
    const consumer = await nc.jetstream().consumers.get(name, "c");
    const got: string[] = [];
    const messages = await consumer.consume({ max_messages: 10, callback: (m) => void got.push(m.string()) });
    await expect.poll(() => got.length).toBe(250);
    expect(got).toEqual(numbers(250));
    expect(messages.getReceived()).toBe(250);
    await messages.close();
  });
});
test("fetch and next", async () => {
  const nc = await open();
  const name = await streamOf(nc, 5);
  const consumer = await nc.jetstream().consumers.get(name, "c");
  expect((await consumer.next())?.string()).toBe("1");
  expect(await take(await consumer.fetch({ max_messages: 10, expires: 1000 }), 99)).toEqual(["2", "3", "4", "5"]);
  expect(await consumer.next({ expires: 1000 })).toBeNull();
});
