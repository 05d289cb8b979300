// Ends: drain of a subscription and of a connection, close, and what everything says afterwards.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = () => connected(client, { servers: server().url });

  test("draining a subscription delivers what has arrived, then ends its iterator", async () => {
    const nc = await open();
    const sub = nc.subscribe("d");
    for (let index = 0; index < 100; index++) nc.publish("d", String(index));
    await nc.flush();
    const drained = sub.drain();
    const heard: string[] = [];
    for await (const message of sub) heard.push(message.string());
    await drained;
    expect(heard.length).toBe(100);
    expect(sub.isClosed()).toBe(true);
    nc.publish("d", "late");
    await nc.flush();
    expect(sub.getReceived()).toBe(100);
  });

  test("draining a connection delivers everything, answers what was asked, and closes", async () => {
    const nc = await open();
    const outside = await server().outside();
    const listener = await outside.listen("answers");
    let heard = 0;
    nc.subscribe("work", {
      callback: () => {
        heard++;
        nc.publish("answers", String(heard));
      },
    });
    await nc.flush();
    await outside.flood("work", 500, 10);
    await nc.drain();
    expect(nc.isClosed()).toBe(true);
    expect(heard).toBe(500);
    expect((await listener.waitFor(500)).length).toBe(500);
    expect(await nc.closed()).toBeUndefined();
    await outside.close();
  });

  test("during a drain no new subscription and no second drain", async () => {
    const nc = await open();
    nc.subscribe("d", { callback: () => {} });
    const drained = nc.drain();
    expect(nc.isDraining()).toBe(true);
    expect(() => nc.subscribe("x")).toThrow(expect.objectContaining({ code: "CONNECTION_DRAINING" }));
    await expect(nc.drain()).rejects.toMatchObject({ code: "CONNECTION_DRAINING" });
    await drained;
  });

  test("after close everything is refused with CONNECTION_CLOSED", async () => {
    const nc = await open();
    const sub = nc.subscribe("s");
    await nc.close();
    const closed = expect.objectContaining({ code: "CONNECTION_CLOSED" });
    expect(() => nc.publish("s")).toThrow(closed);
    expect(() => nc.subscribe("s")).toThrow(closed);
    await expect(nc.request("s", "", { timeout: 100 })).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    await expect(nc.flush()).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    await expect(nc.drain()).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    // nats.ws leaves one that nobody iterates open.
    if (ours) expect(sub.isClosed()).toBe(true);
    expect(nc.info).toBeUndefined();
    await nc.close();
    expect(await nc.closed()).toBeUndefined();
  });

  test("close ends iterators that wait, and the server sees the connection go", async () => {
    const nc = await connected(client, { servers: server().url, name: "leaving" });
    const ended = (async () => {
      for await (const _ of nc.subscribe("never"));
      return "ended";
    })();
    await nc.flush();
    expect((await server().connections()).map((each) => each.name)).toContain("leaving");
    await nc.close();
    expect(await ended).toBe("ended");
    await expect
      .poll(async () => (await server().connections()).map((each) => each.name), { timeout: 5000 })
      .not.toContain("leaving");
  });

  test("breaking out of the iterator unsubscribes", async () => {
    const nc = await open();
    const sub = nc.subscribe("b");
    nc.publish("b", "one");
    for await (const _ of sub) break;
    await nc.flush();
    expect(sub.isClosed()).toBe(true);
    const subjects = (await server().connections()).flatMap((each) => each.subscriptions_list ?? []);
    expect(subjects).not.toContain("b");
  });

  // nats.ws resolves where nobody iterates it.
  if (ours)
    test("a closed subscription cannot be drained", async () => {
      const nc = await open();
      const sub = nc.subscribe("c");
      sub.unsubscribe();
      await expect(sub.drain()).rejects.toMatchObject({ code: "SUB_CLOSED" });
    });

  test("a subscription's timeout ends it with TIMEOUT, unless a message came", async () => {
    const nc = await open();
    const silent = nc.subscribe("t.silent", { timeout: 200 });
    const heard = nc.subscribe("t.heard", { timeout: 200, max: 1 });
    nc.publish("t.heard", "in time");
    await expect(
      (async () => {
        for await (const _ of silent);
      })(),
    ).rejects.toMatchObject({ code: "TIMEOUT" });
    for await (const message of heard) expect(message.string()).toBe("in time");
  });

  // nats.ws stops reading: the connection stays open and hears nothing any more.
  if (ours)
    test("a callback that throws does not keep the others from hearing", async () => {
      const nc = await open();
      const reported: unknown[] = [];
      const listen = (event: ErrorEvent) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        reported.push(event.error);
      };
      window.addEventListener("error", listen, { capture: true });
      try {
        const heard: string[] = [];
        nc.subscribe("throw", {
          callback: () => {
            throw new Error("in a callback");
          },
        });
        nc.subscribe("throw", { callback: (_, message) => heard.push(message.string()) });
        for (const text of ["a", "b", "c"]) nc.publish("throw", text);
        await nc.flush();
        await nc.flush();
        expect(heard).toEqual(["a", "b", "c"]);
        expect(reported.map(String)).toEqual(Array(3).fill("Error: in a callback"));
      } finally {
        window.removeEventListener("error", listen, { capture: true });
      }
    });
});
