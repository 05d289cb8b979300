/**
 * `JetStreamClient` and the ways into it. Owns what must happen in the turn of the call: publishing, and refusing what
 * cannot be. Everything else is imported when it is first used (hooks.ts), so that whoever only connects does not load it.
 */
import type { BaseConnection, Payload, QueuedIterator } from "../core/types";
import type { KV, KvOptions } from "../kv/types";
import type { ObjectStore, ObjectStoreOptions } from "../object-store/types";
import { Api } from "./api";
import { ConsumersImpl } from "./consumers";
import {
  fetchMany,
  openBucket,
  openManager,
  openObjectStore,
  openStream,
  pullOne,
  pullSubscribe,
  pushSubscribe,
  startBatch,
} from "./hooks";
import { publish } from "./publish";
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

/**
 * JetStream on `nc`, for those who set it up.
 *
 * @throws NatsError, as a rejection: "503" when there is no JetStream, unless `checkAPI` is false; "BAD API" for an empty
 * prefix.
 */
export async function jetstreamManager(
  nc: BaseConnection,
  options?: JetStreamManagerOptions,
): Promise<JetStreamManager> {
  return openManager(new Api(nc, options), options?.checkAPI);
}

export class JetStream implements JetStreamClient {
  readonly #api: Api;
  readonly consumers: Consumers;
  readonly streams: Streams;

  constructor(api: Api) {
    this.#api = api;
    this.consumers = new ConsumersImpl(api);
    this.streams = { get: (stream) => openStream(api, stream) };
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

  jetstreamManager(checkAPI?: boolean): Promise<JetStreamManager> {
    return openManager(this.#api, checkAPI ?? (this.#api.options as JetStreamManagerOptions).checkAPI);
  }

  publish(subject: string, payload?: Payload, options?: Partial<JetStreamPublishOptions>): Promise<PubAck> {
    return publish(this.#api, subject, payload, options);
  }

  startBatch(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<Batch> {
    return startBatch(this.#api, subject, payload, options);
  }

  get views(): Views {
    return {
      kv: (name: string, options?: Partial<KvOptions>): Promise<KV> => openBucket(this.#api, name, options),
      os: (name: string, options?: Partial<ObjectStoreOptions>): Promise<ObjectStore> =>
        openObjectStore(this.#api, name, options),
    };
  }

  pull(stream: string, consumer: string, expires?: number): Promise<JsMsg> {
    return pullOne(this.#api, stream, consumer, expires);
  }

  fetch(stream: string, durable: string, options?: Partial<PullOptions>): QueuedIterator<JsMsg> {
    return fetchMany(this.#api, stream, durable, options);
  }

  pullSubscribe(
    subject: string,
    options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
  ): Promise<JetStreamPullSubscription> {
    return pullSubscribe(this.#api, subject, options);
  }

  subscribe(subject: string, options: ConsumerOptsBuilder | Partial<ConsumerOpts>): Promise<JetStreamSubscription> {
    return pushSubscribe(this.#api, subject, options);
  }
}
