/** Consumers as they are used. Types only. Times in milliseconds. */
import type { Abortable, Nanos, QueuedIterator } from "../../core/types";
import type { ConsumerDebugEvents, ConsumerEvents, DeliverPolicy, ReplayPolicy } from "../enums";
import type { ConsumerInfo } from "./consumer-config";
import type { JsMsg } from "./messages";

export interface Consumer extends ExportedConsumer, ConsumerKind {
  /** Asks the server, or with `cached` says what it said last. */
  info(cached?: boolean): Promise<ConsumerInfo>;
  /** Deletes it on the server. */
  delete(): Promise<boolean>;
}

/** Not in nats.ws. */
export interface ConsumerKind {
  /** Whether it is asked for messages. */
  isPullConsumer(): boolean;
  /** Whether it delivers without being asked. */
  isPushConsumer(): boolean;
}

/** Every call rejects with NatsError: "BAD API" for options that cannot be, SERVER_OPT_NA, and UNKNOWN_ERROR where WebAssembly has no SIMD. */
export interface ExportedConsumer {
  /** One message, or null when none came in time. */
  next(options?: NextOptions): Promise<JsMsg | null>;
  /** Up to `max_messages` messages; fewer when `expires` ends first. */
  fetch(options?: FetchOptions): Promise<ConsumerMessages>;
  /** Messages without end. */
  consume(options?: ConsumeOptions): Promise<ConsumerMessages>;
}

export interface Close {
  // biome-ignore lint/suspicious/noConfusingVoidType: the type of nats.ws
  close(): Promise<void | Error>;
  // biome-ignore lint/suspicious/noConfusingVoidType: the type of nats.ws
  closed(): Promise<void | Error>;
}

export interface ConsumerMessages extends QueuedIterator<JsMsg>, Close {
  /** What happens to it, from now on. */
  status(): Promise<AsyncIterable<ConsumerStatus>>;
}

export interface ConsumerStatus extends ConsumerStatusDetails {
  type: ConsumerEvents | ConsumerDebugEvents;
  /** `ConsumerEvents` and `ConsumerDebugEvents` say what it is. */
  data: unknown;
}

/** The same as `data`, as version 3 of the NATS clients tells it. Not in nats.ws. */
export interface ConsumerStatusDetails {
  count?: number;
  /** Of the consumer, or of the stream that is not found. */
  name?: string;
  stream?: string;
  /** Of the server's status. */
  code?: number;
  /** Of the server's status, in lower case. */
  description?: string;
  messagesLeft?: number;
  bytesLeft?: number;
  lastConsumerSequence?: number;
  lastStreamSequence?: number;
  /** Of a pinned client. */
  id?: string;
  /** Of a pull request, as it was sent. */
  options?: unknown;
}

export type Ordered = { ordered: true };

export type NextOptions = Expires & Bind & PriorityOptions & Abortable;

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

export type ConsumeMessages = Partial<MaxMessages> &
  Partial<ThresholdMessages> &
  Expires &
  IdleHeartbeat &
  ConsumeCallback &
  AbortOnMissingResource &
  Bind &
  PriorityOptions &
  Stoppable;

export type ConsumeOptions = ConsumeBytes | ConsumeMessages;
export type FetchBytes = MaxBytes & Partial<MaxMessages> & Expires & IdleHeartbeat & Bind & PriorityOptions & Stoppable;
export type FetchMessages = Partial<MaxMessages> & Expires & IdleHeartbeat & Bind & PriorityOptions & Stoppable;
export type FetchOptions = FetchBytes | FetchMessages;
export type PullConsumerOptions = FetchOptions | ConsumeOptions;

export type MaxMessages = {
  /** Messages to ask for. Default 100. */
  max_messages: number;
};

export type MaxBytes = {
  /** Bytes to ask for, subjects and headers included. A message that is larger than that is never delivered. */
  max_bytes: number;
};

export type ThresholdMessages = {
  /** Asks for more when less than this is outstanding. Default: 75 % of `max_messages`. */
  threshold_messages: number;
};

export type ThresholdBytes = {
  /** Asks for more when less than this is outstanding. Default: 75 % of `max_bytes`. */
  threshold_bytes: number;
};

export type Expires = {
  /** How long one request for messages waits. At least 1000. Default 30000. */
  expires?: number;
};

export type Bind = {
  /** Never ask for the consumer's info, for which the user may not have the permission. Default false. */
  bind?: boolean;
};

/** Of a consumer with priority groups. Server 2.11. Not in nats.ws. */
export type PriorityOptions = {
  /** One of the consumer's `priority_groups`: 1 to 16 characters. */
  group?: string | undefined;
  /** With `PriorityPolicy.Overflow`: serve this client only when so many messages wait. */
  min_pending?: number | undefined;
  /** With `PriorityPolicy.Overflow`: serve this client only when so many messages are not acknowledged. */
  min_ack_pending?: number | undefined;
  /** With `PriorityPolicy.Prioritized`: 0 to 9, lower ones are served first. Server 2.12. */
  priority?: number | undefined;
};

/** Not in nats.ws. */
export type Stoppable = {
  /** Stops when it is aborted, as `stop()` does. Rejects with its reason when it was before. */
  signal?: AbortSignal;
};

export type AbortOnMissingResource = {
  /** End when the stream or the consumer is gone. Default false: wait until it is back. */
  abort_on_missing_resource?: boolean;
};

export type IdleHeartbeat = {
  /** The server shall say so often that nothing came. Default: half of `expires`, at most 30000. */
  idle_heartbeat?: number;
};

export type ConsumerCallbackFn = (message: JsMsg) => void;

export type ConsumeCallback = {
  /** Gets the messages; they can then not be iterated. */
  callback?: ConsumerCallbackFn;
};

/** A consumer that delivers without being asked. Not in nats.ws. */
export interface PushConsumer extends ConsumerKind {
  /**
   * Messages without end. An ordered one goes on behind the last message that was read.
   *
   * @throws NatsError, as a rejection: "BAD API" when it is consumed already, here or elsewhere.
   */
  consume(options?: PushConsumerOptions): Promise<ConsumerMessages>;
  /**
   * Asks the server, or with `cached` says what it said last.
   *
   * @throws NatsError, as a rejection: "BAD API" for a bound one, and for an ordered one that was not consumed yet.
   */
  info(cached?: boolean): Promise<ConsumerInfo>;
  /** Deletes it on the server. Refused as `info` is. */
  delete(): Promise<boolean>;
}

export type PushConsumerOptions = ConsumeCallback & AbortOnMissingResource & Stoppable;

/** What is known of a push consumer somebody else has made. As in its configuration. Not in nats.ws. */
export type BoundPushConsumerOptions = {
  deliver_subject: string;
  deliver_group?: string;
  /** In nanoseconds. Missing heartbeats are told by `status()`. Default: not watched. */
  idle_heartbeat?: Nanos;
};

/** Not in nats.ws. */
export type OrderedPushConsumerOptions = OrderedConsumerOptions & {
  /** Messages come to `<deliver_prefix>.<number>`. Default: an inbox. */
  deliver_prefix: string;
};

/** A consumer that delivers every message once, in order, and is made again when it is lost. */
export type OrderedConsumerOptions = {
  name_prefix: string;
  filterSubjects: string[] | string;
  /** The same, as version 3 of the NATS clients calls it. Not in nats.ws. */
  filter_subjects?: string[] | string;
  deliver_policy: DeliverPolicy;
  opt_start_seq: number;
  /** An ISO 8601 date. */
  opt_start_time: string;
  replay_policy: ReplayPolicy;
  /** Default 300000. */
  inactive_threshold: number;
  headers_only: boolean;
};
