// What the server does not allow: the error goes to whom it concerns, with the operation and the subject, and to nobody
// else; the connection lives on.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";
import { statusOf, until } from "../harness/until.ts";

const server = useServer({
  conf: `authorization { users: [ { user: "ann", password: "x", permissions: {
    publish: { allow: ["open.>", "_INBOX.>"] },
    subscribe: { allow: ["open.>", "_INBOX.>", "crew.> workers"] }
  } } ] }`,
});
const mute = useServer({
  conf: `authorization { users: [ { user: "ann", password: "x", permissions: { subscribe: { deny: "_INBOX.>" } } } ] }`,
});

const login = { user: "ann", pass: "x" };

describe.each(clients)("$name", ({ client }) => {
  const open = () => connected(client, { servers: server().url, ...login });

  test("a forbidden publish is told in the status, with operation and subject", async () => {
    const nc = await open();
    const status = statusOf(nc);
    nc.publish("closed.door", "x");
    await nc.flush();
    await until(() => status.all.length > 0);
    expect(status.all[0]).toMatchObject({ type: "error", data: "PERMISSIONS_VIOLATION" });
    nc.publish("open.door", "x");
    await nc.flush();
    expect(nc.isClosed()).toBe(false);
  });

  test("a forbidden subscription throws out of its iterator", async () => {
    const nc = await open();
    const sub = nc.subscribe("closed.>");
    const heard = (async () => {
      for await (const _ of sub);
    })();
    await expect(heard).rejects.toMatchObject({
      code: "PERMISSIONS_VIOLATION",
      permissionContext: { operation: "subscription", subject: "closed.>" },
    });
    expect(sub.isClosed()).toBe(true);
  });

  test("a queue group that is not allowed: the error names it, and goes to that subscription only", async () => {
    const nc = await open();
    const errors: Record<string, unknown[]> = { idlers: [], workers: [] };
    for (const queue of ["idlers", "workers"]) {
      nc.subscribe("crew.a", { queue, callback: (error) => error && errors[queue]?.push(error) });
    }
    await nc.flush();
    await until(() => errors.idlers?.length === 1);
    expect(errors.idlers?.[0]).toMatchObject({
      code: "PERMISSIONS_VIOLATION",
      permissionContext: { operation: "subscription", subject: "crew.a", queue: "idlers" },
    });
    expect(errors.workers).toEqual([]);
  });

  test.each([{ noMux: false }, { noMux: true }])(
    "a forbidden request is refused at once (noMux: $noMux)",
    async (mux) => {
      const nc = await open();
      const started = performance.now();
      await expect(nc.request("closed.door", "", { timeout: 10_000, ...mux })).rejects.toMatchObject({
        code: "PERMISSIONS_VIOLATION",
        permissionContext: { operation: "publish", subject: "closed.door" },
      });
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );

  test("without the right to an inbox, requests fail with the permission error", async () => {
    const nc = await connected(client, { servers: mute().url, ...login });
    nc.subscribe("ask", { callback: (_, message) => void message.respond("unheard") });
    await expect(nc.request("ask", "", { timeout: 5000 })).rejects.toMatchObject({ code: "PERMISSIONS_VIOLATION" });
  });

  test("a permission error is not what a later close is blamed on", async () => {
    const nc = await open();
    nc.publish("closed.door", "x");
    await nc.flush();
    await nc.close();
    expect(await nc.closed()).toBeUndefined();
  });
});
