/**
 * Connections: their options, verbs and statuses. Types only. Names and members are those of nats.ws 1.30.3; "Not in
 * nats.ws" marks the others.
 */
import type { DebugEvents, Events } from "../../base/enums";
import type { Features, SemVer } from "../helpers/features";
import type { Authenticator } from "./credentials";
import type { Abortable, Msg, Payload, PublishOptions, RequestManyOptions, RequestOptions } from "./messages";
import type { Context, KnownServer, ReconnectToServerHandler, ServerInfo } from "./servers";
import type { OpenSubscription, Subscription, SubscriptionOptions } from "./subscriptions";

/**
 * Options of `connect()`. Times are in milliseconds; null and undefined ask for the default. `connect()` reads the
 * object once and never writes it. A number outside of its range is refused with INVALID_OPTION, a handler that is not
 * a function with NOT_FUNC.
 */
export interface ConnectionOptions extends Abortable {
  /**
   * Supplies the credentials, given the server's nonce. Every dial calls it again. The results of several are merged;
   * the later one wins. Default: the credentials in the server's URL, else none. A throw or a rejection fails the dial
   * with BAD_AUTHENTICATION, or with the code of the `NatsError` that was thrown.
   */
  authenticator?: Authenticator | Authenticator[];
  /** Prints the protocol to the console, with secrets redacted. Default false. */
  debug?: boolean;
  /**
   * PINGs without an answer at which the client drops the socket and dials again. At least 1; 0 asks for the default,
   * 2.
   */
  maxPingOut?: number;
  /**
   * Failed dials in a row after which a server is no longer dialled, counted once the connection was live. A negative
   * number or Infinity: no limit. Default 10. The connection ends when no server is left.
   */
  maxReconnectAttempts?: number;
  /** Name of the connection, for the server's monitoring. Default: none. */
  name?: string;
  /** Asks the server not to deliver what this connection publishes to its own subscriptions. Default false. */
  noEcho?: boolean;
  /** Dials `servers` in the given order. Default false: the client shuffles them. */
  noRandomize?: boolean;
  /** Password for `user`. Default: none. */
  pass?: string;
  /** Asks the server to check subjects strictly. Default false. */
  pedantic?: boolean;
  /** Time between two PINGs. At least 1; 0 asks for the default, 120000. */
  pingInterval?: number;
  /** Port on 127.0.0.1, a whole number from 1 to 65535. Not together with `servers`. Default: see `servers`. */
  port?: number;
  /** Dials again after a loss. Default true. */
  reconnect?: boolean;
  /**
   * Returns the least time between two dials of the same server; replaces `reconnectTimeWait` and `reconnectJitter`. A
   * result that is not a number above 0 counts as 0.
   */
  reconnectDelayHandler?: () => number;
  /**
   * Chooses the server of every dial, the first one too. A server that is not in the pool, or a throw, ends the
   * connection with CONNECTION_REFUSED. Not in nats.ws.
   */
  reconnectToServer?: ReconnectToServerHandler;
  /** Longest random time that is added to `reconnectTimeWait`. At least 0. Default 100. */
  reconnectJitter?: number;
  /** Without effect: a browser's socket does not tell whether it uses TLS. Default 1000. */
  reconnectJitterTLS?: number;
  /** Least time between two dials of the same server. At least 0. Default 2000. */
  reconnectTimeWait?: number;
  /**
   * One or more of `wss://host:port/path`, `ws://host:port`, `host:port`, with or without `user:pass@` or `token@`.
   * Without a scheme: wss. Without a port: 443, or 80 for ws. Default `127.0.0.1:443`. A server that is not a URL, or
   * has another scheme than ws, http, nats, wss, https and tls, is refused with INVALID_OPTION.
   */
  servers?: string[] | string;
  /**
   * Limit of one dial: socket, handshake and authenticator together. At least 0; 0: no limit. Default 20000. A dial
   * that takes longer fails with CONNECTION_TIMEOUT.
   */
  timeout?: number;
  /** Not possible in a browser: a value other than undefined and null is refused with INVALID_OPTION. */
  tls?: TlsOptions | null;
  /** Token, for servers that ask for one. Default: none. */
  token?: string;
  /** User name. `pass` is its password. Default: none. */
  user?: string;
  /** Asks the server to acknowledge every line with +OK. Default false. */
  verbose?: boolean;
  /** Applies the reconnect options to the first connect too. Default false: `connect()` tries each server once. */
  waitOnFirstConnect?: boolean;
  /** Does not learn servers from the cluster. Default false. */
  ignoreClusterUpdates?: boolean;
  /**
   * First tokens of the subjects that replies come to. Default `_INBOX`. A prefix with a wildcard, white space or a
   * control character is refused with "BAD API".
   */
  inboxPrefix?: string;
  /** Dials again when a server refuses the credentials twice in a row. Default false: the connection ends. */
  ignoreAuthErrorAbort?: boolean;
  /**
   * Does not record the caller of a request; the stack of a late error then does not name the caller. Default false.
   */
  noAsyncTraces?: boolean;
  /** Not possible in a browser: true is refused with INVALID_OPTION. */
  resolve?: boolean;
  /** Makes the socket for the finished URL. A throw or a rejection fails the dial. Default: `new WebSocket(url)`. */
  wsFactory?: WsSocketFactory;
  /**
   * Bytes of publishes that the client holds while there is no connection. At least 0; 0: none. Default 8388608. Over
   * the limit `publish()` throws RECONNECT_BUFFER_EXCEEDED. Not in nats.ws.
   */
  reconnectBufferSize?: number;
  /**
   * Rejects requests with DISCONNECT as soon as the connection is lost. Default false: a reply may still come after the
   * reconnect, until the request's own timeout. Not in nats.ws.
   */
  failRequestsOnDisconnect?: boolean;
  /**
   * Limit for the answer to the PING that is sent when the page wakes up or the network comes back. The client drops
   * the socket and dials again after this time. At least 1. Default 3000. Not in nats.ws.
   */
  wakeTimeout?: number;
}

/** Makes the socket for one dial. The client ignores `encrypted`, which nats.ws expects. */
export type WsSocketFactory = (
  url: string,
  options: ConnectionOptions,
) => Promise<{ socket: WebSocket; encrypted: boolean }>;

/** The shape of `ConnectionOptions.tls` in nats.ws. A browser cannot honour any of its members. */
export interface TlsOptions {
  /** Begin TLS before INFO. Refused. */
  handshakeFirst?: boolean;
  /** Path of the client's certificate. Refused. */
  certFile?: string;
  /** The client's certificate, PEM. Refused. */
  cert?: string;
  /** Path of the authorities' certificates. Refused. */
  caFile?: string;
  /** The authorities' certificates, PEM. Refused. */
  ca?: string;
  /** Path of the client's private key. Refused. */
  keyFile?: string;
  /** The client's private key, PEM. Refused. */
  key?: string;
}

/** The part of a connection that connections of nats.ws have too, without JetStream and services. */
export interface BaseConnection {
  /** INFO of the server. Undefined while there is no live connection. */
  info?: ServerInfo;

  /**
   * Resolves when the connection has ended for good: with the error, or with undefined after `close()` or `drain()`.
   * Never rejects. An end that drops held messages is an error too; the message has their number.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: the type of nats.ws
  closed(): Promise<void | Error>;

  /**
   * Ends the connection at once: written bytes are sent, held messages are dropped, subscriptions end, and requests and
   * flushes that wait reject with CONNECTION_CLOSED. Resolves when the connection has ended; never rejects.
   */
  close(): Promise<void>;

  /**
   * Sends a message. Synchronous: the bytes leave with the end of this turn, or after the next handshake while there is
   * no connection. Delivery is at most once: `flush()` tells that the server has the message. Publishing is possible
   * while the connection drains.
   *
   * @param payload default: empty. At most `ServerInfo.max_payload` bytes, headers included.
   * @throws NatsError CONNECTION_CLOSED when the connection is closed; BAD_SUBJECT for a subject that is empty or no
   * string, and for white space and control characters in the subject or in `reply`; BAD_PAYLOAD for anything but a
   * string or a Uint8Array; BAD_HEADER for headers that were not made by `headers()`; MAX_PAYLOAD_EXCEEDED;
   * SERVER_OPT_NA when the server does not support headers; RECONNECT_BUFFER_EXCEEDED when `reconnectBufferSize` is
   * used up.
   */
  publish(subject: string, payload?: Payload, options?: PublishOptions): void;

  /** Publishes a message again: its subject, payload, headers and reply. @throws NatsError as `publish()`. */
  publishMessage(message: Msg): void;

  /**
   * Publishes payload and headers of `message` to its reply subject. Returns false, and publishes nothing, when the
   * message has no reply subject.
   *
   * @throws NatsError as `publish()`.
   */
  respondMessage(message: Msg): boolean;

  /**
   * Subscribes to a subject, wildcards allowed, and again after every reconnect. Synchronous: the server's refusal
   * comes later and ends the subscription with PERMISSIONS_VIOLATION.
   *
   * @throws NatsError CONNECTION_CLOSED; CONNECTION_DRAINING; BAD_SUBJECT for a subject that is empty, no string, or
   * longer than 16777215 bytes, and for white space and control characters in the subject or in `queue`; INVALID_OPTION
   * for `slow` and `pending`, see there. Also throws the reason of a `signal` that is aborted already.
   */
  subscribe(subject: string, options?: SubscriptionOptions): Subscription;

  /**
   * Sends a request and resolves with its first reply. All requests share one subscription, unless `noMux` is set.
   *
   * @throws NatsError, as a rejection. Of the call: what `publish()` throws; CONNECTION_DRAINING; INVALID_OPTION for a
   * `timeout` below 1, and for `reply` without `noMux`. Later: TIMEOUT; "503" when nobody is subscribed to `subject`;
   * PERMISSIONS_VIOLATION when the server does not permit the publish or the inbox; CONNECTION_CLOSED; DISCONNECT with
   * `failRequestsOnDisconnect`. Also rejects with the reason of its `signal`.
   */
  request(subject: string, payload?: Payload, options?: RequestOptions): Promise<Msg>;

  /**
   * Sends a request and resolves with an iterator of its replies. The iterator ends when the strategy or `maxWait` says
   * so, which is not an error, also without any reply. Leaving the loop ends the request.
   *
   * @throws NatsError, as a rejection: what `request()` rejects with for the call itself; INVALID_OPTION for a
   * `maxWait` below 1, and for an unknown strategy. The iterator throws the other codes of `request()`, apart from
   * TIMEOUT, after the replies that came before.
   */
  requestMany(subject: string, payload?: Payload, options?: Partial<RequestManyOptions>): Promise<AsyncIterable<Msg>>;

  /**
   * Resolves when the server has processed everything that was sent before: it answered a PING. While there is no
   * connection the PING waits for the next one.
   *
   * @throws NatsError, as a rejection: DISCONNECT when the connection is lost before the answer; CONNECTION_CLOSED when
   * it is closed; CORE_FAILED when this client fails. Also rejects with the reason of its `signal`.
   */
  flush(options?: Abortable): Promise<void>;

  /**
   * Drains all subscriptions, sends what is left, closes. Publishing is possible until then; `subscribe()` and
   * `request()` are refused. Resolves when the connection has ended, by a lost server too: `closed()` has the error.
   *
   * @throws NatsError, as a rejection: CONNECTION_CLOSED when it is closed already; CONNECTION_DRAINING at the second
   * call; CORE_FAILED when this client fails meanwhile.
   */
  drain(): Promise<void>;

  /** True when the connection has ended for good. */
  isClosed(): boolean;

  /** True from the first `drain()` on, also after the connection has ended. */
  isDraining(): boolean;

  /** `host:port` of the server the connection is on, or dials next; of the last one after the end. */
  getServer(): string;

  /**
   * Yields the events of the connection, from this call on, and ends after `Events.Close`. Every call makes an iterator
   * of its own, whose queue has no bound: an application that asks must read.
   */
  status(): AsyncIterable<Status>;

  /** Counts of messages and bytes since `connect()`, over all reconnects. */
  stats(): Stats;

  /**
   * Measures the round trip of a PING, in ms with fractions.
   *
   * @throws NatsError, as a rejection: DISCONNECT while there is no live connection; CONNECTION_CLOSED when it is
   * closed.
   */
  rtt(): Promise<number>;

  /**
   * Drops the current socket and dials again at once; a running wait for the next dial ends too. Resolves before the
   * new connection is live: `Events.Reconnect` tells.
   *
   * @throws NatsError, as a rejection: CONNECTION_CLOSED, CONNECTION_DRAINING.
   */
  reconnect(): Promise<void>;
}

/** A connection of this client: `BaseConnection` and what is not in the interface of nats.ws. */
export interface NatsConnection extends BaseConnection, AsyncDisposable {
  /** As `BaseConnection.subscribe()`, with the members of `OpenSubscription` besides. */
  subscribe(subject: string, options?: SubscriptionOptions): OpenSubscription;

  /** The options in effect: those given to `connect()`, and the default of every other. */
  readonly options: ConnectionOptions;

  /** The features of the server, by its version. */
  readonly features: Features;

  /** Version of the server; undefined while there is no live connection. */
  getServerVersion(): SemVer | undefined;

  /**
   * Asks the server for the account, the user and the permissions of this connection (`$SYS.REQ.USER.INFO`).
   *
   * @throws NatsError, as a rejection: "503" where no system account answers, and the other codes of `request()`.
   */
  context(): Promise<Context>;

  /**
   * Replaces all servers to dial, also those learnt from the cluster. A live connection stays where it is: call
   * `reconnect()` to leave it. Not in nats.ws.
   *
   * @param servers as `ConnectionOptions.servers`; at least one.
   * @throws NatsError INVALID_OPTION for an empty list and for a server that cannot be used; CONNECTION_CLOSED.
   */
  setServers(servers: string[] | string): void;

  /**
   * The servers that will be dialled, in this order; the current one comes last.
   * `setServers(getServers().map((it) => it.src))` changes nothing. Not in nats.ws.
   */
  getServers(): KnownServer[];

  /** Drains, as the end of an `await using` block. Resolves at once when the connection has ended. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Servers the cluster gained and lost, as `host:port`. */
export interface ServersChanged {
  /** Servers that may be dialled from now on. */
  readonly added: string[];
  /** Servers that are no longer dialled. */
  readonly deleted: string[];
}

/** One event of a connection. `Events` and `DebugEvents` say what `data` is for each type. */
export interface Status {
  /** The kind of event. */
  type: Events | DebugEvents;
  /** The event's value, as `Events` and `DebugEvents` describe it. */
  data: string | ServersChanged | number;
  /**
   * With `Events.Error` and `Events.Close`: the error itself. With `Events.Disconnect`: the cause, with the WebSocket's
   * close code in the message. Not in nats.ws.
   */
  error?: Error;
  /** With `Events.SlowConsumer`: the subscription. Not in nats.ws. */
  sub?: Subscription;
  /** With `Events.Error`: the operation (`publish` or `subscription`) and the subject the server did not permit. */
  permissionContext?: { operation: string; subject: string };
}

/** Messages, and bytes of headers and payloads, since `connect()`. */
export interface Stats {
  /** Bytes of headers and payloads received. */
  inBytes: number;
  /** Bytes of headers and payloads published, held ones included. */
  outBytes: number;
  /** Messages received. */
  inMsgs: number;
  /** Messages published, held ones included. */
  outMsgs: number;
}
