/**
 * The boundary as TypeScript sees it: what the wasm module exports (`RawEngine`) and what it asks of us (`Imports`).
 * `src/web/engine.rs` and `src/web/host.rs` are the other half.
 *
 * Conventions. Only numbers cross. Addresses are byte offsets in wasm memory. A call that can be refused returns a
 * negative number, `-Code` (js/base/codes.ts), and has then written nothing. Any call that can be refused may also have
 * grown wasm memory: views are refreshed after it (js/engine/memory.ts). Strings go in through the scratch region, one
 * behind the other, and come out through `Imports`. A module is instantiated once for each connection.
 */
export interface RawEngine {
  readonly memory: WebAssembly.Memory;
  /**
   * Once, before anything else but `scratch`. In scratch: the inbox prefix, and the servers, two lines each, URL and
   * name. `flags`: bits 0 shuffle, 1 ignoreClusterUpdates, 2 reconnect, 3 asksRedialDelay, 4 asksServer,
   * 5 waitOnFirstConnect, 6 ignoreAuthErrorAbort, 7 failRequestsOnDisconnect. The others as in `EngineOptions`.
   */
  open(
    flags: number,
    timeout: number,
    maxReconnectAttempts: number,
    reconnectTimeWait: number,
    reconnectJitter: number,
    pingInterval: number,
    maxPingOut: number,
    wakeTimeout: number,
    reconnectBufferSize: number,
    prefixLength: number,
    serversLength: number,
  ): void;
  /** Dials. The event `connected` or `closed` follows. */
  connect(): void;
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
   * for with `Imports.load`. `timeStamp`: the event's. Writes the report.
   */
  receive(dial: number, at: number, length: number, timeStamp: number): number;
  /** Carries out what came of the window, after its rows were delivered. */
  settle(): void;
  /** What `Imports.end_turn` and `Imports.set_alarm` asked for has come. */
  turn_ended(): void;
  ring(): void;

  /** A socket for this dial was made. 0: it is not wanted any more; otherwise the socket is there for `Imports.send`. */
  attach(dial: number): number;
  /** The socket is open. */
  opened(dial: number): void;
  /** It is gone, or could not be made: WebSocket close code or 0, and the reason in scratch. */
  lost(dial: number, code: number, reasonLength: number): void;

  /** Answers `Imports.read_info`. In scratch: nonce, and `connect_urls`, one a line. `flags`: bits 0 headers, 1 ldm. */
  info(dial: number, maxPayload: number, flags: number, nonceLength: number, urlsLength: number): void;
  /** The INFO line cannot be read; in scratch, why. */
  unreadable(dial: number, whyLength: number): void;
  /** Answers `Imports.connect_line`: in scratch, the text after `CONNECT `. */
  line(dial: number, length: number): void;
  /** There is no such line, or no such server; in scratch, why. */
  refuse(dial: number, whyLength: number): void;
  /** Answers `Imports.redial_delay`, in ms. */
  delay(dial: number, milliseconds: number): void;
  /** Answers `Imports.choose_server`: a place in `servers()` with the last one put first, and a wait in ms. */
  choose(dial: number, place: number, delay: number): void;

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
   * A publish whose bytes are sent from the caller's own memory, for payloads of `LARGE_PAYLOAD` bytes and more: subject
   * and reply in scratch as above. 0: they were asked for with `Imports.send_large`. Otherwise as `publish`.
   */
  publish_large(subjectLength: number, replyLength: number, headerLength: number, payloadLength: number): number;

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
  /** Told with `Imports.item`: `host:port` of the server this session is connected to or tries to reach; or nothing. */
  server(): void;
  /** The same: URLs of the known servers, in the order they will be tried. */
  servers(): void;
  /** 0 messages in, 1 bytes in, 2 messages out, 3 bytes out. */
  stat(which: number): number;
  /**
   * Replaces all servers by those in scratch, one at least: 0 or -Code. A live connection stays where it is.
   * `Imports.connect_line` goes on counting: the first of this list has the number after the last one of the list before.
   */
  set_servers(length: number): number;
}

/** Payloads from this many bytes on are sent from the caller's memory. */
export const LARGE_PAYLOAD = 200 * 1024;

/** A server to dial: its complete WebSocket URL, without credentials, and its name `host:port`. */
export interface ServerEntry {
  url: string;
  name: string;
}

/** What the engine is made with. Times in ms. */
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
 * What Rust asks of TypeScript. Nothing throws. But for `load`, `send` and `send_large`, which run while Rust holds a
 * borrow, they may call back into the engine.
 */
export interface Imports {
  /** Milliseconds, on the clock events are stamped by. */
  now(): number;
  random(into: number, length: number): void;
  /** Calls `ring` after so many milliseconds, and not for an alarm set before; negative: never. */
  set_alarm(milliseconds: number): void;
  /** Calls `turn_ended` after the current turn's code, before any event. */
  end_turn(): void;
  /** Copies bytes of the event that is being received into wasm memory. */
  load(at: number, length: number, into: number): void;
  send(at: number, length: number): void;
  /** Sends what `publish_large` was called for, in WebSocket messages of at most `limit` bytes. */
  send_large(limit: number): void;
  /** Makes the socket, and hands its messages to `receive`: `attach`, or `lost`. */
  dial(dial: number, url: number, length: number): void;
  /** Drops the socket. */
  hang_up(): void;
  /** JSON.parse of an INFO line: `info` or `unreadable`. */
  read_info(dial: number, line: number, length: number): void;
  /** The text after `CONNECT `, credentials included: `line` or `refuse`, now or later. */
  connect_line(dial: number, server: number, nonce: number, length: number): void;
  /** The user's `reconnectDelayHandler`: `delay`. */
  redial_delay(dial: number): void;
  /** The user's `reconnectToServer`: `choose` or `refuse`. */
  choose_server(dial: number): void;
  /** Fields of an event, by their names; the items of `texts` follow. */
  number(name: number, nameLength: number, value: number): void;
  text(name: number, nameLength: number, at: number, length: number): void;
  numbers(name: number, nameLength: number, at: number, count: number): void;
  texts(name: number, nameLength: number): void;
  item(at: number, length: number): void;
  /** The event is complete. */
  notify(): void;
}

export interface ServerChoice {
  place: number;
  delay: number;
}

/** What the core is told of the parsed INFO; it may have any other field. */
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
      /** Empty when it is no permission error. */
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
  /** `code` 0: it was wanted. */
  | { type: "closed"; code: number; detail: string; droppedMessages: number; droppedBytes: number };
