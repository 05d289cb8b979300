// The page becomes visible, the network comes back: the link is checked at once, and a wait for the next dial cut short.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { TestServer } from "../harness/server.ts";
import { delay, statusOf } from "../harness/until.ts";

async function withServer(run: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await TestServer.start();
  try {
    await run(server);
  } finally {
    await server.remove();
  }
}

const SIGNALS: [string, () => void][] = [
  ["online", () => window.dispatchEvent(new Event("online"))],
  ["pageshow", () => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))],
  ["visibilitychange", () => document.dispatchEvent(new Event("visibilitychange"))],
];

describe.each(clients.filter((each) => each.ours))("$name", ({ client }) => {
  test.each(SIGNALS)(
    "%s finds a link that has gone silent within wakeTimeout",
    (_, signal) =>
      withServer(async (server) => {
        const nc = await connected(client, {
          servers: server.url,
          reconnectTimeWait: 100,
          reconnectJitter: 0,
          maxReconnectAttempts: -1,
          wakeTimeout: 300,
        } as object);
        const status = statusOf(nc);
        await server.pause();
        await delay(600);
        expect(status.types()).toEqual([]);
        signal();
        await status.told("disconnect", 1, 3000);
        await server.resume();
        await status.told("reconnect", 1, 25_000);
      }),
    40_000,
  );

  test.each(SIGNALS)("%s leaves a link alone that answers", (_, signal) =>
    withServer(async (server) => {
      const nc = await connected(client, { servers: server.url, wakeTimeout: 200 } as object);
      const status = statusOf(nc);
      signal();
      await delay(600);
      await nc.flush();
      expect(status.types().filter((type) => type !== "pingTimer")).toEqual([]);
      expect((await server.connections()).length).toBe(1);
    }),
  );

  test.each(SIGNALS)("%s cuts the wait for the next dial short", (_, signal) =>
    withServer(async (server) => {
      const nc = await connected(client, {
        servers: server.url,
        reconnectTimeWait: 60_000,
        reconnectJitter: 0,
        maxReconnectAttempts: -1,
      });
      const status = statusOf(nc);
      await server.stop();
      await status.told("disconnect");
      await server.restart();
      await delay(300);
      expect(status.types()).not.toContain("reconnect");
      signal();
      await status.told("reconnect", 1, 5000);
    }),
  );
});
