/** Connections: their options, verbs and statuses. Types only. Names and members are those of nats.ws 1.30.3, unless a comment says otherwise. */
import type { DebugEvents, Events } from "../../base/enums";
import type { Features, SemVer } from "../helpers/features";
import type { Authenticator } from "./credentials";
import type { Abortable, Msg, Payload, PublishOptions, RequestManyOptions, RequestOptions } from "./messages";
import type { Context, KnownServer, ReconnectToServerHandler, ServerInfo } from "./servers";
import type { OpenSubscription, Subscription, SubscriptionOptions } from "./subscriptions";

/** Options of `connect()`. Times in milliseconds. */
export interface ConnectionOptions extends Abortable {
  /**
   * Who we are, as a function of the server's nonce. Asked again for every dial. When there are several, what they
   * return is merged.
   */
  authenticator?: Authenticator | Authenticator[];
  /** Prints the protocol to the console, without secrets. Default false. */
  debug?: boolean;
  /** PINGs that may be without an answer before the connection is given up. Default 2. */
  maxPingOut?: number;
  /** Dials of one server in a row that may fail; -1: no limit. Default 10. */
  maxReconnectAttempts?: number;
  /** Name of the connection, for the server's monitoring. */
  name?: string;
  /** Do not deliver what this connection publishes to its own subscriptions. Default false. */
  noEcho?: boolean;
  /** Try `servers` in the given order. Default false: shuffled. */
  noRandomize?: boolean;
  /** Password for `user`. */
  pass?: string;
  /** Ask the server to check subjects strictly. Default false. */
  pedantic?: boolean;
  /** Time between PINGs. Default 120000. */
  pingInterval?: number;
  /** Port on 127.0.0.1; excludes `servers`. */
  port?: number;
  /** Dial again after a loss. Default true. */
  reconnect?: boolean;
  /** Returns the wait before the next dial; replaces `reconnectTimeWait` and `reconnectJitter`. */
  reconnectDelayHandler?: () => number;
  /**
   * Asked before every dial, the first one too, which server it goes to. A server that is not in the pool, or a throw,
   * ends the connection with CONNECTION_REFUSED. Not in nats.ws.
   */
  reconnectToServer?: ReconnectToServerHandler;
  /** At most this much is added to `reconnectTimeWait`. Default 100. */
  reconnectJitter?: number;
  /** Without effect: a browser's socket does not tell whether it uses TLS. Default 1000. */
  reconnectJitterTLS?: number;
  /** Least time between two dials of the same server. Default 2000. */
  reconnectTimeWait?: number;
  /**
   * One or more of `wss://host:port/path`, `ws://host:port`, `host:port`. Without a scheme: wss; without a port: 443,
   * or 80 for ws. Default `127.0.0.1:443`.
   */
  servers?: string[] | string;
  /** Limit of one dial, the handshake and the authenticator included. Default 20000. */
  timeout?: number;
  /** Not possible in a browser: anything but undefined or null is refused with INVALID_OPTION. */
  tls?: TlsOptions | null;
  /** Token of servers that ask for one. */
  token?: string;
  /** User name, with `pass`. */
  user?: string;
  /** Ask the server to acknowledge every line. Default false. */
  verbose?: boolean;
  /** Keep dialling by the reconnect options when the first connect fails. Default false. */
  waitOnFirstConnect?: boolean;
  /** Do not learn of servers from the cluster. Default false. */
  ignoreClusterUpdates?: boolean;
  /** Prefix of the inboxes that replies come to. Default `_INBOX`. */
  inboxPrefix?: string;
  /** Go on dialling when a server refuses the credentials twice in a row. Default false. */
  ignoreAuthErrorAbort?: boolean;
  /** Do not record the caller of every request; a timed out request is then harder to find. Default false. */
  noAsyncTraces?: boolean;
  /** Not possible in a browser: true is refused with INVALID_OPTION. */
  resolve?: boolean;
  /** Makes the socket, given the finished URL. Default: `new WebSocket(url)`. */
  wsFactory?: WsSocketFactory;
  /**
   * Bytes of publishes held while away from the server; over it `publish` throws RECONNECT_BUFFER_EXCEEDED. Default
   * 8388608. Not in nats.ws.
   */
  reconnectBufferSize?: number;
  /**
   * Reject requests with DISCONNECT as soon as the connection is lost. Default false: a reply may still come after the
   * reconnect, until the request's own timeout. Not in nats.ws.
   */
  failRequestsOnDisconnect?: boolean;
  /**
   * How long the PING may take that is sent when the page wakes up or the network comes back; dialled again after it.
   * Default 3000. Not in nats.ws.
   */
  wakeTimeout?: number;
}

/** Makes the socket for one dial. `encrypted` is accepted as nats.ws does and not needed. */
export type WsSocketFactory = (
  url: string,
  options: ConnectionOptions,
) => Promise<{ socket: WebSocket; encrypted: boolean }>;

/** Known for the sake of `ConnectionOptions.tls`, which a browser cannot honour. */
export interface TlsOptions {
  handshakeFirst?: boolean;
  certFile?: string;
  cert?: string;
  caFile?: string;
  ca?: string;
  keyFile?: string;
  key?: string;
}

/** What a connection of nats.ws has too, apart from JetStream and services. */
export interface BaseConnection {
  /** What the server said of itself. Undefined while there is no live connection. */
  info?: ServerInfo;

  /** Resolves when the connection has ended for good: with the reason, or with nothing after `close()` or `drain()`. */
  // biome-ignore lint/suspicious/noConfusingVoidType: the type of nats.ws
  closed(): Promise<void | Error>;

  /** Ends at once. What waits for an answer is rejected with CONNECTION_CLOSED. */
  close(): Promise<void>;

  /**
   * Sends a message. Synchronous: the bytes leave with the end of this turn.
   *
   * @throws NatsError CONNECTION_CLOSED, BAD_SUBJECT, BAD_PAYLOAD, MAX_PAYLOAD_EXCEEDED,
   * SERVER_OPT_NA (headers), RECONNECT_BUFFER_EXCEEDED.
   */
  publish(subject: string, payload?: Payload, options?: PublishOptions): void;

  /** Sends a message again: its subject, payload, headers and reply. */
  publishMessage(message: Msg): void;

  /** Sends payload and headers of `message` to its reply subject; false when it has none. */
  respondMessage(message: Msg): boolean;

  /**
   * @throws NatsError CONNECTION_CLOSED, CONNECTION_DRAINING, BAD_SUBJECT. A subscription the server does not permit
   * ends with PERMISSIONS_VIOLATION later.
   */
  subscribe(subject: string, options?: SubscriptionOptions): Subscription;

  /** One request, one reply. Rejects with TIMEOUT, or with code `503` when nobody is subscribed to `subject`. */
  request(subject: string, payload?: Payload, options?: RequestOptions): Promise<Msg>;

  /** One request, many replies: until the strategy says that it is over. */
  requestMany(subject: string, payload?: Payload, options?: Partial<RequestManyOptions>): Promise<AsyncIterable<Msg>>;

  /** Resolves when the server has processed everything sent before. Rejects with DISCONNECT when the link is lost. */
  flush(options?: Abortable): Promise<void>;

  /** Drains all subscriptions, sends what is left, closes. Publishing is possible until it is closed. */
  drain(): Promise<void>;

  isClosed(): boolean;
  isDraining(): boolean;

  /** `host:port` of the server this connection is on. */
  getServer(): string;

  /** What happens to the connection, from now on. Every call makes an iterator of its own. */
  status(): AsyncIterable<Status>;

  stats(): Stats;

  /** Milliseconds a PING takes. Rejects with DISCONNECT while there is no live connection. */
  rtt(): Promise<number>;

  /** Gives up the current socket and dials again. */
  reconnect(): Promise<void>;
}

export interface NatsConnection extends BaseConnection, AsyncDisposable {
  subscribe(subject: string, options?: SubscriptionOptions): OpenSubscription;

  /** The options in effect: what was given to `connect()`, and the defaults. */
  readonly options: ConnectionOptions;

  /** What the server can do. */
  readonly features: Features;

  /** Version of the server; undefined while there is no live connection. */
  getServerVersion(): SemVer | undefined;

  /**
   * Who the server says this connection is: its account, user and permissions. Rejects with code `503` where no system
   * account answers.
   */
  context(): Promise<Context>;

  /**
   * Replaces all servers to dial, those learnt from the cluster too. A live connection stays where it is: call
   * `reconnect()` to leave it. Not in nats.ws.
   *
   * @throws NatsError INVALID_OPTION, CONNECTION_CLOSED
   */
  setServers(servers: string[] | string): void;

  /** The servers that will be dialled, in this order. `setServers(getServers().map((it) => it.src))` changes nothing. */
  getServers(): KnownServer[];

  /** Drains, as the end of an `await using` block. Resolves at once when it is closed. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Servers the cluster gained and lost, as `host:port`. */
export interface ServersChanged {
  readonly added: string[];
  readonly deleted: string[];
}

/** One thing that happened to the connection. `Events` and `DebugEvents` say what `data` is for each type. */
export interface Status {
  type: Events | DebugEvents;
  data: string | ServersChanged | number;
  /** With `Events.Error`: the error itself. With `Events.Disconnect`: why, with the WebSocket's close code. Not in nats.ws. */
  error?: Error;
  /** With `Events.SlowConsumer`: the subscription. Not in nats.ws. */
  sub?: Subscription;
  /** With `Events.Error`, when the server did not permit something. */
  permissionContext?: { operation: string; subject: string };
}

/** Messages and bytes of payloads and headers, since `connect()`. */
export interface Stats {
  inBytes: number;
  outBytes: number;
  inMsgs: number;
  outMsgs: number;
}
