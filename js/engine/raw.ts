/**
 * The boundary as TypeScript sees it: what the wasm module exports (`RawEngine`) and what it asks of us (`Host`).
 * `src/web/engine.rs` and `src/web/host.rs` are the other half; `tests/boundary.rs` keeps the two together.
 *
 * Conventions. Addresses are byte offsets in wasm memory. A call that can be refused returns a negative number,
 * `-Code` (js/core/codes.ts), and has then written nothing. Any call that can be refused may also have grown wasm
 * memory: views are refreshed after it (js/engine/memory.ts). Strings go in through the scratch region.
 */
export interface RawEngine {
  /** Dials. Resolves when the first handshake has succeeded, rejects with a `Failure` when the session has closed. */
  connect(): Promise<void>;
  /** Ends at once: pending requests fail, the `closed` event follows. Idempotent. */
  close(): void;
  /** Drains subscriptions, flushes, closes: 0 or -Code. The `closed` event follows. */
  drain(): number;
  /** Drops the socket and dials again at once: 0 or -Code. */
  reconnect(): number;
  /** The tab became visible, the network came back: check the link now, cut a redial wait short. */
  wake(): void;

  /** Address of the report (layout.ts), and behind it the stage; it stays the same. */
  exchange(): number;
  /**
   * Reads one window of a WebSocket message of `length` bytes from offset `at`; returns where the next one begins. An
   * event that fits the stage lies there, from the `REPORT_LEFT` bytes on that are not read; windows of others are asked
   * for with `Host.load`. `timeStamp`: the event's. Writes the report.
   */
  receive(dial: number, at: number, length: number, timeStamp: number): number;
  /** Carries out what came of the window, after its rows were delivered. */
  settle(): void;
  /** A text message came: no NATS server sends one. */
  refuse_text(dial: number): void;

  /** Address of a scratch region of at least `length` bytes; its content survives until the next scratch call. */
  scratch(length: number): number;
  /** Checks and encodes the subject in scratch[0..length] for repeated use: its id, or -Code. */
  prepare(length: number): number;
  /** Forgets all prepared subjects. Ids start again from 0. */
  forget_prepared(): void;

  /**
   * Writes the control line of a publish to a prepared subject and makes room for its body. The reply subject, if
   * any, is in scratch[0..replyLength]. Returns the address at which the caller must put header block and payload,
   * in this turn, before any other call.
   */
  publish(id: number, replyLength: number, headerLength: number, payloadLength: number): number;
  /** The same for a subject used once: subject and reply lie one behind the other in scratch. */
  publish_to(subjectLength: number, replyLength: number, headerLength: number, payloadLength: number): number;
  /**
   * A publish whose bytes are sent from the caller's own memory, for payloads of `LARGE_PAYLOAD` bytes and more:
   * subject and reply in scratch as above. 0 or -Code.
   */
  publish_large(subjectLength: number, replyLength: number, headers: Uint8Array, payload: Uint8Array): number;

  /**
   * A request over the shared inbox: as `publish`, with a reply subject of the engine's making. Its ticket is
   * `ticket()`. `timeout` in ms. It ends with a reply row, or with the event `requestsFailed`.
   */
  request(id: number, headerLength: number, payloadLength: number, timeout: number): number;
  /** A request for many replies. `strategy`: 0 timer, 1 count, 2 stall, 3 sentinel. Ends with a final reply row,
   * `requestCompleted`, or `requestsFailed`. */
  request_many(
    id: number,
    headerLength: number,
    payloadLength: number,
    strategy: number,
    maxWait: number,
    maxMessages: number,
    stall: number,
  ): number;
  /** Ticket of the latest request or flush. */
  ticket(): number;
  /** Nobody waits for this ticket any more. */
  cancel(ticket: number): void;
  /** PING; the ticket's `flushed` or `flushFailed` follows. 0 or -Code. */
  flush(): number;

  /** Subject and queue lie one behind the other in scratch. `max` 0: no limit. `timeout` in ms, 0: none. sid or -Code. */
  subscribe(subjectLength: number, queueLength: number, max: number, timeout: number): number;
  /** `max` 0: at once. Otherwise after `max` messages in all, counted from the SUB. 0 or -Code. */
  unsubscribe(sid: number, max: number): number;
  /** UNSUB, flush; `subscriptionDrained` follows. 0 or -Code. */
  drain_subscription(sid: number): number;

  /** Index of `Phase`: 0 idle, 1 dialing, 2 greeting, 3 live, 4 waiting, 5 draining, 6 closed. */
  phase(): number;
  /** `host:port` of the server this session is connected to or tries to reach; empty when idle. */
  server(): string;
  inbox(): string;
  in_messages(): number;
  in_bytes(): number;
  out_messages(): number;
  out_bytes(): number;
  /** Bytes given to the socket that it has not sent. */
  buffered_amount(): number;
  /** URLs of the known servers, in the order they will be tried. */
  servers(): string[];
  /**
   * Replaces all servers, by one at least: 0 or -Code. A live connection stays where it is. `Host.connectLine` goes on
   * counting: the first of this list has the number after the last one of the list before.
   */
  set_servers(servers: ServerEntry[]): number;
  free(): void;
}

/** Payloads from this many bytes on are sent from the caller's memory. */
export const LARGE_PAYLOAD = 200 * 1024;

/** A server to dial: its complete WebSocket URL, without credentials, and its name `host:port`. */
export interface ServerEntry {
  url: string;
  name: string;
}

/** What the engine is made with. Plain values, read once by typed getters. Times in ms. */
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

/**
 * What Rust asks of TypeScript. But for `load`, never called while Rust holds a borrow; may call back into the engine.
 */
export interface Host {
  /** Hands the socket's messages to `receive`. Does not throw. */
  listen(socket: WebSocket, dial: number): void;
  /** Copies bytes of the event that is being received into wasm memory. Does not throw. Rust holds a borrow here. */
  load(at: number, length: number, into: number): void;
  notify(event: EngineEvent): void;
  /** JSON.parse of an INFO line; throws what the user should read when it is not one. */
  readInfo(line: Uint8Array): ServerInfoFields;
  /** The text after `CONNECT `, credentials included. May be a promise; a throw or rejection fails the dial. */
  connectLine(server: number, nonce: string): string | Promise<string>;
  /** The user's `reconnectDelayHandler`, ms. */
  redialDelay(): number;
  /** The user's `reconnectToServer`: a place in `servers()` with the last one put first, and a wait in ms. */
  chooseServer(): ServerChoice;
  /** Makes the socket (the user's `wsFactory`, or `new WebSocket(url)`). May be a promise. */
  openSocket(url: string): WebSocket | Promise<WebSocket>;
}

export interface ServerChoice {
  place: number;
  delay: number;
}

/** The typed getters Rust reads from the parsed INFO; it may have any other field. */
export interface ServerInfoFields {
  max_payload: number;
  headers?: boolean;
  nonce?: string;
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
      permission: Permission | null;
      sid: number | null;
      tickets: number[];
    }
  | { type: "requestsFailed"; tickets: number[]; code: number }
  | { type: "requestCompleted"; ticket: number }
  | { type: "flushed"; ticket: number }
  | { type: "flushFailed"; ticket: number; code: number }
  | { type: "subscriptionTimedOut"; sid: number }
  | { type: "subscriptionDrained"; sid: number }
  | { type: "closed"; code: number | null; detail: string; droppedMessages: number; droppedBytes: number };

export interface Permission {
  operation: "publish" | "subscription";
  subject: string;
  queue: string | null;
}
