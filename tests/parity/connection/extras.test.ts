// What is no part of nats.ws's interface and used all the same: options, features, versions, who we are to the server;
// and the classes that measure.

import type { NatsConnection, Subscription } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect, subjects } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";

interface Extras {
  options: Record<string, unknown>;
  getServerVersion(): { major: number; minor: number; micro: number } | undefined;
  features: { get(feature: string): { ok: boolean; min: string }; supports(feature: string): boolean };
  context(): Promise<{ server: { id: string }; data: { user: string; account: string } }>;
  _resub(subscription: Subscription, subject: string, max?: number): void;
}

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = async (more = {}) =>
    (await connected(client, { servers: server().url, ...more })) as NatsConnection & Extras;

  test("options: what was given, and the defaults", async () => {
    const nc = await open({ name: "mine", pingInterval: 70_000, inboxPrefix: "my.inbox" });
    expect(nc.options).toMatchObject({
      name: "mine",
      pingInterval: 70_000,
      inboxPrefix: "my.inbox",
      maxPingOut: 2,
      maxReconnectAttempts: 10,
      reconnectTimeWait: 2000,
      reconnectJitter: 100,
      reconnectJitterTLS: 1000,
      reconnect: true,
      verbose: false,
      pedantic: false,
      waitOnFirstConnect: false,
      ignoreAuthErrorAbort: false,
    });
    const plain = await open();
    expect(plain.options.pingInterval).toBe(120_000);
    // nats.ws shows it only when it was given.
    expect(plain.options.inboxPrefix).toBe(ours ? "_INBOX" : undefined);
  });

  test("getServerVersion()", async () => {
    const nc = await open();
    const [major, minor, micro] = (nc.info?.version ?? "").split(".").map(Number);
    expect(nc.getServerVersion()).toEqual({ major, minor, micro });
  });

  test("features", async () => {
    const nc = await open();
    expect(nc.features.get("js_kv")).toEqual({ min: "2.6.2", ok: true });
    expect(nc.features.supports("js_kv")).toBe(true);
  });

  test("context() asks the server who we are", async () => {
    const nc = await open();
    const { server: told, data } = await nc.context();
    expect(told.id).toBe(nc.info?.server_id);
    expect(data.account).toBe("$G");
  });

  test("_resub moves a subscription to another subject", async () => {
    const nc = await open();
    const sub = nc.subscribe("before");
    nc.publish("before", "1");
    await nc.flush();
    nc._resub(sub, "after");
    await nc.flush();
    expect(await subjects(server(), nc)).toEqual(["after"]);
    nc.publish("before", "lost");
    nc.publish("after", "2");
    await nc.flush();
    sub.unsubscribe();
    expect((await collect(sub)).map((message) => message.string())).toEqual(["1", "2"]);
  });

  test("Metric says what it measured", () => {
    const metric = new client.Metric("sub", 1000);
    Object.assign(metric, { msgs: 2000, bytes: 4_000_000, payload: 2000 });
    expect(metric.toString()).toMatch(/^sub/);
    expect(metric.toString()).toContain("2,000");
    expect(metric.toCsv().split(",")[0]).toBe('"sub"');
    expect(client.Metric.header()).toMatch(/^Test,/);
  });

  test.each([{ callbacks: false }, { callbacks: true }])(
    "Bench publishes, listens and asks ($callbacks)",
    async (how) => {
      const nc = await open();
      const run = async (what: object) => {
        const bench = new client.Bench(nc, { msgs: 200, size: 64, ...how, ...what });
        return (await bench.run()).map(({ name, msgs, payload }) => ({ name, msgs, payload }));
      };
      const names = async (what: object) => (await run(what)).map(({ name }) => name);
      expect(await run({ pub: true })).toEqual([{ name: "pub", msgs: 200, payload: 64 }]);
      expect(await names({ pub: true, sub: true })).toEqual(expect.arrayContaining(["pub", "sub"]));
      expect(await names({ req: true, rep: true, asyncRequests: true })).toEqual(
        expect.arrayContaining(["req", "rep"]),
      );
    },
  );
});
