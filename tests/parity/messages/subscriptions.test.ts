// Subscriptions: their options and members, auto-unsubscribe, queue groups, callbacks. The server's own view says what
// is subscribed.

import type { ConnectionOptions, Msg, NatsError } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect, subjects } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay, until } from "../../browser/harness/until.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });

  describe("members", () => {
    test("before anything has come in", async () => {
      const nc = await open();
      const sub = nc.subscribe("members");
      expect(sub.getSubject()).toBe("members");
      expect(sub.getID()).toBe(1);
      expect(nc.subscribe("members").getID()).toBe(2);
      expect(sub.getMax()).toBeUndefined();
      expect(nc.subscribe("members", { max: 3 }).getMax()).toBe(3);
      expect([sub.getReceived(), sub.getProcessed(), sub.getPending()]).toEqual([0, 0, 0]);
      expect([sub.isClosed(), sub.isDraining()]).toEqual([false, false]);
    });

    test("an iterator's counters: received, pending with the one in hand, processed", async () => {
      const nc = await open();
      const sub = nc.subscribe("counters");
      for (const text of ["1", "2", "3"]) nc.publish("counters", text);
      await nc.flush();
      expect([sub.getReceived(), sub.getProcessed(), sub.getPending()]).toEqual([3, 0, 3]);
      const steps: number[][] = [];
      for await (const message of sub) {
        steps.push([sub.getReceived(), sub.getProcessed(), sub.getPending()]);
        if (message.string() === "3") break;
      }
      expect(steps).toEqual([
        [3, 1, 3],
        [3, 2, 2],
        [3, 3, 1],
      ]);
    });

    test("a callback's counters: what was received is processed", async () => {
      const nc = await open();
      const sub = nc.subscribe("counters", { callback: () => {} });
      for (const text of ["1", "2", "3"]) nc.publish("counters", text);
      await nc.flush();
      expect([sub.getReceived(), sub.getProcessed(), sub.getPending()]).toEqual([3, 3, 0]);
    });

    test("callback() is the callback that was given", async () => {
      const nc = await open();
      const heard: [NatsError | null, Msg][] = [];
      const sub = nc.subscribe("called", { callback: (error, message) => heard.push([error, message]) });
      const message = { subject: "by hand" } as Msg;
      sub.callback(null, message);
      expect(heard).toEqual([[null, message]]);
    });

    test("callback() of an iterator puts the message into it", async () => {
      const nc = await open();
      const sub = nc.subscribe("called", { max: 2 });
      const message = { subject: "by hand" } as Msg;
      sub.callback(null, message);
      for await (const each of sub) {
        expect(each).toBe(message);
        break;
      }
    });
  });

  describe("subjects", () => {
    test("wildcards", async () => {
      const nc = await open();
      const heard: Record<string, string[]> = { "wild.*": [], "wild.>": [], "*.b": [] };
      for (const subject of Object.keys(heard)) {
        nc.subscribe(subject, { callback: (_, message) => void heard[subject]?.push(message.subject) });
      }
      for (const subject of ["wild.a", "wild.b", "wild.a.b", "wild"]) nc.publish(subject);
      await nc.flush();
      expect(heard).toEqual({
        "wild.*": ["wild.a", "wild.b"],
        "wild.>": ["wild.a", "wild.b", "wild.a.b"],
        "*.b": ["wild.b"],
      });
    });

    test("an empty one is BAD_SUBJECT", async () => {
      const nc = await open();
      expect(() => nc.subscribe("")).toThrow(expect.objectContaining({ name: "NatsError", code: "BAD_SUBJECT" }));
    });

    test("with white space: refused by us, written to the wire by nats.ws", async () => {
      const nc = await open({ reconnect: false });
      const subscribe = () => nc.subscribe("a b", { callback: () => {} });
      if (ours) {
        expect(subscribe).toThrow(expect.objectContaining({ code: "BAD_SUBJECT" }));
        expect(() => nc.subscribe("a", { queue: "b c" })).toThrow(expect.objectContaining({ code: "BAD_SUBJECT" }));
      } else {
        expect(subscribe).not.toThrow();
      }
    });

    test("two subscriptions to one subject both get each message", async () => {
      const nc = await open();
      const subs = [nc.subscribe("both", { max: 1 }), nc.subscribe("both", { max: 1 })];
      nc.publish("both", "x");
      const heard = await Promise.all(subs.map((sub) => collect(sub)));
      expect(heard.map((messages) => messages.map((message) => [message.sid, message.string()]))).toEqual([
        [[1, "x"]],
        [[2, "x"]],
      ]);
    });
  });

  test("of a queue group one member gets each message; the server knows the group", async () => {
    const nc = await open();
    const members = [1, 2].map(() => nc.subscribe("shared", { queue: "workers", callback: () => {} }));
    for (let number = 0; number < 100; number++) nc.publish("shared");
    await nc.flush();
    const counts = members.map((member) => member.getReceived());
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(100);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  describe("max", () => {
    test("ends it after so many messages, here and on the server", async () => {
      const nc = await open();
      const sub = nc.subscribe("limited", { max: 3 });
      nc.subscribe("other", { callback: () => {} });
      for (let number = 0; number < 10; number++) nc.publish("limited", String(number));
      expect((await collect(sub)).map((message) => message.string())).toEqual(["0", "1", "2"]);
      await nc.flush();
      expect(sub.isClosed()).toBe(true);
      expect(sub.getReceived()).toBe(3);
      expect(await subjects(server(), nc)).toEqual(["other"]);
    });

    test("can be set later, and raised", async () => {
      const nc = await open();
      const heard: string[] = [];
      const sub = nc.subscribe("limited", { callback: (_, message) => void heard.push(message.string()) });
      sub.unsubscribe(2);
      nc.publish("limited", "1");
      await nc.flush();
      sub.unsubscribe(4);
      expect(sub.getMax()).toBe(4);
      for (const text of ["2", "3", "4", "5"]) nc.publish("limited", text);
      await nc.flush();
      expect(heard).toEqual(["1", "2", "3", "4"]);
      expect(sub.isClosed()).toBe(true);
    });

    test("a max that is reached already ends it at once", async () => {
      const nc = await open();
      const sub = nc.subscribe("limited", { callback: () => {} });
      for (const text of ["1", "2", "3"]) nc.publish("limited", text);
      await nc.flush();
      sub.unsubscribe(2);
      await nc.flush();
      nc.publish("limited", "4");
      await nc.flush();
      expect(sub.getReceived()).toBe(3);
      expect(await subjects(server(), nc)).toEqual([]);
      expect(sub.isClosed()).toBe(true);
    });
  });

  describe("unsubscribe", () => {
    test("ends it, and the server forgets it; again it does nothing", async () => {
      const nc = await open();
      const sub = nc.subscribe("ended", { callback: () => {} });
      await nc.flush();
      expect(await subjects(server(), nc)).toEqual(["ended"]);
      sub.unsubscribe();
      sub.unsubscribe();
      await sub.closed;
      await nc.flush();
      expect(sub.isClosed()).toBe(true);
      expect(await subjects(server(), nc)).toEqual([]);
    });

    test("in a callback stops it at once, also for what has been read already", async () => {
      const nc = await open();
      const heard: string[] = [];
      const sub = nc.subscribe("stopped", {
        callback: (_, message) => {
          heard.push(message.string());
          if (heard.length === 3) sub.unsubscribe();
        },
      });
      const outside = await server().outside();
      await nc.flush();
      await outside.publishAll(
        Array.from({ length: 50 }, (_, number) => ({ subject: "stopped", data: String(number) })),
      );
      await nc.flush();
      await delay(30);
      await nc.flush();
      expect(heard).toEqual(["0", "1", "2"]);
      await outside.close();
    });

    test("one subscription's callback can end another one", async () => {
      const nc = await open();
      const heard: string[] = [];
      const second = nc.subscribe("second", { callback: () => void heard.push("second") });
      nc.subscribe("first", {
        callback: () => {
          heard.push("first");
          second.unsubscribe();
        },
      });
      await nc.flush();
      nc.publish("first");
      nc.publish("second");
      await nc.flush();
      expect(heard).toEqual(["first"]);
    });

    test("ends the iterator after what is queued", async () => {
      const nc = await open();
      const sub = nc.subscribe("queued");
      for (const text of ["1", "2"]) nc.publish("queued", text);
      await nc.flush();
      sub.unsubscribe();
      expect((await collect(sub)).map((message) => message.string())).toEqual(["1", "2"]);
    });
  });

  describe("timeout", () => {
    test("a callback is told TIMEOUT once", async () => {
      const nc = await open();
      const errors: (NatsError | null)[] = [];
      nc.subscribe("silent", { timeout: 40, callback: (error) => errors.push(error) });
      await until(() => errors.length > 0);
      await delay(100);
      expect(errors).toEqual([expect.objectContaining({ code: "TIMEOUT" })]);
    });

    test("an iterator throws TIMEOUT", async () => {
      const nc = await open();
      const sub = nc.subscribe("silent", { timeout: 40 });
      await expect(collect(sub)).rejects.toMatchObject({ code: "TIMEOUT" });
      await nc.flush();
      expect(sub.isClosed()).toBe(true);
      expect(await subjects(server(), nc)).toEqual([]);
    });

    test("the first message ends it", async () => {
      const nc = await open();
      const errors: NatsError[] = [];
      nc.subscribe("spoken", { timeout: 80, callback: (error) => error && errors.push(error) });
      const sub = nc.subscribe("spoken", { timeout: 80 });
      nc.publish("spoken");
      await delay(200);
      // A callback of nats.ws is told of a timeout all the same.
      expect(errors.map(({ code }) => code)).toEqual(ours ? [] : ["TIMEOUT"]);
      expect(sub.isClosed()).toBe(false);
      expect(sub.getReceived()).toBe(1);
    });
  });

  test("on a closed connection it is refused", async () => {
    const nc = await open();
    const sub = nc.subscribe("closed", { callback: () => {} });
    await nc.close();
    await sub.closed;
    expect(sub.isClosed()).toBe(true);
    expect(() => nc.subscribe("closed")).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
  });

  test("a hundred subscriptions that end leave nothing behind on the server", async () => {
    const nc = await open();
    const subs = Array.from({ length: 100 }, (_, index) => nc.subscribe(`many.${index}`, { callback: () => {} }));
    await nc.flush();
    expect((await subjects(server(), nc)).length).toBe(100);
    for (const sub of subs) sub.unsubscribe();
    await nc.flush();
    expect(await subjects(server(), nc)).toEqual([]);
  });
});
