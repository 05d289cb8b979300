// Iterating: one consumer, leaving the loop, the order of the end and of errors, and asking one by one.

import type { Msg, NatsError } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { collect, rejection, subjects } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay } from "../../browser/harness/until.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = () => connected(client, { servers: server().url });

  test("break unsubscribes; what is queued behind is dropped", async () => {
    const nc = await open();
    const sub = nc.subscribe("broken");
    for (const text of ["1", "2", "3"]) nc.publish("broken", text);
    for await (const message of sub) {
      expect(message.string()).toBe("1");
      break;
    }
    await sub.closed;
    await nc.flush();
    expect(sub.isClosed()).toBe(true);
    expect(await subjects(server(), nc)).toEqual([]);
  });

  test("return() and throwing out of the loop unsubscribe too", async () => {
    const nc = await open();
    const returned = nc.subscribe("returned");
    const iterator = returned[Symbol.asyncIterator]();
    nc.publish("returned", "1");
    expect((await iterator.next()).value.string()).toBe("1");
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ value: undefined, done: true });

    const thrown = nc.subscribe("thrown");
    nc.publish("thrown");
    await expect(
      (async () => {
        for await (const _ of thrown) throw new Error("mine");
      })(),
    ).rejects.toThrow("mine");
    await nc.flush();
    expect(await subjects(server(), nc)).toEqual([]);
    expect([returned.isClosed(), thrown.isClosed()]).toEqual([true, true]);
  });

  test("a second consumer is refused with BAD API, the first goes on", async () => {
    const nc = await open();
    const sub = nc.subscribe("single", { max: 1 });
    const first = collect(sub);
    const second = await rejection(collect(sub));
    expect(second).toMatchObject({
      name: "NatsError",
      code: "BAD API",
      message: said(ours, "BAD API", "already yielding"),
    });
    nc.publish("single", "x");
    expect((await first).map((message) => message.string())).toEqual(["x"]);
  });

  test("a subscription with a callback cannot be iterated", async () => {
    const nc = await open();
    const sub = nc.subscribe("called", { callback: () => {} });
    const error = await rejection((async () => collect(sub))());
    expect(error).toMatchObject({
      name: "NatsError",
      code: "BAD API",
      message: said(ours, "BAD API", "unsupported iterator"),
    });
  });

  test("the end comes after what is queued, and closed after the end", async () => {
    const nc = await open();
    const sub = nc.subscribe("ordered", { max: 3 });
    const events: string[] = [];
    sub.closed.then(() => events.push("closed"));
    for (const text of ["1", "2", "3"]) nc.publish("ordered", text);
    await nc.flush();
    await delay(20);
    expect(events).toEqual([]);
    for await (const message of sub) {
      events.push(message.string());
      await delay(5);
    }
    await sub.closed;
    await delay(0);
    expect(events).toEqual(["1", "2", "3", "closed"]);
  });

  test("an iterator waits for the next message", async () => {
    const nc = await open();
    const sub = nc.subscribe("later", { max: 2 });
    const heard: string[] = [];
    const done = (async () => {
      for await (const message of sub) heard.push(message.string());
    })();
    for (const text of ["1", "2"]) {
      await delay(20);
      nc.publish("later", text);
    }
    await done;
    expect(heard).toEqual(["1", "2"]);
  });

  test("close() ends the iterator after what has come in", async () => {
    const nc = await open();
    const sub = nc.subscribe("closing");
    for (const text of ["1", "2"]) nc.publish("closing", text);
    await nc.flush();
    await nc.close();
    expect((await collect(sub)).map((message) => message.string())).toEqual(["1", "2"]);
  });

  describe("syncIterator", () => {
    test("waits for the next message, and says null at the end", async () => {
      const nc = await open();
      const sub = nc.subscribe("one.by.one", { max: 2 });
      const iterator = client.syncIterator(sub);
      const first = iterator.next();
      nc.publish("one.by.one", "1");
      expect((await first)?.string()).toBe("1");
      nc.publish("one.by.one", "2");
      expect((await iterator.next())?.string()).toBe("2");
      expect(await iterator.next()).toBeNull();
    });

    test("has the subscription for itself", async () => {
      const nc = await open();
      const sub = nc.subscribe("reserved");
      const iterator = client.syncIterator(sub);
      nc.publish("reserved", "1");
      expect((await iterator.next())?.string()).toBe("1");
      const error = await rejection(collect(sub));
      expect(error).toMatchObject({
        name: "NatsError",
        code: "BAD API",
        message: said(ours, "BAD API", "already yielding"),
      });
    });

    test("throws what the subscription ends with", async () => {
      const nc = await open();
      const iterator = client.syncIterator(nc.subscribe("silent", { timeout: 30 }));
      expect(await rejection(iterator.next())).toMatchObject({ code: "TIMEOUT" });
    });
  });

  test("an error given to callback() comes as a throw", async () => {
    const nc = await open();
    const sub = nc.subscribe("failing");
    const error = new client.NatsError("mine", "MINE");
    sub.callback(error as NatsError, {} as Msg);
    expect(await rejection(collect(sub))).toBe(error);
    await sub.closed;
    expect(sub.isClosed()).toBe(true);
  });
});
