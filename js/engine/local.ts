/**
 * The core in this thread: a `RawEngine` behind the interface of index.ts. Owns the objects on both sides of the wasm
 * boundary. Decides nothing.
 */
import { ErrorCode } from "../core/enums";
import { NatsError } from "../core/errors";
import type { Engine, EngineListener, EngineModule } from "./index";
import { Inbound } from "./inbound";
import { Memory } from "./memory";
import { Outbound } from "./outbound";
import type { EngineEvent, EngineOptions, Host, RawEngine, ServerChoice, ServerEntry, ServerInfoFields } from "./raw";

export class LocalEngine implements Engine {
  readonly #raw: RawEngine;
  readonly #outbound: Outbound;

  constructor(module: EngineModule, options: EngineOptions, listener: EngineListener) {
    const memory = new Memory(module.memory);
    const inbound = new Inbound(memory, listener);
    this.#raw = new module.Engine(options, new LocalHost(inbound, listener));
    inbound.start(this.#raw);
    this.#outbound = new Outbound(this.#raw, memory);
  }

  connect(): Promise<void> {
    return guarded(() => this.#raw.connect());
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
    return guarded(() => this.#raw.server());
  }

  servers(): string[] {
    return guarded(() => this.#raw.servers());
  }

  setServers(servers: ServerEntry[]): number {
    return guarded(() => this.#raw.set_servers(servers));
  }

  stats(): { inBytes: number; outBytes: number; inMsgs: number; outMsgs: number } {
    const raw = this.#raw;
    return guarded(() => ({
      inBytes: raw.in_bytes(),
      outBytes: raw.out_bytes(),
      inMsgs: raw.in_messages(),
      outMsgs: raw.out_messages(),
    }));
  }

  bufferedAmount(): number {
    return guarded(() => this.#raw.buffered_amount());
  }
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

/** What wasm calls. Each method is one import of the module. */
class LocalHost implements Host {
  readonly #inbound: Inbound;
  readonly #listener: EngineListener;

  constructor(inbound: Inbound, listener: EngineListener) {
    this.#inbound = inbound;
    this.#listener = listener;
  }

  listen(socket: WebSocket, dial: number): void {
    this.#inbound.listen(socket, dial);
  }

  load(at: number, length: number, into: number): void {
    this.#inbound.load(at, length, into);
  }

  notify(event: EngineEvent): void {
    this.#listener.notify(event);
  }

  readInfo(line: Uint8Array): ServerInfoFields {
    return this.#listener.readInfo(line);
  }

  connectLine(server: number, nonce: string): string | Promise<string> {
    return this.#listener.connectLine(server, nonce);
  }

  redialDelay(): number {
    return this.#listener.redialDelay();
  }

  chooseServer(): ServerChoice {
    return this.#listener.chooseServer();
  }

  openSocket(url: string): WebSocket | Promise<WebSocket> {
    return this.#listener.openSocket(url);
  }
}
