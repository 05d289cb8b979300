/**
 * Messages, and the options of the calls that send them. Types only. Names and members are those of nats.ws 1.30.3;
 * "Not in nats.ws" marks the others.
 */
import type { Match, RequestStrategy } from "../../base/enums";

/** The body of a message. A string is sent as UTF-8; anything else than the two types is refused with BAD_PAYLOAD. */
export type Payload = Uint8Array | string;

/** A duration in nanoseconds, the unit of the server's configurations. `nanos()` and `millis()` convert. */
export type Nanos = number;

/** The second argument of `JSON.parse`. */
// biome-ignore lint/suspicious/noExplicitAny: JSON.parse hands over and takes anything
export type ReviverFn = (key: string, value: any) => any;

/** Converts between values and payloads, in both directions. */
export interface Codec<T> {
  /** Makes a payload of a value. @throws NatsError BAD_JSON, by `JSONCodec`. */
  encode(value: T): Uint8Array;
  /** Makes a value of a payload. @throws NatsError BAD_JSON, by `JSONCodec`. */
  decode(payload: Uint8Array): T;
}

/** A received message. Its members are read from the received bytes when they are asked for. */
export interface Msg {
  /** The subject the message was published to. */
  subject: string;
  /** The sid of the subscription that received the message; of the shared inbox for a reply. */
  sid: number;
  /** The subject an answer goes to; empty or undefined when the publisher expects none. */
  reply?: string;
  /**
   * The payload: a view on the received bytes, not a copy. A message that is kept keeps the WebSocket message it came
   * in.
   */
  data: Uint8Array;
  /** The headers; undefined when the message has none. */
  headers?: MsgHdrs;

  /**
   * Publishes to `reply`. Returns false, and publishes nothing, when the message has no reply subject.
   *
   * @throws NatsError as `publish()`.
   */
  respond(payload?: Payload, options?: PublishOptions): boolean;

  /** Parses the payload as JSON. @throws NatsError BAD_JSON when the payload is not JSON, or the reviver throws. */
  json<T>(reviver?: ReviverFn): T;

  /** The payload as UTF-8 text. Malformed bytes become U+FFFD. */
  string(): string;

  /** Bytes of subject, reply subject, headers and payload. Every received message has this method. */
  size?(): number;

  /**
   * The sender of a request that crossed accounts; null for any other message. More than account and round trip is
   * known only when the import of the service shares it. Every received message has this method.
   *
   * @throws SyntaxError when the header `Nats-Request-Info` is not JSON.
   */
  requestInfo?(): RequestInfo | null;
}

/**
 * The sender of a request, from the header `Nats-Request-Info`. The names are the server's (`ClientInfo` in
 * nats-server's server/events.go).
 */
export interface RequestInfo {
  /** Account of the sender. */
  acc: string;
  /** Round trip between sender and server, in nanoseconds. */
  rtt: number;
  /** When the sender connected. */
  start?: Date;
  /** Address of the sender. */
  host?: string;
  /** Number of the sender's connection. */
  id?: string;
  /** Account that offers the service. */
  svc?: string;
  /** User name, public key or JWT subject of the sender. */
  user?: string;
  /** Name of the sender's connection. */
  name?: string;
  /** Language of the sender's client library. */
  lang?: string;
  /** Version of the sender's client library. */
  ver?: string;
  /** Server the sender is connected to. */
  server?: string;
  /** Cluster of that server. */
  cluster?: string;
  /** Further clusters that can answer, nearest first. */
  alts?: string[];
  /** When the sender disconnected. */
  stop?: Date;
  /** User JWT of the sender. */
  jwt?: string;
  /** Public key of the issuer of that JWT. */
  issuer_key?: string;
  /** Name in that JWT. */
  name_tag?: string;
  /** Tags in that JWT. */
  tags?: string[];
  /** Kind of connection, such as `Client` or `Leafnode`. */
  kind?: string;
  /** Protocol of the connection, such as `nats`, `websocket` or `mqtt`. */
  client_type?: string;
  /** MQTT client id of the sender. */
  client_id?: string;
  /** Nonce of the sender's handshake. */
  nonce?: string;
}

/**
 * Headers of a message: a map from keys to lists of values, in the order they were set (NATS ADR-4). `match` says how
 * keys are compared; default `Match.Exact`. Methods that take `Match.CanonicalMIME` throw NatsError BAD_HEADER for a
 * key with characters a key cannot have.
 */
export interface MsgHdrs extends Iterable<[string, string[]]> {
  /** True when `code` is 300 or more. */
  hasError: boolean;
  /** Code and description of the status line, with a space between them; "0" without a status. */
  status: string;
  /** Code of the status line; 0 without a status. */
  code: number;
  /** Description of the status line; empty without a status. */
  description: string;

  /** The first value of the key; an empty string when the key is absent. */
  get(key: string, match?: Match): string;
  /**
   * Replaces all values of the key by one. White space around the value is cut off.
   *
   * @throws NatsError BAD_HEADER as `append()`; nothing is changed then.
   */
  set(key: string, value: string, match?: Match): void;
  /**
   * Adds a value behind the others of the key. White space around the value is cut off.
   *
   * @throws NatsError BAD_HEADER for a key that is empty or has characters other than printable ASCII without the
   * colon, and for a value with CR or LF.
   */
  append(key: string, value: string, match?: Match): void;
  /** True when the key is present. */
  has(key: string, match?: Match): boolean;
  /** All keys, as they were written, in the order they were first set. */
  keys(): string[];
  /** All values of the key, in order; with `Match.IgnoreCase` those of every spelling. Empty when the key is absent. */
  values(key: string, match?: Match): string[];
  /** Removes the key and its values; with `Match.IgnoreCase` every spelling. An absent key changes nothing. */
  delete(key: string, match?: Match): void;
  /** The last value of the key; an empty string when the key is absent. */
  last(key: string, match?: Match): string;
}

/** Options of a publish. */
export interface PublishOptions {
  /** The subject an answer shall go to. Default: none. */
  reply?: string;
  /** Headers, made by `headers()`. Default: none. */
  headers?: MsgHdrs;
}

/** The publishing half of a connection. */
export interface Publisher {
  /** Publishes a message. @throws NatsError as `BaseConnection.publish()`. */
  publish(subject: string, data: Payload, options?: { reply?: string; headers?: MsgHdrs }): void;
}

/** Options of a call that can be given up. Not in nats.ws. */
export interface Abortable {
  /** Ends the call when the signal is aborted: the call rejects with the signal's reason. Default: none. */
  signal?: AbortSignal;
}

/** Options of a request for one reply. */
export interface RequestOptions extends Abortable {
  /** How long to wait for the reply, in ms. At least 1; 0 asks for the default, 1000. */
  timeout: number;
  /** Headers, made by `headers()`. Default: none. */
  headers?: MsgHdrs;
  /** Subscribes for this request alone, instead of using the shared inbox. Default false. */
  noMux?: boolean;
  /** The subject the reply shall come to; needs `noMux`. Default: an inbox. */
  reply?: string;
}

/** Options of a request for many replies. */
export interface RequestManyOptions extends Abortable {
  /** How the request finds its end. Default `RequestStrategy.Timer`. */
  strategy: RequestStrategy;
  /** The request ends after this time under every strategy, in ms. At least 1; 0 asks for the default, 1000. */
  maxWait: number;
  /** Headers, made by `headers()`. Default: none. */
  headers?: MsgHdrs;
  /**
   * With `RequestStrategy.Count`: replies after which the request ends. 0 and negative numbers: no limit. Default 0.
   */
  maxMessages?: number;
  /** Subscribes for this request alone, instead of using the shared inbox. Default false. */
  noMux?: boolean;
  /** With `RequestStrategy.JitterTimer`: longest time between two replies, in ms. 0 asks for the default, 300. */
  jitter?: number;
}
