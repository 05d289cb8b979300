/**
 * The constants users compare with. Names and values are those of nats.ws 1.30.3; real enums, because nats.ws exports
 * them as values and as types.
 */

/** Strings found in `NatsError.code`. Ours alone: `CoreFailed`, `ReconnectBufferExceeded`. */
export enum ErrorCode {
  /** A wrong argument or a call that is not allowed here. */
  ApiError = "BAD API",
  /** An authenticator threw, rejected, or gave credentials that cannot be used. */
  BadAuthentication = "BAD_AUTHENTICATION",
  /** A creds file without a JWT or without a seed. */
  BadCreds = "BAD_CREDS",
  /** A header key or value that cannot be sent. */
  BadHeader = "BAD_HEADER",
  BadJson = "BAD_JSON",
  /** A payload that is neither a string nor a Uint8Array. */
  BadPayload = "BAD_PAYLOAD",
  /** An empty subject, or one with white space or control characters in it. */
  BadSubject = "BAD_SUBJECT",
  Cancelled = "CANCELLED",
  ConnectionClosed = "CONNECTION_CLOSED",
  ConnectionDraining = "CONNECTION_DRAINING",
  ConnectionRefused = "CONNECTION_REFUSED",
  ConnectionTimeout = "CONNECTION_TIMEOUT",
  /** The client's core has failed, which is a bug of ours: the connection is over. Not in nats.ws. */
  CoreFailed = "CORE_FAILED",
  /** The connection was lost while somebody waited for an answer. */
  Disconnect = "DISCONNECT",
  InvalidOption = "INVALID_OPTION",
  InvalidPayload = "INVALID_PAYLOAD",
  /** Headers and payload together are larger than the server's `max_payload`. */
  MaxPayloadExceeded = "MAX_PAYLOAD_EXCEEDED",
  /** Nobody is subscribed to the subject of a request. */
  NoResponders = "503",
  NotFunction = "NOT_FUNC",
  /** More bytes were published while away from the server than `reconnectBufferSize` allows. */
  ReconnectBufferExceeded = "RECONNECT_BUFFER_EXCEEDED",
  RequestError = "REQUEST_ERROR",
  /** The server does not support what was asked for, for example headers. */
  ServerOptionNotAvailable = "SERVER_OPT_NA",
  /** More waits for the reader of a subscription than `pending` allows, with the policy "close". */
  SlowConsumer = "SLOW_CONSUMER",
  SubClosed = "SUB_CLOSED",
  SubDraining = "SUB_DRAINING",
  Timeout = "TIMEOUT",
  Tls = "TLS",
  Unknown = "UNKNOWN_ERROR",
  WssRequired = "WSS_REQUIRED",

  // JetStream
  JetStreamInvalidAck = "JESTREAM_INVALID_ACK",
  JetStream404NoMessages = "404",
  JetStream408RequestTimeout = "408",
  /** @deprecated use `JetStream409` */
  JetStream409MaxAckPendingExceeded = "409",
  // biome-ignore lint/suspicious/noDuplicateEnumValues: nats.ws has two names for 409, and for 503
  JetStream409 = "409",
  JetStreamNotEnabled = "503",
  JetStreamIdleHeartBeat = "IDLE_HEARTBEAT",

  // sent by the server in an -ERR line
  AuthorizationViolation = "AUTHORIZATION_VIOLATION",
  AuthenticationExpired = "AUTHENTICATION_EXPIRED",
  ProtocolError = "NATS_PROTOCOL_ERR",
  PermissionsViolation = "PERMISSIONS_VIOLATION",
  AuthenticationTimeout = "AUTHENTICATION_TIMEOUT",
  AccountExpired = "ACCOUNT_EXPIRED",
}

/** What `NatsConnection.status()` tells everybody. */
export enum Events {
  /** A live connection was lost. `data`: the server, as `host:port`. */
  Disconnect = "disconnect",
  /** Live again, on the server in `data`. */
  Reconnect = "reconnect",
  /** The known servers of the cluster changed. `data`: `ServersChanged`. */
  Update = "update",
  /** The server in `data` is about to shut down (lame duck mode). */
  LDM = "ldm",
  /** The server sent an error that belongs to no single call. `data`: its code. */
  Error = "error",
}

/**
 * What nats.ws does not tell. Not members of the enum, so that its type stays that of nats.ws: code that handles every
 * member, or hands a `Status` to code written for nats.ws, goes on to compile.
 */
export namespace Events {
  /**
   * The connection has ended, and this iterator ends after it. `data`: the code of the error, empty after `close()` or
   * `drain()`; the error itself is in `error`. Not in nats.ws.
   */
  export const Close = "close" as unknown as Events;
  /**
   * More than `SubscriptionOptions.slow` messages wait in a subscription's queue, or the first of them is about to be
   * dropped because of `pending`: once, until it is half empty again. `data`: how many wait; `sub`: the subscription.
   * Not in nats.ws.
   */
  export const SlowConsumer = "slowConsumer" as unknown as Events;
}

/** What `NatsConnection.status()` tells those who want to watch the client at work. Safe to ignore. */
export enum DebugEvents {
  /** A dial begins after a loss. `data`: the server. */
  Reconnecting = "reconnecting",
  /** A PING was sent. `data`: how many have no answer yet. */
  PingTimer = "pingTimer",
  /** Too many PINGs without an answer: the connection is given up. `data`: the server. */
  StaleConnection = "staleConnection",
  /** `reconnect()` was called. `data`: the server. */
  ClientInitiatedReconnect = "client initiated reconnect",
}

/** When a request for many replies is over. `maxWait` ends all of them. */
export enum RequestStrategy {
  /** After `maxWait`. */
  Timer = "timer",
  /** After `maxMessages` replies. */
  Count = "count",
  /** When no reply came for `jitter` ms after the latest one. */
  JitterTimer = "jitterTimer",
  /** With the first reply that has an empty payload; that one is not delivered. */
  SentinelMsg = "sentinelMsg",
}

/** How header keys are compared. */
export enum Match {
  /** Byte for byte. */
  Exact = 0,
  /** As `Exact`, with the given key first brought to its canonical MIME form (`content-type` → `Content-Type`). */
  CanonicalMIME = 1,
  /** Upper and lower case are the same. */
  IgnoreCase = 2,
}
