/** Messages that were delivered, stored or published. Types only. */
import type { MsgHdrs, Payload, QueuedIterator, ReviverFn } from "../../core/types";
import type { AdvisoryKind } from "../enums";
import type { DeliveryInfo, PullOptions } from "./consumer-config";
import type { DirectMsgRequest } from "./stream";

/** A message a consumer has delivered. */
export interface JsMsg {
  /** Whether it was delivered before. */
  redelivered: boolean;
  /** What its reply subject says. @throws NatsError "BAD API" when it is not from a consumer. */
  info: DeliveryInfo;
  /** Its sequence in the stream. */
  seq: number;
  headers: MsgHdrs | undefined;
  data: Uint8Array;
  subject: string;
  /** Number of the subscription it came through. */
  sid: number;

  /** Done. Of `ack`, `nak` and `term` the first counts, the others do nothing. */
  ack(): void;

  /** Not done: deliver it again, after `millis` or at once. */
  nak(millis?: number): void;

  /** Still at it: `ack_wait` begins anew. As often as needed. */
  working(): void;

  /** Done, and asks for more, to be delivered to `subject`. */
  next(subject: string, options?: Partial<PullOptions>): void;

  /** Never deliver it again. `reason` is told in an advisory. */
  term(reason?: string): void;

  /**
   * Done, and the server says that it knows. False when the message was acknowledged before, or cannot be.
   *
   * @param options `timeout` in ms. Default: that of the JetStream options.
   * @throws NatsError, as a rejection: TIMEOUT, "503" (the consumer is gone).
   */
  ackAck(options?: Partial<{ timeout: number }>): Promise<boolean>;

  /** @throws NatsError BAD_JSON */
  json<T>(reviver?: ReviverFn): T;
  string(): string;
}

/** A message read from a stream. */
export interface StoredMsg {
  subject: string;
  seq: number;
  header: MsgHdrs;
  data: Uint8Array;
  /** When it was stored. */
  time: Date;
  /** The same as the server wrote it: an ISO 8601 date with nanoseconds. */
  timestamp: string;
  /** In a batch: sequence of the message before it; 0 otherwise. Not in nats.ws. */
  lastSequence?: number;
  /** In a batch: messages that follow; 0 otherwise. Not in nats.ws. */
  pending?: number;

  /** @throws NatsError BAD_JSON */
  json<T>(reviver?: ReviverFn): T;
  string(): string;
}

/** A message read with the direct API. */
export interface DirectMsg extends StoredMsg {
  stream: string;
}

/** Something that happened in the server's JetStream. */
export interface Advisory {
  kind: AdvisoryKind;
  /** What the server says of it. */
  data: unknown;
}

// ---- publishing -----------------------------------------------------------------------------------------------------

/** The stream's answer to a publish. */
export interface PubAck {
  stream: string;
  domain?: string;
  seq: number;
  /** A message with this `msgID` was there already; `seq` is its sequence. */
  duplicate: boolean;
  /** The new sum of the subject, in a stream that counts (`allow_msg_counter`). Not in nats.ws. */
  val?: string;
}

export interface JetStreamPublishOptions {
  /** A message whose id the stream knows is not stored again, for the stream's `duplicate_window`. */
  msgID: string;
  /** How long to wait for the answer, in ms. Default: that of the JetStream options. */
  timeout: number;
  headers: MsgHdrs;
  /** The stream refuses the message when this is not so. */
  expect: Partial<StreamExpectations>;
  /** How often it is tried when nobody answers (code "503"). Default 1. */
  retries?: number;
  /** Wait between two tries, in ms. Default 250. */
  retry_delay?: number;
  /** Deleted after this time, as `30s` or `never`. Stream flag `allow_msg_ttl`, server 2.11. Not in nats.ws. */
  ttl?: string;
  /** Delivered later, to another subject. Stream flag `allow_msg_schedules`, server 2.12. Not in nats.ws. */
  schedule?: ScheduleOptions;
  /** Adds to the counter of the subject; `PubAck.val` has the sum. Stream flag `allow_msg_counter`, server 2.12. Not in nats.ws. */
  increment?: number | bigint;
  /** Ends the schedule on that subject, by a message on `subject`. Server 2.12. Not in nats.ws. */
  cancelSchedule?: ScheduleCancellation;
}

export interface StreamExpectations {
  /** `msgID` of the stream's last message. */
  lastMsgID: string;
  streamName: string;
  /** The stream's last sequence. */
  lastSequence: number;
  /** Sequence of the last message with this subject; 0: there is none. */
  lastSubjectSequence: number;
  /** The subject `lastSubjectSequence` is about, in place of that of the message. Server 2.12. Not in nats.ws. */
  lastSubjectSequenceSubject?: string;
}

/** Not in nats.ws. */
export interface ScheduleOptions {
  /** When: a date, or one of the forms of `ScheduleSpec`, or the server's own text. Server 2.14, except for a date. */
  specification: string | Date | ScheduleSpec;
  /** The subject the message is published to then, in the same stream. */
  target: string;
  /** Subject of the message whose last payload is published. Default: the payload of this one. Server 2.14. */
  source?: string;
  /** Time to live of what is published. */
  ttl?: string;
  /** For `cron` and the predefined ones, as `Europe/Berlin`. Default UTC. Server 2.14. */
  timezone?: string;
  /** Replaces earlier messages of the target. Server 2.14. */
  rollup?: "sub";
}

/** Not in nats.ws. */
export type ScheduleSpec =
  | { at: Date | string }
  /** As `5m`. At least one second. */
  | { every: string }
  /** Six fields, seconds first. */
  | { cron: string }
  | { predefined: PredefinedSchedule };

export type PredefinedSchedule = "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly";

export interface ScheduleCancellation {
  /** Where the schedule was published. */
  scheduleSubject: string;
}

/** Messages that are stored all together or not at all. Server 2.12. Not in nats.ws. */
export interface Batch {
  readonly id: string;
  /** Messages so far. */
  readonly count: number;
  /** With `ack: true` the promise resolves when the server has it; otherwise nothing is answered. */
  add(subject: string, payload: Payload | undefined, options: BatchMessageOptions & { ack: true }): Promise<void>;
  add(subject: string, payload?: Payload, options?: BatchMessageOptions): void;
  /** Adds the last message; resolves when all are stored. */
  commit(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<BatchAck>;
}

export type BatchMessageOptions = Partial<Omit<JetStreamPublishOptions, "msgID" | "retries" | "retry_delay">> & {
  ack?: boolean;
};

export interface BatchAck extends PubAck {
  batch: string;
  /** Messages in it. */
  count: number;
}

/** Not in nats.ws. */
export interface FastIngestOptions {
  /** Messages between two acknowledgements, 1 to 65535; the server may choose another. Default 10. */
  ackInterval: number;
  /** Acknowledgements that may be outstanding before `add` waits, 1 to 3. Default 2. */
  maxOutstandingAcks: number;
  /** Go on when a message was lost on its way, and tell it in `gaps()`. Default false: the batch ends. */
  allowGaps: boolean;
  /** Of the subject answers come to. Default: that of the connection. */
  inboxPrefix?: string;
}

/** Messages that are stored one after the other and acknowledged now and then. Server 2.14. Not in nats.ws. */
export interface FastIngest {
  readonly batch: string;
  /** Resolves at once, or when there is room again. */
  add(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<FastIngestProgress>;
  /** Adds the last message. */
  last(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<BatchAck>;
  /** Ends it without another message. */
  end(options?: { timeout?: number }): Promise<BatchAck>;
  /** Asks whether the server is there, and for its last acknowledgement. */
  ping(timeout?: number): Promise<FastIngestProgress>;
  /** How it ended, or why it failed. */
  done(): Promise<BatchAck>;
  /** Messages the server did not get, with `allowGaps`. Ends with the batch. */
  gaps(): AsyncIterable<FastIngestGap>;
}

export interface FastIngestProgress {
  /** Number of the message in the batch. */
  batchSeq: number;
  /** Up to here everything is stored. */
  ackSeq: number;
}

/** Of the batch the messages from `lastSeq` up to, and without, `seq` were lost. */
export interface FastIngestGap {
  lastSeq: number;
  seq: number;
}

// ---- reading --------------------------------------------------------------------------------------------------------

/** Reads without going through the stream's leader. The stream must have `allow_direct`. Public in ours only. */
export interface DirectStreamAPI {
  /** @throws NatsError, as a rejection: "404" when there is none, "408" for a request that makes no sense. */
  getMessage(stream: string, query: DirectMsgRequest): Promise<StoredMsg>;
  /** Several messages: consecutive ones, or with `multi_last` the last of several subjects. Server 2.11. */
  getBatch(stream: string, options: DirectBatchOptions): Promise<QueuedIterator<StoredMsg>>;
  /** The last message of several subjects. Server 2.11. Not in nats.ws. */
  getLastMessagesFor(stream: string, options: DirectLastFor): Promise<QueuedIterator<StoredMsg>>;
}

/** Consecutive messages, or with `multi_last` the last ones of several subjects. */
export interface DirectBatchOptions extends Partial<DirectLastFor> {
  /** Where to begin. Default 1. */
  seq?: number;
  start_time?: Date | string;
  /** Only messages whose subject matches. */
  next_by_subj?: string;
}

export interface DirectLastFor {
  /** Subjects, with wildcards if wanted. */
  multi_last: string[];
  /** Messages at most. */
  batch?: number;
  /** Bytes at most. */
  max_bytes?: number;
  /** As it was when this was the last message. */
  up_to_seq?: number;
  up_to_time?: Date | string;
  /** Gets the messages in place of the iterator, which ends when the batch does. Not in nats.ws. */
  callback?: DirectBatchCallback;
}

/** Called for every message with `done` null; then once with how the batch ended, and a message without content. */
export type DirectBatchCallback = (done: { err?: Error } | null, message: StoredMsg) => void;
