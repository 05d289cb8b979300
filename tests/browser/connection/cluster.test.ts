// Three servers that know each other: messages pass between them, and a client moves on when its server goes.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { TestServer } from "../harness/server.ts";
import { statusOf } from "../harness/until.ts";

const soon = { reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 };

async function withCluster(run: (servers: TestServer[]) => Promise<void>, conf = ""): Promise<void> {
  const servers = await TestServer.startCluster({ conf });
  try {
    await run(servers);
  } finally {
    await Promise.all(servers.map((server) => server.remove()));
  }
}

describe.each(clients)("$name", ({ client }) => {
  test(
    "messages pass from one member to another",
    () =>
      withCluster(async ([first, second]) => {
        const here = await connected(client, { servers: first?.url as string, ignoreClusterUpdates: true });
        const there = await connected(client, { servers: second?.url as string, ignoreClusterUpdates: true });
        there.subscribe("far", { callback: (_, message) => void message.respond(`heard ${message.string()}`) });
        await there.flush();
        for (;;) {
          const reply = await here.request("far", "you", { timeout: 2000 }).catch((error) => error);
          if (reply.code === "503") continue; // The interest is still on its way through the cluster.
          expect(reply.string()).toBe("heard you");
          break;
        }
      }),
    40_000,
  );

  test(
    "learns the other members, and moves to one when its own is killed",
    () =>
      withCluster(async (servers) => {
        const [first] = servers as [TestServer];
        const nc = await connected(client, { servers: first.url, ...soon });
        const status = statusOf(nc);
        const heard: string[] = [];
        nc.subscribe("s", { callback: (_, message) => heard.push(message.string()) });
        await nc.flush();
        expect(nc.getServer()).toBe(first.name);
        expect(new Set(nc.info?.connect_urls)).toEqual(new Set(servers.map((server) => server.name)));

        await first.stop();
        await status.told("reconnect");
        expect(servers.slice(1).map((server) => server.name)).toContain(nc.getServer());
        nc.publish("s", "still here");
        await nc.flush();
        expect(heard).toEqual(["still here"]);
      }),
    40_000,
  );

  test(
    "tells update when a member leaves",
    () =>
      withCluster(async (servers) => {
        const [first, , third] = servers as [TestServer, TestServer, TestServer];
        const nc = await connected(client, { servers: first.url, ...soon });
        const status = statusOf(nc);
        await third.stop();
        await status.told("update");
        const update = status.all.find((each) => each.type === "update")?.data as {
          added: string[];
          deleted: string[];
        };
        expect(update.deleted).toContain(third.name);
      }),
    40_000,
  );

  test(
    "lame duck mode is told",
    () =>
      withCluster(async (servers) => {
        const [first] = servers as [TestServer];
        const nc = await connected(client, { servers: first.url, ...soon });
        const status = statusOf(nc);
        await first.enterLameDuckMode();
        await status.told("ldm");
        expect(status.all.find((each) => each.type === "ldm")?.data).toBe(first.name);
      }, "lame_duck_grace_period: 1s\nlame_duck_duration: 30s"),
    40_000,
  );

  test(
    "a list of servers is tried until one answers",
    () =>
      withCluster(async (servers) => {
        const [first, second, third] = servers as [TestServer, TestServer, TestServer];
        await Promise.all([first.stop(), second.stop()]);
        const nc = await connected(client, { servers: [first.url, second.url, third.url], noRandomize: true });
        expect(nc.getServer()).toBe(third.name);
      }),
    40_000,
  );
});
