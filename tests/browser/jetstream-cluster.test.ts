// A JetStream cluster whose leaders step down and whose members are killed and come back, while publishers go on. One
// ordeal for all kinds of consumers at once; then each is asked what it got.

import {
  AckPolicy,
  connect,
  consumerOpts,
  type ConsumerMessages,
  type JsMsg,
  type KV,
  type NatsConnection,
} from "nats-wasm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JetStreamCluster } from "./harness/jetstream-cluster.ts";
import { delay, until } from "./harness/until.ts";

/** Of a message of the explicit consumer. */
interface Delivery {
  number: number;
  redelivered: boolean;
}

let cluster: JetStreamCluster | undefined;
let nc: NatsConnection;
/** The last number of each publisher. */
let lastOrder = 0;
let lastKey = 0;
const deliveries: Delivery[] = [];
const watched: number[] = [];
const ordered: number[] = [];
const failures: unknown[] = [];

beforeAll(async () => {
  cluster = await JetStreamCluster.start();
  nc = await connect({ servers: cluster.urls, reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 });
  const manager = await nc.jetstreamManager();
  const js = nc.jetstream();
  await manager.streams.add({ name: "ORDERS", subjects: ["orders.>"], num_replicas: 3 });
  await manager.consumers.add("ORDERS", {
    durable_name: "all",
    ack_policy: AckPolicy.Explicit,
    ack_wait: 4_000_000_000,
  });
  const kv = await js.views.kv("settings", { replicas: 3 });
  await Promise.all([cluster.current("ORDERS"), cluster.current("KV_settings")]);

  const messages = await (await js.consumers.get("ORDERS", "all")).consume({ max_messages: 50, expires: 3000 });
  keep(acknowledge(messages));
  const options = consumerOpts();
  options.orderedConsumer();
  keep(takeInOrder(await js.subscribe("orders.>", options)));
  keep(watch(kv));

  const [orders, keys] = [await cluster.publisher("orders.#", 5), await cluster.publisher("$KV.settings.key#", 5)];
  await ordeal(cluster);
  [lastOrder, lastKey] = await Promise.all([orders.stop(), keys.stop()]);
  const everything = () =>
    new Set(deliveries.map(({ number }) => number)).size >= lastOrder &&
    ordered.length >= lastOrder &&
    watched.length >= lastKey;
  await until(everything, 20_000, `${lastOrder} orders and ${lastKey} keys; there are ${tally()}`);
  // What comes twice comes late.
  await delay(500);
}, 150_000);

afterAll(async () => {
  await nc?.close();
  await cluster?.remove();
});

async function ordeal(members: JetStreamCluster): Promise<void> {
  await delay(300);
  await members.stepDown("ORDERS");
  await members.stepDown("KV_settings");
  await members.stepDown("ORDERS", "all");
  await members.stepDownCluster();
  // The member this client is on, then the one that leads the consumer, in order.
  const mine = members.members.findIndex(({ name }) => name === nc.getServer());
  await killed(members, mine, "SIGKILL");
  await killed(members, await members.leader("ORDERS", "all"), "SIGTERM");
  await killed(members, await members.leader("KV_settings"), "SIGKILL");
}

async function killed(members: JetStreamCluster, index: number, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  await members.stop(index, signal);
  await Promise.all([members.leader("ORDERS"), members.leader("KV_settings"), members.leader("ORDERS", "all")]);
  await delay(300);
  await members.restart(index);
  await Promise.all([members.current("ORDERS"), members.current("KV_settings")]);
}

async function acknowledge(messages: ConsumerMessages): Promise<void> {
  for await (const message of messages) {
    deliveries.push({ number: numberOf(message), redelivered: message.redelivered });
    message.ack();
  }
}

async function takeInOrder(messages: AsyncIterable<JsMsg>): Promise<void> {
  for await (const message of messages) ordered.push(numberOf(message));
}

async function watch(kv: KV): Promise<void> {
  for await (const entry of await kv.watch()) watched.push(Number(entry.string()));
}

/** A loop that ends with an error fails the tests. */
function keep(loop: Promise<void>): void {
  loop.catch((error) => failures.push(error));
}

function numberOf(message: JsMsg): number {
  return Number(message.string());
}

function tally(): string {
  return `${deliveries.length} deliveries, ${ordered.length} in order, ${watched.length} keys`;
}

/** How many there are, and the first that is not one more than the one before it. */
function inspected(numbers: number[]): { count: number; wrong: number | undefined } {
  return { count: numbers.length, wrong: numbers.find((number, index) => number !== index + 1) };
}

test("the publishers went on, and no consumer ended", () => {
  expect(failures).toEqual([]);
  expect(lastOrder).toBeGreaterThan(200);
  expect(lastKey).toBeGreaterThan(200);
});

test("consume with acknowledgements: every message, and again only as redelivered", () => {
  const seen = new Set<number>();
  const repeated = deliveries.filter(({ number, redelivered }) => {
    const again = seen.has(number);
    seen.add(number);
    return again && !redelivered;
  });
  expect(inspected([...seen].sort((a, b) => a - b))).toEqual({ count: lastOrder, wrong: undefined });
  expect(repeated).toEqual([]);
});

test("an ordered consumer: every message once, in order", () => {
  expect(inspected(ordered)).toEqual({ count: lastOrder, wrong: undefined });
});

test("a watch of a bucket: every revision once, in order", () => {
  expect(inspected(watched)).toEqual({ count: lastKey, wrong: undefined });
});
