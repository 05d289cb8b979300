// The boundary of the client's module, without the connection above it: numbers and texts in, events out, and nothing
// that is thrown gets into wasm.

import { describe, expect, test } from "vitest";
import { Code } from "../../../js/base/codes.ts";
import { normalise } from "../../../js/core/options/options.ts";
import type { NatsError } from "../../../js/base/errors.ts";
import type { EngineEvent, EngineListener, GivenSocket } from "../../../js/engine/engine.ts";
import { loadInline } from "../../../js/engine/inline.ts";
import { LocalEngine } from "../../../js/engine/local.ts";
import { Phase } from "../../../js/engine/numbers.ts";
import { useServer } from "../harness/server.ts";
import { until } from "../harness/until.ts";

const server = useServer();
/** Nothing listens there. */
const NOWHERE = "ws://127.0.0.1:1";
const LINE = '{"verbose":false,"pedantic":false,"protocol":1,"headers":true,"no_responders":true}';

class Page implements EngineListener {
  readonly events: EngineEvent[] = [];
  readonly sockets: WebSocket[] = [];
  /** URLs for which a CONNECT line was asked. */
  readonly greeted: string[] = [];
  readonly failures: NatsError[] = [];
  engine!: LocalEngine;

  static async open(servers: string | string[], overrides: Partial<Page> = {}): Promise<Page> {
    const page: Page = Object.assign(new Page(), overrides);
    page.engine = new LocalEngine(await loadInline(), normalise({ servers, noRandomize: true }).engine, page);
    return page;
  }

  deliver(): void {}

  notify(event: EngineEvent): void {
    this.events.push(event);
  }

  readInfo(line: Uint8Array) {
    return JSON.parse(new TextDecoder().decode(line));
  }

  connectLine(url: string): string | Promise<string> {
    this.greeted.push(url);
    return LINE;
  }

  redialDelay(): number {
    return 0;
  }

  chooseServer() {
    return { place: 0, delay: 0 };
  }

  provideSocket(_url: string): GivenSocket | Promise<GivenSocket> | undefined {
    return undefined;
  }

  watchSocket(socket: WebSocket): void {
    this.sockets.push(socket);
  }

  fail(error: NatsError): void {
    this.failures.push(error);
  }

  told<T extends EngineEvent["type"]>(type: T): (EngineEvent & { type: T })[] {
    return this.events.filter((event): event is EngineEvent & { type: T } => event.type === type);
  }
}

describe("a refused dial", () => {
  test("rejects connect, and is told once", async () => {
    const page = await Page.open(NOWHERE);
    const failure = await page.engine.connect().catch((thrown: unknown) => thrown);
    expect(failure).toEqual({ code: Code.ConnectionRefused, detail: expect.stringContaining("1006") });
    const at = { server: "127.0.0.1:1", url: `${NOWHERE}/`, phase: "dial", attempt: 1, closeCode: 1006, reason: "" };
    expect(page.told("dialFailed")).toEqual([{ type: "dialFailed", ...at }]);
    expect(page.told("closed")).toHaveLength(1);
    expect(page.engine.phase()).toBe(Phase.Closed);
  });

  test.each([
    ["an error", new Error("no socket"), "no socket"],
    ["what cannot be made a string", Object.create(null), "the socket could not be opened"],
  ])("a factory that throws %s", async (_what, thrown, detail) => {
    const provideSocket = () => {
      throw thrown;
    };
    const page = await Page.open(NOWHERE, { provideSocket });
    await expect(page.engine.connect()).rejects.toEqual({ code: Code.ConnectionRefused, detail });
  });
});

test("a closed connection keeps its last facts, and its verbs are refused", async () => {
  const page = await Page.open([server().url, NOWHERE]);
  await page.engine.connect();
  expect(page.greeted).toEqual([`${server().url}/`]);
  page.engine.publish("engine.facts", "hello", "", undefined);
  const facts = () => [page.engine.server(), page.engine.servers(), page.engine.stats()];
  const before = facts();
  expect(before).toEqual([
    server().name,
    [`${NOWHERE}/`, `${server().url}/`],
    { inMsgs: 0, inBytes: 0, outMsgs: 1, outBytes: 5 },
  ]);
  page.engine.close();
  // Its slot is used again, and the new connection's facts are others.
  const next = await Page.open(NOWHERE);
  expect(facts()).toEqual(before);
  expect(page.engine.phase()).toBe(Phase.Closed);
  expect(page.engine.subscribe("a", "", 0, 0)).toBe(-Code.ConnectionClosed);
  expect(page.engine.unsubscribe(1, 0)).toBe(-Code.ConnectionClosed);
  expect(page.engine.drainSubscription(1)).toBe(-Code.ConnectionClosed);
  expect(page.engine.publish("engine.facts", "hello", "", undefined)).toBe(-Code.ConnectionClosed);
  expect(page.engine.publish("engine.other", "hello", "", undefined)).toBe(-Code.ConnectionClosed);
  expect(page.engine.publishTo(new Uint8Array([97]), "", "", undefined)).toBe(-Code.ConnectionClosed);
  expect(page.engine.request("a", "", "", undefined, 1000)).toBe(-Code.ConnectionClosed);
  expect(page.engine.flush()).toBe(-Code.ConnectionClosed);
  expect(page.engine.drain()).toBe(-Code.ConnectionClosed);
  expect(page.engine.reconnect()).toBe(-Code.ConnectionClosed);
  expect(page.engine.setServers([{ url: server().url, name: server().name }])).toBe(-Code.ConnectionClosed);
  expect(next.engine.phase()).toBe(Phase.Idle);
  expect(page.failures).toEqual([]);
  next.engine.close();
});

test("close is idempotent, and what comes after is refused", async () => {
  const page = await Page.open(NOWHERE);
  page.engine.close();
  page.engine.close();
  expect(page.told("closed")).toEqual([{ type: "closed", code: 0, detail: "", droppedMessages: 0, droppedBytes: 0 }]);
  expect(page.engine.publish("a", "", "", undefined)).toBe(-Code.ConnectionClosed);
});

test.each(["a\r\nPUB b 0", "a b", ""])("the subject %j is refused by its code", async (subject) => {
  const page = await Page.open(NOWHERE);
  expect(page.engine.publish(subject, "", "", undefined)).toBe(-Code.BadSubject);
});

test("a listener that throws does not unbalance the engine", async () => {
  const page = await Page.open(NOWHERE, {
    notify: () => {
      throw new Error("listener");
    },
  });
  await page.engine.connect().catch(() => {});
  expect(page.engine.phase()).toBe(Phase.Closed);
});

test("an INFO nobody can read ends the handshake with its reason", async () => {
  const readInfo = () => {
    throw new Error("not JSON");
  };
  const page = await Page.open(server().url, { readInfo });
  const failure = await page.engine.connect().catch((thrown: unknown) => thrown);
  expect(failure).toEqual({
    code: Code.ProtocolError,
    detail: "protocol error: INFO cannot be read: not JSON",
  });
});

test("a line that comes late is sent, and one that is refused ends the dial", async () => {
  const late = await Page.open(server().url, { connectLine: () => Promise.resolve(LINE) });
  await late.engine.connect();
  expect(late.engine.server()).toBe(server().name);
  late.engine.close();
  const refused = await Page.open(server().url, { connectLine: () => Promise.reject(new Error("no key")) });
  const failure = await refused.engine.connect().catch((thrown: unknown) => thrown);
  expect(failure).toEqual({ code: Code.BadAuthentication, detail: "no key" });
});

test("a socket that is made too late is closed, and the one in use stays", async () => {
  let make!: (given: GivenSocket) => void;
  const page = await Page.open([NOWHERE, server().url]);
  page.provideSocket = () => new Promise((resolve) => (make = resolve));
  const connected = page.engine.connect();
  page.provideSocket = () => undefined;
  expect(page.engine.setServers([{ url: server().url, name: server().name }])).toBe(0);
  await connected;
  const late = new WebSocket(server().url);
  make({ socket: late, told: [] });
  await until(() => late.readyState === WebSocket.CLOSED);
  expect(page.engine.phase()).toBe(Phase.Live);
  expect(page.sockets.map((socket) => socket.readyState)).toEqual([WebSocket.OPEN]);
  page.engine.close();
});

test("connections know nothing of each other", async () => {
  const [one, two] = [await Page.open(server().url), await Page.open([server().url, NOWHERE])];
  await Promise.all([one.engine.connect(), two.engine.connect()]);
  expect(one.engine.subscribe("engine.one", "", 0, 0)).toBe(1);
  expect(two.engine.subscribe("engine.two", "", 0, 0)).toBe(1);
  expect(two.engine.flush()).toBe(0);
  await until(() => two.told("flushed").length === 1);
  one.engine.publish("engine.two", "hello", "", undefined);
  await until(() => two.engine.stats().inMsgs === 1);
  expect(one.engine.stats()).toEqual({ inMsgs: 0, inBytes: 0, outMsgs: 1, outBytes: 5 });
  one.engine.close();
  expect([one.engine.phase(), two.engine.phase()]).toEqual([Phase.Closed, Phase.Live]);
  expect(two.engine.servers()).toEqual([`${NOWHERE}/`, expect.stringContaining(server().name)]);
  two.engine.close();
});
