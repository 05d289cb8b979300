/**
 * The large parts of JetStream: managers, consumers, buckets, object stores. Types only: the maker of a client decides
 * how its parts are loaded, so that this room imports no room above it, and an entry can load them late or at once.
 */
import type { Payload } from "../core/types";
import type { Api } from "./api";
import type { JetStreamManager, Stream } from "./types/client";
import type {
  BoundPushConsumerOptions,
  Consumer,
  OrderedConsumerOptions,
  OrderedPushConsumerOptions,
  PushConsumer,
} from "./types/consumption";
import type { KV, KvOptions } from "./types/kv";
import type {
  ConsumerOpts,
  ConsumerOptsBuilder,
  JetStreamPullSubscription,
  JetStreamSubscription,
} from "./types/legacy";
import type { Batch, BatchMessageOptions, JsMsg } from "./types/messages";
import type { ObjectStore, ObjectStoreOptions } from "./types/object-store";

type SubscribeOptions = ConsumerOptsBuilder | Partial<ConsumerOpts>;

export interface Parts {
  openManager(api: Api, checkAPI?: boolean): Promise<JetStreamManager>;
  openStream(api: Api, name: string): Promise<Stream>;
  startBatch(api: Api, subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<Batch>;

  orderedConsumer(api: Api, stream: string, options: Partial<OrderedConsumerOptions>): Promise<Consumer>;
  pushConsumer(api: Api, stream: string, name: string | Partial<OrderedPushConsumerOptions>): Promise<PushConsumer>;
  boundPushConsumer(api: Api, options: BoundPushConsumerOptions): Promise<PushConsumer>;

  pullOne(api: Api, stream: string, consumer: string, expires?: number): Promise<JsMsg>;
  pullSubscribe(api: Api, subject: string, options: SubscribeOptions): Promise<JetStreamPullSubscription>;
  pushSubscribe(api: Api, subject: string, options: SubscribeOptions): Promise<JetStreamSubscription>;

  openBucket(api: Api, name: string, options?: Partial<KvOptions>): Promise<KV>;
  openObjectStore(api: Api, name: string, options?: Partial<ObjectStoreOptions>): Promise<ObjectStore>;
}
