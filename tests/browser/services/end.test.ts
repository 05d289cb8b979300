// How services end: stopped, with their connection, for want of a subscription. And what they survive.

import type { QueuedIterator, ServiceConfig, ServiceMsg, Subscription } from "nats.ws";
import { describe, expect, test } from "vitest";
import type { Connection } from "../harness/clients.ts";
import { collect, config, frameworks, rejection, startService, subjects } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

describe.each(frameworks)("$name", ({ ours, ServiceError, ...framework }) => {
  const open = () => framework.open({ servers: server().url });
  const start = (more: Partial<ServiceConfig> = {}) => startService(open, more);

  test("stop drains: what has come in is answered, then the server knows nothing of the service", async () => {
    const { nc, asker, service } = await start();
    service.addEndpoint("busy", (_, request) => void request.respond("done"));
    await nc.flush();
    expect((await subjects(server(), nc)).length).toBe(10);
    const replies = Array.from({ length: 50 }, () => asker.request("busy"));
    await asker.flush();
    const stopped = service.stop();
    expect(service.isStopped).toBe(true);
    expect(await stopped).toBeNull();
    expect(await service.stop(new Error("too late"))).toBeNull();
    expect(await service.stopped).toBeNull();
    expect((await Promise.all(replies)).map((reply) => reply.string())).toEqual(Array(50).fill("done"));
    expect(await subjects(server(), nc)).toEqual([]);
    expect((await rejection(asker.request("busy"))).code).toBe("503");
  });

  test("stop with an error ends with that error", async () => {
    const { service } = await start();
    const reason = new Error("disk full");
    expect(await service.stop(reason)).toBe(reason);
    expect(await service.stopped).toBe(reason);
  });

  test("no endpoint can be added to a stopped service", async () => {
    const { nc, service } = await start();
    await service.stop();
    const add = () => service.addEndpoint("late");
    if (ours) expect(add).toThrow('cannot add endpoint "late": the service is stopped');
    else add();
    await nc.flush();
    // In nats.ws its subscription stays for ever.
    expect(await subjects(server(), nc)).toEqual(ours ? [] : ["late"]);
  });

  test.each([
    ["an endpoint's", "needed"],
    ["discovery's", "$SRV.PING.calculator"],
  ])("a service that loses %s subscription stops and says which", async (_, lost) => {
    const nc = await open();
    const seen = watchSubscriptions(nc);
    const service = await nc.services.add(config);
    service.addEndpoint("needed", () => {});
    await nc.flush();
    seen.find((sub) => sub.getSubject() === lost)?.unsubscribe();
    const reason = await service.stopped;
    expect(reason?.message).toBe(`required subscription ${lost} stopped`);
    expect(service.isStopped).toBe(true);
    expect(await subjects(server(), nc)).toEqual([]);
  });

  test("closing the connection stops the service", async () => {
    const { nc, service } = await start();
    const requests = service.addEndpoint("open");
    await nc.close();
    const reason = await service.stopped;
    // In nats.ws it depends on what is noticed first: the subscription or the connection.
    if (ours) expect(reason).toBeNull();
    expect(service.isStopped).toBe(true);
    if (ours) expect(await collect(requests)).toEqual([]);
  });

  test("draining the connection stops the service, after what has come in", async () => {
    const { nc, asker, service } = await start();
    service.addEndpoint("busy", (_, request) => void request.respond("done"));
    await nc.flush();
    const replies = Array.from({ length: 50 }, () => asker.request("busy"));
    await asker.flush();
    await nc.drain();
    const reason = await service.stopped;
    if (ours) expect(reason).toBeNull();
    expect((await Promise.all(replies)).map((reply) => reply.string())).toEqual(Array(50).fill("done"));
  });

  describe("permissions", () => {
    const guarded = useServer({
      conf: `authorization { users: [
        { user: limited, password: x, permissions: { subscribe: { deny: ["secret"] } } }
        { user: free, password: x }
      ] }`,
    });
    const login = (user: string) => framework.open({ servers: guarded().url, user, pass: "x" });

    test("a subscription the server does not permit stops the service with its error", async () => {
      const nc = await login("limited");
      const service = await nc.services.add(config);
      service.addEndpoint("fine", (_, request) => void request.respond("fine"));
      const asker = await login("free");
      await nc.flush();
      expect((await asker.request("fine")).string()).toBe("fine");
      const requests: QueuedIterator<ServiceMsg> = service.addEndpoint("secret");
      const reason = (await service.stopped) as Error & { code: string };
      expect(reason.code).toBe("PERMISSIONS_VIOLATION");
      expect(reason.message).toContain("secret");
      expect((await rejection(asker.request("fine"))).code).toBe("503");
      if (ours) expect(await collect(requests)).toEqual([]);
    });
  });

  describe("a lost link", () => {
    const fragile = useServer();

    const options = () => ({
      servers: fragile().url,
      reconnectTimeWait: 50,
      reconnectJitter: 0,
      maxReconnectAttempts: -1,
    });

    test("a service stopped while the server is away has ended, and is not there when the server comes back", async () => {
      const nc = await framework.open(options());
      const service = await nc.services.add(config);
      const requests = service.addEndpoint("gone");
      await nc.flush();
      await fragile().stop();
      await expect.poll(() => nc.info, { timeout: 5000 }).toBeUndefined();
      const stopped = service.stop();
      expect(service.isStopped).toBe(true);
      await fragile().restart();
      expect(await stopped).toBeNull();
      await expect.poll(() => nc.info?.client_id, { timeout: 10_000 }).toBeDefined();
      await nc.flush();
      expect(await subjects(fragile(), nc)).toEqual([]);
      if (ours) expect(await collect(requests)).toEqual([]);
    });

    test("a service goes on when the connection is there again", async () => {
      const [nc, asker] = [await framework.open(options()), await framework.open(options())];
      const service = await nc.services.add(config);
      service.addEndpoint("steady", (_, request) => {
        if (request.string() === "fail") throw new ServiceError(422, "on purpose");
        request.respond("here");
      });
      await nc.flush();
      await asker.request("steady");
      await fragile().stop();
      await fragile().restart();
      await expect
        .poll(
          () =>
            asker.request("steady").then(
              (reply) => reply.string(),
              () => "",
            ),
          { timeout: 10_000 },
        )
        .toBe("here");
      expect(ServiceError.toServiceError(await asker.request("steady", "fail"))?.code).toBe(422);
      expect(service.isStopped).toBe(false);
      expect((await collect(await asker.services.client().ping("calculator"))).map((each) => each.id)).toEqual([
        service.info().id,
      ]);
    });
  });
});

/** The subscriptions made on this connection from now on. */
function watchSubscriptions(nc: Connection): Subscription[] {
  const seen: Subscription[] = [];
  const subscribe = nc.subscribe.bind(nc);
  nc.subscribe = (subject, options) => {
    const sub = subscribe(subject, options);
    seen.push(sub);
    return sub;
  };
  return seen;
}
