/**
 * The seam between the client and its core. Owns what the rest of js/ may know of the core: `Engine`, the interface the
 * connection talks to, and `EngineModule`, a loaded wasm module. Refuses anything that reads wasm memory: that is
 * local.ts. A core in another thread would be a second `Engine`.
 */
import type { Receiver } from "./batch";
import type { EngineEvent, Imports, RawEngine, ServerChoice, ServerEntry, ServerInfoFields } from "./boundary";

/** Instantiates the wasm module, once for each connection. */
export type EngineModule = (imports: Imports) => RawEngine;

/** Loads the wasm module, once; later calls return the same promise. */
export type EngineLoader = () => Promise<EngineModule>;

/** What a connection may ask of the core, wherever the core runs. Refusals are `-Code`. */
export interface Engine {
  /** Dials. Resolves after the first handshake, rejects with a `Failure` when the session has closed instead. */
  connect(): Promise<void>;
  close(): void;
  drain(): number;
  reconnect(): number;
  wake(): void;

  /** 0 or -Code. `headers` is an encoded header block, `reply` empty when there is none. */
  publish(subject: string, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number;
  /** The same to a subject that is still bytes, and used once. */
  publishTo(subject: Uint8Array, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number;
  /** A request over the shared inbox: 0 or -Code; its ticket is `ticket()`. `timeout` in ms. */
  request(subject: string, payload: Uint8Array | string, headers: Uint8Array | undefined, timeout: number): number;
  /** A request for many replies: 0 or -Code; its ticket is `ticket()`. Times in ms. */
  requestMany(
    subject: string,
    payload: Uint8Array | string,
    headers: Uint8Array | undefined,
    strategy: number,
    maxWait: number,
    maxMessages: number,
    stall: number,
  ): number;
  ticket(): number;
  cancel(ticket: number): void;
  /** 0 or -Code; its ticket is `ticket()`. */
  flush(): number;

  /** sid or -Code. `max` 0: no limit; `timeout` in ms, 0: none. */
  subscribe(subject: string, queue: string, max: number, timeout: number): number;
  unsubscribe(sid: number, max: number): number;
  drainSubscription(sid: number): number;

  phase(): number;
  server(): string;
  /** URLs of the known servers, in the order they will be tried. */
  servers(): string[];
  /** Replaces them all: 0 or -Code. */
  setServers(servers: ServerEntry[]): number;
  stats(): { inBytes: number; outBytes: number; inMsgs: number; outMsgs: number };
  bufferedAmount(): number;
}

/** What the core tells and asks a connection. */
export interface EngineListener extends Receiver {
  notify(event: EngineEvent): void;
  readInfo(line: Uint8Array): ServerInfoFields;
  connectLine(server: number, nonce: string): string | Promise<string>;
  redialDelay(): number;
  chooseServer(): ServerChoice;
  openSocket(url: string): WebSocket | Promise<WebSocket>;
}

/** Index of the core's phase of a connection, `RawEngine.phase()`. */
export const Phase = { idle: 0, dialing: 1, greeting: 2, live: 3, waiting: 4, draining: 5, closed: 6 } as const;
