// The status iterator: what is told, in which order, to everybody who listens.

import type { ConnectionOptions } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, type Connection, connected } from "../../browser/harness/clients.ts";
import { TestPeer } from "../../browser/harness/peer.ts";
import { TestServer } from "../../browser/harness/server.ts";
import { delay, statusOf } from "../../browser/harness/until.ts";

/** Servers are shuffled when they are learned. */
function sorted(change: unknown): { added: string[]; deleted: string[] } {
  const { added, deleted } = change as { added: string[]; deleted: string[] };
  return { added: [...added].sort(), deleted: [...deleted].sort() };
}

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (server: { url: string }, more: ConnectionOptions = {}) =>
    connected(client, {
      servers: server.url,
      reconnectTimeWait: 30,
      reconnectJitter: 0,
      maxReconnectAttempts: -1,
      ...more,
    });

  async function withServer(body: (server: TestServer) => Promise<void>): Promise<void> {
    const server = await TestServer.start();
    try {
      await body(server);
    } finally {
      await server.remove();
    }
  }

  /** The types told, but those that only one of the two tells. */
  const types = (nc: Connection) => {
    const log = statusOf(nc);
    return { ...log, common: () => log.types().filter((type) => !["close", "update"].includes(type)) };
  };

  test("a loss: disconnect, reconnecting, reconnect, each once for each change, with host and port", () =>
    withServer(async (server) => {
      const nc = await open(server);
      const status = types(nc);
      for (const round of [1, 2]) {
        await server.stop();
        await status.told("disconnect", round);
        await server.restart();
        await status.told("reconnect", round);
      }
      const told = status.common();
      // However often it was tried.
      const order = told.filter((type, index) => type !== told[index - 1]);
      const change = ["disconnect", "reconnecting", "reconnect"];
      expect(order).toEqual([...change, ...change]);
      for (const { type, data } of status.all) {
        if (change.includes(type)) expect(data).toBe(server.name);
      }
    }));

  test("reconnect() is told as such", () =>
    withServer(async (server) => {
      const nc = await open(server);
      const status = types(nc);
      const before = nc.info?.client_id;
      await nc.reconnect();
      await status.told("reconnect");
      const told = status.common();
      expect(told.filter((type, index) => type !== told[index - 1])).toEqual([
        "client initiated reconnect",
        "disconnect",
        "reconnecting",
        "reconnect",
      ]);
      expect(nc.info?.client_id).not.toBe(before);
    }));

  test("a silent server: pings that are counted, then staleConnection, then the loss", () =>
    withServer(async (server) => {
      const nc = await open(server, { pingInterval: 50, maxPingOut: 2 });
      const status = types(nc);
      await server.pause();
      await status.told("staleConnection");
      await server.resume();
      const told = status.all.map(({ type, data }) => (type === "pingTimer" ? `ping ${data}` : type));
      const end = told.slice(0, told.indexOf("staleConnection") + 1);
      expect(end.slice(ours ? -3 : -4)).toEqual(
        ours ? ["ping 1", "ping 2", "staleConnection"] : ["ping 1", "ping 2", "ping 3", "staleConnection"],
      );
      await status.told("reconnect");
    }));

  test("every listener hears everything from when it began; one that leaves does not keep the others", () =>
    withServer(async (server) => {
      const nc = await open(server);
      const [first, second] = [types(nc), types(nc)];
      const left = (async () => {
        for await (const { type } of nc.status()) return type;
      })();
      await nc.reconnect();
      await Promise.all([first.told("reconnect"), second.told("reconnect")]);
      expect(first.all).toEqual(second.all);
      expect(await left).toBe(first.types()[0]);
      const late = types(nc);
      await nc.reconnect();
      await late.told("reconnect");
      await first.told("reconnect", 2);
      expect(late.all.length).toBeLessThan(first.all.length);
    }));

  test("servers of the cluster: update with what came and went, then ldm", async () => {
    const peer = await TestPeer.start({ pongs: true });
    try {
      const nc = await open(peer);
      const status = statusOf(nc);
      await peer.send([TestPeer.info({ connect_urls: ["127.0.0.2:1", "127.0.0.3:2"] })]);
      await status.told("update");
      await peer.send([TestPeer.info({ connect_urls: ["127.0.0.3:2", "127.0.0.4:3"] })]);
      await status.told("update", 2);
      await peer.send([TestPeer.info({ connect_urls: ["127.0.0.3:2", "127.0.0.4:3"], ldm: true })]);
      await status.told("ldm");
      const updates = status.all.filter(({ type }) => type === "update").map(({ data }) => sorted(data));
      expect(updates.slice(0, 2)).toEqual(
        ours
          ? [
              { added: ["127.0.0.2:1", "127.0.0.3:2"], deleted: [] },
              { added: ["127.0.0.4:3"], deleted: ["127.0.0.2:1"] },
            ]
          : // URLs it does not recognise when it sees them again, so each INFO replaces all of them.
            [
              { added: ["ws://127.0.0.2:1/", "ws://127.0.0.3:2/"], deleted: [] },
              {
                added: ["ws://127.0.0.3:2/", "ws://127.0.0.4:3/"],
                deleted: ["127.0.0.2:1", "127.0.0.3:2"],
              },
            ],
      );
      expect(status.all.find(({ type }) => type === "ldm")?.data).toBe(new URL(peer.url).host);
    } finally {
      await peer.stop();
    }
  });

  test("ignoreClusterUpdates: nothing is told, and nothing learned", async () => {
    const peer = await TestPeer.start({ pongs: true });
    try {
      const nc = await open(peer, { ignoreClusterUpdates: true });
      const status = statusOf(nc);
      await peer.send([TestPeer.info({ connect_urls: ["127.0.0.2:1"] })]);
      await nc.flush();
      await delay(20);
      expect(status.types()).not.toContain("update");
    } finally {
      await peer.stop();
    }
  });

  test.each([
    ['Permissions Violation for Publish to "a"', "PERMISSIONS_VIOLATION"],
    ["Unknown Protocol Operation", "NATS_PROTOCOL_ERR"],
    ["Authentication Timeout", "AUTHENTICATION_TIMEOUT"],
    ["User Authentication Expired", "AUTHENTICATION_EXPIRED"],
    ["Account Authentication Expired", "ACCOUNT_EXPIRED"],
    ["Authorization Violation", "AUTHORIZATION_VIOLATION"],
  ])("-ERR '%s' is told as %s", async (text, code) => {
    const peer = await TestPeer.start({ pongs: true });
    try {
      const nc = await open(peer);
      const status = statusOf(nc);
      await peer.send([`-ERR '${text}'\r\n`]);
      await status.told("error");
      expect(status.all.find(({ type }) => type === "error")?.data).toBe(code);
    } finally {
      await peer.stop();
    }
  });
});
