/** Messages, and the options of the calls that send them. Types only. Names and members are those of nats.ws 1.30.3, unless a comment says otherwise. */
import type { Match, RequestStrategy } from "../../base/enums";

/** A message's body. Strings are sent as UTF-8. */
export type Payload = Uint8Array | string;

/** A duration in nanoseconds, as the server's configurations count. */
export type Nanos = number;

/** The second argument of `JSON.parse`. */
// biome-ignore lint/suspicious/noExplicitAny: JSON.parse hands over and takes anything
export type ReviverFn = (key: string, value: any) => any;

/** Two ways between a value and a payload. */
export interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(payload: Uint8Array): T;
}

export interface Msg {
  subject: string;
  /** Number of the subscription it came through. */
  sid: number;
  /** Where an answer is expected; empty or undefined when none is. */
  reply?: string;
  data: Uint8Array;
  headers?: MsgHdrs;

  /** Publishes to `reply`; false when there is none. */
  respond(payload?: Payload, options?: PublishOptions): boolean;

  /** @throws NatsError BAD_JSON */
  json<T>(reviver?: ReviverFn): T;

  /** The payload as UTF-8 text. */
  string(): string;

  /** Bytes of subject, reply subject, headers and payload. Every received message has it. */
  size?(): number;

  /**
   * Who sent a request that crossed accounts to a service whose import is shared; null for any other message. Every
   * received message has it.
   */
  requestInfo?(): RequestInfo | null;
}

/** What the server says of the sender of a request, in the header `Nats-Request-Info`. The names are the server's. */
export interface RequestInfo {
  /** Account. */
  acc: string;
  /** Round trip between sender and server, in nanoseconds. */
  rtt: number;
  start?: Date;
  host?: string;
  id?: string;
  svc?: string;
  user?: string;
  name?: string;
  lang?: string;
  ver?: string;
  server?: string;
  cluster?: string;
  alts?: string[];
  stop?: Date;
  jwt?: string;
  issuer_key?: string;
  name_tag?: string;
  tags?: string[];
  kind?: string;
  client_type?: string;
  client_id?: string;
  nonce?: string;
}

/** Headers of a message. `match` says how keys are compared; exactly by default. */
export interface MsgHdrs extends Iterable<[string, string[]]> {
  /** Whether `code` is 300 or more. */
  hasError: boolean;
  /** Code and description of the status line. */
  status: string;
  /** 0 when there is no status. */
  code: number;
  description: string;

  /** The first value; an empty string when there is none. */
  get(key: string, match?: Match): string;
  /** @throws NatsError BAD_HEADER */
  set(key: string, value: string, match?: Match): void;
  /** @throws NatsError BAD_HEADER */
  append(key: string, value: string, match?: Match): void;
  has(key: string, match?: Match): boolean;
  keys(): string[];
  values(key: string, match?: Match): string[];
  delete(key: string, match?: Match): void;
  /** The last value; an empty string when there is none. */
  last(key: string, match?: Match): string;
}

export interface PublishOptions {
  /** Where an answer is expected. */
  reply?: string;
  headers?: MsgHdrs;
}

/** Whatever can publish. */
export interface Publisher {
  publish(subject: string, data: Payload, options?: { reply?: string; headers?: MsgHdrs }): void;
}

/** Not in nats.ws. */
export interface Abortable {
  /** Gives up when it is aborted: rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface RequestOptions extends Abortable {
  /** How long to wait for the reply, in ms, at least 1. Default 1000. */
  timeout: number;
  headers?: MsgHdrs;
  /** Use a subscription for this request alone, instead of the shared inbox. Default false. */
  noMux?: boolean;
  /** The subject the reply shall come to. Needs `noMux`. */
  reply?: string;
}

export interface RequestManyOptions extends Abortable {
  /** Default `RequestStrategy.Timer`. */
  strategy: RequestStrategy;
  /** It is over after this time in any case, in ms. Default 1000. */
  maxWait: number;
  headers?: MsgHdrs;
  /** Replies after which it is over. */
  maxMessages?: number;
  noMux?: boolean;
  /** With `RequestStrategy.JitterTimer`: longest silence between two replies, in ms. Default 300. */
  jitter?: number;
}
