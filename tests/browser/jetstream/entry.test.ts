// "nats-wasm/jetstream" by itself: on a connection of nats.ws, of the core, and of everything; and the README's example.

import { AckPolicy, connect } from "nats-wasm";
import { connect as connectCore } from "nats-wasm/core";
import { jetstream, jetstreamManager, StorageType } from "nats-wasm/jetstream";
import * as natsWs from "nats.ws";
import { afterEach, expect, test } from "vitest";
import { collect } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer({ config: "jetstream" });
const opened: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

test.each([
  ["nats.ws", natsWs.connect],
  ["nats-wasm/core", connectCore],
  ["nats-wasm", connect],
])("on a connection of %s", async (_, open) => {
  const nc = await open({ servers: server().url });
  opened.push(nc);
  const jsm = await jetstreamManager(nc);
  const name = natsWs.nuid.next();
  await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.Memory, allow_direct: true });
  const js = jetstream(nc, { timeout: 1000 });
  for (const text of ["1", "2"]) await js.publish(`${name}.a`, text, { msgID: text });
  await expect(js.publish(`nobody.${name}`)).rejects.toMatchObject({ code: "503" });
  await expect(jsm.streams.info("none")).rejects.toMatchObject({ name: "NatsError", api_error: { err_code: 10059 } });
  expect((await jsm.streams.getMessage(name, { seq: 1 })).string()).toBe("1");
  expect((await collect(await jsm.direct.getBatch(name, {}))).map((each) => each.string())).toEqual(["1", "2"]);
  await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
  const consumer = await js.consumers.get(name, "d");
  const message = await consumer.next({ expires: 2000 });
  expect([message?.string(), message?.info.pending]).toEqual(["1", 1]);
  expect(await message?.ackAck()).toBe(true);
  expect((await consumer.info()).ack_floor.stream_seq).toBe(1);
});

test("the example of the README", async () => {
  const nc = await connect({ servers: server().url });
  const jsm = await nc.jetstreamManager();
  await jsm.streams.add({ name: "orders", subjects: ["orders.>"] });
  await jsm.consumers.add("orders", { durable_name: "worker", ack_policy: AckPolicy.Explicit });

  const js = nc.jetstream();
  const { seq } = await js.publish("orders.1", JSON.stringify({ item: "tea" }), { msgID: "1" });

  const worker = await js.consumers.get("orders", "worker");
  const seen: unknown[] = [];
  for await (const order of await worker.consume()) {
    seen.push([order.seq, order.json()]);
    order.ack();
    if (order.seq === seq) break;
  }
  await nc.drain();
  expect(seen).toEqual([[1, { item: "tea" }]]);
});
