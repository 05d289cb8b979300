/**
 * The clients and managers of JetStream. Types only. Names and members are those of nats.ws 1.30.3; "Not in nats.ws"
 * marks the others.
 */
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

/** Options of `jetstream()`. */
export interface JetStreamOptions {
  /**
   * Prefix of the API's subjects; a dot at the end is cut off. Default `$JS.API`. An empty prefix is refused with "BAD
   * API".
   */
  apiPrefix?: string;
  /** How long a call waits for an answer, in ms. At least 1. Default 5000. */
  timeout?: number;
  /** JetStream domain: short for `apiPrefix: "$JS.<domain>.API"`, which it replaces. Default: none. */
  domain?: string;
}

/** Options of `jetstreamManager()`. */
export interface JetStreamManagerOptions extends JetStreamOptions {
  /** Asks once whether JetStream is enabled. Default true. */
  checkAPI?: boolean;
}

/**
 * JetStream, for publishing and consuming.
 *
 * Every call that asks the API rejects with NatsError: "BAD API" for an argument that cannot be right, before anything
 * is sent; SERVER_OPT_NA when the server is too old; with `api_error` and the status as the code ("400", "404") when
 * the server refuses; "503" when JetStream is not enabled; TIMEOUT; CONNECTION_CLOSED; CONNECTION_DRAINING;
 * PERMISSIONS_VIOLATION.
 */
export interface JetStreamClient {
  /**
   * Publishes to the stream that has this subject. Resolves when the stream has stored the message.
   *
   * @throws NatsError, as a rejection: "503" when no stream has the subject; TIMEOUT; JESTREAM_INVALID_ACK for an
   * answer that is not one of a stream; BAD_JSON for an answer that is not JSON; with `api_error` when the stream
   * refuses; SERVER_OPT_NA and "BAD API" for options, see there; and what `BaseConnection.request()` rejects with.
   */
  publish(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<PubAck>;

  /**
   * Begins an atomic batch with its first message. Resolves when the server has the message. The stream must have
   * `allow_atomic`. Server 2.12 (NATS ADR-50). Not in nats.ws.
   *
   * @throws NatsError, as a rejection: SERVER_OPT_NA, and what `publish()` rejects with.
   */
  startBatch(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<Batch>;

  /**
   * Asks a pull consumer for one message.
   *
   * @param expires how long to wait, in ms. Default 0: not at all.
   * @throws NatsError, as a rejection: "404" when there is no message; "408" when none came in time; "409"; "503" when
   * there is no such consumer; TIMEOUT; "BAD API" for a name.
   * @deprecated use `Consumer.next()`
   */
  pull(stream: string, consumer: string, expires?: number): Promise<JsMsg>;

  /**
   * Asks a pull consumer for several messages. `expires` or `no_wait` is needed.
   *
   * @throws NatsError "BAD API" for a name, and without `expires` and `no_wait`; SERVER_OPT_NA for `max_bytes` before
   * server 2.8.3. The iterator throws "409" and "503".
   * @deprecated use `Consumer.fetch()`
   */
  fetch(stream: string, durable: string, options?: Partial<PullOptions>): QueuedIterator<JsMsg>;

  /**
   * Subscribes to a pull consumer, which is made when it does not exist.
   *
   * @throws NatsError, as a rejection: "BAD API" for options that exclude each other or do not fit the consumer; with
   * `api_error` when the server refuses.
   * @deprecated use `Consumer.fetch()` or `Consumer.consume()`
   */
  pullSubscribe(
    subject: string,
    options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
  ): Promise<JetStreamPullSubscription>;

  /**
   * Subscribes to a push consumer, which is made when it does not exist.
   *
   * @throws NatsError, as a rejection: "BAD API" for options that exclude each other or do not fit the consumer; with
   * `api_error` when the server refuses.
   * @deprecated use `Consumer.consume()`
   */
  subscribe(subject: string, options: ConsumerOptsBuilder | Partial<ConsumerOpts>): Promise<JetStreamSubscription>;

  /** Key-value buckets and object stores. */
  views: Views;
  /** Prefix of the API's subjects, without a dot at its end. */
  apiPrefix: string;
  /** Consumers, for consuming. */
  consumers: Consumers;
  /** Streams, for reading. */
  streams: Streams;

  /**
   * Makes a manager with the same options.
   *
   * @param checkAPI asks once whether JetStream is enabled. Default: that of the options, else true.
   * @throws NatsError "503", as a rejection, when JetStream is not enabled.
   */
  jetstreamManager(checkAPI?: boolean): Promise<JetStreamManager>;
  /** The options in effect; `domain` is part of `apiPrefix`. */
  getOptions(): JetStreamOptions;
}

/** Key-value buckets and object stores. */
export interface Views {
  /**
   * Opens a bucket, and makes it when it does not exist. An existing bucket keeps its configuration.
   *
   * @throws NatsError, as a rejection: "BAD API" for a name with anything but letters, digits, `-` and `_`;
   * SERVER_OPT_NA; "503" when JetStream is not enabled; with `api_error` when the server refuses.
   */
  kv: (name: string, options?: Partial<KvOptions>) => Promise<KV>;
  /**
   * Opens an object store, and makes it when it does not exist. An existing store keeps its configuration.
   *
   * @throws NatsError, as a rejection: as `kv`.
   */
  os: (name: string, options?: Partial<ObjectStoreOptions>) => Promise<ObjectStore>;
}

/** Streams, for reading. */
export interface Streams {
  /**
   * Finds the stream of this name.
   *
   * @throws NatsError, as a rejection: "BAD API" for a name; "404" when it does not exist.
   */
  get(stream: string): Promise<Stream>;
}

/** Consumers, for consuming. Server 2.9.4. */
export interface Consumers {
  /**
   * Finds the pull consumer of this name, or makes an ordered consumer. The server has an ordered consumer from the
   * first message that is asked for.
   *
   * @param name the consumer's name, or the options of an ordered consumer. Default: an ordered consumer of all
   * messages.
   * @throws NatsError, as a rejection: SERVER_OPT_NA before server 2.9.4; "BAD API" for a name and for a push consumer;
   * "404" with `api_error` when stream or consumer do not exist.
   */
  get(stream: string, name?: string | Partial<OrderedConsumerOptions>): Promise<Consumer>;
  /** Makes a `Consumer` of known info, without asking the server. @throws NatsError "BAD API" for a push consumer. */
  getPullConsumerFor(info: ConsumerInfo): Consumer;
  /**
   * Finds the push consumer of this name, or makes an ordered one. Not in nats.ws.
   *
   * @param name the consumer's name, or the options of an ordered consumer. Default: an ordered consumer of all
   * messages.
   * @throws NatsError, as a rejection: SERVER_OPT_NA before server 2.9.4; "BAD API" for a name and for a pull consumer;
   * "404" with `api_error` when stream or consumer do not exist.
   */
  getPushConsumer(stream: string, name?: string | Partial<OrderedPushConsumerOptions>): Promise<PushConsumer>;
  /**
   * Makes a `PushConsumer` of a known subject, without asking the server. Not in nats.ws.
   *
   * @throws NatsError "BAD API", as a rejection, without `deliver_subject`.
   */
  getBoundPushConsumer(options: BoundPushConsumerOptions): Promise<PushConsumer>;
}

/** One stream. Its calls reject as those of `StreamAPI` and `Consumers` do. */
export interface Stream {
  /** Name of the stream. */
  name: string;
  /** Asks the server for the stream's info; with `cached`, returns the last answer. Default: asks. */
  info(cached?: boolean, options?: Partial<StreamInfoRequestOptions>): Promise<StreamInfo>;
  /** Asks where the stream can be read: itself and its mirrors, nearest first. Empty when the server names none. */
  alternates(): Promise<StreamAlternate[]>;
  /** The nearest of its alternates; the stream itself when there are none. */
  best(): Promise<Stream>;
  /** As `Consumers.get()`, on this stream. */
  getConsumer(name?: string | Partial<OrderedConsumerOptions>): Promise<Consumer>;
  /** As `Consumers.getPullConsumerFor()`. */
  getConsumerFromInfo(info: ConsumerInfo): Consumer;
  /** As `ConsumerAPI.reset()`, on this stream. Not in nats.ws. */
  resetConsumer(name: string, seq?: number): Promise<ConsumerResetResponse>;
  /** As `Consumers.getPushConsumer()`, on this stream. Not in nats.ws. */
  getPushConsumer(name?: string | Partial<OrderedPushConsumerOptions>): Promise<PushConsumer>;
  /** As `StreamAPI.getMessage()`, of this stream. */
  getMessage(query: MsgRequest): Promise<StoredMsg>;
  /** As `StreamAPI.deleteMessage()`, of this stream. @param erase overwrites the stored bytes. Default true. */
  deleteMessage(seq: number, erase?: boolean): Promise<boolean>;
}

/** JetStream, for managing streams and consumers. Its calls reject as those of `JetStreamClient` do. */
export interface JetStreamManager {
  /** Consumers, for managing. */
  consumers: ConsumerAPI;
  /** Streams, for managing. */
  streams: StreamAPI;
  /** Reads that any replica answers. nats.ws has it, but not in its declarations. */
  direct: DirectStreamAPI;

  /**
   * Asks for the limits and the usage of the account.
   *
   * @throws NatsError, as a rejection: "503", `api_error`, TIMEOUT.
   */
  getAccountInfo(): Promise<JetStreamAccountStats>;
  /**
   * Yields the advisories of the account, from this call on: events of its streams and consumers. Ends with the
   * connection; leaving the loop unsubscribes.
   *
   * @throws NatsError as `subscribe()`; PERMISSIONS_VIOLATION and BAD_JSON from the iterator.
   */
  advisories(): AsyncIterable<Advisory>;
  /** The options in effect; `domain` is part of `apiPrefix`. */
  getOptions(): JetStreamOptions;
  /** Makes a client with the same options. */
  jetstream(): JetStreamClient;
}

/**
 * Streams, for managing. Every call rejects with NatsError: "BAD API" for a name that is empty, or has a dot, a
 * wildcard, a slash or white space; with `api_error` when the server refuses ("404" with `err_code` 10059: there is no
 * such stream); "503" when JetStream is not enabled; TIMEOUT.
 */
export interface StreamAPI {
  /**
   * Asks for configuration and state of a stream.
   *
   * @param options default: neither deleted sequences nor subjects. With `subjects_filter` all pages are asked for.
   */
  info(stream: string, options?: Partial<StreamInfoRequestOptions>): Promise<StreamInfo>;
  /**
   * Creates a stream; `name` is needed. The server supplies the default of every other field. A stream of this name and
   * of the same configuration is not an error.
   *
   * @throws NatsError, as a rejection: SERVER_OPT_NA, which names the field; "400" with `err_code` 10058 when the name
   * is taken.
   */
  add(config: Partial<StreamConfig>): Promise<StreamInfo>;
  /**
   * Changes the given fields, and leaves the others as they are.
   *
   * @throws NatsError, as a rejection: SERVER_OPT_NA, which names the field.
   */
  update(name: string, config: Partial<StreamUpdateConfig>): Promise<StreamInfo>;
  /**
   * Removes messages: all of them, or those that `options` name.
   *
   * @throws NatsError "BAD API" for `keep` together with `seq`.
   */
  purge(stream: string, options?: PurgeOpts): Promise<PurgeResponse>;
  /** Deletes a stream with its messages and consumers. Resolves with true. */
  delete(stream: string): Promise<boolean>;
  /** Lists streams with their info. @param subject only streams with this subject. Default: all. */
  list(subject?: string): Lister<StreamInfo>;
  /**
   * Removes one message. Resolves with true.
   *
   * @param erase overwrites the stored bytes. Default true.
   */
  deleteMessage(stream: string, seq: number, erase?: boolean): Promise<boolean>;
  /**
   * Reads a message through the stream's leader.
   *
   * @throws NatsError "404" with `err_code` 10037 when there is no such message.
   */
  getMessage(stream: string, query: MsgRequest): Promise<StoredMsg>;
  /**
   * Name of the one stream that has the subject.
   *
   * @throws NatsError "BAD API", as a rejection, for none and for several.
   */
  find(subject: string): Promise<string>;
  /** Lists the streams of key-value buckets: those whose name begins with "KV_". */
  listKvs(): Lister<KvStatus>;
  /** Lists the streams of object stores: those whose name begins with "OBJ_". */
  listObjectStores(): Lister<ObjectStoreStatus>;
  /** Lists the names of streams. @param subject only streams with this subject. Default: all. */
  names(subject?: string): Lister<string>;
  /** Finds a stream. */
  get(name: string): Promise<Stream>;
}

/**
 * Consumers, for managing. Every call rejects with NatsError as `StreamAPI` describes ("404" with `err_code` 10014:
 * there is no such consumer).
 */
export interface ConsumerAPI {
  /** Asks for configuration and state of a consumer. */
  info(stream: string, consumer: string): Promise<ConsumerInfo>;
  /**
   * Creates a consumer. The server supplies the default of every field that is not given.
   *
   * @throws NatsError, as a rejection: SERVER_OPT_NA, which names the field; "BAD API" for fields that exclude each
   * other; "400" with `err_code` 10148 when there is a consumer of this name and of another configuration.
   */
  add(stream: string, config: Partial<ConsumerConfig>, options?: ConsumerCreateOptions): Promise<ConsumerInfo>;
  /** Changes the given fields, and leaves the others as they are. @throws NatsError, as a rejection: as `add()`. */
  update(stream: string, durable: string, config: Partial<ConsumerUpdateConfig>): Promise<ConsumerInfo>;
  /** Deletes a consumer. Resolves with true. */
  delete(stream: string, consumer: string): Promise<boolean>;
  /** Lists the consumers of a stream. @throws NatsError "BAD API" for a name. */
  list(stream: string): Lister<ConsumerInfo>;
  /**
   * Pauses delivery until a date. Server 2.11.
   *
   * @param until needed, as the declarations of nats.ws do not say.
   * @throws NatsError, as a rejection: SERVER_OPT_NA; "BAD API" for anything but a Date.
   */
  pause(stream: string, name: string, until?: Date): Promise<ConsumerPause>;
  /** Ends a pause. Server 2.11. @throws NatsError SERVER_OPT_NA, as a rejection. */
  resume(stream: string, name: string): Promise<ConsumerPause>;
  /**
   * Delivers again from a stream sequence on. Server 2.14. Not in nats.ws.
   *
   * @param seq at least 0. Default: the first message that is not acknowledged.
   * @throws NatsError, as a rejection: SERVER_OPT_NA; "BAD API" for a number that is not a sequence.
   */
  reset(stream: string, name: string, seq?: number): Promise<ConsumerResetResponse>;
  /**
   * Ends the privilege of the pinned client: another client of the priority group becomes the pinned one. Server 2.11.
   * Not in nats.ws.
   *
   * @throws NatsError, as a rejection: SERVER_OPT_NA; "BAD API" for the name of the group.
   */
  unpin(stream: string, name: string, group: string): Promise<void>;
}

/** State of a consumer's pause. */
export interface ConsumerPause {
  /** True while the consumer does not deliver. */
  paused: boolean;
  /** End of the pause: an ISO 8601 date. */
  pause_until?: string;
}

/** A list that is asked for page by page. */
export interface Lister<T> {
  /** Yields the items of all pages. Throws the NatsError of a page that cannot be read. */
  [Symbol.asyncIterator](): AsyncIterator<T>;
  /** Asks for the next page. Empty after the last page, and after an error. @throws NatsError, as a rejection, once. */
  next(): Promise<T[]>;
}
