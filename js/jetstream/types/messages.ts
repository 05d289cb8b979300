/**
 * Messages that are published, stored and delivered. Types only. Names and members are those of nats.ws 1.30.3; "Not in
 * nats.ws" marks the others. "Server 2.12" names the first version; a call on an older server rejects with
 * SERVER_OPT_NA.
 */
import type { MsgHdrs, Payload, QueuedIterator, ReviverFn } from "../../core/types";
import type { AdvisoryKind } from "../enums";
import type { DeliveryInfo, PullOptions } from "./consumer-config";
import type { DirectMsgRequest } from "./stream";

/**
 * A message that a consumer has delivered. The calls that acknowledge publish to the message's reply subject, and throw
 * as `publish()` does. After the first of `ack`, `nak`, `term`, `ackAck` and `next`, all but `next` do nothing.
 */
export interface JsMsg {
  /** True when the message was delivered before. @throws NatsError as `info`. */
  redelivered: boolean;
  /** The origin of the delivery. @throws NatsError "BAD API" for a message that is not from a consumer. */
  info: DeliveryInfo;
  /** Sequence of the message in the stream. @throws NatsError as `info`. */
  seq: number;
  /** The headers; undefined when the message has none. */
  headers: MsgHdrs | undefined;
  /** The payload: a view on the received bytes, not a copy. */
  data: Uint8Array;
  /** The subject the message was published to. */
  subject: string;
  /** The sid of the subscription that received the message. */
  sid: number;

  /** Acknowledges: the message is done. */
  ack(): void;

  /** Refuses: the server delivers the message again. @param millis wait before that, in ms. Default 0: at once. */
  nak(millis?: number): void;

  /**
   * Asks for more time: `ack_wait` begins anew. May be called as often as needed; does nothing after an
   * acknowledgement.
   */
  working(): void;

  /**
   * Acknowledges, and asks for more messages, which the server delivers to `subject`.
   *
   * @param options `batch` (default 1), `no_wait` and `expires`. Default: one message, without a limit of time.
   */
  next(subject: string, options?: Partial<PullOptions>): void;

  /**
   * Terminates: the server never delivers the message again.
   *
   * @param reason text for the server's advisory. Default: none.
   */
  term(reason?: string): void;

  /**
   * Acknowledges, and resolves with true when the server has confirmed that. Resolves with false, and sends nothing,
   * when the message was acknowledged before or has no reply subject.
   *
   * @param options `timeout` in ms. 0 asks for the default, that of the JetStream options.
   * @throws NatsError, as a rejection: TIMEOUT; "503" when the consumer is gone; and what `BaseConnection.request()`
   * rejects with.
   */
  ackAck(options?: Partial<{ timeout: number }>): Promise<boolean>;

  /** Parses the payload as JSON. @throws NatsError BAD_JSON when the payload is not JSON, or the reviver throws. */
  json<T>(reviver?: ReviverFn): T;
  /** The payload as UTF-8 text. Malformed bytes become U+FFFD. */
  string(): string;
}

/** A message that was read from a stream. */
export interface StoredMsg {
  /** The subject the message was published to. */
  subject: string;
  /** Sequence of the message in the stream. */
  seq: number;
  /**
   * The headers; without any keys when the message has none. Of a direct read they include those of `DirectMsgHeaders`.
   */
  header: MsgHdrs;
  /** The payload. */
  data: Uint8Array;
  /** When the message was stored, exact to a millisecond. */
  time: Date;
  /** When the message was stored, as the server wrote it: an ISO 8601 date with nanoseconds. */
  timestamp: string;
  /** In a batch: sequence of the message before this one; 0 otherwise. Not in nats.ws. */
  lastSequence?: number;
  /** In a batch: messages that follow; 0 otherwise. Not in nats.ws. */
  pending?: number;

  /** Parses the payload as JSON. @throws NatsError BAD_JSON when the payload is not JSON, or the reviver throws. */
  json<T>(reviver?: ReviverFn): T;
  /** The payload as UTF-8 text. Malformed bytes become U+FFFD. */
  string(): string;
}

/** A message that was read with the direct API (NATS ADR-31). */
export interface DirectMsg extends StoredMsg {
  /** Name of the stream. */
  stream: string;
}

/** An event of the server's JetStream. */
export interface Advisory {
  /** The kind of event: the last token of the server's `type`. */
  kind: AdvisoryKind;
  /** The event, as the server sent it. */
  data: unknown;
}

// ---- publishing -----------------------------------------------------------------------------------------------------

/** The stream's answer to a publish. */
export interface PubAck {
  /** Name of the stream that stored the message. */
  stream: string;
  /** JetStream domain of the server. Undefined: none. */
  domain?: string;
  /** Sequence of the message in the stream; of the first one when `duplicate` is true. */
  seq: number;
  /** True when the stream has a message with this `msgID` already: the new one was not stored. */
  duplicate: boolean;
  /** The new sum of the subject, a whole number as text, in a stream with `allow_msg_counter`. Not in nats.ws. */
  val?: string;
}

/** Options of `JetStreamClient.publish()`. */
export interface JetStreamPublishOptions {
  /** Id of the message: the stream stores one message of an id within its `duplicate_window`. Default: none. */
  msgID: string;
  /** How long to wait for the answer, in ms. At least 1; 0 asks for the default, that of the JetStream options. */
  timeout: number;
  /** Headers, made by `headers()`; the call never changes them. Default: none. */
  headers: MsgHdrs;
  /** Conditions; the stream refuses the message when one of them does not hold. Default: none. */
  expect: Partial<StreamExpectations>;
  /** Attempts in all when nobody answers (code "503"). At least 1; 0 asks for the default, 1. */
  retries?: number;
  /** Wait between two attempts, in ms. 0 asks for the default, 250. */
  retry_delay?: number;
  /**
   * Age at which the stream deletes the message, as "30s", "5m" or "1h", at least one second, or "never". Stream flag
   * `allow_msg_ttl`; server 2.11 (NATS ADR-43). Default: the stream's `max_age`. Not in nats.ws.
   */
  ttl?: string;
  /**
   * Makes the message a schedule: the server publishes it later, to another subject. Stream flag `allow_msg_schedules`;
   * server 2.12 (NATS ADR-51). Not together with `cancelSchedule` ("BAD API"). Default: none. Not in nats.ws.
   */
  schedule?: ScheduleOptions;
  /**
   * Whole number that is added to the counter of the subject; `PubAck.val` has the sum. Others are refused with "BAD
   * API". Stream flag `allow_msg_counter`; server 2.12 (NATS ADR-49). Default: none. Not in nats.ws.
   */
  increment?: number | bigint;
  /** Ends a schedule, by a message on another subject. Server 2.12. Default: none. Not in nats.ws. */
  cancelSchedule?: ScheduleCancellation;
}

/** Conditions of a publish. A condition that does not hold is refused with "400" and an `api_error`. */
export interface StreamExpectations {
  /** `msgID` of the stream's last message. `err_code` 10070. */
  lastMsgID: string;
  /** Name of the stream that stores the message. `err_code` 10060. */
  streamName: string;
  /** The stream's last sequence. `err_code` 10071. */
  lastSequence: number;
  /** Sequence of the last message with this subject; 0: there is none. `err_code` 10071. */
  lastSubjectSequence: number;
  /** Subject that `lastSubjectSequence` is about, instead of the message's. Server 2.12. Not in nats.ws. */
  lastSubjectSequenceSubject?: string;
}

/** A schedule: when the server publishes a message, and where (NATS ADR-51). Not in nats.ws. */
export interface ScheduleOptions {
  /**
   * When: a date, one of the forms of `ScheduleSpec`, or the server's own text. An empty one is refused with "BAD API".
   * Server 2.14, except for a date.
   */
  specification: string | Date | ScheduleSpec;
  /** The subject the server publishes to, in the same stream. */
  target: string;
  /** Subject whose last payload the server publishes. Default: the payload of the schedule itself. Server 2.14. */
  source?: string;
  /** Age at which the stream deletes the published messages, as `JetStreamPublishOptions.ttl`. Default: none. */
  ttl?: string;
  /** Time zone of `cron` and of the predefined schedules, such as "Europe/Berlin". Default UTC. Server 2.14. */
  timezone?: string;
  /** Removes earlier messages of the target with each new one. Default: they stay. Server 2.14. */
  rollup?: "sub";
}

/** The time of a schedule. Not in nats.ws. */
export type ScheduleSpec =
  | {
      /** Once: a date, or an ISO 8601 date. */
      at: Date | string;
    }
  | {
      /** Repeatedly, at this interval, as "5m". At least one second. */
      every: string;
    }
  | {
      /** Repeatedly: six fields, seconds first. */
      cron: string;
    }
  | {
      /** Repeatedly, at a usual time. */
      predefined: PredefinedSchedule;
    };

/** The usual times of schedules. Not in nats.ws. */
export type PredefinedSchedule = "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly";

/** Names a schedule to end. Not in nats.ws. */
export interface ScheduleCancellation {
  /** Subject of the schedule. The subject of the message itself is refused with "BAD API". */
  scheduleSubject: string;
}

/**
 * An atomic batch: its messages are stored all together or not at all. Server 2.12 (NATS ADR-50). After `commit()`, and
 * after the server refused a message, every call fails with "BAD API". Not in nats.ws.
 */
export interface Batch {
  /** Id of the batch, in the header `Nats-Batch-Id` of its messages. */
  readonly id: string;
  /** Messages so far. */
  readonly count: number;
  /**
   * Adds a message. With `ack: true` the promise resolves when the server has the message; otherwise the server does
   * not answer, and `commit()` tells of a failure.
   *
   * @throws NatsError: what `publish()` throws; with `ack`, as a rejection, also with `api_error` when the stream
   * refuses.
   */
  add(subject: string, payload: Payload | undefined, options: BatchMessageOptions & { ack: true }): Promise<void>;
  add(subject: string, payload?: Payload, options?: BatchMessageOptions): void;
  /**
   * Adds the last message. Resolves when all messages are stored.
   *
   * @throws NatsError, as a rejection: with `api_error` when the stream refuses; JESTREAM_INVALID_ACK when the stream
   * stored another number of messages; and what `JetStreamClient.publish()` rejects with.
   */
  commit(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<BatchAck>;
}

/** Options of a message in a batch: those of a publish, without ids and attempts. Not in nats.ws. */
export type BatchMessageOptions = Partial<Omit<JetStreamPublishOptions, "msgID" | "retries" | "retry_delay">> & {
  /** `add()`: asks the server to confirm the message. Default false. */
  ack?: boolean;
};

/** The stream's answer to a batch; `seq` is that of its last message. Not in nats.ws. */
export interface BatchAck extends PubAck {
  /** Id of the batch. */
  batch: string;
  /** Messages in the batch. */
  count: number;
}

/** Options of `startFastIngest()`. Other values are refused with "BAD API". Not in nats.ws. */
export interface FastIngestOptions {
  /** Messages between two acknowledgements, 1 to 65535; the server may choose another number. Default 10. */
  ackInterval: number;
  /** Acknowledgements that may be outstanding before `add()` waits, 1 to 3. Default 2. */
  maxOutstandingAcks: number;
  /** Goes on when the server did not get a message; `gaps()` tells it. Default false: the batch fails. */
  allowGaps: boolean;
  /** First tokens of the subject that answers come to. Default: those of the connection's inboxes. */
  inboxPrefix?: string;
}

/**
 * A fast batch: its messages are stored one after the other and acknowledged now and then. Server 2.14 (NATS ADR-50).
 * After its end every call rejects with "BAD API". A message without an answer in time ends the batch with TIMEOUT. Not
 * in nats.ws.
 */
export interface FastIngest {
  /** Id of the batch. */
  readonly batch: string;
  /**
   * Adds a message. Resolves at once, or when fewer acknowledgements are outstanding than `maxOutstandingAcks` allows.
   *
   * @throws NatsError, as a rejection: what `publish()` throws, and what ends the batch: TIMEOUT, `api_error`,
   * CONNECTION_CLOSED.
   */
  add(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<FastIngestProgress>;
  /** Adds the last message. Resolves when all are stored. @throws NatsError, as a rejection: as `add()`. */
  last(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<BatchAck>;
  /** Ends the batch without another message. @throws NatsError, as a rejection: as `add()`. */
  end(options?: { timeout?: number }): Promise<BatchAck>;
  /**
   * Asks the server for its last acknowledgement.
   *
   * @param timeout in ms. Default: that of the call to `startFastIngest()`.
   */
  ping(timeout?: number): Promise<FastIngestProgress>;
  /** Resolves at the end of the batch. @throws NatsError, as a rejection: what ended the batch. */
  done(): Promise<BatchAck>;
  /** Yields the gaps, with `allowGaps`: messages the server did not get. Ends with the batch. */
  gaps(): AsyncIterable<FastIngestGap>;
}

/** How far a fast batch is. Not in nats.ws. */
export interface FastIngestProgress {
  /** Number of the message in the batch, from 1. */
  batchSeq: number;
  /** Number of the message up to which everything is stored. */
  ackSeq: number;
}

/** Messages of a fast batch that the server did not get: from `lastSeq` up to, and without, `seq`. Not in nats.ws. */
export interface FastIngestGap {
  /** Number of the first message that is lost. */
  lastSeq: number;
  /** Number of the first message behind the gap. */
  seq: number;
}

// ---- reading --------------------------------------------------------------------------------------------------------

/**
 * Reads without the stream's leader (NATS ADR-31): every replica answers, and may be a little behind. The stream must
 * have `allow_direct`; without it the calls reject with "503". nats.ws has these calls, but not in its declarations.
 */
export interface DirectStreamAPI {
  /**
   * Reads one message.
   *
   * @throws NatsError, as a rejection: "404" when there is no such message; "408" for a request the server does not
   * understand; "503"; TIMEOUT; "BAD API" for a name; SERVER_OPT_NA for `start_time` before server 2.11.
   */
  getMessage(stream: string, query: DirectMsgRequest): Promise<StoredMsg>;
  /**
   * Reads several messages: consecutive ones, or with `multi_last` the last of several subjects. Server 2.11.
   *
   * @throws NatsError, as a rejection: SERVER_OPT_NA; "BAD API" for a name. The iterator throws "408", "413" and "503",
   * and TIMEOUT when the server does not send the end of the batch: an incomplete batch is never taken for a whole one.
   * No message at all is not an error.
   */
  getBatch(stream: string, options: DirectBatchOptions): Promise<QueuedIterator<StoredMsg>>;
  /**
   * Reads the last message of several subjects. Server 2.11. Not in nats.ws.
   *
   * @throws NatsError, as a rejection: as `getBatch()`; "BAD API" without a subject in `multi_last`.
   */
  getLastMessagesFor(stream: string, options: DirectLastFor): Promise<QueuedIterator<StoredMsg>>;
}

/**
 * Options of `DirectStreamAPI.getBatch()`: consecutive messages, or with `multi_last` the last ones of several
 * subjects.
 */
export interface DirectBatchOptions extends Partial<DirectLastFor> {
  /** Stream sequence to begin with. Default 1. */
  seq?: number;
  /** Time to begin with, instead of a sequence. Default: none. */
  start_time?: Date | string;
  /** Only messages with this subject, wildcards allowed. Default: all. */
  next_by_subj?: string;
}

/** Options of `DirectStreamAPI.getLastMessagesFor()`. */
export interface DirectLastFor {
  /** Subjects, wildcards allowed; at least one. */
  multi_last: string[];
  /** Messages at most. Default: 1024 for consecutive messages without `max_bytes`; otherwise the server's limit. */
  batch?: number;
  /** Bytes at most. Default: no limit. */
  max_bytes?: number;
  /** Reads the stream as it was when this sequence was its last one. Default: as it is. */
  up_to_seq?: number;
  /** Reads the stream as it was at this time. Default: as it is. */
  up_to_time?: Date | string;
  /** Receives the messages instead of the iterator, which ends when the batch does. Default: none. Not in nats.ws. */
  callback?: DirectBatchCallback;
}

/**
 * Receives every message, with `done` null; then, once, the end of the batch and a message without content. `done.err`
 * is the error that ended the batch early. Not in nats.ws.
 */
export type DirectBatchCallback = (done: { err?: Error } | null, message: StoredMsg) => void;
