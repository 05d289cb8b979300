/**
 * `JetStreamClient`. Owns the work that must happen in the turn of the call: publishing, and refusing wrong arguments.
 * Everything else is imported when it is first used (parts.ts), so that a page that only connects does not load it.
 */
import type { BaseConnection, Payload, QueuedIterator } from "../core/types";
import type { KV, KvOptions } from "./types/kv";
import type { ObjectStore, ObjectStoreOptions } from "./types/object-store";
import type { Api } from "./api";
import { ConsumersImpl } from "./consumer-lookup";
import { fetchMany } from "./legacy/ask";
import type { Parts } from "./parts";
import { publish } from "./publish/publish";
import type {
  Consumers,
  JetStreamClient,
  JetStreamManager,
  JetStreamManagerOptions,
  JetStreamOptions,
  Streams,
  Views,
} from "./types/client";
import type { PullOptions } from "./types/consumer-config";
import type {
  ConsumerOpts,
  ConsumerOptsBuilder,
  JetStreamPullSubscription,
  JetStreamSubscription,
} from "./types/legacy";
import type { Batch, BatchMessageOptions, JetStreamPublishOptions, JsMsg, PubAck } from "./types/messages";

export class JetStream implements JetStreamClient {
  readonly #api: Api;
  readonly #parts: Parts;
  readonly consumers: Consumers;
  readonly streams: Streams;

  constructor(api: Api, parts: Parts) {
    this.#api = api;
    this.#parts = parts;
    this.consumers = new ConsumersImpl(api, parts);
    this.streams = { get: (stream) => parts.openStream(api, stream) };
  }

  /** The connection, a member that the clients of NATS have, declared or not. */
  get nc(): BaseConnection {
    return this.#api.nc;
  }

  get apiPrefix(): string {
    return this.#api.prefix;
  }

  getOptions(): JetStreamOptions {
    return { ...this.#api.options };
  }

  jetstreamManager(checkAPI?: boolean): Promise<JetStreamManager> {
    return this.#parts.openManager(this.#api, checkAPI ?? (this.#api.options as JetStreamManagerOptions).checkAPI);
  }

  publish(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<PubAck> {
    return publish(this.#api, subject, payload, options);
  }

  startBatch(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<Batch> {
    return this.#parts.startBatch(this.#api, subject, payload, options);
  }

  get views(): Views {
    return {
      kv: (name: string, options?: Partial<KvOptions>): Promise<KV> => this.#parts.openBucket(this.#api, name, options),
      os: (name: string, options?: Partial<ObjectStoreOptions>): Promise<ObjectStore> =>
        this.#parts.openObjectStore(this.#api, name, options),
    };
  }

  pull(stream: string, consumer: string, expires?: number): Promise<JsMsg> {
    return this.#parts.pullOne(this.#api, stream, consumer, expires);
  }

  fetch(stream: string, durable: string, options?: Partial<PullOptions>): QueuedIterator<JsMsg> {
    return fetchMany(this.#api, stream, durable, options);
  }

  pullSubscribe(
    subject: string,
    options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
  ): Promise<JetStreamPullSubscription> {
    return this.#parts.pullSubscribe(this.#api, subject, options);
  }

  subscribe(subject: string, options: ConsumerOptsBuilder | Partial<ConsumerOpts>): Promise<JetStreamSubscription> {
    return this.#parts.pushSubscribe(this.#api, subject, options);
  }
}
