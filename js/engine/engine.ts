/**
 * The seam between the client and its core. Owns the types that the rest of js/ knows of the core: `Engine`, the interface that a
 * connection calls, `EngineListener`, which an engine tells and asks, and `EngineModule`, the loaded module. Refuses anything
 * that reads wasm memory: local.ts and its helpers do. A core in another thread would be a second `Engine`.
 */
import type { NatsError } from "../base/errors";
import type { Receiver } from "./batch";
import type { Memory } from "./memory";
import type { Scratch } from "./scratch";

/** The client's wasm module, instantiated once for all connections: its memory, and the place of texts in that memory. */
export interface EngineModule {
  readonly memory: Memory;
  readonly scratch: Scratch;
}

/** Loads the wasm module, once; later calls return the same promise. */
export type EngineLoader = () => Promise<EngineModule>;

/** The core of one connection, wherever the core runs. A refusal is `-Code`. */
export interface Engine {
  /** Dials. Resolves after the first handshake, rejects with a `Failure` when the session has closed instead. */
  connect(): Promise<void>;
  close(): void;
  drain(): number;
  reconnect(): number;
  wake(): void;

  /** 0 or -Code. `headers` is an encoded header block, `reply` empty when there is none. */
  publish(subject: string, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number;
  /** As `publish`, to a subject that is given in bytes and used once. */
  publishTo(subject: Uint8Array, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number;
  /** A request: 0 or -Code; its ticket is `ticket()`. `inbox` empty: the shared one. `timeout` in ms. */
  request(
    subject: string,
    payload: Uint8Array | string,
    inbox: string,
    headers: Uint8Array | undefined,
    timeout: number,
  ): number;
  /** A request for many replies: 0 or -Code; its ticket is `ticket()`. */
  requestMany(
    subject: string,
    payload: Uint8Array | string,
    inbox: string,
    headers: Uint8Array | undefined,
    limits: RequestLimits,
  ): number;
  ticket(): number;
  cancel(ticket: number): void;
  /** 0 or -Code; its ticket is `ticket()`. */
  flush(): number;

  /** sid or -Code. `max` 0: no limit; `timeout` in ms, 0: none. */
  subscribe(subject: string, queue: string, max: number, timeout: number): number;
  unsubscribe(sid: number, max: number): number;
  drainSubscription(sid: number): number;

  /** A number of `Phase`. */
  phase(): number;
  server(): string;
  /** URLs of the known servers, in the order they will be tried. */
  servers(): string[];
  /** Replaces all servers: 0 or -Code. */
  setServers(servers: readonly ServerEntry[]): number;
  stats(): { inBytes: number; outBytes: number; inMsgs: number; outMsgs: number };
}

/** The limits that end a request for many replies. Times in ms. */
export interface RequestLimits {
  /** A number of `Strategy`. */
  readonly strategy: number;
  readonly maxWait: number;
  /** 0: no limit. */
  readonly maxMessages: number;
  readonly stall: number;
}

/** The connection, as an engine tells and asks it. */
export interface EngineListener extends Receiver {
  notify(event: EngineEvent): void;
  /** The core has trapped, which is a bug of this client: the engine tells nothing else. */
  fail(error: NatsError): void;
  /** Parses an INFO. @throws Error for a line that cannot be read. */
  readInfo(line: Uint8Array): ServerInfoFields;
  /** The text behind `CONNECT ` for the server at `url`, whose INFO was read last. */
  connectLine(url: string): string | PromiseLike<string>;
  redialDelay(): number;
  chooseServer(): ServerChoice;
  /** The socket for a dial, when the application or the page makes the socket; undefined: the core does. */
  provideSocket(url: string): GivenSocket | PromiseLike<GivenSocket> | undefined;
  /** The socket of a dial, before anything is heard of it. */
  watchSocket(socket: WebSocket): void;
}

/** A socket, and the events that it has fired already, in their order. */
export interface GivenSocket {
  readonly socket: WebSocket;
  readonly told: readonly Event[];
}

/** A server to dial: its complete WebSocket URL, without credentials, and its name `host:port`. */
export interface ServerEntry {
  readonly url: string;
  readonly name: string;
}

/** The options of an engine. Times in ms. `open` of src/web/exports.rs reads these names. */
export interface EngineOptions {
  servers: ServerEntry[];
  shuffle: boolean;
  ignoreClusterUpdates: boolean;
  timeout: number;
  reconnect: boolean;
  /** -1: no limit. */
  maxReconnectAttempts: number;
  reconnectTimeWait: number;
  reconnectJitter: number;
  asksRedialDelay: boolean;
  asksServer: boolean;
  waitOnFirstConnect: boolean;
  ignoreAuthErrorAbort: boolean;
  pingInterval: number;
  maxPingOut: number;
  wakeTimeout: number;
  reconnectBufferSize: number;
  inboxPrefix: string;
  failRequestsOnDisconnect: boolean;
}

export interface ServerChoice {
  place: number;
  delay: number;
}

/** The fields of a parsed INFO that the core is told. An INFO may have any other field. */
export interface ServerInfoFields {
  max_payload: number;
  headers?: boolean;
  connect_urls?: string[];
  ldm?: boolean;
}

/** Why `connect` rejected. */
export interface Failure {
  code: number;
  detail: string;
}

/** src/core/session/event.rs says when each is told. */
export type EngineEvent =
  | { type: "connected"; server: string }
  | { type: "disconnected"; server: string; closeCode: number; reason: string }
  | { type: "reconnecting"; server: string }
  | { type: "reconnected"; server: string }
  | {
      type: "dialFailed";
      server: string;
      url: string;
      phase: "dial" | "handshake" | "auth";
      attempt: number;
      closeCode: number;
      reason: string;
    }
  | { type: "updated"; added: string[]; deleted: string[] }
  | { type: "lameDuck"; server: string }
  | { type: "pinged"; outstanding: number }
  | { type: "stale"; server: string }
  | {
      type: "serverError";
      code: number;
      text: string;
      /** Empty: the error is no permission error. */
      operation: "" | "publish" | "subscription";
      subject: string;
      queue: string;
      /** 0: none, or not known. */
      sid: number;
      tickets: number[];
    }
  | { type: "requestsFailed"; tickets: number[]; code: number }
  | { type: "requestCompleted"; ticket: number }
  | { type: "flushed"; ticket: number }
  | { type: "flushFailed"; ticket: number; code: number }
  | { type: "subscriptionTimedOut"; sid: number }
  | { type: "subscriptionDrained"; sid: number }
  /** `code` 0: the application wanted the end. */
  | { type: "closed"; code: number; detail: string; droppedMessages: number; droppedBytes: number };
