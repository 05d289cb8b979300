// Publishing: payloads, options, and every code it is refused with.

import type { ConnectionOptions, Msg, Payload } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";

const server = useServer({ conf: "max_payload: 4096" });

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });
  const refused = (code: string) => expect.objectContaining({ name: "NatsError", code });

  test("strings as UTF-8, bytes as they are, nothing as nothing", async () => {
    const nc = await open();
    const sub = nc.subscribe("payloads", { max: 4 });
    nc.publish("payloads", "é€😀");
    nc.publish("payloads", new Uint8Array([0, 255, 10, 13]));
    nc.publish("payloads");
    nc.publish("payloads", new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
    const heard = (await collect(sub)).map((message) => [...message.data]);
    expect(heard).toEqual([[...new TextEncoder().encode("é€😀")], [0, 255, 10, 13], [], [2, 3]]);
  });

  test.each([
    ["a number", 5],
    ["an object", {}],
    ["null", null],
    ["an ArrayBuffer", new ArrayBuffer(3)],
    ["an array", [1, 2]],
  ])("%s is no payload", async (_, payload) => {
    const nc = await open();
    expect(() => nc.publish("payloads", payload as unknown as Payload)).toThrow(refused("BAD_PAYLOAD"));
  });

  test("an empty subject is refused", async () => {
    const nc = await open();
    expect(() => nc.publish("")).toThrow(refused("BAD_SUBJECT"));
    expect(() => nc.publish(undefined as unknown as string)).toThrow(refused("BAD_SUBJECT"));
  });

  test("payload and headers together may have max_payload bytes, and not one more", async () => {
    const nc = await open();
    const given = client.headers();
    given.set("Key", "value");
    const block = "NATS/1.0\r\nKey: value\r\n\r\n".length;
    const sub = nc.subscribe("large", { max: 2 });
    nc.publish("large", new Uint8Array(4096));
    nc.publish("large", new Uint8Array(4096 - block), { headers: given });
    expect((await collect(sub)).map((message) => message.data.length)).toEqual([4096, 4096 - block]);
    expect(() => nc.publish("large", new Uint8Array(4097))).toThrow(refused("MAX_PAYLOAD_EXCEEDED"));
    expect(() => nc.publish("large", new Uint8Array(4097 - block), { headers: given })).toThrow(
      refused("MAX_PAYLOAD_EXCEEDED"),
    );
    await nc.flush();
    expect(nc.isClosed()).toBe(false);
  });

  test("respond is bound by max_payload too", async () => {
    const nc = await open();
    const thrown: unknown[] = [];
    nc.subscribe("ask", {
      callback: (_, message) => {
        try {
          message.respond(new Uint8Array(4097));
        } catch (error) {
          thrown.push(error);
        }
        message.respond("short");
      },
    });
    expect((await nc.request("ask")).string()).toBe("short");
    expect(thrown).toEqual([refused("MAX_PAYLOAD_EXCEEDED")]);
  });

  test("reply and headers travel with it", async () => {
    const nc = await open();
    const given = client.headers();
    given.append("Key", "1");
    given.append("Key", "2");
    const sub = nc.subscribe("options", { max: 1 });
    nc.publish("options", "text", { reply: "back.here", headers: given });
    const [message] = await collect(sub);
    expect(message?.reply).toBe("back.here");
    expect(message?.headers?.values("Key")).toEqual(["1", "2"]);
  });

  test("the caller's options: nats.ws writes into them, we do not", async () => {
    const nc = await open();
    const options: { headers?: ReturnType<typeof client.headers> } = {};
    nc.publish("options", "", options);
    expect(Object.keys(options)).toEqual(ours ? [] : ["reply"]);
  });

  describe("subjects that would break the protocol", () => {
    test.each([
      ["white space", "a b"],
      ["a line end", "a\r\nPUB evil 0\r\n\r\n"],
      ["a tab", "a\tb"],
    ])("%s: refused by us; nats.ws writes it to the wire", async (_, subject) => {
      const nc = await open({ reconnect: false });
      if (ours) {
        expect(() => nc.publish(subject)).toThrow(refused("BAD_SUBJECT"));
        expect(() => nc.publish("a", "", { reply: subject })).toThrow(refused("BAD_SUBJECT"));
        await nc.flush();
        expect(nc.isClosed()).toBe(false);
      } else {
        expect(() => nc.publish(subject)).not.toThrow();
      }
    });
  });

  test("publishMessage sends a message again: subject, payload, headers, reply", async () => {
    const nc = await open();
    const original = client.headers();
    original.set("Key", "value");
    const sub = nc.subscribe("again", { max: 2 });
    nc.publish("again", "text", { reply: "to.here", headers: original });
    const seen: Msg[] = [];
    for await (const message of sub) {
      seen.push(message);
      if (seen.length === 1) nc.publishMessage(message);
    }
    expect(seen.map((message) => [message.string(), message.reply, message.headers?.get("Key")])).toEqual([
      ["text", "to.here", "value"],
      ["text", "to.here", "value"],
    ]);
  });

  test("respondMessage publishes to the reply, and says false when there is none", async () => {
    const nc = await open();
    const sub = nc.subscribe("to.here", { max: 1 });
    const source = nc.subscribe("source", { max: 2 });
    nc.publish("source", "with", { reply: "to.here" });
    nc.publish("source", "without");
    const [withReply, without] = await collect(source);
    expect(nc.respondMessage(withReply as Msg)).toBe(true);
    expect(nc.respondMessage(without as Msg)).toBe(false);
    expect((await collect(sub))[0]?.string()).toBe("with");
  });

  test("after close it is CONNECTION_CLOSED, before everything else that is wrong", async () => {
    const nc = await open();
    await nc.close();
    expect(() => nc.publish("a")).toThrow(refused("CONNECTION_CLOSED"));
    expect(() => nc.publish("")).toThrow(refused("CONNECTION_CLOSED"));
    expect(() => nc.publishMessage({ subject: "a", data: new Uint8Array() } as Msg)).toThrow(
      refused("CONNECTION_CLOSED"),
    );
  });

  test("what was published in one turn arrives in order, and flush waits until the server has it", async () => {
    const nc = await open();
    const outside = await server().outside();
    const listener = await outside.listen("ordered");
    for (let number = 0; number < 500; number++) nc.publish("ordered", String(number));
    await nc.flush();
    const heard = await listener.waitFor(500);
    expect(heard.map(({ text }) => text)).toEqual(Array.from({ length: 500 }, (_, number) => String(number)));
    await outside.close();
  });

  test("flush() on a closed connection, and rtt()", async () => {
    const nc = await open();
    const trip = await nc.rtt();
    expect(trip).toBeGreaterThanOrEqual(0);
    expect(trip).toBeLessThan(5000);
    await nc.close();
    await expect(nc.flush()).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    await expect(nc.rtt()).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  });
});
