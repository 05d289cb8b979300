// What connections leave behind when they are over: no engine, socket, timer or listener, no heap, and no more wasm memory
// than the first of them took. Half a minute of connecting, on the sources: a page does not see as much of the package.

import { cdp } from "vitest/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NatsConnectionImpl, open } from "../../../js/core/connection/connection.ts";
import { normalise } from "../../../js/core/options/options.ts";
import type { ConnectionOptions } from "../../../js/core/types/index.ts";
import * as core from "../../../js/engine/generated/client.js";
import type { EngineListener } from "../../../js/engine/engine.ts";
import { loadInline } from "../../../js/engine/inline.ts";
import { Shell } from "../../../js/engine/shell.ts";
import { rejection } from "../harness/frameworks.ts";
import { TestPeer } from "../harness/peer.ts";
import { TestServer } from "../harness/server.ts";
import { delay, statusOf, untilAsync } from "../harness/until.ts";

/** Nothing listens there. */
const NOWHERE = "ws://127.0.0.1:1";
/** Connections that are open at the same time. */
const TOGETHER = 10;

let server: TestServer;
let silent: TestPeer;
beforeAll(async () => {
  server = await TestServer.start();
  silent = await TestPeer.start({ greeting: [] });
});
afterAll(async () => {
  await server.remove();
  await silent.stop();
});

/** Everything that was made, without keeping any of it. */
class Traces {
  readonly #sockets: WeakRef<WebSocket>[] = [];
  readonly #connections: WeakRef<object>[] = [];
  readonly #timers = new Map<unknown, string>();
  readonly #listeners: string[] = [];
  readonly #restore: (() => void)[] = [];

  constructor(signal: AbortSignal) {
    this.#watchSockets();
    this.#watchTimers();
    for (const target of [window, document, signal]) this.#watchListeners(target);
  }

  connection(connection: object): void {
    this.#connections.push(new WeakRef(connection));
  }

  get made(): { sockets: number; connections: number } {
    return { sockets: this.#sockets.length, connections: this.#connections.length };
  }

  /** Call after garbage was collected. */
  get left() {
    const alive = (refs: WeakRef<object>[]) => refs.filter((ref) => ref.deref() !== undefined).length;
    return {
      sockets: alive(this.#sockets),
      connections: alive(this.#connections),
      timers: [...this.#timers.values()],
      listeners: this.#listeners,
    };
  }

  restore(): void {
    for (const restore of this.#restore) restore();
  }

  #watchSockets(): void {
    const sockets = this.#sockets;
    const before = window.WebSocket;
    window.WebSocket = new Proxy(before, {
      construct(target, args) {
        const socket = Reflect.construct(target, args) as WebSocket;
        sockets.push(new WeakRef(socket));
        return socket;
      },
    });
    this.#restore.push(() => (window.WebSocket = before));
  }

  #watchTimers(): void {
    const { setTimeout, clearTimeout } = window;
    const timers = this.#timers;
    window.setTimeout = ((run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const fired = () => {
        timers.delete(timer);
        run(...args);
      };
      const timer: unknown = setTimeout(fired, ms);
      timers.set(timer, `${ms} ms`);
      return timer;
    }) as typeof window.setTimeout;
    window.clearTimeout = (timer) => {
      timers.delete(timer);
      clearTimeout(timer);
    };
    this.#restore.push(() => Object.assign(window, { setTimeout, clearTimeout }));
  }

  #watchListeners(target: EventTarget): void {
    const listeners = this.#listeners;
    const { addEventListener, removeEventListener } = target;
    const heard: [string, unknown][] = [];
    target.addEventListener = (type: string, listener: never, options: never) => {
      heard.push([type, listener]);
      listeners.push(type);
      addEventListener.call(target, type, listener, options);
    };
    target.removeEventListener = (type: string, listener: never, options: never) => {
      const at = heard.findIndex(([each, known]) => each === type && known === listener);
      if (at >= 0) {
        heard.splice(at, 1);
        listeners.splice(listeners.indexOf(type), 1);
      }
      removeEventListener.call(target, type, listener, options);
    };
    this.#restore.push(() => Object.assign(target, { addEventListener, removeEventListener }));
  }
}

type Connect = (options: ConnectionOptions) => Promise<NatsConnectionImpl>;

function connecting(traces: Traces | undefined): Connect {
  return async (options) => {
    const nc = await open(loadInline, options, NatsConnectionImpl);
    traces?.connection(nc);
    return nc;
  };
}

/** Runs `run` so many times, some of them together. */
async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += TOGETHER) {
    await Promise.all(Array.from({ length: Math.min(TOGETHER, count - done) }, run));
  }
}

/** Opens, uses and closes. */
async function useOne(connect: Connect, signal: AbortSignal): Promise<void> {
  const nc = await connect({ servers: server.url, signal } as ConnectionOptions);
  const subscription = nc.subscribe("a", { max: 1 });
  nc.publish("a", new Uint8Array(1000));
  for await (const message of subscription) expect(message.data).toHaveLength(1000);
  await rejection(nc.request("nobody", "", { timeout: 1000 }));
  nc.subscribe("b", { callback: () => {} });
  await nc.close();
}

/** Opens some, takes their server away for a moment, and closes them when they are back. */
async function loseServer(connect: Connect, count: number): Promise<void> {
  const options = { servers: server.url, reconnectTimeWait: 50, reconnectJitter: 0, maxReconnectAttempts: -1 };
  const all = await Promise.all(Array.from({ length: count }, () => connect(options)));
  const reconnected = all.map((nc) => statusOf(nc as never).told("reconnect"));
  await server.stop();
  await server.restart();
  await Promise.all(reconnected);
  await Promise.all(all.map((nc) => nc.drain()));
}

async function fail(connect: Connect): Promise<void> {
  expect((await rejection(connect({ servers: NOWHERE }))).code).toBe("UNKNOWN_ERROR");
}

/** Gives up while the server has not said anything. */
async function abort(connect: Connect): Promise<void> {
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const given = rejection(connect({ servers: silent.url, signal: controller.signal } as ConnectionOptions));
  await delay(20);
  controller.abort(reason);
  expect(await given).toBe(reason);
}

/** `share` of each kind, but always as many at the same time. */
async function all(traces: Traces | undefined, signal: AbortSignal, share: number): Promise<void> {
  const connect = connecting(traces);
  await times(200 * share, () => useOne(connect, signal));
  await loseServer(connect, 50);
  await times(20 * share, () => fail(connect));
  await times(20 * share, () => abort(connect));
}

/** Bytes of the JS heap without garbage. */
async function heap(): Promise<number> {
  const session = cdp();
  // What a collection makes free, such as a finalized wrapper, the next one takes.
  for (let i = 0; i < 3; i++) {
    await session.send("HeapProfiler.collectGarbage");
    await delay(50);
  }
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

/** The slot that the core gives to the next connection: as many are in use, or more. */
async function nextSlot(): Promise<number> {
  const module = await loadInline();
  const owner = { notify: () => {}, fail: (thrown: unknown) => expect.fail(String(thrown)), isOver: () => false };
  const shell = new Shell(module, {} as EngineListener, owner);
  const number = core.open(normalise({ servers: NOWHERE }).engine, 0, 0, shell as never);
  core.close(number);
  return number & 0xffff;
}

test("connections leave nothing behind", async () => {
  const { signal } = new AbortController();
  const { memory } = await loadInline();
  await all(undefined, signal, 0.2);
  const wasmBefore = memory.bytes.buffer.byteLength;
  const heapBefore = await heap();

  const traces = new Traces(signal);
  try {
    await all(traces, signal, 1);
    await untilAsync(async () => (await server.connections()).length === 0);
  } finally {
    traces.restore();
  }
  const heapAfter = await heap();

  expect(traces.made).toEqual({ connections: 250, sockets: expect.any(Number) });
  // One a connection, and one at least for each that lost its server.
  expect(traces.made.sockets).toBeGreaterThanOrEqual(200 + 2 * 50 + 20 + 20);
  expect(traces.left).toEqual({ sockets: 0, connections: 0, timers: [], listeners: [] });
  expect(await nextSlot()).toBe(0);
  expect(memory.bytes.buffer.byteLength).toBe(wasmBefore);
  expect(heapAfter / heapBefore).toBeLessThan(1.05);
});
