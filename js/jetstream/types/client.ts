/** What `jetstream()` and `jetstreamManager()` return. Types only. */
import type { Payload, QueuedIterator } from "../../core/types";
import type { KV, KvOptions, KvStatus } from "./kv";
import type { ObjectStore, ObjectStoreOptions, ObjectStoreStatus } from "./object-store";
import type { JetStreamAccountStats } from "./account";
import type {
  ConsumerConfig,
  ConsumerCreateOptions,
  ConsumerInfo,
  ConsumerResetResponse,
  ConsumerUpdateConfig,
  PullOptions,
} from "./consumer-config";
import type {
  BoundPushConsumerOptions,
  Consumer,
  OrderedConsumerOptions,
  OrderedPushConsumerOptions,
  PushConsumer,
} from "./consumption";
import type { ConsumerOpts, ConsumerOptsBuilder, JetStreamPullSubscription, JetStreamSubscription } from "./legacy";
import type {
  Advisory,
  Batch,
  BatchMessageOptions,
  DirectStreamAPI,
  JetStreamPublishOptions,
  JsMsg,
  PubAck,
  StoredMsg,
} from "./messages";
import type {
  MsgRequest,
  PurgeOpts,
  PurgeResponse,
  StreamAlternate,
  StreamConfig,
  StreamInfo,
  StreamInfoRequestOptions,
  StreamUpdateConfig,
} from "./stream";

export interface JetStreamOptions {
  /** Prefix of the API's subjects. Default `$JS.API`. */
  apiPrefix?: string;
  /** How long to wait for an answer of the API, in ms. Default 5000. */
  timeout?: number;
  /** JetStream domain: short for `apiPrefix: "$JS.<domain>.API"`. */
  domain?: string;
}

export interface JetStreamManagerOptions extends JetStreamOptions {
  /** Ask once whether JetStream is there. Default true. */
  checkAPI?: boolean;
}

/** JetStream for those who publish and consume. */
export interface JetStreamClient {
  /**
   * Publishes to the stream that has this subject; resolves when it is stored.
   *
   * @throws NatsError, as a rejection: "503" when no stream has the subject, TIMEOUT, JESTREAM_INVALID_ACK, and with
   * `api_error` when the stream refuses.
   */
  publish(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<PubAck>;

  /** Begins a batch with its first message; resolves when the server has it. Server 2.12. Not in nats.ws. */
  startBatch(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<Batch>;

  /** @deprecated use `Consumer.next()` */
  pull(stream: string, consumer: string, expires?: number): Promise<JsMsg>;

  /** @deprecated use `Consumer.fetch()` */
  fetch(stream: string, durable: string, options?: Partial<PullOptions>): QueuedIterator<JsMsg>;

  /** @deprecated use `Consumer.fetch()` or `Consumer.consume()` */
  pullSubscribe(
    subject: string,
    options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
  ): Promise<JetStreamPullSubscription>;

  /** @deprecated use `Consumer.consume()` */
  subscribe(subject: string, options: ConsumerOptsBuilder | Partial<ConsumerOpts>): Promise<JetStreamSubscription>;

  /** Key-value and object stores. */
  views: Views;
  /** Prefix of the API's subjects, without a dot at its end. */
  apiPrefix: string;
  consumers: Consumers;
  streams: Streams;

  /** A manager with the same options. */
  jetstreamManager(checkAPI?: boolean): Promise<JetStreamManager>;
  getOptions(): JetStreamOptions;
}

export interface Views {
  /** Opens the bucket, and makes it when it is not there. */
  kv: (name: string, options?: Partial<KvOptions>) => Promise<KV>;
  /** Opens the object store, and makes it when it is not there. */
  os: (name: string, options?: Partial<ObjectStoreOptions>) => Promise<ObjectStore>;
}

export interface Streams {
  get(stream: string): Promise<Stream>;
}

export interface Consumers {
  /** The consumer of this name; an ordered consumer when no name is given. */
  get(stream: string, name?: string | Partial<OrderedConsumerOptions>): Promise<Consumer>;
  /** Without asking the server. @throws NatsError "BAD API" for a push consumer. */
  getPullConsumerFor(info: ConsumerInfo): Consumer;
  /** The push consumer of this name; an ordered one when no name is given. Not in nats.ws. */
  getPushConsumer(stream: string, name?: string | Partial<OrderedPushConsumerOptions>): Promise<PushConsumer>;
  /** A push consumer whose subject is known, without asking the server. Not in nats.ws. */
  getBoundPushConsumer(options: BoundPushConsumerOptions): Promise<PushConsumer>;
}

/** One stream. */
export interface Stream {
  name: string;
  /** Asks the server, or with `cached` says what it said last. */
  info(cached?: boolean, options?: Partial<StreamInfoRequestOptions>): Promise<StreamInfo>;
  /** Where else it can be read. */
  alternates(): Promise<StreamAlternate[]>;
  /** The nearest of its alternates. */
  best(): Promise<Stream>;
  getConsumer(name?: string | Partial<OrderedConsumerOptions>): Promise<Consumer>;
  getConsumerFromInfo(info: ConsumerInfo): Consumer;
  /** As `ConsumerAPI.reset()`. Not in nats.ws. */
  resetConsumer(name: string, seq?: number): Promise<ConsumerResetResponse>;
  /** As `Consumers.getPushConsumer`. Not in nats.ws. */
  getPushConsumer(name?: string | Partial<OrderedPushConsumerOptions>): Promise<PushConsumer>;
  getMessage(query: MsgRequest): Promise<StoredMsg>;
  /** @param erase whether to overwrite the stored bytes. Default true. */
  deleteMessage(seq: number, erase?: boolean): Promise<boolean>;
}

/** JetStream for those who set it up. */
export interface JetStreamManager {
  consumers: ConsumerAPI;
  streams: StreamAPI;
  /** Public in ours only. */
  direct: DirectStreamAPI;

  getAccountInfo(): Promise<JetStreamAccountStats>;
  /** What happens in the server's JetStream, from now on. */
  advisories(): AsyncIterable<Advisory>;
  getOptions(): JetStreamOptions;
  /** A client with the same options. */
  jetstream(): JetStreamClient;
}

/**
 * Streams. Every call rejects with a NatsError that has the server's words in `api_error` when the server refuses, with
 * "BAD API" for a name that cannot be one.
 */
export interface StreamAPI {
  info(stream: string, options?: Partial<StreamInfoRequestOptions>): Promise<StreamInfo>;
  /** `name` is needed. */
  add(config: Partial<StreamConfig>): Promise<StreamInfo>;
  /** Changes what is given and leaves the rest as it is. */
  update(name: string, config: Partial<StreamUpdateConfig>): Promise<StreamInfo>;
  purge(stream: string, options?: PurgeOpts): Promise<PurgeResponse>;
  delete(stream: string): Promise<boolean>;
  /** @param subject only streams that have it. */
  list(subject?: string): Lister<StreamInfo>;
  /** @param erase whether to overwrite the stored bytes. Default true. */
  deleteMessage(stream: string, seq: number, erase?: boolean): Promise<boolean>;
  getMessage(stream: string, query: MsgRequest): Promise<StoredMsg>;
  /** Name of the one stream that has the subject. */
  find(subject: string): Promise<string>;
  /** Streams that are a key-value bucket. */
  listKvs(): Lister<KvStatus>;
  /** Streams that are an object store. */
  listObjectStores(): Lister<ObjectStoreStatus>;
  /** @param subject only streams that have it. */
  names(subject?: string): Lister<string>;
  get(name: string): Promise<Stream>;
}

/** Consumers. Rejects as `StreamAPI` does. */
export interface ConsumerAPI {
  info(stream: string, consumer: string): Promise<ConsumerInfo>;
  /** Refused when there is another consumer of this name. */
  add(stream: string, config: Partial<ConsumerConfig>, options?: ConsumerCreateOptions): Promise<ConsumerInfo>;
  /** Changes what is given and leaves the rest as it is. */
  update(stream: string, durable: string, config: Partial<ConsumerUpdateConfig>): Promise<ConsumerInfo>;
  delete(stream: string, consumer: string): Promise<boolean>;
  list(stream: string): Lister<ConsumerInfo>;
  /** Delivers nothing before `until`. Server 2.11. */
  pause(stream: string, name: string, until?: Date): Promise<ConsumerPause>;
  resume(stream: string, name: string): Promise<ConsumerPause>;
  /** Delivers again from `seq`, or from the acknowledged ones on. Server 2.14. Not in nats.ws. */
  reset(stream: string, name: string, seq?: number): Promise<ConsumerResetResponse>;
  /** Another client of the priority group may become the pinned one. Server 2.11. Not in nats.ws. */
  unpin(stream: string, name: string, group: string): Promise<void>;
}

export interface ConsumerPause {
  paused: boolean;
  /** An ISO 8601 date. */
  pause_until?: string;
}

/** Asks page by page. */
export interface Lister<T> {
  [Symbol.asyncIterator](): AsyncIterator<T>;
  /** The next page; empty after the last one, and after an error. */
  next(): Promise<T[]>;
}
