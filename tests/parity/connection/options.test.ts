// ConnectionOptions: which URL is dialled, what the server is told, and what is refused before anything is dialled.

import type { ConnectionOptions } from "nats.ws";
import { afterEach, describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { rejection } from "../../browser/harness/frameworks.ts";
import { TestPeer } from "../../browser/harness/peer.ts";
import { useServer } from "../../browser/harness/server.ts";
import { statusOf } from "../../browser/harness/until.ts";

const server = useServer();
const peers: TestPeer[] = [];
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

async function peer(manners?: Parameters<typeof TestPeer.start>[0]): Promise<TestPeer> {
  const started = await TestPeer.start({ pongs: true, ...manners });
  peers.push(started);
  return started;
}

/** What the client says of itself. */
async function introduction(heard: string): Promise<Record<string, unknown>> {
  return JSON.parse(/^CONNECT (.*)\r$/m.exec(heard)?.[1] ?? "{}") as Record<string, unknown>;
}

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (options: ConnectionOptions) => connected(client, options);

  /** The URLs that are dialled with these options, which all go to the same server. */
  async function dialled(options: ConnectionOptions): Promise<string[]> {
    const urls: string[] = [];
    const given = {
      ...options,
      wsFactory: async (url: string) => {
        urls.push(url);
        return { socket: new WebSocket(server().url), encrypted: false };
      },
    };
    await open(given);
    return urls;
  }

  describe("servers", () => {
    test.each([
      ["example.org", "wss://example.org:443"],
      ["example.org:9222", "wss://example.org:9222"],
      ["ws://example.org", "ws://example.org:80"],
      ["http://example.org", "ws://example.org:80"],
      ["nats://example.org", "ws://example.org:80"],
      ["wss://example.org", "wss://example.org:443"],
      ["https://example.org", "wss://example.org:443"],
      ["tls://example.org", "wss://example.org:443"],
      ["ws://example.org:9222", "ws://example.org:9222"],
      ["ws://example.org:9222/some/path?a=b&c=d", "ws://example.org:9222/some/path?a=b&c=d"],
      ["ws://[::1]:9222", "ws://[::1]:9222"],
    ])("%s is dialled as %s", async (given, url) => {
      // A URL may leave out its scheme's own port, and may end its host with a slash.
      const normal = (text: string) => new URL(text).href;
      expect((await dialled({ servers: given })).map(normal)).toEqual([normal(url)]);
    });

    test("none: wss to this host; a port alone: wss to that port", async () => {
      expect((await dialled({})).map((url) => new URL(url).href)).toEqual(["wss://127.0.0.1/"]);
      expect((await dialled({ port: 9999 })).map((url) => new URL(url).href)).toEqual(["wss://127.0.0.1:9999/"]);
    });

    test("port and servers exclude each other", async () => {
      const error = await rejection(client.connect({ servers: server().url, port: 4222 }));
      expect(error).toMatchObject({ name: "NatsError", code: "INVALID_OPTION" });
    });

    test("getServer() says host and port only", async () => {
      const nc = await open({ servers: `${server().url}/a/path?query` });
      expect(nc.getServer()).toBe(server().name);
    });

    test("noRandomize keeps the order, which is shuffled otherwise", async () => {
      const hosts = Array.from({ length: 30 }, (_, index) => `ws://host${index}:1`);
      const first = async (options: ConnectionOptions) => new URL((await dialled(options))[0] ?? "").hostname;
      const inOrder = await Promise.all([1, 2, 3].map(() => first({ servers: hosts, noRandomize: true })));
      expect(inOrder).toEqual(["host0", "host0", "host0"]);
      const shuffled = await Promise.all([1, 2, 3, 4, 5, 6].map(() => first({ servers: hosts })));
      expect(new Set(shuffled).size).toBeGreaterThan(1);
    });

    test("the next server is tried when the first one is not there", async () => {
      const nc = await open({ servers: ["ws://127.0.0.1:1", server().url], noRandomize: true });
      expect(nc.getServer()).toBe(server().name);
    });
  });

  describe("what the server is told", () => {
    test("without options", async () => {
      const listening = await peer();
      await open({ servers: listening.url });
      const said = await introduction(await listening.heard());
      expect(said).toMatchObject({
        verbose: false,
        pedantic: false,
        protocol: 1,
        headers: true,
        no_responders: true,
        // Each says who it is.
        lang: ours ? "nats-wasm" : "nats.ws",
      });
      if (!ours) expect(said.version).toBe("1.30.3");
      expect(said).not.toHaveProperty("name");
      for (const secret of ["user", "pass", "auth_token", "jwt", "nkey", "sig"])
        expect(said).not.toHaveProperty(secret);
      // Absent, or what the server assumes when it is absent.
      expect(said.echo ?? true).toBe(true);
    });

    test("pendingLimit, which nobody declares, changes nothing of what arrives", async () => {
      const options: ConnectionOptions & { pendingLimit: number } = { servers: server().url, pendingLimit: 16 };
      const nc = await open(options);
      const heard: string[] = [];
      nc.subscribe("pending", { callback: (_, message) => void heard.push(message.string()) });
      const sent = Array.from({ length: 100 }, (_, number) => `payload ${number}`);
      for (const payload of sent) nc.publish("pending", payload);
      await nc.flush();
      expect(heard).toEqual(sent);
    });

    test("name, noEcho, pedantic", async () => {
      const listening = await peer();
      await open({ servers: listening.url, name: "a name", noEcho: true, pedantic: true });
      expect(await introduction(await listening.heard())).toMatchObject({
        name: "a name",
        echo: false,
        pedantic: true,
        verbose: false,
      });
    });

    test("verbose: the server's +OK after each line does no harm", async () => {
      const nc = await open({ servers: server().url, verbose: true });
      const sub = nc.subscribe("verbose", { max: 2 });
      nc.publish("verbose", "one");
      nc.publish("verbose", "two");
      const heard: string[] = [];
      for await (const message of sub) heard.push(message.string());
      expect(heard).toEqual(["one", "two"]);
    });

    test("a server without headers is not promised any, and publishing them is refused", async () => {
      const listening = await peer({ greeting: [TestPeer.info({ headers: false })] });
      const nc = await open({ servers: listening.url });
      const said = await introduction(await listening.heard());
      expect(said.headers ?? false).toBe(false);
      expect(said.no_responders ?? false).toBe(false);
      const given = client.headers();
      given.set("Key", "value");
      expect(() => nc.publish("a", "", { headers: given })).toThrow(
        expect.objectContaining({ name: "NatsError", code: "SERVER_OPT_NA" }),
      );
    });
  });

  describe("refused before anything is dialled", () => {
    test.each([
      ["tls", { tls: {} }, "INVALID_OPTION"],
      ["resolve", { resolve: true }, "INVALID_OPTION"],
      ["inboxPrefix with a wildcard", { inboxPrefix: "mine.*" }, "BAD API"],
      ["inboxPrefix with a full wildcard", { inboxPrefix: "mine.>" }, "BAD API"],
    ])("%s", async (_, options, code) => {
      const error = await rejection(client.connect({ servers: server().url, ...options } as ConnectionOptions));
      expect(error).toMatchObject({ name: "NatsError", code });
    });
  });

  test("inboxPrefix is where replies come to", async () => {
    const nc = await open({ servers: server().url, inboxPrefix: "mine.own" });
    const replies: string[] = [];
    nc.subscribe("asked", {
      callback: (_, message) => {
        replies.push(message.reply ?? "");
        message.respond();
      },
    });
    await nc.request("asked");
    await nc.request("asked", "", { noMux: true, timeout: 1000 });
    for await (const _ of await nc.requestMany("asked", "", {
      maxMessages: 1,
      strategy: client.RequestStrategy.Count,
    }));
    expect(replies.length).toBe(3);
    for (const reply of replies) expect(reply).toMatch(/^mine\.own\./);
  });

  test("timeout covers the whole dial: a peer that never greets", async () => {
    const silent = await peer({ greeting: [] });
    const started = performance.now();
    const error = await rejection(client.connect({ servers: silent.url, timeout: 300 }));
    const took = performance.now() - started;
    expect(error).toMatchObject({ name: "NatsError", code: ours ? "CONNECTION_TIMEOUT" : "TIMEOUT" });
    expect(took).toBeGreaterThanOrEqual(290);
    expect(took).toBeLessThan(3000);
  });

  test("a dial that is refused: the code of nats.ws, and from us a message too", async () => {
    const error = await rejection(client.connect({ servers: "ws://127.0.0.1:1" }));
    expect(error).toMatchObject({ name: "NatsError", code: "UNKNOWN_ERROR" });
    if (ours) expect(error.message).toContain("ws://127.0.0.1:1");
    else expect(error.message).toBeUndefined();
  });

  test("null and undefined ask for the default", async () => {
    const nothing = { name: undefined, pingInterval: undefined, user: undefined, token: undefined };
    const nc = await open({ servers: server().url, ...(nothing as unknown as ConnectionOptions) });
    await nc.flush();
    expect(nc.info?.max_payload).toBe(1_048_576);
  });

  describe("pings", () => {
    test("pingInterval: the status counts what is not answered yet, and answers set it back", async () => {
      const nc = await open({ servers: server().url, pingInterval: 60 });
      const status = statusOf(nc);
      await status.told("pingTimer", 4);
      expect(status.types()).not.toContain("staleConnection");
      for (const each of status.all) expect(each).toEqual({ type: "pingTimer", data: "1" });
    });

    test("maxPingOut: so many may be without an answer before the connection is given up", async () => {
      const mute = await TestPeer.start({ pongs: false });
      peers.push(mute);
      const opening = client.connect({ servers: mute.url, pingInterval: 80, maxPingOut: 2, reconnect: false });
      await mute.hears("PING\r\n");
      await mute.send(["PONG\r\n"]);
      const nc = await opening;
      const status = statusOf(nc);
      const started = performance.now();
      await status.told("staleConnection", 1, 3000);
      expect(performance.now() - started).toBeGreaterThanOrEqual(200);
      expect(status.all.filter(({ type }) => type === "pingTimer").map(({ data }) => data)).toEqual(
        // nats.ws counts the one that it then does not send.
        ours ? ["1", "2"] : ["1", "2", "3"],
      );
      // nats.ws waits for the browser's close handshake before it says that the connection is over.
      if (ours) expect(await nc.closed()).toMatchObject({ code: "DISCONNECT" });
      else await nc.close();
    });
  });

  test("debug prints the protocol; ours without the secrets in it", async () => {
    const lines: string[] = [];
    const { info } = console;
    console.info = (...parts: unknown[]) => void lines.push(parts.join(" "));
    try {
      const nc = await open({ servers: server().url, debug: true, token: "very-secret" });
      nc.publish("printed", "text");
      await nc.flush();
    } finally {
      console.info = info;
    }
    const all = lines.join("\n");
    expect(all).toMatch(/^< CONNECT /m);
    expect(all).toMatch(/^> INFO /m);
    expect(all).toContain("printed");
    expect(all.includes("very-secret")).toBe(!ours);
  });
});
