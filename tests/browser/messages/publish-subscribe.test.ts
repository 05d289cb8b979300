// Publishing and subscribing: plain subjects, wildcards, queue groups, order.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

describe.each(clients)("$name", ({ client }) => {
  const open = () => connected(client, { servers: server().url });

  test("hears what it publishes itself", async () => {
    const nc = await open();
    const sub = nc.subscribe("echo", { max: 2 });
    nc.publish("echo", "one");
    nc.publish("echo", new Uint8Array([0, 255, 10, 13]));
    const data: number[][] = [];
    for await (const message of sub) data.push([...message.data]);
    expect(data).toEqual([
      [111, 110, 101],
      [0, 255, 10, 13],
    ]);
  });

  test("does not hear itself with noEcho", async () => {
    const nc = await connected(client, { servers: server().url, noEcho: true });
    const other = await open();
    const heard: string[] = [];
    const sub = nc.subscribe("quiet", { callback: (_, message) => heard.push(message.string()) });
    await nc.flush();
    nc.publish("quiet", "mine");
    await nc.flush();
    other.publish("quiet", "theirs");
    await other.flush();
    await nc.flush();
    expect(heard).toEqual(["theirs"]);
    expect(sub.getReceived()).toBe(1);
  });

  test.each([
    ["wild.*", ["wild.a", "wild.b"]],
    ["wild.*.c", ["wild.a.c"]],
    ["wild.>", ["wild.a", "wild.b", "wild.a.c", "wild.a.b.c"]],
    ["*.a", ["wild.a"]],
    ["wild.a.b.c", ["wild.a.b.c"]],
  ])("subscription %s matches %j", async (subject, expected) => {
    const nc = await open();
    const heard: string[] = [];
    nc.subscribe(subject, { callback: (_, message) => heard.push(message.subject) });
    for (const published of ["wild", "wild.a", "wild.b", "wild.a.c", "wild.a.b.c"]) nc.publish(published);
    await nc.flush();
    expect(heard).toEqual(expected);
  });

  test("a queue group over two connections gets each message once", async () => {
    const [left, right, publisher] = [await open(), await open(), await open()];
    const heard: { by: string; text: string }[] = [];
    left.subscribe("work", {
      queue: "crew",
      callback: (_, message) => heard.push({ by: "left", text: message.string() }),
    });
    right.subscribe("work", {
      queue: "crew",
      callback: (_, message) => heard.push({ by: "right", text: message.string() }),
    });
    await Promise.all([left.flush(), right.flush()]);
    const jobs = Array.from({ length: 200 }, (_, index) => `job ${index}`);
    for (const job of jobs) publisher.publish("work", job);
    await publisher.flush();
    await Promise.all([left.flush(), right.flush()]);
    expect(heard.map((each) => each.text).sort()).toEqual([...jobs].sort());
    expect(new Set(heard.map((each) => each.by))).toEqual(new Set(["left", "right"]));
  });

  test("messages from outside arrive complete and in order", async () => {
    const nc = await open();
    const outside = await server().outside();
    const sub = nc.subscribe("flood", { max: 20_000 });
    await nc.flush();
    const flooded = outside.flood("flood", 20_000, 100);
    let next = 0;
    for await (const message of sub) {
      expect(new DataView(message.data.buffer, message.data.byteOffset).getUint32(0)).toBe(next);
      next++;
    }
    await flooded;
    await outside.close();
    expect(next).toBe(20_000);
  });

  test("auto-unsubscribe ends the subscription after max messages, on the server too", async () => {
    const nc = await open();
    const sub = nc.subscribe("thrice", { max: 3 });
    for (let index = 0; index < 10; index++) nc.publish("thrice", String(index));
    const heard: string[] = [];
    for await (const message of sub) heard.push(message.string());
    await nc.flush();
    expect(heard).toEqual(["0", "1", "2"]);
    expect(sub.isClosed()).toBe(true);
    const subjects = (await server().connections()).flatMap((each) => each.subscriptions_list ?? []);
    expect(subjects).not.toContain("thrice");
  });
});
