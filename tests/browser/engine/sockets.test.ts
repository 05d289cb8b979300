// Sockets that the core did not make itself: the early one, with what it has told before the module was loaded, and those of
// an application, which may be less than a browser's or of another realm.

import { afterEach, describe, expect, test } from "vitest";
import type { ConnectionOptions } from "../../../js/core/types/index.ts";
import { NatsConnectionImpl, open } from "../../../js/core/connection/connection.ts";
import { EarlySocket } from "../../../js/core/connection/early-socket.ts";
import { ClientSession } from "../../../js/core/connection/session.ts";
import { normalise } from "../../../js/core/options/options.ts";
import { loadInline } from "../../../js/engine/inline.ts";
import { LocalEngine } from "../../../js/engine/local.ts";
import { rejection } from "../harness/frameworks.ts";
import { TestPeer } from "../harness/peer.ts";
import { useServer } from "../harness/server.ts";
import { delay, untilAsync } from "../harness/until.ts";

const server = useServer();
const peers: TestPeer[] = [];
const opened: NatsConnectionImpl[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((nc) => nc.close()));
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

async function peer(manners: Parameters<typeof TestPeer.start>[0]): Promise<TestPeer> {
  const started = await TestPeer.start(manners);
  peers.push(started);
  return started;
}

/** Connects with a module that comes when `met`, and then a little later. */
async function connect(options: ConnectionOptions, met = async () => true): Promise<NatsConnectionImpl> {
  const load = async () => {
    await untilAsync(met);
    await delay(50);
    return loadInline();
  };
  const nc = await open(load, { reconnect: false, ...options }, NatsConnectionImpl);
  opened.push(nc);
  return nc;
}

describe("an early socket", () => {
  test("has heard INFO, in pieces, before the module was there", async () => {
    const info = TestPeer.info({ server_name: "early" });
    const pieces = [info.slice(0, 10), info.slice(10, 30), info.slice(30)];
    const early = await peer({ greeting: pieces, pongs: true });
    const nc = await connect({ servers: early.url }, async () => (await early.connections()).length === 1);
    expect(nc.info?.server_name).toBe("early");
    await nc.flush();
    expect(await early.heard()).toMatch(/^CONNECT \{.*\}\r\nPING\r\n/);
    expect(await early.connections()).toHaveLength(1);
  });

  test("was closed before the module was there: the close comes behind what was said", async () => {
    const early = await peer({ greeting: ["-ERR 'maximum connections exceeded'\r\n"] });
    const error = await rejection(
      connect({ servers: early.url }, async () => {
        if ((await early.connections()).length === 0) return false;
        await early.close(4001, "full");
        return true;
      }),
    );
    expect(error.message).toContain("maximum connections exceeded");
    expect(await early.connections()).toHaveLength(1);
  });

  test("was closed without a word: its close code is the reason", async () => {
    const early = await peer({ greeting: [] });
    const error = await rejection(
      connect({ servers: early.url }, async () => {
        if ((await early.connections()).length === 0) return false;
        await early.close(4001, "full");
        return true;
      }),
    );
    expect(error.message).toMatch(/4001.*full/);
    expect(await early.connections()).toHaveLength(1);
  });

  test("could not be opened: the loss is told at once", async () => {
    const error = await rejection(connect({ servers: "ws://127.0.0.1:1", timeout: 600_000 }));
    expect(error.message).toContain("1006");
  });

  test("of another URL than the first dial's is closed", async () => {
    const unwanted = await peer({ pongs: true });
    const early = new EarlySocket(`${unwanted.url}/`);
    await untilAsync(async () => (await unwanted.connections())[0]?.open === true);
    const settings = normalise({ servers: server().url });
    const module = await loadInline();
    const session = new ClientSession(
      settings,
      early,
      (listener) => new LocalEngine(module, settings.engine, listener),
    );
    await session.engine.connect();
    expect(session.engine.server()).toBe(server().name);
    await untilAsync(async () => (await unwanted.connections())[0]?.open === false);
    expect(await unwanted.heard()).toBe("");
    session.engine.close();
  });

  test("is closed when there can be no engine", async () => {
    const early = await peer({ pongs: true });
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      const error = await rejection(
        connect({ servers: early.url }, async () => (await early.connections())[0]?.open === true),
      );
      expect(error.message).toContain("no crypto.getRandomValues");
    } finally {
      Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
    }
    await untilAsync(async () => (await early.connections())[0]?.open === false);
  });
});

/** A socket that fails without a close event, as Chromium's do under a policy that forbids them. */
class ErrorOnly {
  binaryType = "blob";
  readyState: number = WebSocket.CONNECTING;
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror: ((event: unknown) => void) | null = null;

  constructor(said: unknown) {
    setTimeout(() => this.onerror?.(said), 5);
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }
}

function factory(make: (url: string) => unknown): ConnectionOptions {
  return { wsFactory: async (url) => ({ socket: make(url) as WebSocket, encrypted: false }) };
}

describe("a socket that fires an error and no close", () => {
  test.each([
    ["a browser's, which says nothing", new Event("error"), "1006"],
    ["one with words", { message: "getaddrinfo ENOTFOUND" }, "getaddrinfo ENOTFOUND"],
    ["one with words that cannot be read", { message: Symbol("odd") }, "1006"],
  ])("is lost at once: %s", async (_what, said, words) => {
    const sockets: ErrorOnly[] = [];
    const make = () => {
      const socket = new ErrorOnly(said);
      sockets.push(socket);
      return socket;
    };
    const error = await rejection(connect({ servers: "ws://127.0.0.1:1", timeout: 600_000, ...factory(make) }));
    expect(error.message).toContain(words);
    expect(sockets.map((socket) => socket.readyState)).toEqual([WebSocket.CLOSED]);
  });

  test("a page's policy", async () => {
    const frame = await framed("<meta http-equiv='Content-Security-Policy' content=\"connect-src 'none'\">");
    const make = (url: string) => new frame.WebSocket(url);
    const error = await rejection(connect({ servers: server().url, timeout: 600_000, ...factory(make) }));
    expect(error.code).toBe("UNKNOWN_ERROR");
    expect(error.message).not.toContain("timeout");
  });
});

describe("an application's mistake is no failure of the core", () => {
  test.each([
    ["no socket", {}],
    ["nothing", undefined],
  ])("a factory that gives %s", async (_what, given) => {
    const error = await rejection(
      connect({ servers: server().url, timeout: 600_000, wsFactory: (async () => given) as never }),
    );
    expect(error.code).toBe("UNKNOWN_ERROR");
    expect(error.message).toMatch(/could not connect to .*: attempt 1 failed in the dial phase: .*socket/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("a socket that cannot be watched, with `debug`", async () => {
    const make = () => new ErrorOnly({ message: "refused" });
    const error = await rejection(connect({ servers: server().url, debug: true, ...factory(make) }));
    expect(error.message).toContain("refused");
  });
});

/** The window of a document of its own. */
async function framed(head: string): Promise<Window & typeof globalThis> {
  const frame = document.createElement("iframe");
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  frame.srcdoc = head;
  document.body.append(frame);
  await loaded;
  return frame.contentWindow as Window & typeof globalThis;
}

test("a socket of another realm, whose bytes are no ArrayBuffer of ours", async () => {
  const frame = await framed("");
  expect(frame.ArrayBuffer).not.toBe(ArrayBuffer);
  const make = (url: string) => new frame.WebSocket(url);
  const nc = await connect({ servers: server().url, ...factory(make) });
  const subscription = nc.subscribe("foreign", { max: 2 });
  const large = new Uint8Array(20_000).map((_, at) => at);
  nc.publish("foreign", "small");
  nc.publish("foreign", large);
  const heard: Uint8Array[] = [];
  for await (const message of subscription) heard.push(message.data);
  expect(heard).toEqual([new TextEncoder().encode("small"), large]);
});

test("a text message is refused", async () => {
  const texts = await peer({ greeting: [] });
  const make = (url: string) => {
    const socket = new WebSocket(url);
    socket.addEventListener("open", () => {
      socket.onmessage?.(new MessageEvent("message", { data: "INFO {}\r\n" }));
    });
    return socket;
  };
  const error = await rejection(connect({ servers: texts.url, ...factory(make) }));
  expect(error.message).toMatch(/1003.*a text message arrived/);
});
