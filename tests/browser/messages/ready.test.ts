// `ready`: when the server has a subscription, or what it says instead.

import { connect, type NatsConnection } from "nats-wasm";
import { afterEach, expect, test } from "vitest";
import { rejection } from "../harness/frameworks.ts";
import { TestServer, useServer } from "../harness/server.ts";
import { statusOf } from "../harness/until.ts";

const server = useServer({
  conf: 'authorization { users: [{ user: "u", password: "p", permissions: { subscribe: { allow: ["a.>", "_INBOX.>"] } } }] }',
});
const opened: NatsConnection[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function open(): Promise<NatsConnection> {
  const nc = await connect({ servers: server().url, user: "u", pass: "p" });
  opened.push(nc);
  return nc;
}

test("resolves when the server has it: what another connection publishes then is heard", async () => {
  const [nc, other] = [await open(), await open()];
  const sub = nc.subscribe("a.b", { max: 1 });
  expect(sub.ready).toBe(sub.ready);
  await sub.ready;
  other.publish("a.b", "x");
  for await (const message of sub) expect(message.string()).toBe("x");
  expect(sub.getReceived()).toBe(1);
});

test.each(["callback", "iterator"])("rejects with the permission error (%s)", async (kind) => {
  const nc = await open();
  const told: unknown[] = [];
  const sub = nc.subscribe("b", kind === "callback" ? { callback: (error) => void told.push(error) } : {});
  const error = await rejection(sub.ready);
  expect(error.code).toBe("PERMISSIONS_VIOLATION");
  expect(error.permissionContext).toMatchObject({ operation: "subscription", subject: "b" });
  if (kind === "callback") expect(told).toEqual([error]);
  // Asked for only when it is over: the same answer.
  const late = nc.subscribe("c", { callback: () => {} });
  await late.closed;
  expect((await rejection(late.ready)).code).toBe("PERMISSIONS_VIOLATION");
});

test("rejects when the connection is closed", async () => {
  const nc = await open();
  const sub = nc.subscribe("a.b");
  await nc.close();
  expect((await rejection(sub.ready)).code).toBe("CONNECTION_CLOSED");
});

test("over a reconnect it waits for the next server", async () => {
  const own = await TestServer.start();
  try {
    const nc = await connect({ servers: own.url, reconnectTimeWait: 50, reconnectJitter: 0, maxReconnectAttempts: -1 });
    opened.push(nc);
    const status = statusOf(nc);
    await own.pause();
    const sub = nc.subscribe("s", { max: 1 });
    const { ready } = sub;
    await own.stop();
    await status.told("disconnect");
    await own.restart();
    await ready;
    // The server may have had it in the moment between its waking and its end.
    await status.told("reconnect");
    const outside = await own.outside();
    await outside.publish("s", "x");
    for await (const message of sub) expect(message.string()).toBe("x");
    await outside.close();
  } finally {
    await own.remove();
  }
});
