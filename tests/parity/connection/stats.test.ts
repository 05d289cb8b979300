// stats(): messages and bytes, of payloads and headers.

import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";

const server = useServer();

describe.each(clients)("$name", ({ client }) => {
  const open = () => connected(client, { servers: server().url });

  test("a fresh connection has counted nothing", async () => {
    const nc = await open();
    expect(nc.stats()).toEqual({ inBytes: 0, outBytes: 0, inMsgs: 0, outMsgs: 0 });
  });

  test("payloads count both ways; subjects and protocol do not", async () => {
    const nc = await open();
    const sub = nc.subscribe("a.rather.long.subject", { max: 3 });
    nc.publish("a.rather.long.subject", "12345");
    nc.publish("a.rather.long.subject", "é");
    nc.publish("a.rather.long.subject", "", { reply: "reply.subject" });
    nc.publish("not.subscribed", new Uint8Array(100));
    await collect(sub);
    await nc.flush();
    const stats = nc.stats();
    expect(stats).toMatchObject({ inMsgs: 3, outMsgs: 4, inBytes: 7 });
    expect(stats.outBytes).toBe(107);
  });

  test("headers count both ways", async () => {
    const nc = await open();
    const given = client.headers();
    given.set("Key", "value");
    const block = "NATS/1.0\r\nKey: value\r\n\r\n".length;
    const sub = nc.subscribe("subject", { max: 1 });
    nc.publish("subject", "12345", { headers: given });
    await collect(sub);
    expect(nc.stats()).toMatchObject({ outMsgs: 1, outBytes: 5 + block, inMsgs: 1, inBytes: 5 + block });
  });

  test("a snapshot: it does not change by itself", async () => {
    const nc = await open();
    const before = nc.stats();
    nc.publish("subject", "x");
    await nc.flush();
    expect(before.outMsgs).toBe(0);
    expect(nc.stats().outMsgs).toBe(1);
  });

  test("requests and their replies count", async () => {
    const nc = await open();
    nc.subscribe("ask", { callback: (_, message) => void message.respond("answer") });
    await nc.request("ask", "question");
    expect(nc.stats()).toEqual({ inMsgs: 2, outMsgs: 2, inBytes: 14, outBytes: 14 });
  });
});
