// A message: all of its members.

import type { Msg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";

const server = useServer();

describe.each(clients)("$name", ({ client }) => {
  const open = () => connected(client, { servers: server().url });

  async function one(payload: string | Uint8Array, more?: { reply?: string }): Promise<Msg> {
    const nc = await open();
    const sub = nc.subscribe("one.>", { max: 1 });
    nc.publish("one.message", payload, more);
    const [message] = await collect(sub);
    if (!message) throw new Error("no message");
    return message;
  }

  test("subject, sid, data; no reply is an empty one, no headers are undefined", async () => {
    const nc = await open();
    const sub = nc.subscribe("one.>", { max: 1 });
    nc.publish("one.message", "abc");
    const [message] = await collect(sub);
    expect(message?.subject).toBe("one.message");
    expect(message?.sid).toBe(sub.getID());
    expect(message?.data).toBeInstanceOf(Uint8Array);
    expect([...(message?.data ?? [])]).toEqual([97, 98, 99]);
    expect(message?.reply).toBe("");
    expect(message?.headers).toBeUndefined();
  });

  test("the same data and the same headers each time they are read", async () => {
    const nc = await open();
    const given = client.headers();
    given.set("Key", "value");
    const sub = nc.subscribe("one", { max: 1 });
    nc.publish("one", "x", { headers: given });
    const [message] = await collect(sub);
    expect(message?.headers).toBe(message?.headers);
    expect(message?.headers).toBeInstanceOf(client.MsgHdrsImpl);
    expect(message?.data).toEqual(message?.data);
  });

  test("string(), and bytes that are no UTF-8", async () => {
    expect((await one("é€")).string()).toBe("é€");
    expect((await one(new Uint8Array([0xff, 0x41]))).string()).toBe("\uFFFDA");
    expect((await one("")).string()).toBe("");
  });

  test("json() with and without a reviver, and BAD_JSON", async () => {
    const message = await one('{"at":"1970-01-01T00:00:00.000Z","n":1}');
    expect(message.json()).toEqual({ at: "1970-01-01T00:00:00.000Z", n: 1 });
    expect(message.json<{ at: Date }>((key, value) => (key === "at" ? new Date(value) : value)).at).toEqual(
      new Date(0),
    );
    for (const text of ["{", "", "undefined"]) {
      const bad = await one(text);
      expect(() => bad.json()).toThrow(expect.objectContaining({ name: "NatsError", code: "BAD_JSON" }));
    }
  });

  test("respond with payload, headers and a reply of its own; false without a reply subject", async () => {
    const nc = await open();
    const answers = nc.subscribe("answers", { max: 2 });
    const given = client.headers();
    given.set("Key", "value");
    const message = await one("x", { reply: "answers" });
    expect(message.respond("answer", { headers: given, reply: "and.then" })).toBe(true);
    expect(message.respond()).toBe(true);
    const [full, empty] = await collect(answers);
    expect([full?.string(), full?.headers?.get("Key"), full?.reply]).toEqual(["answer", "value", "and.then"]);
    expect([empty?.string(), empty?.headers, empty?.reply]).toEqual(["", undefined, ""]);
    expect((await one("x")).respond("unheard")).toBe(false);
  });

  test("requestInfo() is what the server tells of an asker of another account, or null", async () => {
    const nc = await open();
    const given = client.headers();
    given.set("Nats-Request-Info", JSON.stringify({ acc: "ASKER", rtt: 123 }));
    const sub = nc.subscribe("informed", { max: 2 });
    nc.publish("informed", "", { headers: given });
    nc.publish("informed");
    const infos = (await collect(sub)).map((message) => (message as Msg & { requestInfo(): unknown }).requestInfo());
    expect(infos).toEqual([{ acc: "ASKER", rtt: 123 }, null]);
  });

  test("size() counts subject, reply, headers and payload", async () => {
    const nc = await open();
    const given = client.headers();
    given.set("Key", "value");
    const sub = nc.subscribe("sized", { max: 2 });
    nc.publish("sized", "12345");
    nc.publish("sized", "12345", { headers: given, reply: "back" });
    const sizes = (await collect(sub)).map((message) => (message as Msg & { size(): number }).size());
    expect(sizes).toEqual([10, 14 + "NATS/1.0\r\nKey: value\r\n\r\n".length]);
  });
});
