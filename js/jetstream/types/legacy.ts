/** Consuming as it was before `Consumer`: deprecated in nats.ws, and still there. Types only. */
import type { NatsError } from "../../base/errors";
import type { Sub, TypedSubscriptionOptions } from "../../core/types";
import type { ConsumerConfig, ConsumerInfo, PullOptions } from "./consumer-config";
import type { JsMsg } from "./messages";

export interface ConsumerInfoable {
  consumerInfo(): Promise<ConsumerInfo>;
}

export interface Closed {
  closed: Promise<void>;
}

export interface Destroyable {
  /** Deletes the consumer on the server. */
  destroy(): Promise<void>;
}

export interface Pullable {
  /** Asks for more messages. */
  pull(options?: Partial<PullOptions>): void;
}

export type JetStreamSubscription = Sub<JsMsg> & Destroyable & Closed & ConsumerInfoable & AsyncDisposable;
export type JetStreamSubscriptionOptions = TypedSubscriptionOptions<JsMsg>;
export type JetStreamPullSubscription = JetStreamSubscription & Pullable;
export type JsMsgCallback = (error: NatsError | null, message: JsMsg | null) => void;

export interface ConsumerOpts {
  config: Partial<ConsumerConfig>;
  /** The application acknowledges. */
  mack: boolean;
  stream: string;
  callbackFn?: JsMsgCallback;
  name?: string;
  ordered: boolean;
  /** Messages after which it is over. */
  max?: number;
  queue?: string;
  /** The consumer must be there. */
  isBind?: boolean;
}

/** Makes a `ConsumerOpts`, one call an option. Times in milliseconds. */
export interface ConsumerOptsBuilder {
  description(description: string): this;
  /** Push: where messages go. */
  deliverTo(subject: string): this;
  /** @throws NatsError "BAD API" for a name that is none. */
  durable(name: string): this;
  /** @throws NatsError "BAD API" for a sequence below 1. */
  startSequence(seq: number): this;
  startTime(time: Date): this;
  deliverAll(): this;
  deliverLastPerSubject(): this;
  deliverLast(): this;
  deliverNew(): this;
  /** So long ago. */
  startAtTimeDelta(millis: number): this;
  headersOnly(): this;
  ackNone(): this;
  ackAll(): this;
  ackExplicit(): this;
  ackWait(millis: number): this;
  maxDeliver(max: number): this;
  /** May be called several times. */
  filterSubject(subject: string): this;
  replayInstantly(): this;
  replayOriginal(): this;
  /** Percent. @throws NatsError "BAD API" outside of 0 to 100. */
  sample(percent: number): this;
  /** Bits per second. */
  limit(bps: number): this;
  /** Pull: requests that may wait at a time. */
  maxWaiting(max: number): this;
  maxAckPending(max: number): this;
  /** Push: the server says so often that nothing came. */
  idleHeartbeat(millis: number): this;
  /** Push. */
  flowControl(): this;
  /** Push: as `queue`. */
  deliverGroup(name: string): this;
  /** The application acknowledges. Otherwise a message is acknowledged when it was processed. */
  manualAck(): this;
  /** Messages after which it is over. */
  maxMessages(max: number): this;
  /** Push: its queue group. */
  queue(name: string): this;
  callback(callback: JsMsgCallback): this;
  /** Push. */
  orderedConsumer(): this;
  /** The consumer must be there. */
  bind(stream: string, durable: string): this;
  /** Do not look for the stream by its subject. */
  bindStream(stream: string): this;
  /** Pull: largest batch of one request. */
  maxPullBatch(messages: number): this;
  /** Pull: longest `expires` of one request. */
  maxPullRequestExpires(millis: number): this;
  inactiveEphemeralThreshold(millis: number): this;
  /** Keep its state in memory, whatever the stream does. */
  memory(): this;
  numReplicas(count: number): this;
  consumerName(name: string): this;
}
