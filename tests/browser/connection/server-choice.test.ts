// `reconnectToServer`: the application chooses the server of each dial.

import type { ConnectionOptions, ReconnectToServerHandler, Server, ServerInfo } from "nats-wasm";
import { connect } from "nats-wasm";
import type { NatsError } from "nats.ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestServer } from "../harness/server.ts";
import { until } from "../harness/until.ts";

let first: TestServer;
let second: TestServer;
beforeAll(async () => {
  [first, second] = [await TestServer.start(), await TestServer.start()];
});
afterAll(() => Promise.all([first?.remove(), second?.remove()]));

const opened: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(opened.map((nc) => nc.close())));

async function open(reconnectToServer: ReconnectToServerHandler, more: ConnectionOptions = {}) {
  const servers = [first.url, second.url];
  const nc = await connect({
    servers,
    noRandomize: true,
    reconnectTimeWait: 20,
    reconnectJitter: 0,
    ...more,
    reconnectToServer,
  });
  opened.push(nc);
  return nc;
}

const named = (pool: readonly Server[], server: TestServer) =>
  pool.find(({ listen }) => listen === server.name) as Server;

test("is shown the pool, the one whose turn it is first, and decides about the first dial too", async () => {
  const asked: { pool: readonly Server[]; info: ServerInfo | null }[] = [];
  const nc = await open((pool, info) => {
    asked.push({ pool, info });
    return named(pool, second);
  });
  expect(nc.getServer()).toBe(second.name);
  expect(asked).toHaveLength(1);
  const [{ pool, info }] = asked as [{ pool: readonly Server[]; info: ServerInfo | null }];
  expect(info).toBeNull();
  expect(pool.map(({ listen }) => listen)).toEqual([first.name, second.name]);
  expect(pool[0]).toEqual({
    hostname: "127.0.0.1",
    port: first.ports.websocket,
    listen: first.name,
    src: `${first.url}/`,
    tlsName: "",
    reconnects: 0,
    lastConnect: 0,
    gossiped: false,
    didConnect: false,
  });
  expect(Object.isFrozen(pool) && Object.isFrozen(pool[0])).toBe(true);
});

test("is told of the history of each server and what the last one said, and null leaves the choice", async () => {
  const dead = await TestServer.start();
  const asked: { pool: readonly Server[]; info: ServerInfo | null }[] = [];
  const nc = await open(
    (pool, info) => {
      asked.push({ pool, info });
      return asked.length === 1 ? named(pool, dead) : null;
    },
    { servers: [dead.url, first.url] },
  );
  const before = Date.now();
  const deadId = nc.info?.server_id;
  await dead.remove();
  await until(() => nc.info !== undefined && nc.info.server_id !== deadId);
  // The INFO is known before the handshake is through, and `reconnect` does not disturb a handshake.
  await nc.flush();
  await nc.reconnect();
  await nc.flush();
  const last = asked.at(-1) as { pool: readonly Server[]; info: ServerInfo | null };
  expect(last.info?.server_id).toEqual(expect.any(String));
  expect(named(last.pool, dead)).toMatchObject({ didConnect: true });
  expect(named(last.pool, dead).lastConnect).toBeGreaterThan(0);
  expect(named(last.pool, first)).toMatchObject({ didConnect: true, reconnects: 0 });
  expect(named(last.pool, first).lastConnect).toBeGreaterThanOrEqual(before);
});

test("counts the dials that failed, and waits as long as it is told to before the dial", async () => {
  const dead = await TestServer.start();
  await dead.stop();
  const counts: number[] = [];
  const at: number[] = [];
  const nc = await open(
    (pool) => {
      const server = named(pool, dead);
      counts.push(server.reconnects);
      at.push(performance.now());
      return counts.length < 3 ? { server, delay: 150 } : { server: named(pool, first), delay: 0 };
    },
    { servers: [dead.url, first.url], waitOnFirstConnect: true },
  );
  expect(nc.getServer()).toBe(first.name);
  expect(counts).toEqual([0, 1, 2]);
  for (const wait of at.slice(1).map((time, index) => time - (at[index] ?? 0)))
    expect(wait).toBeGreaterThanOrEqual(149);
  await dead.remove();
});

test("that throws, or chooses a server that is not there, ends the connection with the reason", async () => {
  const throwing = () => {
    throw new Error("no server suits me");
  };
  await expect(open(throwing)).rejects.toMatchObject({
    code: "CONNECTION_REFUSED",
    message: expect.stringContaining("no server suits me"),
  });
  let stranger = false;
  const nc = await open((pool) => (stranger ? { ...(pool[0] as Server), listen: "elsewhere:1" } : null));
  stranger = true;
  await nc.reconnect();
  const reason = (await nc.closed()) as NatsError;
  expect(reason.code).toBe("CONNECTION_REFUSED");
  expect(reason.message).toContain('"reconnectToServer" chose elsewhere:1, which is not in the pool');
});

test("a wait it asks for ends with close()", async () => {
  let slow = false;
  const nc = await open((pool) => (slow ? { server: pool[0] as Server, delay: 3_600_000 } : null));
  slow = true;
  await nc.reconnect();
  await nc.close();
  expect(await nc.closed()).toBeUndefined();
});
