/** Subscriptions as they are used. Types only. Names and members are those of nats.ws 1.30.3, unless it says otherwise. */
import type { NatsError } from "../../base/errors";
import type { Msg } from "./messages";

export type SubscriptionOptions = SubOpts<Msg>;

/**
 * What happens when a queue is full: the message that came is dropped; the oldest ones are; only the latest message of each
 * subject is kept, in the place of the first (and at the bounds, if there are any, the oldest subjects are dropped); or the
 * subscription ends, and its iterator throws SLOW_CONSUMER after what is queued.
 */
export type PendingPolicy = "dropNewest" | "dropOldest" | "latestPerSubject" | "close";

/** Bounds of what waits for a reader. Not in nats.ws. */
export interface PendingLimits {
  /** Messages, at least 1. */
  maxMsgs?: number;
  /** Bytes of subjects, replies, headers and payloads, at least 1. One message is kept however large it is. */
  maxBytes?: number;
  policy: PendingPolicy;
}

export interface SubOpts<T> {
  /** Queue group: of all its members, one gets a message. */
  queue?: string;
  /** Unsubscribe after this many messages. */
  max?: number;
  /** Report TIMEOUT when no message came within this many ms. The first message stops the clock. */
  timeout?: number;
  /**
   * Tell `Events.SlowConsumer` when more than this many messages wait in the queue. Nothing is dropped. Not together
   * with `callback`. Default: not told. Not in nats.ws.
   */
  slow?: number;
  /** Bounds the queue of the iterator. Not together with `callback`. Default: no bound. Not in nats.ws. */
  pending?: PendingLimits;
  /** Unsubscribes when it is aborted: what is queued is still handed out. Throws its reason when it was before. Not in nats.ws. */
  signal?: AbortSignal;
  /** Gets the messages; the subscription can then not be iterated. */
  callback?: (error: NatsError | null, message: T) => void;
}

export type Subscription = Sub<Msg>;

/** What `subscribe()` of a connection of ours returns. */
export interface OpenSubscription extends Subscription, AsyncDisposable {
  /** The sid, as `getID()`. */
  readonly sid: number;

  /**
   * Resolves when the server has the subscription; a PING of its own, sent when this is first asked for. Over a reconnect
   * it waits for the next server.
   *
   * @throws NatsError, as a rejection: PERMISSIONS_VIOLATION, CONNECTION_CLOSED.
   */
  readonly ready: Promise<void>;

  /**
   * All messages that wait each time the reader comes for more, in one array: those of one turn, when it keeps up. It is
   * the subscription's one iterator; leaving the loop unsubscribes.
   *
   * @throws NatsError "BAD API" for a subscription with a callback, or with filters.
   */
  batches(): AsyncGenerator<Msg[], void>;

  /** Messages that `pending` dropped. */
  getDropped(): number;

  /** Drains, as the end of an `await using` block. Resolves at once when it is closed. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Messages of one subject, for `for await`. Leaving the loop unsubscribes. */
export interface Sub<T> extends AsyncIterable<T> {
  /** Resolves when the subscription is over, its queued messages included. */
  closed: Promise<void>;

  /** At once, or after `max` messages in all, counted from the beginning. */
  unsubscribe(max?: number): void;

  /** Unsubscribes, then waits until every message that was on its way has been processed. */
  drain(): Promise<void>;

  isDraining(): boolean;
  isClosed(): boolean;
  callback(error: NatsError | null, message: Msg): void;
  getSubject(): string;
  /** Messages that came in. */
  getReceived(): number;
  /** Messages the application has finished with. */
  getProcessed(): number;
  /** Messages that came in and are not finished with. */
  getPending(): number;
  /** The sid. */
  getID(): number;
  getMax(): number | undefined;
}

export interface Dispatcher<T> {
  push(value: T): void;
}

/** A queue that is filled from one side and iterated from the other. */
export interface QueuedIterator<T> extends Dispatcher<T> {
  [Symbol.asyncIterator](): AsyncIterator<T>;
  stop(error?: Error): void;
  getProcessed(): number;
  getPending(): number;
  getReceived(): number;
}

/** Pulls from an iterable, one value a call; null when it is over. */
export interface SyncIterator<T> {
  next(): Promise<T | null>;
}

/** What a filter says of a value that is about to be queued. */
export interface IngestionFilterFnResult {
  /** Whether to queue it. */
  ingest: boolean;
  /** Whether it belongs to the protocol, and not to the user. */
  protocol: boolean;
}

export type IngestionFilterFn<T = unknown> = (data: T | null, source?: unknown) => IngestionFilterFnResult;

/** False hides a queued value from the user. */
export type ProtocolFilterFn<T = unknown> = (data: T | null) => boolean;

/** Told of every value after the user got it. */
export type DispatchedFn<T = unknown> = (data: T | null) => void;

/** Turns a message into something else: `[error, null]` or `[null, value]`. */
export type MsgAdapter<T> = (error: NatsError | null, message: Msg) => [NatsError | null, T | null];

export type TypedCallback<T> = (error: NatsError | null, message: T | null) => void;

export interface TypedSubscriptionOptions<T> extends SubOpts<T> {
  adapter: MsgAdapter<T>;
  callback?: TypedCallback<T>;
  ingestionFilterFn?: IngestionFilterFn<T>;
  protocolFilterFn?: ProtocolFilterFn<T>;
  dispatchedFn?: DispatchedFn<T>;
  cleanupFn?: (subscription: Subscription, info?: unknown) => void;
}
