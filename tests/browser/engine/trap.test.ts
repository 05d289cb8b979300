// A trap of the core, whatever it was doing: its connection ends audibly, and the other connections of the page live on.
// Nothing in the package that ships traps on demand. A function of the page that the core calls in the middle of its work
// throws, as a stack that is too deep would, and leaves the state borrowed: Rust panics when the next call touches it.

import { connect, type NatsConnection, type NatsError, type Status, type Subscription } from "nats-wasm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rejection } from "../harness/frameworks.ts";
import { TestServer } from "../harness/server.ts";
import { delay, until, untilAsync } from "../harness/until.ts";

const MARK = new Error("the page's function throws");

let server: TestServer;
const opened: NatsConnection[] = [];
let errors: ReturnType<typeof vi.spyOn>;

beforeEach(async () => {
  errors = vi.spyOn(console, "error");
  server = await TestServer.start();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.splice(0).map((nc) => nc.close()));
  await server.remove();
});

interface Opened {
  nc: NatsConnection;
  /** All sockets, the latest one last. */
  sockets: WebSocket[];
  /** Called before the core hears that a socket is open. */
  beforeOpen: { run(): void };
}

async function open(): Promise<Opened> {
  const sockets: WebSocket[] = [];
  const beforeOpen = { run: () => {} };
  const nc = await connect({
    servers: server.url,
    reconnectTimeWait: 50,
    reconnectJitter: 0,
    maxReconnectAttempts: -1,
    wsFactory: async (url) => {
      const socket = new WebSocket(url);
      sockets.push(socket);
      socket.addEventListener("open", () => beforeOpen.run());
      return { socket, encrypted: false };
    },
  });
  opened.push(nc);
  return { nc, sockets, beforeOpen };
}

/** From now on the server answers nothing. */
async function silence(): Promise<void> {
  await server.pause();
  await delay(50);
}

/** The core's next call of `performance.now` throws. */
function trapAtClock(): void {
  vi.spyOn(performance, "now").mockImplementationOnce(() => {
    throw new WebAssembly.RuntimeError("unreachable");
  });
}

/** Leaves the state borrowed: an application's call is left amid its work. Nothing of the turn's end is queued. */
function breakCore(nc: NatsConnection): void {
  vi.spyOn(window, "queueMicrotask").mockImplementationOnce(() => {
    throw MARK;
  });
  expect(() => nc.publish("broken")).toThrow(MARK);
}

/** The same in a turn in which something was published: a microtask is under way. */
async function breakCoreAmidTurn(nc: NatsConnection): Promise<void> {
  nc.publish("first");
  vi.spyOn(performance, "now").mockImplementationOnce(() => {
    throw MARK;
  });
  const broken = nc.request("broken");
  vi.restoreAllMocks();
  errors = vi.spyOn(console, "error");
  expect(await broken.catch((error: unknown) => error)).toBe(MARK);
}

/** Whatever a connection can be waited for, while its server answers nothing. */
function waits(nc: NatsConnection, timeout = 20_000): Record<string, Promise<unknown>> {
  const drained = nc.subscribe("drained").drain();
  return { ...waitsWithoutLink(nc, timeout), rtt: nc.rtt(), "drain of a subscription": drained };
}

/** What waits for the next server when there is none; a subscription has nothing to drain then. `timeout` of the request that ends first, in ms. */
function waitsWithoutLink(nc: NatsConnection, timeout = 20_000): Record<string, Promise<unknown>> {
  return {
    request: nc.request("nobody", "", { timeout }),
    "request without mux": nc.request("nobody", "", { timeout: 20_000, noMux: true }),
    requestMany: all(nc.requestMany("nobody", "", { maxWait: 20_000 })),
    "requestMany without mux": all(nc.requestMany("nobody", "", { maxWait: 20_000, noMux: true })),
    flush: nc.flush(),
    ready: nc.subscribe("ready").ready,
  };
}

async function all(replies: Promise<AsyncIterable<unknown>>): Promise<number> {
  let count = 0;
  for await (const _ of await replies) count++;
  return count;
}

async function readTo(subscription: Subscription): Promise<string> {
  for await (const _ of subscription);
  return "ended";
}

async function read(statuses: AsyncIterable<Status>): Promise<Status[]> {
  const heard: Status[] = [];
  for await (const status of statuses) heard.push(status);
  return heard;
}

/** Everything that an application waits with, watched from before the trap. */
function watch(nc: NatsConnection, waiting: Record<string, Promise<unknown>>) {
  const outcomes = Object.entries(waiting).map(
    async ([name, promise]) => [name, await promise.catch((error: NatsError) => error.code)] as const,
  );
  return {
    outcomes: Promise.all(outcomes),
    iterator: readTo(nc.subscribe("read")),
    callback: nc.subscribe("called", { callback: () => {} }).closed,
    statuses: read(nc.status()),
    names: Object.keys(waiting),
  };
}

async function expectTrap({ nc, sockets }: Opened, watched: ReturnType<typeof watch>): Promise<NatsError> {
  const error = (await nc.closed()) as NatsError;
  expect(error.name).toBe("NatsError");
  expect(error.code).toBe("CORE_FAILED");
  expect(error.message).toMatch(/^CORE_FAILED: the client's core has failed, connect anew: /);
  expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
  expect(await watched.outcomes).toEqual(watched.names.map((name) => [name, "CORE_FAILED"]));
  expect(await watched.iterator).toBe("ended");
  await watched.callback;
  const last = (await watched.statuses).slice(-2);
  expect(last).toEqual([
    { type: "error", data: "CORE_FAILED", error },
    { type: "close", data: "CORE_FAILED", error },
  ]);
  // A server that is silent has not answered the close.
  for (const socket of sockets) expect([WebSocket.CLOSING, WebSocket.CLOSED]).toContain(socket.readyState);
  await expectOver(nc, error);
  // Of the debug package, the words of the trap itself are no complaint.
  const complaints = errors.mock.calls.filter((call: unknown[]) => !`${call[0]}`.startsWith("panicked at "));
  expect(complaints).toEqual([]);
  return error;
}

/** Later calls. */
async function expectOver(nc: NatsConnection, error: NatsError): Promise<void> {
  expect(nc.isClosed()).toBe(true);
  expect(() => nc.publish("a")).toThrow(error);
  expect(() => nc.publish("a", new Uint8Array(300_000))).toThrow(error);
  expect(() => nc.subscribe("a")).toThrow(error);
  expect(() => nc.setServers("127.0.0.1:1")).toThrow(error);
  expect(await nc.request("a").catch((thrown: unknown) => thrown)).toBe(error);
  expect(await nc.request("a", "", { noMux: true, timeout: 100 }).catch((thrown: unknown) => thrown)).toBe(error);
  expect(await nc.requestMany("a").catch((thrown: unknown) => thrown)).toBe(error);
  expect(await nc.flush().catch((thrown: unknown) => thrown)).toBe(error);
  expect(await nc.rtt().catch((thrown: unknown) => thrown)).toBe(error);
  expect(await nc.drain().catch((thrown: unknown) => thrown)).toBe(error);
  expect(await nc.reconnect().catch((thrown: unknown) => thrown)).toBe(error);
  await nc.close();
  await nc.close();
  expect(await read(nc.status())).toEqual([]);
  expect([nc.getServer(), nc.getServers(), nc.info]).toEqual(["", [], undefined]);
  // What a page does: its signals reach nobody.
  window.dispatchEvent(new Event("online"));
}

/** The other connection hears and answers, and the server has none but it. */
async function expectAlive(nc: NatsConnection): Promise<void> {
  nc.subscribe("alive", { callback: (_, message) => void message.respond(message.data) });
  expect((await nc.request("alive", "yes")).string()).toBe("yes");
  expect(nc.isClosed()).toBe(false);
  await untilAsync(async () => (await server.connections()).length === 1);
}

describe("a trap in", () => {
  test("a message", async () => {
    const [one, two] = [await open(), await open()];
    await silence();
    const watched = watch(one.nc, waits(one.nc));
    await delay(50);
    breakCore(one.nc);
    await server.resume();
    await expectTrap(one, watched);
    await expectAlive(two.nc);
  });

  test("an open", async () => {
    const [one, two] = [await open(), await open()];
    await one.nc.reconnect();
    one.beforeOpen.run = trapAtClock;
    // Kept for the next server.
    await expectTrap(one, watch(one.nc, waitsWithoutLink(one.nc)));
    await expectAlive(two.nc);
  });

  test("a close", async () => {
    const [one, two] = [await open(), await open()];
    await silence();
    const watched = watch(one.nc, waits(one.nc));
    await delay(50);
    breakCore(one.nc);
    one.sockets.at(-1)?.close();
    // The server has to answer the close, or the browser waits for it for long.
    await server.resume();
    await expectTrap(one, watched);
    await expectAlive(two.nc);
  });

  test("a loss", async () => {
    const one = await open();
    await silence();
    const watched = watch(one.nc, waits(one.nc));
    await delay(50);
    breakCore(one.nc);
    await server.stop();
    await expectTrap(one, watched);
    await server.restart();
    await expectAlive((await open()).nc);
  });

  test("a timer", async () => {
    const [one, two] = [await open(), await open()];
    await silence();
    const watched = watch(one.nc, waits(one.nc, 300));
    await delay(50);
    breakCore(one.nc);
    await expectTrap(one, watched);
    await server.resume();
    await expectAlive(two.nc);
  });

  test("a microtask", async () => {
    const [one, two] = [await open(), await open()];
    await silence();
    const watched = watch(one.nc, waits(one.nc));
    await delay(50);
    await breakCoreAmidTurn(one.nc);
    await expectTrap(one, watched);
    await server.resume();
    await expectAlive(two.nc);
  });

  test("a call of the application", async () => {
    const [one, two] = [await open(), await open()];
    await silence();
    const watched = watch(one.nc, waits(one.nc));
    await delay(50);
    breakCore(one.nc);
    let thrown: unknown;
    try {
      one.nc.publish("a");
    } catch (error) {
      thrown = error;
    }
    expect(await expectTrap(one, watched)).toBe(thrown);
    await server.resume();
    await expectAlive(two.nc);
  });

  test("a call that comes while bytes are sent", async () => {
    const [one, two] = [await open(), await open()];
    await silence();
    const watched = watch(one.nc, waits(one.nc));
    await delay(50);
    let thrown: unknown;
    vi.spyOn(WebSocket.prototype, "send").mockImplementationOnce(() => {
      try {
        one.nc.publish("a");
      } catch (error) {
        thrown = error;
      }
    });
    one.nc.publish("b");
    await until(() => thrown !== undefined);
    expect(await expectTrap(one, watched)).toBe(thrown);
    await server.resume();
    await expectAlive(two.nc);
  });
});

test("a trap while the connection is draining rejects drain", async () => {
  const [one, two] = [await open(), await open()];
  await silence();
  const watched = watch(one.nc, { request: one.nc.request("nobody", "", { timeout: 20_000 }) });
  const drained = rejection(one.nc.drain());
  await delay(50);
  // A draining connection takes no subscription, and is broken by a flush.
  vi.spyOn(window, "queueMicrotask").mockImplementationOnce(() => {
    throw MARK;
  });
  await expect(one.nc.flush()).rejects.toThrow(MARK);
  await server.resume();
  const error = (await one.nc.closed()) as NatsError;
  expect(error.code).toBe("CORE_FAILED");
  expect(await drained).toBe(error);
  expect((await watched.outcomes)[0]?.[1]).toBe("CORE_FAILED");
  await expectAlive(two.nc);
});

test("a trap in the first open rejects connect, and leaves no socket", async () => {
  const two = await open();
  const sockets: WebSocket[] = [];
  const error = await rejection(
    connect({
      servers: server.url,
      wsFactory: async (url) => {
        const socket = new WebSocket(url);
        sockets.push(socket);
        socket.addEventListener("open", trapAtClock);
        return { socket, encrypted: false };
      },
    }),
  );
  expect(error.code).toBe("CORE_FAILED");
  expect(error.message).toMatch(/^CORE_FAILED: the client's core has failed, connect anew: unreachable$/);
  await until(() => sockets.length === 1 && sockets[0]?.readyState === WebSocket.CLOSED);
  expect(errors).not.toHaveBeenCalled();
  await expectAlive(two.nc);
});

test("what the browser calls after a clean end finds nobody", async () => {
  const rejections: unknown[] = [];
  const note = (event: PromiseRejectionEvent | ErrorEvent) => rejections.push(event);
  window.addEventListener("unhandledrejection", note);
  window.addEventListener("error", note);
  for (let round = 0; round < 200; round++) {
    const nc = await connect({ servers: server.url });
    const statuses = read(nc.status());
    const waiting = nc.request("nobody", "", { timeout: 5 }).catch((error: NatsError) => error.code);
    const ready = nc.subscribe("b").ready.catch((error: NatsError) => error.code);
    nc.publish("a", "x");
    const closing = nc.close();
    expect(await nc.closed()).toBeUndefined();
    await closing;
    expect([await waiting, await ready]).toEqual(["CONNECTION_CLOSED", "CONNECTION_CLOSED"]);
    expect(await statuses).toEqual([{ type: "close", data: "" }]);
    // A late call that was taken for a trap would be the reason of these.
    expect((await rejection(nc.flush())).code).toBe("CONNECTION_CLOSED");
    expect(() => nc.publish("a")).toThrow(/^CONNECTION_CLOSED: /);
  }
  // Longer than the timers that were set.
  await delay(50);
  window.removeEventListener("unhandledrejection", note);
  window.removeEventListener("error", note);
  expect(rejections).toEqual([]);
  expect(errors).not.toHaveBeenCalled();
});
