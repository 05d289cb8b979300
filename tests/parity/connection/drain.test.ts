// Draining and closing, of subscriptions and connections: what is still delivered, and every code on the way.

import type { ConnectionOptions } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect, rejection, subjects } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay, statusOf, until } from "../../browser/harness/until.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });
  const refused = (code: string) => expect.objectContaining({ name: "NatsError", code });

  describe("a subscription", () => {
    test("drained, it hears what was under way; the server forgets it; the connection lives on", async () => {
      const nc = await open();
      const heard: string[] = [];
      const sub = nc.subscribe("drained", { callback: (_, message) => void heard.push(message.string()) });
      for (let number = 0; number < 100; number++) nc.publish("drained", String(number));
      const drained = sub.drain();
      expect(sub.isDraining()).toBe(true);
      nc.publish("drained", "after");
      await drained;
      expect(heard.length).toBe(100);
      expect(sub.isClosed()).toBe(true);
      await nc.flush();
      expect(heard).not.toContain("after");
      expect(await subjects(server(), nc)).toEqual([]);
      expect(nc.isClosed()).toBe(false);
    });

    test("drained, its iterator ends after what was under way", async () => {
      const nc = await open();
      const sub = nc.subscribe("drained");
      for (const text of ["1", "2", "3"]) nc.publish("drained", text);
      const drained = sub.drain();
      expect((await collect(sub)).map((message) => message.string())).toEqual(["1", "2", "3"]);
      await drained;
      await sub.closed;
    });

    test("draining it again while it drains is the same drain", async () => {
      const nc = await open();
      const sub = nc.subscribe("drained", { callback: () => {} });
      const [first, second] = [sub.drain(), sub.drain()];
      expect(second).toBe(first);
      await first;
    });

    test("draining what has ended: SUB_CLOSED; on a closed connection: CONNECTION_CLOSED", async () => {
      const nc = await open();
      const [ended, alive] = ["ended", "alive"].map((subject) => nc.subscribe(subject, { callback: () => {} }));
      ended?.unsubscribe();
      await ended?.closed;
      expect(await rejection(ended?.drain() as Promise<void>)).toMatchObject({ name: "NatsError", code: "SUB_CLOSED" });
      await nc.close();
      expect(await rejection(alive?.drain() as Promise<void>)).toMatchObject({
        name: "NatsError",
        code: "CONNECTION_CLOSED",
      });
    });
  });

  describe("a connection", () => {
    test("drained, it hears everything under way, answers it, and closes", async () => {
      const nc = await open();
      const asker = await open();
      const answers: string[] = [];
      nc.subscribe("work", {
        callback: (_, message) => {
          message.respond(message.string());
        },
      });
      await nc.flush();
      asker.subscribe("answers", { callback: (_, message) => void answers.push(message.string()) });
      await asker.flush();
      for (let number = 0; number < 50; number++) asker.publish("work", String(number), { reply: "answers" });
      await asker.flush();
      await nc.drain();
      expect(nc.isClosed()).toBe(true);
      expect(await nc.closed()).toBeUndefined();
      await until(() => answers.length === 50);
    });

    test("while it drains: no subscription, no request, no second drain; publishing goes on", async () => {
      const nc = await open();
      const outside = await server().outside();
      const listener = await outside.listen("published");
      const sub = nc.subscribe("slow");
      nc.publish("slow");
      await nc.flush();
      const draining = nc.drain();
      expect(nc.isDraining()).toBe(true);
      expect(() => nc.subscribe("more")).toThrow(refused("CONNECTION_DRAINING"));
      expect(await rejection(nc.request("more"))).toEqual(refused("CONNECTION_DRAINING"));
      expect(await rejection((async () => nc.requestMany("more"))())).toEqual(refused("CONNECTION_DRAINING"));
      expect(await rejection(nc.drain())).toEqual(refused("CONNECTION_DRAINING"));
      await collect(sub);
      await draining;
      expect(() => nc.publish("published")).toThrow(refused("CONNECTION_CLOSED"));
      expect(await listener.heard()).toEqual([]);
      await outside.close();
    });

    test("an iterator may publish while its connection drains", async () => {
      const nc = await open();
      const outside = await server().outside();
      const listener = await outside.listen("published");
      const sub = nc.subscribe("work");
      void (async () => {
        for await (const message of sub) nc.publish("published", message.string());
      })();
      nc.publish("work", "1");
      await nc.drain();
      expect((await listener.waitFor(1)).map(({ text }) => text)).toEqual(["1"]);
      await outside.close();
    });

    test("a handler may publish while its connection drains", async () => {
      const nc = await open();
      const outside = await server().outside();
      const listener = await outside.listen("published");
      nc.subscribe("work", { callback: (_, message) => nc.publish("published", message.string()) });
      for (const text of ["1", "2", "3"]) nc.publish("work", text);
      await nc.drain();
      expect((await listener.waitFor(3)).map(({ text }) => text)).toEqual(["1", "2", "3"]);
      await outside.close();
    });

    test("a closed one can do nothing: CONNECTION_CLOSED", async () => {
      const nc = await open();
      await nc.close();
      await nc.close();
      expect(nc.isClosed()).toBe(true);
      expect(nc.info).toBeUndefined();
      for (const call of [() => nc.publish("a"), () => nc.subscribe("a")]) {
        expect(call).toThrow(refused("CONNECTION_CLOSED"));
      }
      for (const call of [nc.request("a"), nc.flush(), nc.drain(), nc.rtt(), nc.reconnect()]) {
        expect(await rejection(call)).toEqual(refused("CONNECTION_CLOSED"));
      }
    });

    test("close ends status iterators and subscriptions; closed() resolves with nothing, for all who ask", async () => {
      const nc = await open();
      const statuses = collect(nc.status());
      const messages = collect(nc.subscribe("quiet"));
      const called = nc.subscribe("quiet", { callback: () => {} });
      const before = nc.closed();
      await nc.close();
      expect(await messages).toEqual([]);
      await called.closed;
      if (ours) await statuses;
      expect([await before, await nc.closed()]).toEqual([undefined, undefined]);
    });

    test("the server sees it go", async () => {
      const nc = await open({ name: "to be gone" });
      const there = async () => (await server().connections()).some(({ name }) => name === "to be gone");
      expect(await there()).toBe(true);
      await nc.close();
      for (let tries = 0; (await there()) && tries < 100; tries++) await delay(20);
      expect(await there()).toBe(false);
    });

    test("drain tells the status nothing", async () => {
      const nc = await open();
      const status = statusOf(nc);
      nc.subscribe("a", { callback: () => {} });
      await nc.drain();
      const told = status.types().filter((type) => type !== "close");
      expect(told).toEqual([]);
    });
  });
});
