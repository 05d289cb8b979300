// Options and calls that meet: which one counts.

import type { ConnectionOptions, NatsError } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { rejection } from "../../browser/harness/frameworks.ts";
import { TestServer, useServer } from "../../browser/harness/server.ts";
import { delay, statusOf, until } from "../../browser/harness/until.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });

  test("reconnectDelayHandler replaces reconnectTimeWait and reconnectJitter", async () => {
    const own = await TestServer.start();
    try {
      const nc = await connected(client, {
        servers: own.url,
        reconnectTimeWait: 3_600_000,
        reconnectJitter: 3_600_000,
        reconnectDelayHandler: () => 20,
        maxReconnectAttempts: -1,
      });
      const status = statusOf(nc);
      await own.stop();
      await status.told("reconnecting", 2);
      await own.restart();
      await status.told("reconnect");
      await nc.flush();
    } finally {
      await own.remove();
    }
  });

  test("maxReconnectAttempts ends a dialling that ignoreAuthErrorAbort would go on with", async () => {
    const own = await TestServer.start({ conf: "authorization { user: a, password: one }" });
    try {
      const nc = await connected(client, {
        servers: own.url,
        user: "a",
        pass: "one",
        ignoreAuthErrorAbort: true,
        maxReconnectAttempts: 4,
        reconnectTimeWait: 20,
        reconnectJitter: 0,
      });
      const status = statusOf(nc);
      await own.reload({ conf: "authorization { user: a, password: two }" });
      const reason = (await nc.closed()) as NatsError;
      expect(reason.code).toBe("AUTHORIZATION_VIOLATION");
      expect(status.types().filter((type) => type === "reconnecting")).toHaveLength(4);
    } finally {
      await own.remove();
    }
  });

  test("noEcho: a request to a responder of one's own finds nobody", async () => {
    const nc = await open({ noEcho: true });
    nc.subscribe("echo.ask", { callback: (_, message) => void message.respond("me") });
    await nc.flush();
    expect((await rejection(nc.request("echo.ask", "", { timeout: 200 }))).code).toMatch(/^(503|TIMEOUT)$/);
    const other = await open();
    expect((await other.request("echo.ask")).string()).toBe("me");
  });

  test("inboxPrefix is that of requests of their own inbox too, and of requestMany", async () => {
    const nc = await open({ inboxPrefix: "my.inbox" });
    const replies: string[] = [];
    nc.subscribe("prefix.ask", {
      callback: (_, message) => {
        replies.push(message.reply ?? "");
        message.respond("");
      },
    });
    await nc.request("prefix.ask", "", { timeout: 1000, noMux: true });
    for (const noMux of [false, true]) {
      const strategy = client.RequestStrategy.Count;
      for await (const _ of await nc.requestMany("prefix.ask", "", { strategy, maxMessages: 1, maxWait: 1000, noMux }));
    }
    const own = /^my\.inbox\.[^.]{22}/;
    // docs/decisions/0012.
    const shared = ours ? /^my\.inbox\.[^.]{11}\.[^.]+$/ : own;
    expect(replies).toEqual([own, shared, own].map((each) => expect.stringMatching(each)));
  });

  test("max and timeout: the first message ends the timeout, but with nats.ws only where there is no max", async () => {
    const nc = await open();
    const errors: (string | undefined)[] = [];
    const sub = nc.subscribe("both", { max: 2, timeout: 100, callback: (error) => errors.push(error?.code) });
    nc.publish("both");
    await nc.flush();
    await delay(150);
    expect(sub.isClosed()).toBe(!ours);
    nc.publish("both");
    await nc.flush();
    // And with nats.ws its `closed` is for ever pending.
    if (ours) await sub.closed;
    expect(errors).toEqual(ours ? [undefined, undefined] : [undefined, "TIMEOUT", undefined]);
  });

  test("max in a queue group counts what its member gets", async () => {
    const nc = await open();
    const [limited, other] = [nc.subscribe("shared", { queue: "q", max: 3 }), nc.subscribe("shared", { queue: "q" })];
    for (let count = 0; count < 60; count++) nc.publish("shared");
    await nc.flush();
    await until(() => limited.getReceived() + other.getReceived() === 60);
    expect(limited.getReceived()).toBe(3);
  });

  test("drain with a max that is not reached: what came in is heard, and it ends", async () => {
    const nc = await open();
    let heard = 0;
    const sub = nc.subscribe("few", { max: 10, callback: () => heard++ });
    for (let count = 0; count < 3; count++) nc.publish("few");
    await sub.drain();
    nc.publish("few");
    await nc.flush();
    expect([heard, sub.isClosed()]).toEqual([3, true]);
  });

  test("reconnect() on a connection that drains, or has closed", async () => {
    const nc = await open();
    nc.subscribe("busy", { callback: () => {} });
    const drained = nc.drain();
    expect((await rejection(nc.reconnect())).code).toBe("CONNECTION_DRAINING");
    await drained;
    expect((await rejection(nc.reconnect())).code).toBe("CONNECTION_CLOSED");
  });

  test("requestMany with noMux: nats.ws always waits 300 ms for the next reply, ours as long as jitter says", async () => {
    const nc = await open();
    nc.subscribe("slowly", {
      callback: async (_, message) => {
        message.respond("1");
        await delay(450);
        message.respond("2");
      },
    });
    const heard: string[] = [];
    const strategy = client.RequestStrategy.JitterTimer;
    const replies = await nc.requestMany("slowly", "", { strategy, maxWait: 2000, jitter: 800, noMux: true });
    for await (const message of replies) heard.push(message.string());
    expect(heard).toEqual(ours ? ["1", "2"] : ["1"]);
  });
});
