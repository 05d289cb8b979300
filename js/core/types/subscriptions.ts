/**
 * Subscriptions, and the queues their messages wait in. Types only. Names and members are those of nats.ws 1.30.3; "Not
 * in nats.ws" marks the others.
 */
import type { NatsError } from "../../base/errors";
import type { Msg } from "./messages";

/** Options of `subscribe()`. */
export type SubscriptionOptions = SubOpts<Msg>;

/**
 * What happens to a message that does not fit into a full queue. `dropNewest`: the message is dropped. `dropOldest`:
 * the oldest messages are dropped to make room. `latestPerSubject`: the message replaces an older one of its subject,
 * in the place of the older one; at the limits, the oldest messages are dropped. `close`: the message is dropped, the
 * subscription ends, and its iterator throws SLOW_CONSUMER after the queued messages. Not in nats.ws.
 */
export type PendingPolicy = "dropNewest" | "dropOldest" | "latestPerSubject" | "close";

/**
 * Limits of a subscription's queue. At least one of `maxMsgs` and `maxBytes` is needed, except with `latestPerSubject`.
 * The connection never waits for a reader. Not in nats.ws.
 */
export interface PendingLimits {
  /** Messages in the queue, at least 1. Default: no limit. */
  maxMsgs?: number;
  /**
   * Bytes of subjects, replies, headers and payloads, at least 1. One message is kept however large it is. Default: no
   * limit.
   */
  maxBytes?: number;
  /** What happens to a message that does not fit. */
  policy: PendingPolicy;
}

/** Options of a subscription whose messages are of type `T`. */
export interface SubOpts<T> {
  /** Queue group: the server sends each message to one member of the group. Default: none. */
  queue?: string;
  /** The subscription ends after this many messages. 0 and negative numbers: no limit. Default 0. */
  max?: number;
  /**
   * Time limit for the first message, in ms. 0: none. Default 0. When the time is up, a callback gets TIMEOUT and the
   * subscription goes on; an iterator throws TIMEOUT and the subscription ends.
   */
  timeout?: number;
  /**
   * Messages in the queue, above 0, over which the status tells `Events.SlowConsumer`. Nothing is dropped. Not together
   * with `callback`. Default: not told. Other values are refused with INVALID_OPTION. Not in nats.ws.
   */
  slow?: number;
  /**
   * Limits of the iterator's queue. Not together with `callback` and the filters of `TypedSubscriptionOptions`.
   * Default: no limits. Wrong values are refused with INVALID_OPTION. Not in nats.ws.
   */
  pending?: PendingLimits;
  /**
   * Unsubscribes when the signal is aborted; the iterator still yields the queued messages. When the signal is aborted
   * already, `subscribe()` throws its reason. Default: none. Not in nats.ws.
   */
  signal?: AbortSignal;
  /**
   * Receives the messages, with `error` null. A subscription with a callback cannot be iterated. The callback gets an
   * error, and an empty message, for TIMEOUT and for PERMISSIONS_VIOLATION. A throw or a rejection of the callback is
   * told by `Events.Error` and `reportError()`, and harms no other message. Default: the messages go to the iterator.
   */
  callback?: (error: NatsError | null, message: T) => void;
}

/** A subscription to a subject. */
export type Subscription = Sub<Msg>;

/** A subscription of this client: what `subscribe()` of a `NatsConnection` returns. Not in nats.ws. */
export interface OpenSubscription extends Subscription, AsyncDisposable {
  /** The sid, as `getID()`. */
  readonly sid: number;

  /**
   * Resolves when the server has the subscription. The first read of this property sends a PING; over a reconnect the
   * promise waits for the next server.
   *
   * @throws NatsError, as a rejection: PERMISSIONS_VIOLATION, CONNECTION_CLOSED, CORE_FAILED.
   */
  readonly ready: Promise<void>;

  /**
   * Yields all queued messages as one array, each time the reader comes for more: the messages of one turn, when the
   * reader keeps up. This iterator is the subscription's only one; leaving the loop unsubscribes.
   *
   * @throws NatsError "BAD API" for a subscription with a callback or with filters; SLOW_CONSUMER and the other errors
   * of the subscription from the iterator.
   */
  batches(): AsyncGenerator<Msg[], void>;

  /** Messages that `pending` dropped; 0 without `pending`. */
  getDropped(): number;

  /**
   * Drains, as the end of an `await using` block. Resolves at once when the subscription or the connection has ended.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A subscription as an iterator of its messages. Leaving the loop unsubscribes. A second loop throws NatsError "BAD
 * API", as does a loop over a subscription with a callback. The iterator throws TIMEOUT, PERMISSIONS_VIOLATION and
 * SLOW_CONSUMER after the queued messages; it ends without an error when the connection is closed.
 */
export interface Sub<T> extends AsyncIterable<T> {
  /** Resolves when the subscription has ended and its queued messages were read. Never rejects. */
  closed: Promise<void>;

  /**
   * Ends the subscription, at once or after `max` messages, counted from its beginning. Queued messages are still
   * yielded. Does nothing when the subscription has ended.
   *
   * @param max default, and for a number that is reached already: at once.
   */
  unsubscribe(max?: number): void;

  /**
   * Unsubscribes, and resolves when every message the server had already sent has been received. While there is no
   * connection, the subscription ends at once. A further call returns the same promise.
   *
   * @throws NatsError, as a rejection: CONNECTION_CLOSED; SUB_CLOSED when the subscription has ended; SUB_DRAINING when
   * the connection drains it already; CORE_FAILED when this client fails meanwhile.
   */
  drain(): Promise<void>;

  /** True from the first `drain()` on. */
  isDraining(): boolean;

  /** True when the subscription has ended and its queued messages were read. */
  isClosed(): boolean;

  /**
   * Passes a message or an error to the subscription as if it had arrived: to the callback, or to the iterator's queue.
   */
  callback(error: NatsError | null, message: Msg): void;

  /** The subject that was subscribed to. */
  getSubject(): string;

  /** Messages received so far, without those that a filter calls the protocol's. */
  getReceived(): number;

  /** Messages the application has taken; with a callback, the same as `getReceived()`. */
  getProcessed(): number;

  /** Messages in the queue, and the one the loop is working on; with a callback, 0. */
  getPending(): number;

  /** The sid: number of the subscription on this connection, from 1. */
  getID(): number;

  /** Messages after which the subscription ends; undefined: no limit. */
  getMax(): number | undefined;
}

/** Accepts values. */
export interface Dispatcher<T> {
  /** Adds a value. Does nothing after the end. */
  push(value: T): void;
}

/**
 * A queue that is filled from one side and iterated from the other. One loop can iterate; a second throws "BAD API".
 */
export interface QueuedIterator<T> extends Dispatcher<T> {
  /** The iterator of the queued values. Leaving the loop ends the queue and drops what is in it. */
  [Symbol.asyncIterator](): AsyncIterator<T>;
  /** Ends the queue. The loop yields what is queued, then ends, or throws `error`. Further calls do nothing. */
  stop(error?: Error): void;
  /** Values the loop has taken. */
  getProcessed(): number;
  /** Values in the queue, and the one the loop is working on. */
  getPending(): number;
  /** Values that were added. */
  getReceived(): number;
}

/** Takes the values of an async iterable one call at a time. `syncIterator()` makes one. */
export interface SyncIterator<T> {
  /** The next value; null after the last one. Rejects with the error of the iterable. */
  next(): Promise<T | null>;
}

/** The verdict of a filter on a value that is about to be queued. */
export interface IngestionFilterFnResult {
  /** True to queue the value, false to drop it. */
  ingest: boolean;
  /** True when the value belongs to the protocol; such values do not count as received. */
  protocol: boolean;
}

/** Decides whether a value is queued. `source` is the subscription. A throw is reported, and drops the value. */
export type IngestionFilterFn<T = unknown> = (data: T | null, source?: unknown) => IngestionFilterFnResult;

/** Decides whether the loop yields a queued value: false hides the value. A throw ends the loop. */
export type ProtocolFilterFn<T = unknown> = (data: T | null) => boolean;

/** Hears of every value when the loop comes for the next one. A throw ends the loop. */
export type DispatchedFn<T = unknown> = (data: T | null) => void;

/** Converts a message: `[error, null]` or `[null, value]`. */
export type MsgAdapter<T> = (error: NatsError | null, message: Msg) => [NatsError | null, T | null];

/** Receives the converted messages, or an error. */
export type TypedCallback<T> = (error: NatsError | null, message: T | null) => void;

/**
 * Options of a subscription with filters. The filters apply to the iterator; of a subscription with a callback only
 * `cleanupFn` is called. The declarations of nats.ws have `adapter` too, which `subscribe()` ignores.
 */
export interface TypedSubscriptionOptions<T> extends SubOpts<T> {
  /** Ignored by `subscribe()`: it yields messages as they are. */
  adapter: MsgAdapter<T>;
  /** As `SubOpts.callback`. */
  callback?: TypedCallback<T>;
  /** Decides whether a message is queued. Default: every message is. */
  ingestionFilterFn?: IngestionFilterFn<T>;
  /** Decides whether the loop yields a queued message. Default: every message is yielded. */
  protocolFilterFn?: ProtocolFilterFn<T>;
  /** Hears of every message when the loop comes for the next one. Default: none. */
  dispatchedFn?: DispatchedFn<T>;
  /** Called once when the subscription has ended. A throw is reported. Default: none. */
  cleanupFn?: (subscription: Subscription, info?: unknown) => void;
}
