/**
 * The core in this thread, behind the interface of engine.ts. Owns the way out: subjects, headers and payloads into wasm memory,
 * and the cache of prepared subjects. Refuses nothing itself: refusals are the core's, as `-Code`.
 *
 * A subject is checked and encoded once, by the core, and then known by a small integer: encoding 25 bytes anew costs more than
 * all the rest of a publish.
 *
 * A trap is a bug of the core. Wherever it comes out, the connection ends audibly: its socket is closed, and the listener is told.
 */
import { Code } from "../base/codes";
import { Empty } from "../base/empty";
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode, type NatsError } from "../base/errors";
import type {
  Engine,
  EngineEvent,
  EngineListener,
  EngineModule,
  EngineOptions,
  RequestLimits,
  ServerEntry,
} from "./engine";
import * as core from "./generated/client";
import type { Memory } from "./memory";
import { Phase } from "./numbers";
import type { Scratch } from "./scratch";
import { Shell } from "./shell";
import { encoder } from "./text";

/** Most prepared subjects. With one more, all are forgotten: an order of eviction would cost more on every publish than
 * preparing again costs now and then. */
const PREPARED_LIMIT = 4096;
/** Longer texts are encoded into memory of their own: scratch reserves three bytes a character, and never shrinks. */
const LONG_TEXT = 64 * 1024;
/** Payloads from this many bytes on are sent from the caller's memory. */
const LARGE_PAYLOAD = 200 * 1024;

/** Answers to questions that come when the connection is over and the core has forgotten it. */
interface LastFacts {
  server: string;
  servers: string[];
  stats: ReturnType<Engine["stats"]>;
}

export class LocalEngine implements Engine {
  readonly #memory: Memory;
  readonly #scratch: Scratch;
  readonly #listener: EngineListener;
  readonly #connection: number;
  readonly #prepared = new Map<string, number>();
  #lastSubject: string | undefined;
  #lastId = 0;
  #settleConnect: { resolve(): void; reject(failure: unknown): void } | undefined;
  /** Set when the connection is over. */
  #last: LastFacts | undefined;
  /** Set when the core has trapped. */
  #failure: NatsError | undefined;

  /**
   * @throws NatsError UNKNOWN_ERROR where there is no source of randomness: no inbox would be safe. CORE_FAILED when the
   * core traps.
   */
  constructor(module: EngineModule, options: EngineOptions, listener: EngineListener) {
    if (typeof globalThis.crypto?.getRandomValues !== "function") {
      throw errorFromCode(ErrorCode.Unknown, "this runtime has no crypto.getRandomValues, which inboxes need");
    }
    this.#memory = module.memory;
    this.#scratch = module.scratch;
    this.#listener = listener;
    const shell = new Shell(module, listener, {
      notify: (event) => this.#notify(event),
      fail: (thrown) => void this.#fail(thrown),
      isOver: () => this.#last !== undefined,
    });
    const prefix = module.scratch.write(options.inboxPrefix, 0);
    try {
      this.#connection = core.open(options, prefix, this.#writeServers(options.servers, prefix), shell);
    } catch (thrown) {
      throw isTrap(thrown) ? failureFor(thrown) : thrown;
    }
    shell.connection = this.#connection;
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settleConnect = { resolve, reject };
      this.#ask(core.connect);
    });
  }

  close(): void {
    this.#ask(core.close);
  }

  drain(): number {
    return this.#ask(core.drain);
  }

  reconnect(): number {
    return this.#ask(core.reconnect);
  }

  wake(): void {
    if (this.#last === undefined) this.#ask(core.wake);
  }

  publish(subject: string, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number {
    try {
      if (typeof payload === "string") {
        if (payload.length > LONG_TEXT) return this.publish(subject, encoder.encode(payload), reply, headers);
      } else if (payload.length >= LARGE_PAYLOAD) {
        const subjectLength = this.#scratch.write(subject, 0);
        return this.#publishLarge(subjectLength, reply, headers, payload);
      }
      const id = subject === this.#lastSubject ? this.#lastId : this.#prepare(subject);
      if (id < 0) return id;
      const replyLength = reply === "" ? 0 : this.#scratch.write(reply, 0);
      const headerLength = headers === undefined ? 0 : headers.length;
      if (typeof payload === "string") {
        const payloadLength = this.#scratch.write(payload, replyLength);
        const at = core.publish(this.#connection, id, replyLength, headerLength, payloadLength);
        return this.#placeText(at, headers, replyLength, payloadLength);
      }
      const at = core.publish(this.#connection, id, replyLength, headerLength, payload.length);
      return this.#place(at, headers, payload);
    } catch (thrown) {
      throw this.#failureOf(thrown);
    }
  }

  publishTo(subject: Uint8Array, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number {
    try {
      if (typeof payload === "string" && payload.length > LONG_TEXT) {
        return this.publishTo(subject, encoder.encode(payload), reply, headers);
      }
      const { length } = subject;
      this.#scratch.writeBytes(subject);
      if (typeof payload !== "string" && payload.length >= LARGE_PAYLOAD) {
        return this.#publishLarge(length, reply, headers, payload);
      }
      const replyLength = reply === "" ? 0 : this.#scratch.write(reply, length);
      const headerLength = headers === undefined ? 0 : headers.length;
      if (typeof payload === "string") {
        const payloadLength = this.#scratch.write(payload, length + replyLength);
        const at = core.publish_to(this.#connection, length, replyLength, headerLength, payloadLength);
        return this.#placeText(at, headers, length + replyLength, payloadLength);
      }
      const at = core.publish_to(this.#connection, length, replyLength, headerLength, payload.length);
      return this.#place(at, headers, payload);
    } catch (thrown) {
      throw this.#failureOf(thrown);
    }
  }

  request(
    subject: string,
    payload: Uint8Array | string,
    inbox: string,
    headers: Uint8Array | undefined,
    timeout: number,
  ): number {
    try {
      const id = subject === this.#lastSubject ? this.#lastId : this.#prepare(subject);
      if (id < 0) return id;
      const inboxLength = inbox === "" ? 0 : this.#scratch.write(inbox, 0);
      const headerLength = headers === undefined ? 0 : headers.length;
      if (typeof payload === "string") {
        if (payload.length > LONG_TEXT) return this.request(subject, encoder.encode(payload), inbox, headers, timeout);
        const payloadLength = this.#scratch.write(payload, inboxLength);
        const at = core.request(this.#connection, id, inboxLength, headerLength, payloadLength, timeout);
        return this.#placeText(at, headers, inboxLength, payloadLength);
      }
      const at = core.request(this.#connection, id, inboxLength, headerLength, payload.length, timeout);
      return this.#place(at, headers, payload);
    } catch (thrown) {
      throw this.#failureOf(thrown);
    }
  }

  requestMany(
    subject: string,
    payload: Uint8Array | string,
    inbox: string,
    headers: Uint8Array | undefined,
    { strategy, maxWait, maxMessages, stall }: RequestLimits,
  ): number {
    return this.#guarded(() => {
      const id = this.#prepare(subject);
      if (id < 0) return id;
      const body = typeof payload === "string" ? encoder.encode(payload) : payload;
      const inboxLength = inbox === "" ? 0 : this.#scratch.write(inbox, 0);
      const lengths = [inboxLength, headers?.length ?? 0, body.length] as const;
      const limits = [strategy, maxWait, maxMessages, stall] as const;
      return this.#place(core.request_many(this.#connection, id, ...lengths, ...limits), headers, body);
    });
  }

  ticket(): number {
    return this.#ask(core.ticket);
  }

  cancel(ticket: number): void {
    this.#ask(core.cancel, ticket);
  }

  flush(): number {
    return this.#ask(core.flush);
  }

  subscribe(subject: string, queue: string, max: number, timeout: number): number {
    return this.#guarded(() => {
      const subjectLength = this.#scratch.write(subject, 0);
      const queueLength = queue === "" ? 0 : this.#scratch.write(queue, subjectLength);
      return core.subscribe(this.#connection, subjectLength, queueLength, max, timeout);
    });
  }

  unsubscribe(sid: number, max: number): number {
    return this.#ask(core.unsubscribe, sid, max);
  }

  drainSubscription(sid: number): number {
    return this.#ask(core.drain_subscription, sid);
  }

  phase(): number {
    if (this.#last !== undefined) return Phase.Closed;
    return this.#ask(core.phase);
  }

  server(): string {
    return this.#last?.server ?? this.#ask(core.server);
  }

  servers(): string[] {
    return this.#last?.servers ?? this.#ask(core.servers).split("\n").filter(Boolean);
  }

  setServers(servers: readonly ServerEntry[]): number {
    return this.#guarded(() => core.set_servers(this.#connection, this.#writeServers(servers, 0)));
  }

  stats(): { inBytes: number; outBytes: number; inMsgs: number; outMsgs: number } {
    if (this.#last !== undefined) return this.#last.stats;
    const stat = (which: number) => core.stat(this.#connection, which);
    return this.#guarded(() => ({ inBytes: stat(1), outBytes: stat(3), inMsgs: stat(0), outMsgs: stat(2) }));
  }

  #prepare(subject: string): number {
    let id = this.#prepared.get(subject);
    if (id === undefined) {
      if (this.#prepared.size >= PREPARED_LIMIT) {
        this.#prepared.clear();
        this.#lastSubject = undefined;
        core.forget_prepared(this.#connection);
      }
      id = core.prepare(this.#connection, this.#scratch.write(subject, 0));
      if (id < 0) return id;
      this.#prepared.set(subject, id);
    }
    this.#lastSubject = subject;
    this.#lastId = id;
    return id;
  }

  /** Writes servers into scratch, two lines each, URL and name. Returns the length in bytes. */
  #writeServers(servers: readonly ServerEntry[], offset: number): number {
    return this.#scratch.write(servers.map(({ url, name }) => `${url}\n${name}`).join("\n"), offset);
  }

  /** Publishes from the caller's memory. The subject is in scratch already, `subjectLength` bytes. */
  #publishLarge(
    subjectLength: number,
    reply: string,
    headers: Uint8Array = Empty,
    payload: Uint8Array = Empty,
  ): number {
    const replyLength = reply === "" ? 0 : this.#scratch.write(reply, subjectLength);
    return core.publish_large(this.#connection, subjectLength, replyLength, headers, payload);
  }

  #place(at: number, headers: Uint8Array | undefined, payload: Uint8Array): number {
    if (at < 0) return at;
    const bytes = this.#memory.bytes;
    if (headers !== undefined) {
      bytes.set(headers, at);
      at += headers.length;
    }
    bytes.set(payload, at);
    return 0;
  }

  #placeText(at: number, headers: Uint8Array | undefined, offset: number, length: number): number {
    if (at < 0) return at;
    const bytes = this.#memory.bytes;
    if (headers !== undefined) {
      bytes.set(headers, at);
      at += headers.length;
    }
    const from = this.#scratch.at + offset;
    bytes.copyWithin(at, from, from + length);
    return 0;
  }

  #notify(event: EngineEvent): void {
    const connect = this.#settleConnect;
    if (event.type === "connected" || event.type === "closed") this.#settleConnect = undefined;
    // The core forgets a connection when it has told the end.
    if (event.type === "closed") this.#keepFacts();
    try {
      this.#listener.notify(event);
    } finally {
      if (event.type === "connected") connect?.resolve();
      if (event.type === "closed") connect?.reject({ code: event.code || Code.ConnectionClosed, detail: event.detail });
    }
  }

  #keepFacts(): void {
    this.#last = { server: this.server(), servers: this.servers(), stats: this.stats() };
  }

  #ask<A extends unknown[], T>(call: (connection: number, ...args: A) => T, ...args: A): T {
    return this.#guarded(() => call(this.#connection, ...args));
  }

  #guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (thrown) {
      throw this.#failureOf(thrown);
    }
  }

  /** The error to throw for one that came out of a call of the application: a trap ends the connection, all others pass. */
  #failureOf(thrown: unknown): unknown {
    return isTrap(thrown) ? this.#fail(thrown) : thrown;
  }

  /** Ends the connection, once. Returns the error that all later calls throw. */
  #fail(thrown: unknown): NatsError {
    if (this.#failure !== undefined) return this.#failure;
    const failure = failureFor(thrown);
    this.#failure = failure;
    this.#last ??= { server: "", servers: [], stats: { inMsgs: 0, inBytes: 0, outMsgs: 0, outBytes: 0 } };
    try {
      core.abandon(this.#connection);
    } catch (second) {
      console.error(second);
    }
    this.#settleConnect?.reject(failure);
    this.#settleConnect = undefined;
    this.#listener.fail(failure);
    return failure;
  }
}

function isTrap(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError;
}

function failureFor(thrown: unknown): NatsError {
  const cause = asError(thrown);
  return errorFromCode(ErrorCode.CoreFailed, `the client's core has failed, connect anew: ${cause.message}`, cause);
}
