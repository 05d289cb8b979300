// One request, one reply, through the shared inbox and through one of its own: codes, options, and what stays behind.

import type { ConnectionOptions, RequestOptions } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { rejection, subjects } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay } from "../../browser/harness/until.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });

  describe.each([{ noMux: false }, { noMux: true }])("noMux: $noMux", (mux) => {
    test("the reply is a message; the request had payload, headers and a reply subject", async () => {
      const nc = await open();
      nc.subscribe("ask", {
        callback: (_, message) => {
          message.respond(`${message.string()} ${message.headers?.get("Key")}`, { headers: message.headers as never });
        },
      });
      const given = client.headers();
      given.set("Key", "value");
      const reply = await nc.request("ask", "payload", { timeout: 2000, headers: given, ...mux });
      expect(reply.string()).toBe("payload value");
      expect(reply.headers?.get("Key")).toBe("value");
    });

    test("of several repliers the first one counts", async () => {
      const nc = await open();
      for (const name of ["1", "2", "3"]) nc.subscribe("ask", { callback: (_, message) => void message.respond(name) });
      const reply = await nc.request("ask", "", { timeout: 2000, ...mux });
      expect(["1", "2", "3"]).toContain(reply.string());
      await nc.flush();
      expect((await nc.request("ask", "", { timeout: 2000, ...mux })).string()).toMatch(/^[123]$/);
    });

    test("nobody there: 503 at once; nobody answering: TIMEOUT, not earlier", async () => {
      const nc = await open();
      const started = performance.now();
      const refused = await rejection(nc.request("nobody", "", { timeout: 5000, ...mux }));
      expect(refused).toMatchObject({ name: "NatsError", code: "503" });
      expect(performance.now() - started).toBeLessThan(2000);

      nc.subscribe("silent", { callback: () => {} });
      const asked = performance.now();
      const late = await rejection(nc.request("silent", "", { timeout: 120, ...mux }));
      expect(late).toMatchObject({ name: "NatsError", code: "TIMEOUT" });
      expect(performance.now() - asked).toBeGreaterThanOrEqual(115);
    });

    test("a reply with a 503 in it and a payload is a reply", async () => {
      const nc = await open();
      nc.subscribe("ask", {
        callback: (_, message) => void message.respond("payload", { headers: client.headers(503, "mine") }),
      });
      const reply = await nc.request("ask", "", { timeout: 2000, ...mux });
      expect(reply.headers?.code).toBe(503);
      expect(reply.string()).toBe("payload");
    });

    test("a late reply does no harm", async () => {
      const nc = await open();
      nc.subscribe("slow", {
        callback: async (_, message) => {
          await delay(100);
          message.respond("late");
        },
      });
      expect(await rejection(nc.request("slow", "", { timeout: 30, ...mux }))).toMatchObject({ code: "TIMEOUT" });
      await delay(150);
      await nc.flush();
      expect(nc.isClosed()).toBe(false);
    });

    test("nothing is left on the server after replies, 503 and timeouts, but the shared inbox", async () => {
      const nc = await open();
      nc.subscribe("ask", { callback: (_, message) => void message.respond() });
      nc.subscribe("silent", { callback: () => {} });
      for (let round = 0; round < 5; round++) {
        await nc.request("ask", "", { timeout: 2000, ...mux });
        await rejection(nc.request("nobody", "", { timeout: 2000, ...mux }));
        await rejection(nc.request("silent", "", { timeout: 5, ...mux }));
      }
      await nc.flush();
      const left = (await subjects(server(), nc)).filter((subject) => !["ask", "silent"].includes(subject));
      if (mux.noMux) expect(left).toEqual([]);
      // Half as long, so that more answers fit a WebSocket message (docs/decisions/0012).
      else if (ours) expect(left).toEqual([expect.stringMatching(/^_INBOX\.[0-9A-Za-z]{11}\.\*$/)]);
      else expect(left).toEqual([expect.stringMatching(/^_INBOX\.[0-9A-Za-z]{22}\.\*$/)]);
    });

    test("the stack of a failed request names the caller, unless noAsyncTraces", async () => {
      for (const noAsyncTraces of [false, true]) {
        const nc = await open({ noAsyncTraces });
        nc.subscribe("silent", { callback: () => {} });
        async function theCallerToBeNamed() {
          await nc.request("silent", "", { timeout: 10, ...mux });
        }
        const { stack } = await rejection(theCallerToBeNamed());
        // Without traces nats.ws still names those who await, where the rejecting code allows it.
        if (!noAsyncTraces) expect(stack).toContain("theCallerToBeNamed");
        else if (ours) expect(stack).not.toContain("theCallerToBeNamed");
      }
    });

    test("errors of the call itself are rejections", async () => {
      const nc = await open();
      const ask = (options: Partial<RequestOptions>, subject = "ask", payload: unknown = "") =>
        rejection(nc.request(subject, payload as string, { timeout: 1000, ...mux, ...options }));
      expect(await ask({ timeout: -1 })).toMatchObject({ code: "INVALID_OPTION" });
      expect(await ask({ timeout: 0.5 })).toMatchObject({ code: "INVALID_OPTION" });
      expect(await ask({}, "")).toMatchObject({ code: "BAD_SUBJECT" });
      await nc.close();
      expect(await ask({})).toMatchObject({ code: "CONNECTION_CLOSED" });
    });

    test("a request that was under way when the connection was closed", async () => {
      const nc = await open();
      nc.subscribe("silent", { callback: () => {} });
      const started = performance.now();
      const never = delay(1000).then(() => Promise.reject({ code: "NEVER" }));
      const asking = rejection(Promise.race([nc.request("silent", "", { timeout: 400, ...mux }), never]));
      await nc.flush();
      await nc.close();
      const error = await asking;
      if (ours) {
        expect(error).toMatchObject({ code: "CONNECTION_CLOSED" });
        expect(performance.now() - started).toBeLessThan(390);
      } else {
        // nats.ws lets it wait for its time limit, and with noMux for ever.
        expect(error).toMatchObject({ code: mux.noMux ? "NEVER" : "TIMEOUT" });
      }
    });
  });

  test("timeout is 1000 ms unless another one is given", async () => {
    const nc = await open();
    nc.subscribe("silent", { callback: () => {} });
    const started = performance.now();
    expect(await rejection(nc.request("silent"))).toMatchObject({ code: "TIMEOUT" });
    const took = performance.now() - started;
    expect(took).toBeGreaterThanOrEqual(990);
    expect(took).toBeLessThan(2500);
  });

  test("reply says where the answer comes to, with noMux only", async () => {
    const nc = await open();
    const asked: (string | undefined)[] = [];
    nc.subscribe("ask", {
      callback: (_, message) => {
        asked.push(message.reply);
        message.respond("here");
      },
    });
    const reply = await nc.request("ask", "", { timeout: 2000, noMux: true, reply: "my.own.inbox" });
    expect(reply.subject).toBe("my.own.inbox");
    expect(asked).toEqual(["my.own.inbox"]);
    expect(await rejection(nc.request("ask", "", { timeout: 2000, reply: "my.own.inbox" }))).toMatchObject({
      code: "INVALID_OPTION",
    });
  });

  test("the shared inbox is subscribed with the first request, once, and used by all", async () => {
    const nc = await open();
    const replies = new Set<string>();
    nc.subscribe("ask", {
      callback: (_, message) => {
        replies.add((message.reply ?? "").split(".").slice(0, 2).join("."));
        message.respond();
      },
    });
    await nc.flush();
    expect((await subjects(server(), nc)).length).toBe(1);
    await Promise.all(Array.from({ length: 50 }, () => nc.request("ask")));
    expect((await subjects(server(), nc)).length).toBe(2);
    expect(replies.size).toBe(1);
  });
});
