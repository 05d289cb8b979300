// Requests: one reply, no responder, no reply in time, many replies; over the shared inbox and over one of their own.

import type { Msg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = () => connected(client, { servers: server().url });

  describe.each([{ noMux: false }, { noMux: true }])("noMux: $noMux", (mux) => {
    test("a request is answered with the responder's payload and headers", async () => {
      const nc = await open();
      const outside = await server().outside();
      const listener = await outside.listen("service", { answer: true });
      const headers = client.headers();
      headers.set("asked", "yes");
      const reply = await nc.request("service", "question", { timeout: 2000, headers, ...mux });
      expect(reply.string()).toBe("question");
      expect(reply.headers?.get("asked")).toBe("yes");
      expect((await listener.heard())[0]?.reply).toMatch(/^_INBOX\./);
      await outside.close();
    });

    test("a thousand requests at once each get their own reply", async () => {
      const nc = await open();
      const responder = await open();
      responder.subscribe("double", {
        callback: (_, message) => void message.respond(String(2 * Number(message.string()))),
      });
      await responder.flush();
      const replies = await Promise.all(
        Array.from({ length: 1000 }, (_, index) => nc.request("double", String(index), { timeout: 10_000, ...mux })),
      );
      expect(replies.map((reply) => Number(reply.string()))).toEqual(
        Array.from({ length: 1000 }, (_, index) => 2 * index),
      );
    });

    test("without a responder it is refused at once with code 503", async () => {
      const nc = await open();
      const started = performance.now();
      await expect(nc.request("nobody", "", { timeout: 5000, ...mux })).rejects.toMatchObject({ code: "503" });
      expect(performance.now() - started).toBeLessThan(2000);
    });

    test("without a reply in time it is refused with TIMEOUT, not earlier", async () => {
      const nc = await open();
      nc.subscribe("silent", { callback: () => {} });
      const started = performance.now();
      await expect(nc.request("silent", "", { timeout: 300, ...mux })).rejects.toMatchObject({ code: "TIMEOUT" });
      expect(performance.now() - started).toBeGreaterThanOrEqual(295);
    });
  });

  // nats.ws lets it run into its timeout.
  if (ours)
    test("a connection closed under a request refuses it at once", async () => {
      const nc = await open();
      nc.subscribe("silent", { callback: () => {} });
      const refused = expect(nc.request("silent", "", { timeout: 10_000 })).rejects.toMatchObject({
        code: "CONNECTION_CLOSED",
      });
      await nc.flush();
      await nc.close();
      await refused;
    });

  test("the reply option needs noMux, and a timeout of at least 1 ms is required", async () => {
    const nc = await open();
    await expect(nc.request("a", "", { timeout: 100, reply: "mine" })).rejects.toMatchObject({
      code: "INVALID_OPTION",
    });
    await expect(nc.request("a", "", { timeout: -1 })).rejects.toMatchObject({ code: "INVALID_OPTION" });
  });

  test("respond answers, and says false where nobody asked", async () => {
    const nc = await open();
    const answered: boolean[] = [];
    nc.subscribe("ask", { callback: (_, message) => answered.push(message.respond("here")) });
    nc.publish("ask", "no reply subject");
    expect((await nc.request("ask", "", { timeout: 2000 })).string()).toBe("here");
    expect(answered).toEqual([false, true]);
  });

  describe("requestMany", () => {
    async function collect(replies: AsyncIterable<Msg | Error>): Promise<string[]> {
      const texts: string[] = [];
      for await (const reply of replies) {
        if (reply instanceof Error) throw reply;
        texts.push(reply.string());
      }
      return texts;
    }

    async function responders(count: number) {
      for (let index = 0; index < count; index++) {
        const nc = await open();
        nc.subscribe("many", { callback: (_, message) => void message.respond(String(index)) });
        await nc.flush();
      }
    }

    test.each([{ noMux: false }, { noMux: true }])("by count ends with the last one ($noMux)", async (mux) => {
      await responders(3);
      const nc = await open();
      const replies = await nc.requestMany("many", "", {
        strategy: client.RequestStrategy.Count,
        maxMessages: 3,
        maxWait: 5000,
        ...mux,
      });
      const started = performance.now();
      expect((await collect(replies)).sort()).toEqual(["0", "1", "2"]);
      expect(performance.now() - started).toBeLessThan(2000);
    });

    test("by timer waits the whole time", async () => {
      await responders(2);
      const nc = await open();
      const started = performance.now();
      const replies = await nc.requestMany("many", "", { strategy: client.RequestStrategy.Timer, maxWait: 500 });
      expect((await collect(replies)).sort()).toEqual(["0", "1"]);
      expect(performance.now() - started).toBeGreaterThanOrEqual(495);
    });

    test("by stall ends when the replies stop coming", async () => {
      await responders(2);
      const nc = await open();
      const started = performance.now();
      const replies = await nc.requestMany("many", "", {
        strategy: client.RequestStrategy.JitterTimer,
        jitter: 200,
        maxWait: 8000,
      });
      expect((await collect(replies)).sort()).toEqual(["0", "1"]);
      expect(performance.now() - started).toBeLessThan(4000);
    });

    test("by sentinel ends with an empty reply", async () => {
      const nc = await open();
      const responder = await open();
      responder.subscribe("stream", {
        callback: (_, message) => {
          for (const text of ["a", "b", "c", ""]) message.respond(text);
        },
      });
      await responder.flush();
      const replies = await nc.requestMany("stream", "", {
        strategy: client.RequestStrategy.SentinelMsg,
        maxWait: 5000,
      });
      expect((await collect(replies)).filter(Boolean)).toEqual(["a", "b", "c"]);
    });

    test("without a responder ends with 503", async () => {
      const nc = await open();
      const replies = await nc.requestMany("nobody", "", { maxWait: 3000 });
      await expect(collect(replies)).rejects.toMatchObject({ code: "503" });
    });
  });
});
