// Headers over the wire: what is set arrives, whoever sends it.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

describe.each(clients)("$name", ({ client }) => {
  const open = () => connected(client, { servers: server().url });

  test("several keys and several values of a key arrive in order", async () => {
    const nc = await open();
    const sub = nc.subscribe("h", { max: 1 });
    const headers = client.headers();
    headers.append("Trace", "first");
    headers.append("Trace", "second");
    headers.set("Content-Type", "text/plain; charset=utf-8");
    headers.set("Name", "Grüße 🌍");
    nc.publish("h", "body", { headers });
    for await (const message of sub) {
      expect(message.headers?.values("Trace")).toEqual(["first", "second"]);
      expect(message.headers?.get("Content-Type")).toBe("text/plain; charset=utf-8");
      expect(message.headers?.get("Name")).toBe("Grüße 🌍");
      expect(message.headers?.keys()).toEqual(["Trace", "Content-Type", "Name"]);
      expect(message.string()).toBe("body");
    }
  });

  test("headers without a payload, and a payload without headers", async () => {
    const nc = await open();
    const sub = nc.subscribe("h.>", { max: 2 });
    const headers = client.headers();
    headers.set("only", "headers");
    nc.publish("h.a", undefined, { headers });
    nc.publish("h.b", "only a payload");
    const heard: [string, string | undefined][] = [];
    for await (const message of sub) heard.push([message.string(), message.headers?.get("only")]);
    expect(heard).toEqual([
      ["", "headers"],
      ["only a payload", undefined],
    ]);
  });

  test("another client reads what was sent, and is read", async () => {
    const nc = await open();
    const outside = await server().outside();
    const listener = await outside.listen("out");
    const headers = client.headers();
    headers.append("x-key", "1");
    headers.append("x-key", "2");
    nc.publish("out", "payload", { headers });
    const [there] = await listener.waitFor(1);
    expect(there?.headers).toEqual({ "x-key": ["1", "2"] });
    expect(there?.text).toBe("payload");

    const sub = nc.subscribe("in", { max: 1 });
    await nc.flush();
    await outside.publish("in", "back", { headers: { Single: ["a"], double: ["b", "c"] } });
    for await (const message of sub) {
      expect(message.headers?.get("Single")).toBe("a");
      expect(message.headers?.values("double")).toEqual(["b", "c"]);
      expect(message.string()).toBe("back");
    }
    await outside.close();
  });

  test("a header block larger than one WebSocket message arrives whole", async () => {
    const nc = await open();
    const sub = nc.subscribe("big", { max: 1 });
    const headers = client.headers();
    for (let index = 0; index < 300; index++) headers.append(`Key-${index}`, `value ${index} ${"x".repeat(50)}`);
    nc.publish("big", "end", { headers });
    for await (const message of sub) {
      expect(message.headers?.keys().length).toBe(300);
      expect(message.headers?.get("Key-299")).toBe(`value 299 ${"x".repeat(50)}`);
      expect(message.string()).toBe("end");
    }
  });

  test.each(["\r\n", "\n", "\r"])("a line break (%j) in a value is refused", (breaking) => {
    const headers = client.headers();
    expect(() => headers.set("key", `before${breaking}after`)).toThrow(expect.objectContaining({ code: "BAD_HEADER" }));
    expect(headers.has("key")).toBe(false);
  });
});
