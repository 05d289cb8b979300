// Services that are asked for: what goes over the wire, who answers, how long is waited, and what can go wrong.

import { RequestStrategy, type Service, type ServiceConfig } from "nats.ws";
import { describe, expect, test } from "vitest";
import { collect, frameworks, rejection, subjects } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();
const STATS = "io.nats.micro.v1.stats_response";
const INFO = "io.nats.micro.v1.info_response";
const PING = "io.nats.micro.v1.ping_response";

describe.each(frameworks)("$name", ({ ours, open: connect, ServiceError }) => {
  const open = () => connect({ servers: server().url });

  /** A service with one endpoint, on a connection of its own, which the server has heard of. */
  async function start(more: Partial<ServiceConfig> = {}): Promise<Service> {
    const nc = await open();
    const service = await nc.services.add({ name: "finder", version: "2.0.0", ...more });
    service.addEndpoint("find", { handler: (_, request) => void request.respond("found"), metadata: { unit: "km" } });
    await nc.flush();
    return service;
  }

  test("nine subjects are listened on, and each answers with the schema of its verb", async () => {
    const nc = await open();
    const service = await nc.services.add({
      name: "wired",
      version: "1.0.0",
      description: "on the wire",
      metadata: { region: "eu" },
    });
    service.addEndpoint("find", { metadata: { unit: "km" } });
    await nc.flush();
    const { id } = service.ping();
    const listening = await subjects(server(), nc);
    const verbs = ["PING", "STATS", "INFO"];
    const expected = verbs.flatMap((verb) => [`$SRV.${verb}`, `$SRV.${verb}.wired`, `$SRV.${verb}.wired.${id}`]);
    expect(listening.toSorted()).toEqual([...expected, "find"].toSorted());

    const outside = await server().outside();
    const answers = await outside.listen("answers.>");
    for (const subject of expected) await outside.publish(subject, "", { reply: `answers.${subject}` });
    const heard = await answers.waitFor(9);
    await outside.close();
    const who = { name: "wired", id, version: "1.0.0", metadata: { region: "eu" } };
    const content: Record<string, unknown> = {
      PING: { type: PING, ...who },
      INFO: {
        type: INFO,
        ...who,
        description: "on the wire",
        endpoints: [{ name: "find", subject: "find", queue_group: "q", metadata: { unit: "km" } }],
      },
      STATS: {
        type: STATS,
        ...who,
        started: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        endpoints: [
          {
            name: "find",
            subject: "find",
            queue_group: "q",
            num_requests: 0,
            num_errors: 0,
            processing_time: 0,
            average_processing_time: 0,
          },
        ],
      },
    };
    for (const answer of heard) {
      const verb = answer.subject.split(".")[2] ?? "";
      expect(JSON.parse(answer.text)).toEqual(content[verb]);
    }
    expect(heard.map((answer) => answer.subject.slice("answers.".length)).toSorted()).toEqual(expected.toSorted());
  });

  test("ping, info and stats of a service are what the client gets", async () => {
    const service = await start({ name: "same", description: "the same", metadata: { a: "b" } });
    const asker = await open();
    for (let count = 0; count < 3; count++) await asker.request("find");
    const client = asker.services.client();
    expect(await collect(await client.ping("same"))).toEqual([service.ping()]);
    expect(await collect(await client.info("same"))).toEqual([service.info()]);
    const [stats] = await collect(await client.stats("same"));
    expect(stats).toEqual(JSON.parse(JSON.stringify(await service.stats())));
    expect(stats?.endpoints?.[0]?.num_requests).toBe(3);
    expect(service.ping()).toEqual({
      type: PING,
      name: "same",
      version: "2.0.0",
      id: service.info().id,
      metadata: { a: "b" },
    });
    expect(service.info().id).toMatch(/^[0-9A-Za-z]{22}$/);
    await service.stop();
  });

  test("all services, those of a name, or the one with an id", async () => {
    const [one, two, other] = [
      await start({ name: "twin" }),
      await start({ name: "twin" }),
      await start({ name: "lone" }),
    ];
    const ids = (...services: Service[]) => services.map((each) => each.info().id).toSorted();
    const client = (await open()).services.client();
    const found = async (name?: string, id?: string) =>
      (await collect(await client.ping(name, id))).map((each) => each.id).toSorted();
    const everyone = await found();
    expect(everyone).toEqual(expect.arrayContaining(ids(one, two, other)));
    expect(await found("twin")).toEqual(ids(one, two));
    expect(await found("lone")).toEqual(ids(other));
    expect(await found("twin", two.info().id)).toEqual(ids(two));
    expect((await rejection(found("lone", two.info().id))).code).toBe("503");
    expect((await rejection(found("nobody"))).code).toBe("503");
    expect((await collect(await client.info("twin"))).map((each) => each.type)).toEqual([INFO, INFO]);
    expect((await collect(await client.stats("twin"))).map((each) => each.type)).toEqual([STATS, STATS]);
    await Promise.all([one, two, other].map((service) => service.stop()));
  });

  test("the wait ends when no more answers come, well before the two seconds, and not at once", async () => {
    const service = await start({ name: "waits" });
    const client = (await open()).services.client();
    const began = performance.now();
    expect((await collect(await client.ping("waits"))).length).toBe(1);
    const took = performance.now() - began;
    expect(took).toBeGreaterThanOrEqual(290);
    expect(took).toBeLessThan(1900);
    await service.stop();
  });

  test("other ways to wait: a time, a number of answers", async () => {
    const services = [await start({ name: "patient" }), await start({ name: "patient" })];
    const asker = await open();
    const timed = asker.services.client({ strategy: RequestStrategy.Timer, maxWait: 700 });
    const began = performance.now();
    expect((await collect(await timed.ping("patient"))).length).toBe(2);
    expect(performance.now() - began).toBeGreaterThanOrEqual(690);
    const counted = asker.services.client({ strategy: RequestStrategy.Count, maxWait: 5000, maxMessages: 1 });
    const again = performance.now();
    expect((await collect(await counted.ping("patient"))).length).toBe(1);
    expect(performance.now() - again).toBeLessThan(4000);
    await Promise.all(services.map((service) => service.stop()));
  });

  test("another prefix asks elsewhere", async () => {
    const nc = await open();
    nc.subscribe("imported.PING.far", {
      callback: (_, message) =>
        void message.respond(JSON.stringify({ type: PING, name: "far", id: "x", version: "1.0.0" })),
    });
    await nc.flush();
    const asker = await open();
    const [far] = await collect(await asker.services.client(undefined, "imported").ping("far"));
    expect(far?.name).toBe("far");
    expect((await rejection(asker.services.client().ping("far").then(collect))).code).toBe("503");
  });

  test("names and ids that cannot be are refused before anything is asked", async () => {
    const nc = await open();
    const client = nc.services.client();
    const before = nc.stats().outMsgs;
    for (const [name, id] of [["a b"], ["a.b"], [">"], ["fine", "a.b"], ["", "id"]]) {
      for (const ask of [client.ping(name, id), client.info(name, id), client.stats(name, id)]) {
        const error = await rejection(ask);
        expect(error.message).toMatch(/control subject .*name/);
        if (ours) expect(error.code).toBe("BAD API");
      }
    }
    expect(nc.stats().outMsgs).toBe(before);
  });

  test("an answer that is not JSON ends the iterator with BAD_JSON, after the good ones", async () => {
    const nc = await open();
    nc.subscribe("$SRV.INFO.mumbles", {
      callback: (_, message) => {
        message.respond(JSON.stringify({ type: INFO, name: "mumbles", id: "x", version: "1.0.0" }));
        message.respond("{ mumble");
      },
    });
    await nc.flush();
    const names: string[] = [];
    const error = await rejection(
      (async () => {
        for await (const info of await nc.services.client().info("mumbles")) names.push(info.name);
      })(),
    );
    expect(error.code).toBe("BAD_JSON");
    expect(names).toEqual(["mumbles"]);
  });

  // In nats.ws the rejection goes unhandled, which fails the run.
  if (ours)
    test("a service that cannot answer says so", async () => {
      const service = await start({ name: "circular", statsHandler: async () => 1n });
      const error = await rejection((await open()).services.client().stats("circular").then(collect));
      expect(error).toBeInstanceOf(ServiceError);
      expect(error.code).toBe(500);
      expect(error.message).toMatch(/BigInt/);
      expect(service.isStopped).toBe(false);
      await service.stop();
    });

  test("leaving the iterator early leaves nothing behind", async () => {
    const services = [await start({ name: "early" }), await start({ name: "early" })];
    const asker = await open();
    const found = await asker.services.client({ strategy: RequestStrategy.Timer, maxWait: 500 }).ping("early");
    for await (const each of found) {
      expect(each.name).toBe("early");
      break;
    }
    expect((await collect(await asker.services.client().ping("early"))).length).toBe(2);
    await Promise.all(services.map((service) => service.stop()));
  });
});
