// Services that answer: handlers and iterators, errors, counters.

import type { ServiceConfig, ServiceMsg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { said } from "../harness/clients.ts";
import { collect, firstStats, frameworks, rejection, startService, work } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

describe.each(frameworks)("$name", ({ ours, headers, ServiceError, ...framework }) => {
  const open = () => framework.open({ servers: server().url });
  const start = (more: Partial<ServiceConfig> = {}) => startService(open, more);

  describe("endpoints", () => {
    test("a handler answers, and each request is counted", async () => {
      const { nc, asker, service } = await start();
      service.addEndpoint("double", (error, request) => {
        expect(error).toBeNull();
        work(5);
        request.respond(String(2 * Number(request.string())));
      });
      await nc.flush();
      for (let number = 0; number < 10; number++) {
        const reply = await asker.request("double", String(number));
        expect(reply.string()).toBe(String(2 * number));
      }
      const stats = await firstStats(service);
      expect(stats).toMatchObject({
        name: "double",
        subject: "double",
        queue_group: "q",
        num_requests: 10,
        num_errors: 0,
      });
      expect(stats.last_error).toBeUndefined();
      // nats.ws measures whole milliseconds with the wall clock.
      expect(stats.processing_time).toBeGreaterThanOrEqual(10 * (ours ? 5e6 : 4e6));
      expect(stats.average_processing_time).toBe(Math.round(stats.processing_time / 10));
      expect(Number.isInteger(stats.processing_time)).toBe(true);
    });

    test("a request has all of its message, and goes without a reply subject too", async () => {
      const { nc, asker, service } = await start();
      const requests: ServiceMsg[] = [];
      const answered: boolean[] = [];
      service.addEndpoint("look", {
        subject: "look.*.>",
        handler: (_, request) => {
          requests.push(request);
          answered.push(request.respond(request.data), request.respondError(400, "second answer"));
        },
      });
      await nc.flush();
      const given = headers();
      given.set("Kind", "test");
      asker.publish("look.at.this.one", JSON.stringify({ is: "json" }), { headers: given });
      const reply = await asker.request("look.at.that", "text");
      expect(reply.string()).toBe("text");
      expect(answered).toEqual([false, false, true, true]);
      const [lone, asked] = requests;
      expect(lone?.subject).toBe("look.at.this.one");
      expect(lone?.reply).toBe("");
      expect(lone?.json<{ is: string }>()).toEqual({ is: "json" });
      expect(lone?.headers?.get("Kind")).toBe("test");
      expect(asked?.headers).toBeUndefined();
      expect(asked?.reply).toMatch(/^_INBOX\./);
      expect(asked?.sid).toBe(lone?.sid);
      expect([...(asked?.data ?? [])]).toEqual([116, 101, 120, 116]);
      expect((await firstStats(service)).num_requests).toBe(2);
    });

    test("an asynchronous handler answers when it is ready", async () => {
      const { nc, asker, service } = await start();
      service.addEndpoint("slow", async (_, request) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        request.respond("ready");
      });
      await nc.flush();
      const replies = await Promise.all([asker.request("slow"), asker.request("slow")]);
      expect(replies.map((reply) => reply.string())).toEqual(["ready", "ready"]);
      const stats = await firstStats(service);
      expect(stats.num_requests).toBe(2);
      // nats.ws measures until the handler returns its promise.
      if (ours) expect(stats.processing_time).toBeGreaterThanOrEqual(2 * 199e6);
      else expect(stats.processing_time).toBeLessThan(199e6);
    });

    test("without a handler the requests come through an iterator, which is counted like a handler", async () => {
      const { nc, asker, service } = await start();
      const requests = service.addEndpoint("echo");
      await nc.flush();
      const replies = Promise.all([1, 2, 3].map((number) => asker.request("echo", String(number))));
      let taken = 0;
      for await (const request of requests) {
        work(50);
        request.respond(request.data);
        if (++taken === 3) break;
      }
      expect((await replies).map((reply) => reply.string())).toEqual(["1", "2", "3"]);
      expect(await service.stopped).toBeNull();
      expect(requests.getProcessed()).toBe(3);
      const stats = await firstStats(service);
      expect(stats).toMatchObject({ num_requests: 3, num_errors: 0 });
      // nats.ws has the latest request's time only, and none of one that was left with `break`.
      if (ours) expect(stats.processing_time).toBeGreaterThanOrEqual(150e6);
      else expect(stats.processing_time).toBeLessThan(150e6);
    });

    test("leaving the iterator stops the service", async () => {
      const { nc, asker, service } = await start();
      const requests = service.addEndpoint("once");
      await nc.flush();
      asker.publish("once");
      for await (const _ of requests) break;
      expect(await service.stopped).toBeNull();
      expect(service.isStopped).toBe(true);
    });

    test("the iterator of an endpoint with a handler is refused", async () => {
      const { service } = await start();
      const requests = service.addEndpoint("handled", () => {});
      const error = await rejection(collect(requests));
      expect(error.code).toBe("BAD API");
      expect(error.message).toBe(said(ours, "BAD API", "unsupported iterator"));
    });

    test("an iterator ends with its service, after what has come in", async () => {
      const { nc, asker, service } = await start();
      const requests = service.addEndpoint("late");
      await nc.flush();
      for (const text of ["one", "two"]) asker.publish("late", text);
      await asker.flush();
      await nc.flush();
      await service.stop();
      const texts: string[] = [];
      const all = collect(requests).then((each) => texts.push(...each.map((request) => request.string())));
      const ended = await Promise.race([
        all.then(() => true),
        new Promise((resolve) => setTimeout(resolve, 200, false)),
      ]);
      // nats.ws leaves the loop waiting for ever.
      expect(ended).toBe(ours);
      if (ours) expect(texts).toEqual(["one", "two"]);
      else requests.stop();
    });
  });

  describe("errors", () => {
    test("what a handler throws becomes an error reply", async () => {
      const { nc, asker, service } = await start();
      service.addEndpoint("fails", (_, request) => {
        const text = request.string();
        throw text === "" ? new Error("no number") : new ServiceError(Number(text), "as you wish");
      });
      await nc.flush();
      const plain = await asker.request("fails");
      expect(plain.headers?.get("Nats-Service-Error-Code")).toBe("500");
      expect(plain.headers?.get("Nats-Service-Error")).toBe("no number");
      expect(plain.data.length).toBe(0);
      const chosen = await asker.request("fails", "418");
      expect(ServiceError.isServiceError(chosen)).toBe(true);
      const error = ServiceError.toServiceError(chosen);
      expect(error).toBeInstanceOf(ServiceError);
      expect(error?.code).toBe(418);
      expect(error?.message).toBe("as you wish");
      expect(await firstStats(service)).toMatchObject({ num_requests: 2, num_errors: 2, last_error: "as you wish" });
      expect(service.isStopped).toBe(false);
    });

    // In nats.ws the rejection goes unhandled, which fails the run.
    if (ours)
      test("what an asynchronous handler rejects with becomes an error reply", async () => {
        const { nc, asker, service } = await start();
        service.addEndpoint("rejects", async (_, request) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          throw request.string() === "" ? new Error("too late") : new ServiceError(409, "conflict");
        });
        await nc.flush();
        expect(ServiceError.toServiceError(await asker.request("rejects"))).toMatchObject({
          code: 500,
          message: "too late",
        });
        const chosen = ServiceError.toServiceError(await asker.request("rejects", "x"));
        expect(chosen).toMatchObject({ code: 409, message: "conflict" });
        const stats = await firstStats(service);
        expect(stats).toMatchObject({ num_requests: 2, num_errors: 2, last_error: "conflict" });
        expect(stats.processing_time).toBeGreaterThanOrEqual(2 * 19e6);
      });

    test.each([
      ["a value that is no error", "a string", "a string"],
      ["an error whose message has lines", new Error("first\r\nsecond"), "first second"],
    ])("%s can be thrown", async (_, thrown, said) => {
      const { nc, asker, service } = await start();
      service.addEndpoint("odd", () => {
        throw thrown;
      });
      await nc.flush();
      const reply = asker.request("odd");
      // In nats.ws it breaks out of the callback, after which the connection reads no more.
      if (!ours) return expect((await rejection(reply)).code).toBe("TIMEOUT");
      expect(ServiceError.toServiceError(await reply)).toMatchObject({ code: 500, message: said });
      expect(await firstStats(service)).toMatchObject({
        num_errors: 1,
        last_error: String(thrown).replace("Error: ", ""),
      });
    });

    test("respondError replies with code, description, data and the caller's headers, and is not counted", async () => {
      const { nc, asker, service } = await start();
      const given = headers();
      given.append("Trace", "a");
      given.append("Trace", "b");
      service.addEndpoint("refuses", (_, request) => {
        request.respondError(404, "not here", new TextEncoder().encode("look elsewhere"), { headers: given });
      });
      await nc.flush();
      const reply = await asker.request("refuses");
      expect(reply.headers?.get(framework.ServiceErrorCodeHeader)).toBe("404");
      expect(reply.headers?.get(framework.ServiceErrorHeader)).toBe("not here");
      expect(reply.headers?.values("Trace")).toEqual(["a", "b"]);
      expect(reply.string()).toBe("look elsewhere");
      expect(await firstStats(service)).toMatchObject({ num_requests: 1, num_errors: 0 });
      // nats.ws writes the error into the headers of the caller, who may use them again.
      expect(given.has("Nats-Service-Error")).toBe(!ours);
    });

    test("toServiceError reads replies of other services", async () => {
      const nc = await open();
      const reply = async (entries: [string, string][]) => {
        const sub = nc.subscribe("replies", { max: 1 });
        const given = headers();
        for (const [key, value] of entries) given.set(key, value);
        nc.publish("replies", "", entries.length ? { headers: given } : {});
        const [message] = await collect(sub);
        if (!message) throw new Error("no message");
        expect(ServiceError.isServiceError(message)).toBe(entries.some(([key]) => key === "Nats-Service-Error-Code"));
        return ServiceError.toServiceError(message);
      };
      expect(await reply([])).toBeNull();
      expect(await reply([["Nats-Service-Error", "no code"]])).toBeNull();
      expect(await reply([["Nats-Service-Error-Code", "503"]])).toMatchObject({ code: 503, message: "503" });
      const word = await reply([
        ["Nats-Service-Error-Code", "broken"],
        ["Nats-Service-Error", "no number"],
      ]);
      expect(word).toMatchObject({ code: 400, message: "no number" });
    });
  });

  describe("statistics", () => {
    test("the statsHandler gives each endpoint its data; its failure is an error of the endpoint", async () => {
      const asked: unknown[] = [];
      const { service } = await start({
        statsHandler: async (endpoint) => {
          asked.push([endpoint.subject, endpoint.queue, endpoint.metadata, typeof endpoint.handler]);
          if (endpoint.subject === "bad") throw new Error("no figures");
          return { figures: [1, 2] };
        },
      });
      service.addEndpoint("good", { handler: () => {}, metadata: { unit: "m" } });
      service.addEndpoint("bad", () => {});
      const { endpoints } = await service.stats();
      expect(asked).toEqual([
        ["good", "q", { unit: "m" }, "function"],
        ["bad", "q", undefined, "function"],
      ]);
      expect(endpoints?.[0]).toMatchObject({ name: "good", data: { figures: [1, 2] }, num_errors: 0 });
      expect(endpoints?.[1]).toMatchObject({ name: "bad", num_errors: 1, num_requests: 0, last_error: "no figures" });
      expect(endpoints?.[1]?.data).toBeUndefined();
    });

    test("reset sets handlers' and iterators' counters to zero, and the start to now", async () => {
      const { nc, asker, service } = await start({ statsHandler: async () => "figures" });
      service.addEndpoint("handled", (_, request) => {
        request.respond();
        throw new Error("counted");
      });
      const requests = service.addEndpoint("iterated");
      const taking = (async () => {
        for await (const request of requests) request.respond();
      })();
      await nc.flush();
      await asker.request("handled");
      await asker.request("iterated");
      const before = await service.stats();
      expect(before.endpoints?.map((each) => each.num_requests)).toEqual([1, 1]);
      expect(Math.abs(Date.now() - Date.parse(before.started))).toBeLessThan(20_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
      service.reset();
      const after = await service.stats();
      expect(Date.parse(after.started)).toBeGreaterThan(Date.parse(before.started));
      for (const endpoint of after.endpoints ?? []) {
        expect(endpoint).toMatchObject({
          num_requests: 0,
          num_errors: 0,
          processing_time: 0,
          average_processing_time: 0,
        });
        expect(endpoint.last_error).toBeUndefined();
        expect(endpoint.data).toBe("figures");
      }
      await asker.request("handled");
      await asker.request("iterated");
      expect((await service.stats()).endpoints?.map((each) => each.num_requests)).toEqual([1, 1]);
      requests.stop();
      await taking;
    });
  });
});
