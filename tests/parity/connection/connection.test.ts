// The connection's own members: what the server said of itself, who it is to the server, errors of callbacks, and
// options whose defaults have consequences.

import type { ConnectionOptions, Msg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { rejection } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay } from "../../browser/harness/until.ts";

const server = useServer();

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });

  test("info is what the server says of itself", async () => {
    const nc = await open();
    const { info } = nc;
    expect(info).toMatchObject({ proto: 1, headers: true, max_payload: 1_048_576, host: "127.0.0.1" });
    expect(info?.version).toMatch(/^2\.\d+\.\d+/);
    expect(info?.server_id).toMatch(/^N[A-Z0-9]{55}$/);
    expect((await server().connections()).map(({ cid }) => cid)).toContain(info?.client_id);
  });

  test("the server sees a WebSocket client with our name, language and version", async () => {
    const nc = await open({ name: "a name" });
    const seen = (await server().connections()).find(({ cid }) => cid === nc.info?.client_id);
    expect(seen).toMatchObject({ kind: "Client", type: "websocket", name: "a name" });
    expect(seen?.lang).toBe(ours ? "nats-wasm" : "nats.ws");
    if (!ours) expect(seen?.version).toBe("1.30.3");
    else expect(seen?.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("isClosed, isDraining and getServer of a live connection", async () => {
    const nc = await open();
    expect([nc.isClosed(), nc.isDraining(), nc.getServer()]).toEqual([false, false, server().name]);
  });

  test("connections do not share anything", async () => {
    const [first, second] = [await open(), await open()];
    const heard: string[] = [];
    first.subscribe("shared", { callback: () => void heard.push("first") });
    second.subscribe("shared", { callback: () => void heard.push("second") });
    await Promise.all([first.flush(), second.flush()]);
    first.publish("shared");
    await first.flush();
    await second.flush();
    expect(heard.sort()).toEqual(["first", "second"]);
    await first.close();
    expect(second.isClosed()).toBe(false);
    await second.flush();
  });

  test("noEcho: nothing of what it publishes comes back to it", async () => {
    const [mute, other] = [await open({ noEcho: true }), await open()];
    const heard: string[] = [];
    mute.subscribe("echo", { callback: (_, message) => void heard.push(`mute ${message.string()}`) });
    other.subscribe("echo", { callback: (_, message) => void heard.push(`other ${message.string()}`) });
    await Promise.all([mute.flush(), other.flush()]);
    mute.publish("echo", "1");
    await mute.flush();
    other.publish("echo", "2");
    await other.flush();
    await mute.flush();
    expect(heard.sort()).toEqual(["mute 2", "other 1", "other 2"]);
  });

  test("messages that are kept keep their bytes", async () => {
    const nc = await open();
    const kept: Msg[] = [];
    nc.subscribe("kept", { callback: (_, message) => void kept.push(message) });
    for (let number = 0; number < 2000; number++) nc.publish("kept", `payload number ${number}`);
    await nc.flush();
    for (let number = 0; number < 2000; number++) nc.publish("kept", "x".repeat(20));
    await nc.flush();
    expect(kept.slice(0, 2000).map((message) => message.string())).toEqual(
      Array.from({ length: 2000 }, (_, number) => `payload number ${number}`),
    );
  });

  test("what is published right after subscribe() is heard", async () => {
    const nc = await open();
    const reading = (async () => {
      for await (const message of nc.subscribe("at.once")) return message.string();
    })();
    nc.publish("at.once", "1");
    expect(await reading).toBe("1");
  });

  test("a callback that throws: nats.ws is deaf from then on, we go on", async () => {
    const nc = await open();
    const heard: string[] = [];
    const catchUncaught = (event: ErrorEvent) => event.preventDefault();
    addEventListener("error", catchUncaught);
    nc.subscribe("thrown", {
      callback: (_, message) => {
        heard.push(message.string());
        if (message.string() === "1") throw new Error("mine");
      },
    });
    await nc.flush();
    nc.publish("thrown", "1");
    nc.publish("thrown", "2");
    const flushed = await Promise.race([nc.flush().then(() => "answered"), delay(400).then(() => "nothing")]);
    removeEventListener("error", catchUncaught);
    expect(flushed).toBe(ours ? "answered" : "nothing");
    expect(heard).toEqual(ours ? ["1", "2"] : ["1"]);
    expect(nc.isClosed()).toBe(false);
  });

  test("an authenticator that throws ends the dial", async () => {
    const error = await rejection(
      client.connect({
        servers: server().url,
        timeout: 500,
        authenticator: () => {
          throw new Error("mine");
        },
      }),
    );
    // nats.ws hands on what was thrown, and we say which dial it ended.
    if (ours) expect(error).toMatchObject({ name: "NatsError", code: "BAD_AUTHENTICATION" });
    else expect(error.message).toContain("mine");
    if (ours) expect(error.message).toContain("mine");
  });

  test("wsFactory makes the socket, and its rejection is that of connect()", async () => {
    const error = await rejection(
      client.connect({
        servers: server().url,
        wsFactory: () => Promise.reject(new Error("no socket today")),
      } as ConnectionOptions),
    );
    expect(error.message).toContain("no socket today");
  });
});
