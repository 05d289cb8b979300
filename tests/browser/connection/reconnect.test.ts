// A server that goes away and comes back: what is held, what is replayed, what is told, and when the client gives up.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { TestPeer } from "../harness/peer.ts";
import { TestServer } from "../harness/server.ts";
import { delay, statusOf } from "../harness/until.ts";

const soon = { reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 };

async function withServer(run: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await TestServer.start();
  try {
    await run(server);
  } finally {
    await server.remove();
  }
}

describe.each(clients)("$name", ({ client }) => {
  test.each(["SIGKILL", "SIGTERM"] as const)("after %s of the server, subscriptions are replayed once", (signal) =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon });
      const status = statusOf(nc);
      const heard: string[] = [];
      nc.subscribe("plain.*", { callback: (_, message) => heard.push(message.string()) });
      nc.subscribe("queued", { queue: "crew", callback: (_, message) => heard.push(message.string()) });
      const gone = nc.subscribe("gone", { callback: () => heard.push("gone") });
      gone.unsubscribe();
      await nc.flush();

      await server.stop(signal);
      await status.told("disconnect");
      await server.restart();
      await status.told("reconnect");
      await nc.flush();

      const subjects = (await server.connections()).flatMap((each) => each.subscriptions_list ?? []);
      expect(subjects.sort()).toEqual(["plain.*", "queued"]);
      const outside = await server.outside();
      await outside.publishAll([
        { subject: "plain.a", data: "one" },
        { subject: "queued", data: "two" },
        { subject: "gone", data: "three" },
      ]);
      await nc.flush();
      expect(heard).toEqual(["one", "two"]);
      await outside.close();
    }),
  );

  test("tells disconnect, reconnecting and reconnect, in this order, with the server's name", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon });
      const status = statusOf(nc);
      await server.stop();
      await status.told("reconnecting");
      await server.restart();
      await status.told("reconnect");
      const types = status.types().filter((type) => type !== "update" && type !== "error");
      expect(types[0]).toBe("disconnect");
      expect(types.at(-1)).toBe("reconnect");
      expect(new Set(types.slice(1, -1))).toEqual(new Set(["reconnecting"]));
      expect(status.all[0]?.data).toBe(server.name);
      expect(status.all.at(-1)?.data).toBe(server.name);
    }));

  test("the count of an auto-unsubscribe goes on over the break", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon });
      const status = statusOf(nc);
      const sub = nc.subscribe("five", { max: 5 });
      const heard: string[] = [];
      const done = (async () => {
        for await (const message of sub) heard.push(message.string());
      })();
      for (let index = 0; index < 3; index++) nc.publish("five", String(index));
      await nc.flush();
      await server.stop();
      await status.told("disconnect");
      await server.restart();
      await status.told("reconnect");
      for (let index = 3; index < 9; index++) nc.publish("five", String(index));
      await done;
      await nc.flush();
      expect(heard).toEqual(["0", "1", "2", "3", "4"]);
    }));

  test("without reconnect the connection closes, and closed() says with what", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, reconnect: false });
      await server.stop();
      const reason = await nc.closed();
      expect(reason).toBeInstanceOf(Error);
      expect(nc.isClosed()).toBe(true);
      expect(() => nc.publish("late")).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
    }));

  test("gives up after maxReconnectAttempts", () =>
    withServer(async (server) => {
      const nc = await connected(client, {
        servers: server.url,
        reconnectTimeWait: 50,
        reconnectJitter: 0,
        maxReconnectAttempts: 3,
      });
      const status = statusOf(nc);
      await server.stop();
      expect(await nc.closed()).toBeInstanceOf(Error);
      expect(status.types().filter((type) => type === "reconnecting").length).toBeGreaterThanOrEqual(3);
    }));

  test("close() while reconnecting ends it", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon });
      const status = statusOf(nc);
      await server.stop();
      await status.told("reconnecting");
      await nc.close();
      expect(nc.isClosed()).toBe(true);
      await server.restart();
      await delay(500);
      expect(await server.connections()).toEqual([]);
    }));

  test("waitOnFirstConnect keeps dialling until the server is there", () =>
    withServer(async (server) => {
      await server.stop();
      const opening = connected(client, { servers: server.url, ...soon, waitOnFirstConnect: true });
      await delay(400);
      await server.restart();
      await (await opening).flush();
    }));

  test("reconnectDelayHandler decides how long to wait", () =>
    withServer(async (server) => {
      let asked = 0;
      const nc = await connected(client, {
        servers: server.url,
        maxReconnectAttempts: -1,
        reconnectDelayHandler: () => {
          asked++;
          return 50;
        },
      });
      const status = statusOf(nc);
      await server.stop();
      await status.told("reconnecting", 3);
      expect(asked).toBeGreaterThanOrEqual(2);
      await server.restart();
      await status.told("reconnect");
    }));

  test("reconnect() dials again and keeps the subscriptions", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon });
      const status = statusOf(nc);
      const heard: string[] = [];
      nc.subscribe("s", { callback: (_, message) => heard.push(message.string()) });
      await nc.flush();
      const before = (await server.connections())[0]?.cid;
      await nc.reconnect();
      await status.told("reconnect");
      nc.publish("s", "again");
      await nc.flush();
      expect(heard).toEqual(["again"]);
      const after = await server.connections();
      expect(after.length).toBe(1);
      expect(after[0]?.cid).not.toBe(before);
      expect(status.types()).toContain("client initiated reconnect");
    }));

  test(
    "a server that goes silent is found by pings",
    () =>
      withServer(async (server) => {
        const nc = await connected(client, { servers: server.url, ...soon, pingInterval: 200, maxPingOut: 2 });
        const status = statusOf(nc);
        await server.pause();
        await status.told("staleConnection");
        // The dials of the meantime found nobody: a frozen server accepts and says nothing.
        await server.resume();
        await status.told("reconnect", 1, 25_000);
        await nc.flush();
      }),
    40_000,
  );
});

// nats.ws loses what is published while it is away.
describe.each(clients.filter((each) => each.ours))("promises of $name", ({ client }) => {
  test("what is published while the server is away is delivered, in order, after the subscriptions", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon });
      const status = statusOf(nc);
      const heard: string[] = [];
      nc.subscribe("held", { callback: (_, message) => heard.push(message.string()) });
      await nc.flush();
      await server.stop();
      await status.told("disconnect");
      const headers = client.headers();
      headers.set("held", "yes");
      for (let index = 0; index < 500; index++) nc.publish("held", String(index), { headers });
      nc.publish("held", new Uint8Array(300_000));
      nc.publish("held", "last");
      await server.restart();
      await status.told("reconnect");
      await nc.flush();
      expect(heard.length).toBe(502);
      expect(heard.slice(0, 500)).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
      expect(heard[500]?.length).toBe(300_000);
      expect(heard[501]).toBe("last");
    }));

  test("over reconnectBufferSize publish throws, and what was held before is still delivered", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon, reconnectBufferSize: 10_000 } as object);
      const status = statusOf(nc);
      const heard: number[] = [];
      nc.subscribe("held", { callback: (_, message) => heard.push(message.data.length) });
      await nc.flush();
      await server.stop();
      await status.told("disconnect");
      for (let index = 0; index < 4; index++) nc.publish("held", new Uint8Array(2000));
      expect(() => nc.publish("held", new Uint8Array(5000))).toThrow(
        expect.objectContaining({ code: "RECONNECT_BUFFER_EXCEEDED" }),
      );
      await server.restart();
      await status.told("reconnect");
      await nc.flush();
      expect(heard).toEqual([2000, 2000, 2000, 2000]);
    }));

  test("a connection that closes for good tells how many held messages it dropped", () =>
    withServer(async (server) => {
      const nc = await connected(client, {
        servers: server.url,
        reconnectTimeWait: 300,
        reconnectJitter: 0,
        maxReconnectAttempts: 2,
      });
      const status = statusOf(nc);
      await server.stop();
      await status.told("disconnect");
      for (let index = 0; index < 7; index++) nc.publish("lost", "x");
      const reason = await nc.closed();
      expect(reason).toBeInstanceOf(Error);
      expect(`${(reason as Error).message} ${JSON.stringify(status.all)}`).toMatch(/\b7\b/);
    }));

  test("a request under way fails at once with failRequestsOnDisconnect", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon, failRequestsOnDisconnect: true } as object);
      nc.subscribe("silent", { callback: () => {} });
      const refused = expect(nc.request("silent", "", { timeout: 15_000 })).rejects.toMatchObject({
        code: "DISCONNECT",
      });
      await nc.flush();
      const started = performance.now();
      await server.stop();
      await refused;
      expect(performance.now() - started).toBeLessThan(5000);
    }));

  test("a late reply still counts after a reconnect without that option", () =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, ...soon });
      const status = statusOf(nc);
      let reply = "";
      nc.subscribe("slow", {
        callback: (_, message) => {
          reply = message.reply ?? "";
        },
      });
      const answered = nc.request("slow", "", { timeout: 15_000 });
      await nc.flush();
      await server.stop();
      await status.told("disconnect");
      await server.restart();
      await status.told("reconnect");
      const outside = await server.outside();
      await outside.publish(reply, "late");
      expect((await answered).string()).toBe("late");
      await outside.close();
    }));

  test(
    "bytes that the old socket cannot send do not hold the redial up",
    () =>
      withServer(async (server) => {
        const nc = await connected(client, { servers: server.url, ...soon, pingInterval: 200, maxPingOut: 2 });
        const status = statusOf(nc);
        await server.pause();
        for (let index = 0; index < 30; index++) nc.publish("stuck", new Uint8Array(1_000_000));
        await status.told("disconnect", 1, 5000);
        await server.resume();
        await status.told("reconnect", 1, 25_000);
        await nc.flush();
      }),
    40_000,
  );

  test("a link without a close handshake is given up at once, and redialled", async () => {
    const peer = await TestPeer.start({ pongs: true });
    try {
      const nc = await connected(client, { servers: peer.url, ...soon });
      const status = statusOf(nc);
      await peer.close();
      await status.told("reconnect", 1, 3000);
      expect((await peer.connections()).length).toBe(2);
    } finally {
      await peer.stop();
    }
  });
});
