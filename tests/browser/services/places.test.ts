// Where services answer: names, versions and subjects that are refused, groups, queue groups.

import type { Service, ServiceConfig, ServiceMsg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { config, firstStats, frameworks, rejection, startService, subjects } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

describe.each(frameworks)("$name", ({ ours, ...framework }) => {
  const open = () => framework.open({ servers: server().url });
  const start = (more: Partial<ServiceConfig> = {}) => startService(open, more);

  describe("names", () => {
    test.each([
      ["name", ["", "a b", "a.b", "*", ">", "a/b", "ä"]],
      ["version", ["", "1", "1.2", "one"]],
      ["queue", ["a b", "a.b", "*"]],
    ])("a service's %s is checked", async (field, refused) => {
      const nc = await open();
      for (const value of refused) {
        const error = await rejection(nc.services.add({ ...config, [field]: value }));
        expect(error.message).toMatch(
          field === "version" ? `'${value}' is not a semver value` : /name (required|cannot)/,
        );
        if (ours) expect(error.code).toBe("BAD API");
      }
      await nc.flush();
      expect((await subjects(server(), nc)).length).toBe(0);
    });

    test.each(["1.0.0", "v1.2.3", "10.20.30-beta.1", "1.0.0+build-7", "1.0.0-rc.1+5"])(
      "version %s is taken",
      async (version) => {
        const nc = await open();
        expect((await nc.services.add({ ...config, version })).info().version).toBe(version);
      },
    );

    test("names of endpoints, groups and subjects are checked before anything is subscribed", async () => {
      const { nc, service } = await start();
      for (const endpoint of ["", "a b", "a.b", "*", ">"]) {
        expect(() => service.addEndpoint(endpoint, () => {})).toThrow(/endpoint name/);
      }
      for (const subject of ["a b", ">.a", "a.>.b"]) {
        expect(() => service.addEndpoint("fine", { subject })).toThrow(/endpoint subject cannot/);
      }
      for (const group of ["a b", ">", "a.>"]) expect(() => service.addGroup(group)).toThrow(/service group .*cannot/);
      expect(service.info().endpoints).toEqual([]);
      await nc.flush();
      expect((await subjects(server(), nc)).length).toBe(9);
      if (!ours) return;
      const cause = (call: () => unknown) => {
        try {
          return call();
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      expect(cause(() => service.addEndpoint("a b"))).toBe("BAD API");
      expect(cause(() => service.addEndpoint("a", { subject: "a..b" }))).toBe("BAD API");
      expect(cause(() => service.addEndpoint("a", { queue: "a b" }))).toBe("BAD API");
      expect(cause(() => service.addGroup("a", "b\tc"))).toBe("BAD API");
    });
  });

  describe("groups and queues", () => {
    const place = (service: Service) => service.info().endpoints.map((each) => `${each.subject} ${each.queue_group}`);

    test("an endpoint's subject stands behind those of its groups", async () => {
      const { nc, asker, service } = await start();
      const answer = (_: unknown, request: ServiceMsg) => void request.respond(request.subject);
      const math = service.addGroup("math");
      math.addEndpoint("add", answer);
      math.addGroup("trig").addEndpoint("sin", { subject: "sine.*", handler: answer });
      math.addGroup().addEndpoint("sub", answer);
      service.addGroup("a.b").addGroup("c").addEndpoint("deep", answer);
      service.addEndpoint("top", answer);
      await nc.flush();
      const all = ["math.add", "math.trig.sine.x", "math.sub", "a.b.c.deep", "top"];
      for (const subject of all) expect((await asker.request(subject)).string()).toBe(subject);
      expect(place(service)).toEqual(["math.add q", "math.trig.sine.* q", "math.sub q", "a.b.c.deep q", "top q"]);
    });

    test("the queue group is the endpoint's, else its group's, else its parents', else the service's", async () => {
      const { service } = await start({ queue: "service" });
      service.addEndpoint("own", { queue: "own" });
      service.addEndpoint("inherited");
      const group = service.addGroup("group", "group");
      group.addEndpoint("inherited");
      group.addEndpoint("own", { queue: "own" });
      group.addGroup("nested").addEndpoint("inherited");
      group.addGroup("other", "other").addEndpoint("inherited");
      service.addGroup("plain").addEndpoint("inherited");
      expect(place(service)).toEqual([
        "own own",
        "inherited service",
        "group.inherited group",
        "group.own own",
        "group.nested.inherited group",
        "group.other.inherited other",
        "plain.inherited service",
      ]);
    });

    test("instances share the requests of a queue group", async () => {
      const asker = await open();
      const instances = await Promise.all(
        [1, 2, 3].map(async () => {
          const nc = await open();
          const service = await nc.services.add(config);
          service.addEndpoint("shared", (_, request) => void request.respond(service.info().id));
          await nc.flush();
          return service;
        }),
      );
      const replies = await Promise.all(Array.from({ length: 90 }, () => asker.request("shared")));
      const counts = await Promise.all(instances.map(async (service) => (await firstStats(service)).num_requests));
      expect(counts.reduce((sum, count) => sum + count)).toBe(90);
      for (const count of counts) expect(count).toBeGreaterThan(0);
      expect(new Set(replies.map((reply) => reply.string()))).toEqual(new Set(instances.map((each) => each.info().id)));
    });

    test("an empty queue means: none, every instance gets every request", async () => {
      const asker = await open();
      const instances = await Promise.all(
        [1, 2].map(async () => {
          const nc = await open();
          const service = await nc.services.add({ ...config, queue: "" });
          service.addEndpoint("all", () => {});
          service.addGroup("grouped", "some").addEndpoint("all", { queue: "", handler: () => {} });
          await nc.flush();
          return { nc, service };
        }),
      );
      for (let count = 0; count < 20; count++) {
        asker.publish("all");
        asker.publish("grouped.all");
      }
      await asker.flush();
      await Promise.all(instances.map(({ nc }) => nc.flush()));
      const counts = await Promise.all(instances.map(async ({ service }) => (await service.stats()).endpoints ?? []));
      const sum = (at: number) => counts.reduce((total, each) => total + (each[at]?.num_requests ?? 0), 0);
      // In nats.ws an empty queue means: the default, or the parent's.
      expect([sum(0), sum(1)]).toEqual(ours ? [40, 40] : [20, 20]);
      expect(instances.map(({ service }) => place(service))[0]).toEqual(
        ours ? ["all ", "grouped.all "] : ["all q", "grouped.all some"],
      );
    });
  });
});
