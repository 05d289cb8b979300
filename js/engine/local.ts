/**
 * The core in this thread: a `RawEngine` behind the interface of index.ts. Owns the objects on both sides of the wasm
 * boundary. Decides nothing.
 */
import { Code } from "../base/codes";
import { ErrorCode } from "../base/enums";
import { NatsError } from "../base/errors";
import type { Engine, EngineListener, EngineModule } from "./engine";
import { Host } from "./host";
import { Inbound } from "./inbound";
import { Memory } from "./memory";
import { Outbound } from "./outbound";
import type { EngineOptions, RawEngine, ServerEntry } from "./boundary";

/** Of `RawEngine.open`, from bit 0. */
const FLAGS = [
  "shuffle",
  "ignoreClusterUpdates",
  "reconnect",
  "asksRedialDelay",
  "asksServer",
  "waitOnFirstConnect",
  "ignoreAuthErrorAbort",
  "failRequestsOnDisconnect",
] as const;

export class LocalEngine implements Engine {
  readonly #raw: RawEngine;
  readonly #host: Host;
  readonly #outbound: Outbound;

  constructor(module: EngineModule, options: EngineOptions, listener: EngineListener) {
    const host = new Host(listener);
    const raw = module(host.imports());
    const memory = new Memory(raw.memory);
    const inbound = new Inbound(memory, listener);
    const outbound = new Outbound(raw, memory);
    host.start(raw, memory, inbound, outbound);
    inbound.start(raw);
    const { first, second } = outbound.writePair(options.inboxPrefix, lines(options.servers));
    const flags = FLAGS.reduce((bits, name, place) => bits | (Number(options[name]) << place), 0);
    raw.open(
      flags,
      options.timeout,
      options.maxReconnectAttempts,
      options.reconnectTimeWait,
      options.reconnectJitter,
      options.pingInterval,
      options.maxPingOut,
      options.wakeTimeout,
      options.reconnectBufferSize,
      first,
      second,
    );
    this.#raw = raw;
    this.#host = host;
    this.#outbound = outbound;
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#host.onEvent = (event) => {
        if (event.type === "connected") resolve();
        if (event.type === "closed") reject({ code: event.code || Code.ConnectionClosed, detail: event.detail });
      };
      guarded(() => this.#raw.connect());
    });
  }

  close(): void {
    guarded(() => this.#raw.close());
  }

  drain(): number {
    return guarded(() => this.#raw.drain());
  }

  reconnect(): number {
    return guarded(() => this.#raw.reconnect());
  }

  wake(): void {
    guarded(() => this.#raw.wake());
  }

  publish(subject: string, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number {
    try {
      return this.#outbound.publish(subject, payload, reply, headers);
    } catch (thrown) {
      throw asFailure(thrown);
    }
  }

  publishTo(subject: Uint8Array, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number {
    try {
      return this.#outbound.publishTo(subject, payload, reply, headers);
    } catch (thrown) {
      throw asFailure(thrown);
    }
  }

  request(subject: string, payload: Uint8Array | string, headers: Uint8Array | undefined, timeout: number): number {
    try {
      return this.#outbound.request(subject, payload, headers, timeout);
    } catch (thrown) {
      throw asFailure(thrown);
    }
  }

  requestMany(
    subject: string,
    payload: Uint8Array | string,
    headers: Uint8Array | undefined,
    strategy: number,
    maxWait: number,
    maxMessages: number,
    stall: number,
  ): number {
    try {
      return this.#outbound.requestMany(subject, payload, headers, strategy, maxWait, maxMessages, stall);
    } catch (thrown) {
      throw asFailure(thrown);
    }
  }

  ticket(): number {
    return guarded(() => this.#raw.ticket());
  }

  cancel(ticket: number): void {
    guarded(() => this.#raw.cancel(ticket));
  }

  flush(): number {
    return guarded(() => this.#raw.flush());
  }

  subscribe(subject: string, queue: string, max: number, timeout: number): number {
    return guarded(() => {
      const written = this.#outbound.writePair(subject, queue);
      return this.#raw.subscribe(written.first, written.second, max, timeout);
    });
  }

  unsubscribe(sid: number, max: number): number {
    return guarded(() => this.#raw.unsubscribe(sid, max));
  }

  drainSubscription(sid: number): number {
    return guarded(() => this.#raw.drain_subscription(sid));
  }

  phase(): number {
    return guarded(() => this.#raw.phase());
  }

  server(): string {
    return guarded(() => this.#host.texts(() => this.#raw.server()))[0] ?? "";
  }

  servers(): string[] {
    return guarded(() => this.#host.texts(() => this.#raw.servers()));
  }

  setServers(servers: ServerEntry[]): number {
    return guarded(() => this.#raw.set_servers(this.#outbound.write(lines(servers), 0)));
  }

  stats(): { inBytes: number; outBytes: number; inMsgs: number; outMsgs: number } {
    const raw = this.#raw;
    return guarded(() => ({
      inBytes: raw.stat(1),
      outBytes: raw.stat(3),
      inMsgs: raw.stat(0),
      outMsgs: raw.stat(2),
    }));
  }

  bufferedAmount(): number {
    return this.#host.bufferedAmount();
  }
}

function lines(servers: readonly ServerEntry[]): string {
  return servers.map(({ url, name }) => `${url}\n${name}`).join("\n");
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw asFailure(thrown);
  }
}

/** The core has no words for a bug of its own: it traps, and every call after that traps as well. */
function asFailure(thrown: unknown): unknown {
  if (!(thrown instanceof WebAssembly.RuntimeError)) return thrown;
  return new NatsError(`the client's core has failed, connect anew: ${thrown.message}`, ErrorCode.Unknown, thrown);
}
