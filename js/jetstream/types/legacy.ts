/**
 * Consuming as it was before `Consumer`: deprecated in nats.ws, and still supported. Types only. Names and members are
 * those of nats.ws 1.30.3.
 */
import type { NatsError } from "../../base/errors";
import type { Sub, TypedSubscriptionOptions } from "../../core/types";
import type { ConsumerConfig, ConsumerInfo, PullOptions } from "./consumer-config";
import type { JsMsg } from "./messages";

/** A subscription that knows its consumer. */
export interface ConsumerInfoable {
  /** Asks the server for the consumer's info. @throws NatsError, as a rejection: `api_error`, "503", TIMEOUT. */
  consumerInfo(): Promise<ConsumerInfo>;
}

/** A subscription that ends. */
export interface Closed {
  /** Resolves when the subscription has ended. Never rejects. */
  closed: Promise<void>;
}

/** A subscription whose consumer can be deleted. */
export interface Destroyable {
  /**
   * Drains the subscription, and deletes the consumer on the server.
   *
   * @throws NatsError, as a rejection: `api_error`, "503", TIMEOUT.
   */
  destroy(): Promise<void>;
}

/** A subscription whose consumer delivers the messages it is asked for. */
export interface Pullable {
  /**
   * Asks for more messages.
   *
   * @throws NatsError "BAD API" for `idle_heartbeat` without `expires`, or longer than `expires`; SERVER_OPT_NA for
   * `max_bytes` before server 2.8.3; and what `publish()` throws.
   */
  pull(options?: Partial<PullOptions>): void;
}

/** The subscription of `JetStreamClient.subscribe()`. */
export type JetStreamSubscription = Sub<JsMsg> & Destroyable & Closed & ConsumerInfoable & AsyncDisposable;
/** Options of a subscription in nats.ws. (No call of this client takes them.) */
export type JetStreamSubscriptionOptions = TypedSubscriptionOptions<JsMsg>;
/** The subscription of `JetStreamClient.pullSubscribe()`. */
export type JetStreamPullSubscription = JetStreamSubscription & Pullable;
/** Receives a message, or an error and null. A status of the server that ends nothing is an error too. */
export type JsMsgCallback = (error: NatsError | null, message: JsMsg | null) => void;

/** Options of `JetStreamClient.subscribe()` and `pullSubscribe()`. `consumerOpts()` makes them. */
export interface ConsumerOpts {
  /** Configuration of the consumer. */
  config: Partial<ConsumerConfig>;
  /** The application acknowledges. Default false: a message is acknowledged after it was processed. */
  mack: boolean;
  /** Name of the stream. Default (and for an empty string): the one stream that has the subject. */
  stream: string;
  /** Receives the messages. Default: the messages go to the iterator. */
  callbackFn?: JsMsgCallback;
  /** Name of the consumer in nats.ws. Without effect: `config.name` counts. */
  name?: string;
  /** Makes an ordered push consumer. Default false. */
  ordered: boolean;
  /** Messages after which the subscription ends. 0: no limit. Default 0. */
  max?: number;
  /** Queue group of the subscription. Default: none. */
  queue?: string;
  /** Refuses to create the consumer: it must exist. Default false. */
  isBind?: boolean;
}

/** Makes a `ConsumerOpts`, one call an option. Times are in milliseconds. `consumerOpts()` makes the builder. */
export interface ConsumerOptsBuilder {
  /** Sets the text for people. */
  description(description: string): this;
  /** Sets the subject the messages go to: a push consumer. */
  deliverTo(subject: string): this;
  /**
   * Makes the consumer durable.
   *
   * @throws NatsError "BAD API" for a name with a dot, a wildcard, a slash or white space.
   */
  durable(name: string): this;
  /** Starts at a stream sequence. @throws NatsError "BAD API" for a number below 1. */
  startSequence(seq: number): this;
  /** Starts with the first message of this time or later. @throws RangeError for an invalid date. */
  startTime(time: Date): this;
  /** Starts with the first message of the stream: the default. */
  deliverAll(): this;
  /** Starts with the last message of every subject. */
  deliverLastPerSubject(): this;
  /** Starts with the last message of the stream. */
  deliverLast(): this;
  /** Starts with the messages that are stored from now on. */
  deliverNew(): this;
  /** Starts with the first message that is not older than this many ms. */
  startAtTimeDelta(millis: number): this;
  /** Leaves out payloads; the header `JsHeaders.MessageSizeHdr` has their size. */
  headersOnly(): this;
  /** No message is acknowledged. Not for pull consumers: "BAD API". */
  ackNone(): this;
  /** An acknowledgement counts for all messages before it. Not for pull consumers: "BAD API". */
  ackAll(): this;
  /** Every message is acknowledged on its own: the default. */
  ackExplicit(): this;
  /** Sets the time after which a message without an acknowledgement is delivered again, in ms. Default 30000. */
  ackWait(millis: number): this;
  /** Sets the deliveries of one message at most. -1: no limit. Default -1. */
  maxDeliver(max: number): this;
  /** Adds a subject, wildcards allowed. Several calls add several: server 2.10. Default: the subject of the call. */
  filterSubject(subject: string): this;
  /** Delivers stored messages as fast as possible: the default. */
  replayInstantly(): this;
  /** Delivers stored messages at the pace they were stored. */
  replayOriginal(): this;
  /**
   * Sets the share of acknowledgements the server reports, in percent.
   *
   * @throws NatsError "BAD API" outside of 0 to 100.
   */
  sample(percent: number): this;
  /** Push: sets the bits per second that the server delivers at most. */
  limit(bps: number): this;
  /** Pull: sets the requests that may wait at a time. Default of the server: 512. */
  maxWaiting(max: number): this;
  /** Sets the deliveries without an acknowledgement at which the server waits. Default of the server: 1000. */
  maxAckPending(max: number): this;
  /** Push: sets the time without a message after which the server sends a heartbeat, in ms. At least 100. */
  idleHeartbeat(millis: number): this;
  /** Push: the server waits for a reply to a status now and then. Needs `idleHeartbeat()`. */
  flowControl(): this;
  /** Push: as `queue()`. */
  deliverGroup(name: string): this;
  /** The application acknowledges. By default a message is acknowledged after it was processed. */
  manualAck(): this;
  /** Sets the messages after which the subscription ends. */
  maxMessages(max: number): this;
  /** Push: sets the queue group. */
  queue(name: string): this;
  /** Sets the callback that receives the messages. */
  callback(callback: JsMsgCallback): this;
  /** Push: makes the consumer an ordered one. */
  orderedConsumer(): this;
  /** Names an existing consumer, and its stream. The call rejects with "BAD API" when the consumer does not exist. */
  bind(stream: string, durable: string): this;
  /** Names the stream, which is then not looked for by its subject. */
  bindStream(stream: string): this;
  /** Pull: sets the largest batch of one request. */
  maxPullBatch(messages: number): this;
  /** Pull: sets the longest `expires` of one request, in ms. */
  maxPullRequestExpires(millis: number): this;
  /** Sets the time without use after which the server deletes a consumer that is not durable, in ms. */
  inactiveEphemeralThreshold(millis: number): this;
  /** Keeps the consumer's state in memory, whatever the stream does. */
  memory(): this;
  /** Sets the servers that keep the consumer's state, 1 to 5. */
  numReplicas(count: number): this;
  /** Sets the consumer's name. Server 2.9. The call rejects with "BAD API" for a name that cannot be one. */
  consumerName(name: string): this;
}
