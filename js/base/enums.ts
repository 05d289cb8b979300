/**
 * The constants users compare with. Names and values are those of nats.ws 1.30.3; real enums, because nats.ws exports
 * them as values and as types.
 */

/**
 * The values of `NatsError.code`. nats.ws lacks `CoreFailed`, `ReconnectBufferExceeded` and `SlowConsumer`. A member that says "not
 * thrown" exists because code written for nats.ws may name it.
 */
export enum ErrorCode {
  /**
   * An argument is wrong, or the call is not allowed in this state. The JetStream, KV and services calls use this code.
   */
  ApiError = "BAD API",
  /** An authenticator threw, rejected, or returned credentials that cannot be used. `cause` is what it threw. */
  BadAuthentication = "BAD_AUTHENTICATION",
  /** A creds file lacks the JWT or the seed. */
  BadCreds = "BAD_CREDS",
  /** A header key or value cannot be sent, or the headers were not made by `headers()`. */
  BadHeader = "BAD_HEADER",
  /** A payload is not JSON, or a value cannot be written as JSON. `cause` is the error of `JSON`. */
  BadJson = "BAD_JSON",
  /** A payload is neither a string nor a Uint8Array. */
  BadPayload = "BAD_PAYLOAD",
  /**
   * A subject, reply subject or queue group is empty, is not a string, or has white space or control characters in it.
   */
  BadSubject = "BAD_SUBJECT",
  /** An `AbortSignal` ended a transfer of the object store. */
  Cancelled = "CANCELLED",
  /** The connection is closed, or closed while the caller waited for an answer. */
  ConnectionClosed = "CONNECTION_CLOSED",
  /** The connection is draining: no new subscriptions and requests. */
  ConnectionDraining = "CONNECTION_DRAINING",
  /** No server is left to dial, or `reconnectToServer` threw or chose a server that is not in the pool. */
  ConnectionRefused = "CONNECTION_REFUSED",
  /** A dial took longer than `ConnectionOptions.timeout`. */
  ConnectionTimeout = "CONNECTION_TIMEOUT",
  /** The core of this client has failed, which is a bug: the connection is over. Not in nats.ws. */
  CoreFailed = "CORE_FAILED",
  /** The connection was lost while the caller waited for an answer, or there is no live connection. */
  Disconnect = "DISCONNECT",
  /** An option has a value outside of its range, or excludes another option. The message names both. */
  InvalidOption = "INVALID_OPTION",
  /** Not thrown: nats.ws defines the code. This client throws `BadPayload`. */
  InvalidPayload = "INVALID_PAYLOAD",
  /** Headers and payload together are larger than the server's `max_payload`. The message has both figures. */
  MaxPayloadExceeded = "MAX_PAYLOAD_EXCEEDED",
  /** Nobody is subscribed to the subject of a request. The server says so with status 503. */
  NoResponders = "503",
  /** An option that must be a function is not one. */
  NotFunction = "NOT_FUNC",
  /** While there was no connection, more bytes were published than `reconnectBufferSize` allows. Not in nats.ws. */
  ReconnectBufferExceeded = "RECONNECT_BUFFER_EXCEEDED",
  /** The consumer of a legacy ordered subscription cannot be recreated. */
  RequestError = "REQUEST_ERROR",
  /** The server is too old for the call, or does not support headers. The message names the version that is needed. */
  ServerOptionNotAvailable = "SERVER_OPT_NA",
  /** The reader of a subscription is behind by more than `pending` allows, with the policy "close". Not in nats.ws. */
  SlowConsumer = "SLOW_CONSUMER",
  /** The subscription has ended. */
  SubClosed = "SUB_CLOSED",
  /** The subscription is draining already. */
  SubDraining = "SUB_DRAINING",
  /** No answer came within the call's time limit. */
  Timeout = "TIMEOUT",
  /** Not thrown: a browser owns TLS, and reports its failures as `Unknown`. */
  Tls = "TLS",
  /** No other code fits. A failed dial has this code: a browser does not tell a page why a socket failed. */
  Unknown = "UNKNOWN_ERROR",
  /** Not thrown: nats.ws defines the code. */
  WssRequired = "WSS_REQUIRED",

  // JetStream
  /**
   * The answer to a publish does not name a stream, or a batch was stored in part. (The spelling is that of nats.ws.)
   */
  JetStreamInvalidAck = "JESTREAM_INVALID_ACK",
  /** The API or a consumer found nothing: no such stream, consumer, message or bucket. */
  JetStream404NoMessages = "404",
  /** A pull request expired, or the server does not accept a direct get. */
  JetStream408RequestTimeout = "408",
  /** @deprecated use `JetStream409` */
  JetStream409MaxAckPendingExceeded = "409",
  /** The server ended a pull request: the consumer was deleted, or the request exceeds the consumer's limits. */
  // biome-ignore lint/suspicious/noDuplicateEnumValues: nats.ws has two names for 409, and for 503
  JetStream409 = "409",
  /** Nobody answers on the JetStream API's subject: JetStream is not enabled for the account. Equals `NoResponders`. */
  JetStreamNotEnabled = "503",
  /** A consumer sent no heartbeats: two in a row are missing. */
  JetStreamIdleHeartBeat = "IDLE_HEARTBEAT",

  // sent by the server in an -ERR line
  /** The server refuses the credentials. */
  AuthorizationViolation = "AUTHORIZATION_VIOLATION",
  /** The user's credentials have expired. */
  AuthenticationExpired = "AUTHENTICATION_EXPIRED",
  /** The server sent an error of no other kind, or bytes that are not the NATS protocol. */
  ProtocolError = "NATS_PROTOCOL_ERR",
  /** The user may not publish to, or not subscribe to, the subject in `permissionContext`. */
  PermissionsViolation = "PERMISSIONS_VIOLATION",
  /** The server waited too long for CONNECT. */
  AuthenticationTimeout = "AUTHENTICATION_TIMEOUT",
  /** The account's JWT has expired. */
  AccountExpired = "ACCOUNT_EXPIRED",
}

/** Types of `Status` that concern every application. `NatsConnection.status()` yields them. */
export enum Events {
  /** A live connection was lost. `data`: the server, as `host:port`; `error`: why. */
  Disconnect = "disconnect",
  /** The connection is live again. `data`: the server, as `host:port`. */
  Reconnect = "reconnect",
  /** The known servers of the cluster changed. `data`: `ServersChanged`. */
  Update = "update",
  /** The server is about to shut down (lame duck mode). `data`: the server, as `host:port`. */
  LDM = "ldm",
  /**
   * The server sent an error, an authenticator failed, a callback threw, or held messages were dropped. `data`: the
   * code of the error, or a sentence for the last two; `error`: the error itself.
   */
  Error = "error",
}

/**
 * Types of `Status` that nats.ws lacks. They are not members of the enum, so that the enum's type stays that of
 * nats.ws: code that handles every member, or hands a `Status` to code written for nats.ws, still compiles.
 */
export namespace Events {
  /**
   * The connection has ended; the iterator ends after this status. `data`: the code of the error, empty after `close()`
   * or `drain()`; `error`: the error itself. Not in nats.ws.
   */
  export const Close = "close" as unknown as Events;
  /**
   * A subscription's queue exceeds `slow`, or its `pending` limits. `slow`: told again after the queue was at or below
   * the limit. `pending`: told before the first message is dropped, and again after the queue was half empty. `data`:
   * messages in the queue; `sub`: the subscription. Not in nats.ws.
   */
  export const SlowConsumer = "slowConsumer" as unknown as Events;
}

/** Types of `Status` that show the client at work. An application can ignore them. */
export enum DebugEvents {
  /** A dial begins after a loss. `data`: the server, as `host:port`. */
  Reconnecting = "reconnecting",
  /** A PING was sent. `data`: PINGs without an answer, this one included, as a string. */
  PingTimer = "pingTimer",
  /** `maxPingOut` PINGs have no answer when the next one is due: the client drops the socket. `data`: the server. */
  StaleConnection = "staleConnection",
  /** `reconnect()` was called. `data`: the server, as `host:port`. */
  ClientInitiatedReconnect = "client initiated reconnect",
}

/** How `requestMany()` decides that it has all replies. `maxWait` ends the request under every strategy. */
export enum RequestStrategy {
  /** The request ends after `maxWait` ms. */
  Timer = "timer",
  /** The request ends after `maxMessages` replies. */
  Count = "count",
  /**
   * The request ends when no reply follows the latest one within `jitter` ms. Before the first reply only `maxWait`
   * counts.
   */
  JitterTimer = "jitterTimer",
  /**
   * The request ends with the first reply that has an empty payload. The iterator yields this reply as its last value.
   */
  SentinelMsg = "sentinelMsg",
}

/** How the methods of `MsgHdrs` compare header keys. */
export enum Match {
  /** Keys are equal byte for byte. */
  Exact = 0,
  /** As `Exact`, after the given key was brought to its canonical MIME form (`content-type` → `Content-Type`). */
  CanonicalMIME = 1,
  /** Upper and lower case count as the same. */
  IgnoreCase = 2,
}
