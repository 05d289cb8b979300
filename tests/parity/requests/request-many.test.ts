// One request, many replies: four ways to know that it is over, through the shared inbox and through one of its own.

import type { ConnectionOptions, Msg, RequestManyOptions } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, type Connection, connected } from "../../browser/harness/clients.ts";
import { collect, rejection, subjects } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay } from "../../browser/harness/until.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const { RequestStrategy } = client;
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });

  /** Replies with each text, after the wait before it. */
  function replier(nc: Connection, replies: [wait: number, text: string][]): void {
    nc.subscribe("ask", {
      callback: async (_, message) => {
        for (const [wait, text] of replies) {
          if (wait > 0) await delay(wait);
          if (!nc.isClosed()) message.respond(text);
        }
      },
    });
  }

  describe.each([{ noMux: false }, { noMux: true }])("noMux: $noMux", (mux) => {
    async function ask(nc: Connection, options: Partial<RequestManyOptions>) {
      const started = performance.now();
      const replies = await collect<Msg>(await nc.requestMany("ask", "payload", { ...mux, ...options }));
      return { texts: replies.map((reply) => reply.string()), took: performance.now() - started };
    }

    test("timer: the whole of maxWait, which is 1000 ms by default", async () => {
      const nc = await open();
      replier(nc, [
        [0, "1"],
        [20, "2"],
        [0, ""],
      ]);
      const given = await ask(nc, { strategy: RequestStrategy.Timer, maxWait: 250 });
      expect(given.texts).toEqual(["1", "2", ""]);
      expect(given.took).toBeGreaterThanOrEqual(245);
      expect(given.took).toBeLessThan(1500);
      const standard = await ask(nc, {});
      expect(standard.texts).toEqual(["1", "2", ""]);
      expect(standard.took).toBeGreaterThanOrEqual(990);
    });

    test("count: at the last of maxMessages; or at maxWait when there are fewer", async () => {
      const nc = await open();
      replier(nc, [
        [0, "1"],
        [0, "2"],
        [0, "3"],
      ]);
      const two = await ask(nc, { strategy: RequestStrategy.Count, maxMessages: 2, maxWait: 5000 });
      expect(two.texts.slice(0, 2)).toEqual(["1", "2"]);
      // The replies behind it may have come before the inbox was closed.
      if (ours) expect(two.texts.length).toBe(2);
      expect(two.took).toBeLessThan(3000);
      const four = await ask(nc, { strategy: RequestStrategy.Count, maxMessages: 4, maxWait: 200 });
      expect(four.texts).toEqual(["1", "2", "3"]);
      expect(four.took).toBeGreaterThanOrEqual(195);
    });

    test("jitter: when no reply comes for 300 ms after one, or for the time given", async () => {
      const nc = await open();
      replier(nc, [
        [0, "1"],
        [60, "2"],
        [60, "3"],
        [600, "4"],
      ]);
      const standard = await ask(nc, { strategy: RequestStrategy.JitterTimer, maxWait: 5000 });
      expect(standard.texts).toEqual(["1", "2", "3"]);
      expect(standard.took).toBeGreaterThanOrEqual(400);
      expect(standard.took).toBeLessThan(2000);
      await delay(400);
      const short = await ask(nc, { strategy: RequestStrategy.JitterTimer, maxWait: 5000, jitter: 30 });
      // nats.ws knows only one jitter with noMux.
      expect(short.texts).toEqual(ours || !mux.noMux ? ["1"] : ["1", "2", "3"]);
    });

    test("sentinel: with an empty reply, which is handed out", async () => {
      const nc = await open();
      replier(nc, [
        [0, "1"],
        [0, "2"],
        [0, ""],
        [0, "behind"],
      ]);
      const { texts, took } = await ask(nc, { strategy: RequestStrategy.SentinelMsg, maxWait: 5000 });
      expect(texts.slice(0, 3)).toEqual(["1", "2", ""]);
      if (ours) expect(texts.length).toBe(3);
      expect(took).toBeLessThan(3000);
    });

    test("maxWait ends every strategy", async () => {
      const nc = await open();
      nc.subscribe("ask", { callback: () => {} });
      for (const strategy of Object.values(RequestStrategy)) {
        const { texts, took } = await ask(nc, { strategy, maxWait: 100 });
        expect(texts).toEqual([]);
        expect(took).toBeGreaterThanOrEqual(95);
        expect(took).toBeLessThan(1500);
      }
    });

    test("headers: nats.ws forgets them with noMux", async () => {
      const nc = await open();
      const heard: (string | undefined)[] = [];
      nc.subscribe("ask", {
        callback: (_, message) => {
          heard.push(message.headers?.get("Key"));
          message.respond();
        },
      });
      const given = client.headers();
      given.set("Key", "value");
      await ask(nc, { strategy: RequestStrategy.SentinelMsg, headers: given });
      expect(heard).toEqual([ours || !mux.noMux ? "value" : undefined]);
    });

    test("nobody there: the iterator throws 503", async () => {
      const nc = await open();
      const replies = await nc.requestMany("nobody", "", { ...mux, maxWait: 3000 });
      const started = performance.now();
      expect(await rejection(collect(replies))).toMatchObject({ name: "NatsError", code: "503" });
      expect(performance.now() - started).toBeLessThan(2000);
    });

    test("leaving the loop ends it, and nothing is left on the server but the shared inbox", async () => {
      const nc = await open();
      replier(nc, [
        [0, "1"],
        [0, "2"],
      ]);
      for await (const reply of await nc.requestMany("ask", "", { ...mux, maxWait: 3000 })) {
        expect(reply.string()).toBe("1");
        break;
      }
      await ask(nc, { maxWait: 50 });
      await rejection(collect(await nc.requestMany("nobody", "", { ...mux, maxWait: 3000 })));
      await nc.flush();
      await delay(30);
      const left = (await subjects(server(), nc)).filter((subject) => subject !== "ask");
      expect(left.length).toBe(mux.noMux ? 0 : 1);
    });

    test("errors of the call itself", async () => {
      const nc = await open();
      const many = async (options: Partial<RequestManyOptions>, subject = "ask") =>
        nc.requestMany(subject, "", { ...mux, ...options });
      expect(await rejection(many({ maxWait: -1 }))).toMatchObject({ code: "INVALID_OPTION" });
      expect(await rejection(many({}, ""))).toMatchObject({ code: "BAD_SUBJECT" });
      await nc.close();
      expect(await rejection(many({}))).toMatchObject({ code: "CONNECTION_CLOSED" });
    });
  });
});
