/**
 * Consumers as they are used. Types only. Names and members are those of nats.ws 1.30.3; "Not in nats.ws" marks the
 * others. Times are in milliseconds, unless a member says otherwise.
 */
import type { Abortable, Nanos, QueuedIterator } from "../../core/types";
import type { ConsumerDebugEvents, ConsumerEvents, DeliverPolicy, ReplayPolicy } from "../enums";
import type { ConsumerInfo } from "./consumer-config";
import type { JsMsg } from "./messages";

/** A pull consumer: it delivers the messages it is asked for. Also the type of an ordered consumer. */
export interface Consumer extends ExportedConsumer, ConsumerKind {
  /**
   * Asks the server for the consumer's info; with `cached`, returns the last answer. Default: asks. An ordered consumer
   * is made on the server when it does not exist yet.
   *
   * @throws NatsError, as a rejection: "404" with `api_error` when stream or consumer do not exist; "503"; TIMEOUT.
   */
  info(cached?: boolean): Promise<ConsumerInfo>;
  /**
   * Deletes the consumer on the server. Resolves with true; with false for an ordered consumer that is not on the
   * server.
   *
   * @throws NatsError, as a rejection: as `info()`.
   */
  delete(): Promise<boolean>;
}

/** Tells pull and push consumers apart. Not in nats.ws. */
export interface ConsumerKind {
  /** True when the consumer delivers the messages it is asked for. */
  isPullConsumer(): boolean;
  /** True when the consumer delivers without being asked. */
  isPushConsumer(): boolean;
}

/**
 * The ways to the messages of a pull consumer.
 *
 * Every call rejects with NatsError "BAD API" for an option that cannot be right, SERVER_OPT_NA for priority groups
 * before server 2.11, UNKNOWN_ERROR where WebAssembly has no SIMD, CONNECTION_CLOSED and CONNECTION_DRAINING, and with the reason of a `signal` that is aborted
 * already. An ordered consumer serves one call at a time, and either `consume()` or the two others ("BAD API").
 */
export interface ExportedConsumer {
  /**
   * Asks for one message. Resolves with null when none comes before `expires` ends.
   *
   * @throws NatsError, as a rejection: as the iterator of `fetch()`. Also rejects with the reason of its `signal`.
   */
  next(options?: NextOptions): Promise<JsMsg | null>;
  /**
   * Asks for up to `max_messages` messages, or `max_bytes` bytes. The iterator yields fewer when `expires` ends first,
   * when the server ends the request early, and when the connection is closed. After a reconnect it asks for the rest.
   *
   * @throws NatsError from the iterator: "409" when the consumer is deleted, or its limits do not allow the request;
   * "400" for a request the server does not understand; "503" when nobody answers for the consumer, or it does not
   * exist; IDLE_HEARTBEAT when two heartbeats in a row are missing; PERMISSIONS_VIOLATION; of an ordered consumer also
   * "404" with `api_error` when the stream does not exist.
   */
  fetch(options?: FetchOptions): Promise<ConsumerMessages>;
  /**
   * Asks for messages again and again, until the loop is left, `stop()` or `close()` is called, or the connection is
   * closed. Asking goes on after a reconnect; while stream or consumer are missing, it is repeated after 0.25, 0.5, 1,
   * 2 and then every 5 s.
   *
   * @throws NatsError from the iterator: "400" for a request the server does not understand; PERMISSIONS_VIOLATION;
   * with `abort_on_missing_resource` also "409" when the consumer is deleted, "404" and "503".
   */
  consume(options?: ConsumeOptions): Promise<ConsumerMessages>;
}

/** A thing that ends. */
export interface Close {
  /** Stops. Resolves when the messages received before were read: with the error, or with undefined. Never rejects. */
  // biome-ignore lint/suspicious/noConfusingVoidType: the type of nats.ws
  close(): Promise<void | Error>;
  /** Resolves at the end: with the error, or with undefined. Never rejects. */
  // biome-ignore lint/suspicious/noConfusingVoidType: the type of nats.ws
  closed(): Promise<void | Error>;
}

/**
 * The messages of one `consume()` or `fetch()`. Leaving the loop stops. With a `callback`, a loop throws NatsError "BAD
 * API".
 */
export interface ConsumerMessages extends QueuedIterator<JsMsg>, Close {
  /** Yields the events of this consumption, from this call on. Every call makes an iterator of its own. */
  status(): Promise<AsyncIterable<ConsumerStatus>>;
}

/** One event of a consumption. */
export interface ConsumerStatus extends ConsumerStatusDetails {
  /** The kind of event. */
  type: ConsumerEvents | ConsumerDebugEvents;
  /** The event's value, as `ConsumerEvents` and `ConsumerDebugEvents` describe it. */
  data: unknown;
}

/** The value of an event in members of its own, as version 3 of the NATS clients has it. Not in nats.ws. */
export interface ConsumerStatusDetails {
  /** Missing heartbeats in a row, or failed looks in a row for stream or consumer. */
  count?: number;
  /** Name of the consumer, or of the stream that is not found. */
  name?: string;
  /** Name of the stream of a consumer that is not found. */
  stream?: string;
  /** Code of the server's status. */
  code?: number;
  /** Description of the server's status, in lower case. */
  description?: string;
  /** Messages that a request did not get. */
  messagesLeft?: number;
  /** Bytes that a request did not get. */
  bytesLeft?: number;
  /** Number of the consumer's last delivery. */
  lastConsumerSequence?: number;
  /** Stream sequence of the consumer's last delivery. */
  lastStreamSequence?: number;
  /** Id that the server gave to the pinned client. */
  id?: string;
  /** The pull request, as it was sent. */
  options?: unknown;
}

/** Marks an ordered consumer. (No call of this client takes it: the type is that of nats.ws.) */
export type Ordered = {
  /** Always true. */
  ordered: true;
};

/** Options of `Consumer.next()`. */
export type NextOptions = Expires & Bind & PriorityOptions & Abortable;

/** Options of `Consumer.consume()`, by bytes. */
export type ConsumeBytes = MaxBytes &
  Partial<MaxMessages> &
  Partial<ThresholdBytes> &
  Expires &
  IdleHeartbeat &
  ConsumeCallback &
  AbortOnMissingResource &
  Bind &
  PriorityOptions &
  Stoppable;

/** Options of `Consumer.consume()`, by messages. */
export type ConsumeMessages = Partial<MaxMessages> &
  Partial<ThresholdMessages> &
  Expires &
  IdleHeartbeat &
  ConsumeCallback &
  AbortOnMissingResource &
  Bind &
  PriorityOptions &
  Stoppable;

/** Options of `Consumer.consume()`. */
export type ConsumeOptions = ConsumeBytes | ConsumeMessages;
/** Options of `Consumer.fetch()`, by bytes. */
export type FetchBytes = MaxBytes & Partial<MaxMessages> & Expires & IdleHeartbeat & Bind & PriorityOptions & Stoppable;
/** Options of `Consumer.fetch()`, by messages. */
export type FetchMessages = Partial<MaxMessages> & Expires & IdleHeartbeat & Bind & PriorityOptions & Stoppable;
/** Options of `Consumer.fetch()`. */
export type FetchOptions = FetchBytes | FetchMessages;
/** Options of `Consumer.fetch()` and `Consumer.consume()`. */
export type PullConsumerOptions = FetchOptions | ConsumeOptions;

/** A limit on messages. */
export type MaxMessages = {
  /**
   * `fetch()`: messages in all. `consume()`: messages that may be outstanding or unread at a time. At least 1; 0 asks
   * for the default, 100. Not together with `max_bytes`.
   */
  max_messages: number;
};

/** A limit on bytes. */
export type MaxBytes = {
  /**
   * `fetch()`: bytes in all. `consume()`: bytes that may be outstanding or unread at a time. Subjects and headers
   * count. At least 1; 0: no limit. A message that is larger than that is never delivered. Not together with
   * `max_messages`.
   */
  max_bytes: number;
};

/** When `consume()` asks for more messages. */
export type ThresholdMessages = {
  /**
   * `consume()` asks for more when no more than this many messages are outstanding or unread. Outstanding messages are
   * asked for and not received; unread ones are received and not taken by the application. Less than `max_messages`: a
   * larger number counts as `max_messages` - 1. 0 asks for the default, 75 % of `max_messages`.
   */
  threshold_messages: number;
};

/** When `consume()` asks for more bytes. */
export type ThresholdBytes = {
  /** As `threshold_messages`, in bytes. 0 asks for the default, 75 % of `max_bytes`. */
  threshold_bytes: number;
};

/** How long a request waits. */
export type Expires = {
  /** How long one request waits on the server. At least 1000; 0 asks for the default, 30000. */
  expires?: number;
};

/** Whether the client looks for the consumer. */
export type Bind = {
  /**
   * Never asks for the consumer's info, for which the user may lack the permission: a missing consumer is then not told
   * apart from a silent one. Default false. An ordered consumer refuses true with "BAD API".
   */
  bind?: boolean;
};

/** Options of a request to a consumer with priority groups (NATS ADR-42). Server 2.11. Not in nats.ws. */
export type PriorityOptions = {
  /** One of the consumer's `priority_groups`: 1 to 16 characters. Needed for the other members. */
  group?: string | undefined;
  /**
   * With `PriorityPolicy.Overflow`: serves this client only when at least this many messages are still to be delivered.
   */
  min_pending?: number | undefined;
  /** With `PriorityPolicy.Overflow`: serves this client only when at least this many messages are not acknowledged. */
  min_ack_pending?: number | undefined;
  /** With `PriorityPolicy.Prioritized`: 0 to 9; the server serves lower numbers first. Default 0. Server 2.12. */
  priority?: number | undefined;
};

/** A consumption that a signal stops. Not in nats.ws. */
export type Stoppable = {
  /**
   * Stops when the signal is aborted, as `stop()` does. The call rejects with the reason of a signal that is aborted
   * already.
   */
  signal?: AbortSignal;
};

/** What a missing stream or consumer means. */
export type AbortOnMissingResource = {
  /** Ends `consume()` when the stream or the consumer is gone. Default false: `consume()` waits until it is back. */
  abort_on_missing_resource?: boolean;
};

/** The server's heartbeats. */
export type IdleHeartbeat = {
  /**
   * Time without a message after which the server sends a heartbeat. At most 30000: a larger number counts as 30000. 0
   * asks for the default, half of `expires`.
   */
  idle_heartbeat?: number;
};

/** Receives a message. */
export type ConsumerCallbackFn = (message: JsMsg) => void;

/** A callback instead of the iterator. */
export type ConsumeCallback = {
  /**
   * Receives the messages, which can then not be iterated. A throw is told by `Events.Error` of the connection, and
   * consuming goes on. Default: the messages go to the iterator.
   */
  callback?: ConsumerCallbackFn;
};

/** A consumer that delivers without being asked. Not in nats.ws. */
export interface PushConsumer extends ConsumerKind {
  /**
   * Yields messages without end. A further call on an ordered consumer goes on behind the last message that was read.
   *
   * @throws NatsError, as a rejection: "BAD API" when it is consumed already, here or elsewhere; what `subscribe()`
   * throws; of an ordered consumer also the refusals of `ConsumerAPI.add()`. Also rejects with the reason of a `signal`
   * that is aborted already. The iterator throws PERMISSIONS_VIOLATION, and with `abort_on_missing_resource` the status
   * of the server ("409") or its refusal ("404").
   */
  consume(options?: PushConsumerOptions): Promise<ConsumerMessages>;
  /**
   * Asks the server for the consumer's info; with `cached`, returns the last answer. Default: asks.
   *
   * @throws NatsError, as a rejection: "BAD API" for a bound one, and for an ordered one before its first `consume()`;
   * "404" with `api_error` when stream or consumer do not exist.
   */
  info(cached?: boolean): Promise<ConsumerInfo>;
  /** Deletes the consumer on the server. Resolves with true. @throws NatsError, as a rejection: as `info()`. */
  delete(): Promise<boolean>;
}

/** Options of `PushConsumer.consume()`. Not in nats.ws. */
export type PushConsumerOptions = ConsumeCallback & AbortOnMissingResource & Stoppable;

/** The known part of a push consumer somebody else has made, as in its configuration. Not in nats.ws. */
export type BoundPushConsumerOptions = {
  /** Subject the consumer delivers to. */
  deliver_subject: string;
  /** Queue group of the subscribers. Default: none. */
  deliver_group?: string;
  /** The consumer's heartbeat, in nanoseconds. `status()` tells missing ones. Default: heartbeats are not watched. */
  idle_heartbeat?: Nanos;
};

/** Options of an ordered push consumer. Not in nats.ws. */
export type OrderedPushConsumerOptions = OrderedConsumerOptions & {
  /** Messages come to `<deliver_prefix>.<number>`. Default: an inbox. */
  deliver_prefix: string;
};

/**
 * Options of an ordered consumer: it delivers every message once and in order, and is recreated when it is lost. It has
 * no acknowledgements, and its state is in memory (NATS ADR-17).
 */
export type OrderedConsumerOptions = {
  /** Beginning of the consumers' names. Default: a random name. A name that cannot be one is refused with "BAD API". */
  name_prefix: string;
  /** Subjects of the messages, wildcards allowed. Default: all. Several: server 2.10. */
  filterSubjects: string[] | string;
  /** As `filterSubjects`, by the name of version 3 of the NATS clients; wins over it. Not in nats.ws. */
  filter_subjects?: string[] | string;
  /** Where the first consumer starts. Default: at `opt_start_seq`. */
  deliver_policy: DeliverPolicy;
  /** First stream sequence. Default 1. */
  opt_start_seq: number;
  /** Time of the first message: an ISO 8601 date. Wins over `deliver_policy`. Default: none. */
  opt_start_time: string;
  /** How fast stored messages are delivered. Default `ReplayPolicy.Instant`. */
  replay_policy: ReplayPolicy;
  /** Time without use after which the server deletes the consumer. 0 asks for the default, 300000. */
  inactive_threshold: number;
  /** Leaves out payloads; the header `JsHeaders.MessageSizeHdr` has their size. Default false. */
  headers_only: boolean;
};
