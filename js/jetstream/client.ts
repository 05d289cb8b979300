/** `JetStreamClient`: publishing, and the ways to consumers, streams and stores. */
import type { BaseConnection, Payload, QueuedIterator } from "../core/types";
import type { KV, KvOptions } from "../kv/types";
import type { ObjectStore, ObjectStoreOptions } from "../object-store/types";
import { Api } from "./api";
import { startBatch } from "./batch";
import { ConsumersImpl } from "./consumers";
import { fetchMany, openBucket, openObjectStore, pullOne, pullSubscribe, pushSubscribe } from "./hooks";
import { jetstreamManager } from "./manager";
import { publish } from "./publish";
import { StreamsManager } from "./streams";
import type {
  Consumers,
  JetStreamClient,
  JetStreamManager,
  JetStreamManagerOptions,
  JetStreamOptions,
  Streams,
  Views,
} from "./types/client";
import type { PullOptions } from "./types/consumer";
import type {
  ConsumerOpts,
  ConsumerOptsBuilder,
  JetStreamPullSubscription,
  JetStreamSubscription,
} from "./types/legacy";
import type { Batch, BatchMessageOptions, JetStreamPublishOptions, JsMsg, PubAck } from "./types/messages";

/**
 * JetStream on `nc`, for those who publish and consume.
 *
 * @throws NatsError "BAD API" for an empty prefix.
 */
export function jetstream(nc: BaseConnection, options?: JetStreamOptions): JetStreamClient {
  return new JetStream(new Api(nc, options));
}

export class JetStream implements JetStreamClient {
  readonly #api: Api;
  readonly consumers: Consumers;
  readonly streams: Streams;

  constructor(api: Api) {
    this.#api = api;
    this.consumers = new ConsumersImpl(api);
    this.streams = new StreamsManager(api);
  }

  /** As in the clients of NATS, declared or not. */
  get nc(): BaseConnection {
    return this.#api.nc;
  }

  get apiPrefix(): string {
    return this.#api.prefix;
  }

  getOptions(): JetStreamOptions {
    return { ...this.#api.options };
  }

  async jetstreamManager(checkAPI?: boolean): Promise<JetStreamManager> {
    const options: JetStreamManagerOptions = this.getOptions();
    return jetstreamManager(this.#api.nc, checkAPI === undefined ? options : { ...options, checkAPI });
  }

  publish(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<PubAck> {
    return publish(this.#api, subject, payload, options);
  }

  startBatch(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<Batch> {
    return startBatch(this.#api, subject, payload, options);
  }

  get views(): Views {
    return {
      kv: async (name: string, options?: Partial<KvOptions>): Promise<KV> => openBucket(this.#api, name, options),
      os: async (name: string, options?: Partial<ObjectStoreOptions>): Promise<ObjectStore> =>
        openObjectStore(this.#api, name, options),
    };
  }

  async pull(stream: string, consumer: string, expires?: number): Promise<JsMsg> {
    return pullOne(this.#api, stream, consumer, expires);
  }

  fetch(stream: string, durable: string, options?: Partial<PullOptions>): QueuedIterator<JsMsg> {
    return fetchMany(this.#api, stream, durable, options);
  }

  async pullSubscribe(
    subject: string,
    options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
  ): Promise<JetStreamPullSubscription> {
    return pullSubscribe(this.#api, subject, options);
  }

  async subscribe(
    subject: string,
    options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
  ): Promise<JetStreamSubscription> {
    return pushSubscribe(this.#api, subject, options);
  }
}
