// What an application can get wrong: each is refused with its code before anything is written, and the connection lives.

import { describe, expect, test } from "vitest";
import { type Connection, clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();

async function refusal(run: () => unknown): Promise<{ name?: string; code?: string; message?: string }> {
  try {
    await run();
  } catch (error) {
    return error as Error;
  }
  return {};
}

describe.each(clients)("$name", ({ client, ours }) => {
  const open = () => connected(client, { servers: server().url });

  describe("options", () => {
    test.each([
      ["port with servers", { port: 4222, servers: "ws://127.0.0.1:1" }, "INVALID_OPTION"],
      ["tls", { servers: "ws://127.0.0.1:1", tls: {} }, "INVALID_OPTION"],
      ["a wildcard as inbox prefix", { servers: "ws://127.0.0.1:1", inboxPrefix: "a.*" }, undefined],
      ["a > as inbox prefix", { servers: "ws://127.0.0.1:1", inboxPrefix: "a.>" }, undefined],
    ])("%s", async (_, options, code) => {
      const error = await refusal(() => client.connect(options as never));
      expect(error.name).toBe("NatsError");
      if (code) expect(error.code).toBe(code);
    });

    test("nobody listens there", async () => {
      const error = await refusal(() => client.connect({ servers: "ws://127.0.0.1:1", reconnect: false }));
      expect(error.name).toBe("NatsError");
      if (ours) expect(error.message).toContain("ws://127.0.0.1:1");
    });

    if (ours)
      test.each(["not a url at all", "ftp://127.0.0.1", "ws://127.0.0.1:99999", ""])(
        "%j is no server",
        async (servers) => {
          const started = performance.now();
          const error = await refusal(() => client.connect({ servers, reconnect: false, timeout: 3000 }));
          expect(error.name).toBe("NatsError");
          expect(error.message).not.toBe("");
          expect(performance.now() - started).toBeLessThan(5000);
        },
      );
  });

  describe("subjects", () => {
    test("an empty one is refused", async () => {
      const nc = await open();
      expect((await refusal(() => nc.publish(""))).code).toBe("BAD_SUBJECT");
      expect((await refusal(() => nc.request("", "", { timeout: 100 }))).code).toBe("BAD_SUBJECT");
      await alive(nc);
    });

    // nats.ws writes these to the wire, where they change the meaning of the line or break the connection.
    if (ours)
      test.each(["a b", "a\tb", "a\r\nb", "a\nPUB b 0\r\n\r\n", " ", "a\r\nPING"])(
        "%j is refused wherever a subject can stand",
        async (subject) => {
          const nc = await open();
          for (const attempt of [
            () => nc.publish(subject),
            () => nc.publish("a", "", { reply: subject }),
            () => nc.subscribe(subject),
            () => nc.subscribe("a", { queue: subject }),
            () => nc.request(subject, "", { timeout: 100 }),
            () => nc.request("a", "", { timeout: 100, noMux: true, reply: subject }),
          ]) {
            expect((await refusal(attempt)).code).toBe("BAD_SUBJECT");
          }
          await alive(nc);
          expect(nc.stats().outMsgs).toBe(1);
        },
      );
  });

  test.each([42, true, {}, [1, 2], new ArrayBuffer(4)])("a payload that is %j is refused", async (payload) => {
    const nc = await open();
    expect((await refusal(() => nc.publish("a", payload as never))).code).toBe("BAD_PAYLOAD");
    await alive(nc);
  });

  test("a message that is no JSON", async () => {
    const nc = await open();
    const sub = nc.subscribe("json", { max: 1 });
    nc.publish("json", "{ not json");
    for await (const message of sub) expect((await refusal(() => message.json())).code).toBe("BAD_JSON");
  });

  test("headers to illegal keys", () => {
    const headers = client.headers();
    for (const key of ["a:b", "a b", "a\r\nb", "ü"]) {
      expect(() => headers.set(key, "x")).toThrow(expect.objectContaining({ code: "BAD_HEADER" }));
    }
  });

  test("iterating twice, and iterating a subscription with a callback", async () => {
    const nc = await open();
    const sub = nc.subscribe("i");
    void (async () => {
      for await (const _ of sub);
    })();
    await expect(
      (async () => {
        for await (const _ of sub);
      })(),
    ).rejects.toMatchObject({ name: "NatsError" });
    const called = nc.subscribe("i", { callback: () => {} });
    await expect(
      (async () => {
        for await (const _ of called);
      })(),
    ).rejects.toMatchObject({ code: "BAD API" });
  });

  test("a message larger than the server takes does not end the connection", async () => {
    const nc = await open();
    expect((await refusal(() => nc.publish("a", new Uint8Array(2 * 1024 * 1024)))).code).toBe("MAX_PAYLOAD_EXCEEDED");
    await alive(nc);
  });
});

/** The connection still carries messages. */
async function alive(nc: Connection): Promise<void> {
  const sub = nc.subscribe("alive", { max: 1 });
  nc.publish("alive", "yes");
  for await (const message of sub) expect(message.string()).toBe("yes");
}
