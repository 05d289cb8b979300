// What the server does not allow, and to whom it is told: which subscription, which request, and nobody else.

import type { NatsError } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect, rejection, subjects } from "../../browser/harness/frameworks.ts";
import { TestServer, useServer } from "../../browser/harness/server.ts";
import { delay, statusOf, until } from "../../browser/harness/until.ts";

function user(permissions: string): string {
  return `authorization { users: [ { user: "ann", password: "x", permissions: { ${permissions} } } ] }`;
}

const server = useServer({
  conf: user('publish: { deny: "closed.>" }, subscribe: { deny: ["closed.>", "crew.> idlers"] }'),
});
const login = { user: "ann", pass: "x" };

describe.each(clients)("$name", ({ client, ours }) => {
  const open = () => connected(client, { servers: server().url, ...login });

  test("a subscription with a callback is told once, with what was refused, and has ended", async () => {
    const nc = await open();
    const errors: (NatsError | null)[] = [];
    const sub = nc.subscribe("closed.door", { callback: (error) => errors.push(error) });
    await nc.flush();
    await until(() => errors.length > 0);
    await delay(30);
    expect(errors.length).toBe(1);
    expect(errors[0]).toMatchObject({
      name: "NatsError",
      code: "PERMISSIONS_VIOLATION",
      message: expect.stringMatching(/permissions violation for subscription to "closed.door"/i),
    });
    expect(errors[0]?.permissionContext).toMatchObject({ operation: "subscription", subject: "closed.door" });
    expect(errors[0]?.isPermissionError()).toBe(true);
    expect(sub.isClosed()).toBe(true);
    await sub.closed;
  });

  test("the status has the code and the context", async () => {
    const nc = await open();
    const told: { type: string; data: unknown; permissionContext?: unknown }[] = [];
    void (async () => {
      for await (const status of nc.status()) told.push(status as never);
    })();
    nc.subscribe("closed.door", { callback: () => {} });
    await nc.flush();
    nc.publish("closed.window");
    await nc.flush();
    await until(() => told.length === 2);
    expect(told.map(({ type, data }) => [type, data])).toEqual([
      ["error", "PERMISSIONS_VIOLATION"],
      ["error", "PERMISSIONS_VIOLATION"],
    ]);
    expect(told[0]?.permissionContext).toMatchObject({ operation: "subscription", subject: "closed.door" });
    expect(told[1]?.permissionContext).toMatchObject({ operation: "publish", subject: "closed.window" });
  });

  test("of two subscriptions to a subject the one in the refused queue group ends", async () => {
    const nc = await open();
    const errors: string[] = [];
    const subscribe = (queue?: string) =>
      nc.subscribe("crew.a", {
        ...(queue ? { queue } : {}),
        callback: (error) => error && errors.push(`${queue}: ${error.permissionContext?.queue}`),
      });
    const [plain, idlers, workers] = [subscribe(), subscribe("idlers"), subscribe("workers")];
    await nc.flush();
    await until(() => errors.length > 0);
    expect(errors).toEqual(["idlers: idlers"]);
    expect([plain.isClosed(), idlers.isClosed(), workers.isClosed()]).toEqual([false, true, false]);
    expect((await subjects(server(), nc)).length).toBe(2);
  });

  test("a refused publish ends no subscription to the same subject's neighbours", async () => {
    const nc = await open();
    const errors: unknown[] = [];
    const sub = nc.subscribe("open.>", { callback: (error) => error && errors.push(error) });
    nc.publish("closed.door");
    await nc.flush();
    await delay(20);
    expect(errors).toEqual([]);
    expect(sub.isClosed()).toBe(false);
  });

  describe.each([{ noMux: false }, { noMux: true }])("requests, noMux: $noMux", (mux) => {
    test("the refused request fails at once; another one under way does not", async () => {
      const nc = await open();
      nc.subscribe("open.slow", {
        callback: async (_, message) => {
          await delay(80);
          message.respond("late");
        },
      });
      await nc.flush();
      const other = nc.request("open.slow", "", { timeout: 3000, ...mux });
      const started = performance.now();
      const error = await rejection(nc.request("closed.door", "", { timeout: 4000, ...mux }));
      expect(error).toMatchObject({
        name: "NatsError",
        code: "PERMISSIONS_VIOLATION",
        permissionContext: { operation: "publish", subject: "closed.door" },
      });
      expect(performance.now() - started).toBeLessThan(3000);
      expect((await other).string()).toBe("late");
    });

    test("requestMany throws it in its iterator", async () => {
      const nc = await open();
      const replies = await nc.requestMany("closed.door", "", { maxWait: 4000, ...mux });
      const started = performance.now();
      expect(await rejection(collect(replies))).toMatchObject({
        code: "PERMISSIONS_VIOLATION",
        permissionContext: { operation: "publish", subject: "closed.door" },
      });
      expect(performance.now() - started).toBeLessThan(3000);
      await nc.flush();
      await delay(20);
      expect((await subjects(server(), nc)).length).toBe(mux.noMux ? 0 : 1);
    });
  });

  describe("a refused inbox", () => {
    test("fails all requests that wait, and a later request makes the inbox anew", async () => {
      const denied = await TestServer.start({ conf: user('subscribe: { deny: "_INBOX.>" }') });
      try {
        const nc = await connected(client, {
          servers: denied.url,
          ...login,
          reconnectTimeWait: 20,
          maxReconnectAttempts: -1,
        });
        nc.subscribe("ask", { callback: (_, message) => void message.respond("answer") });
        const ask = () => rejection(nc.request("ask", "", { timeout: 3000 }));
        const errors = await Promise.all([ask(), ask(), ask()]);
        expect(errors.map(({ code }) => code)).toEqual(Array(3).fill("PERMISSIONS_VIOLATION"));
        expect(errors[0]?.permissionContext).toMatchObject({ operation: "subscription" });

        const status = statusOf(nc);
        await denied.restart({ conf: user("") });
        await status.told("reconnect");
        expect((await nc.request("ask", "", { timeout: 3000 })).string()).toBe("answer");
      } finally {
        await denied.remove();
      }
    });

    test("fails a request of its own too", async () => {
      const denied = await TestServer.start({ conf: user('subscribe: { deny: "_INBOX.>" }') });
      try {
        const nc = await connected(client, { servers: denied.url, ...login });
        nc.subscribe("ask", { callback: (_, message) => void message.respond("answer") });
        const error = await rejection(nc.request("ask", "", { timeout: 3000, noMux: true }));
        expect(error).toMatchObject({
          code: "PERMISSIONS_VIOLATION",
          permissionContext: { operation: "subscription" },
        });
        const many = await nc.requestMany("ask", "", { maxWait: 3000, noMux: true });
        expect(await rejection(collect(many))).toMatchObject({ code: "PERMISSIONS_VIOLATION" });
      } finally {
        await denied.remove();
      }
    });
  });

  test("a permission error is not the reason of a later end", async () => {
    const own = await TestServer.start({ conf: user('publish: { deny: "closed.>" }') });
    try {
      const nc = await connected(client, { servers: own.url, ...login, reconnect: false });
      nc.publish("closed.door");
      await nc.flush();
      await own.stop();
      const reason = (await nc.closed()) as NatsError | undefined;
      expect(reason?.code).not.toBe("PERMISSIONS_VIOLATION");
      if (ours) expect(reason?.code).toBe("DISCONNECT");
    } finally {
      await own.remove();
    }
  });
});
