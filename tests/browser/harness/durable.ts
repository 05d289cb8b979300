// A durable consumer on a stream of its own, and connections and servers that go with the test: for tests of what our
// client alone promises. Those that run against nats.ws as well use clients.ts and filled.ts.

import { type ConsumerMessages, type ConsumerStatus, connect, type NatsConnection, nuid } from "nats-wasm";
import { afterEach } from "vitest";
import { TestServer } from "./server.ts";

const opened: NatsConnection[] = [];
const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((nc) => nc.close()));
  await Promise.all(servers.splice(0).map((each) => each.remove()));
});

/** Reconnects for ever; closed after the test. */
export async function open(url: string): Promise<NatsConnection> {
  const nc = await connect({ servers: url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  opened.push(nc);
  return nc;
}

/** A server with JetStream that this test may stop; removed after it. */
export async function ownServer(): Promise<TestServer> {
  const own = await TestServer.start({ config: "jetstream" });
  servers.push(own);
  return own;
}

/** A stream on disk with the messages 1 to `count` on `<name>.1`, `<name>.2`, …, and a consumer "c" that wants acks. */
export async function durableOf(nc: NatsConnection, count: number, config: object = {}) {
  const name = nuid.next();
  const manager = await nc.jetstreamManager();
  await manager.streams.add({ name, subjects: [`${name}.>`] });
  await manager.consumers.add(name, { durable_name: "c", ack_policy: "explicit" as never, ...config });
  const fill = async (from: number, to: number) => {
    for (let number = from; number <= to; number++) nc.publish(`${name}.${number}`, `${number}`);
    await nc.flush();
  };
  await fill(1, count);
  return { nc, name, manager, fill, consumer: await nc.jetstream().consumers.get(name, "c") };
}

/** What `status()` says from now on. */
export async function watch(messages: ConsumerMessages): Promise<ConsumerStatus[]> {
  const all: ConsumerStatus[] = [];
  const statuses = await messages.status();
  void (async () => {
    for await (const status of statuses) all.push(status);
  })();
  return all;
}
