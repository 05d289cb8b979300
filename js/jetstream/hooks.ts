/**
 * Where the parts plug in that have state machines. Each function belongs to the part it names; what is large is imported
 * when it is first used.
 */
import type { Payload } from "../core/types";
import type { KV, KvOptions } from "../kv/types";
import type { ObjectStore, ObjectStoreOptions } from "../object-store/types";
import type { Api } from "./api";
import { PullConsumer } from "./pull/consumer";
import type { JetStreamManager, Stream } from "./types/client";
import type { ConsumerInfo } from "./types/consumer";
import type {
  BoundPushConsumerOptions,
  Consumer,
  OrderedConsumerOptions,
  OrderedPushConsumerOptions,
  PushConsumer,
} from "./types/consuming";
import type {
  ConsumerOpts,
  ConsumerOptsBuilder,
  JetStreamPullSubscription,
  JetStreamSubscription,
} from "./types/legacy";
import type { Batch, BatchMessageOptions, JsMsg } from "./types/messages";

// ---- streams and managers: streams.ts, manager.ts, batch.ts ---------------------------------------------------------

export async function openManager(api: Api, checkAPI?: boolean): Promise<JetStreamManager> {
  return (await import("./manager")).openManager(api, checkAPI);
}

export async function openStream(api: Api, name: string): Promise<Stream> {
  return (await import("./manager")).openStream(api, name);
}

export async function startBatch(
  api: Api,
  subject: string,
  payload?: Payload,
  options?: BatchMessageOptions,
): Promise<Batch> {
  return (await import("./batch")).startBatch(api, subject, payload, options);
}

// ---- pull: js/jetstream/pull ----------------------------------------------------------------------------------------

export function pullConsumer(api: Api, info: ConsumerInfo): Consumer {
  return new PullConsumer(api, info);
}

// ---- ordered: js/jetstream/ordered ----------------------------------------------------------------------------------

export async function orderedConsumer(
  api: Api,
  stream: string,
  options: Partial<OrderedConsumerOptions>,
): Promise<Consumer> {
  return (await import("./ordered/consumer")).openOrderedConsumer(api, stream, options);
}

// ---- push: js/jetstream/push ----------------------------------------------------------------------------------------

export async function pushConsumer(
  api: Api,
  stream: string,
  name: string | Partial<OrderedPushConsumerOptions>,
): Promise<PushConsumer> {
  return (await import("./push/consumer")).openPushConsumer(api, stream, name);
}

export async function boundPushConsumer(api: Api, options: BoundPushConsumerOptions): Promise<PushConsumer> {
  return (await import("./push/consumer")).openBoundPushConsumer(api, options);
}

// ---- consuming as it was: js/jetstream/legacy -----------------------------------------------------------------------

export { fetchMany } from "./legacy/ask";

export async function pullOne(api: Api, stream: string, consumer: string, expires?: number): Promise<JsMsg> {
  return (await import("./legacy/fetch")).pullOne(api, stream, consumer, expires);
}

export async function pullSubscribe(
  api: Api,
  subject: string,
  options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
): Promise<JetStreamPullSubscription> {
  return (await import("./legacy/subscribe")).pullSubscribe(api, subject, options);
}

export async function pushSubscribe(
  api: Api,
  subject: string,
  options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
): Promise<JetStreamSubscription> {
  return (await import("./legacy/subscribe")).pushSubscribe(api, subject, options);
}

// ---- views: js/kv, js/object-store ----------------------------------------------------------------------------------

export async function openBucket(api: Api, name: string, options?: Partial<KvOptions>): Promise<KV> {
  return (await import("../kv/bucket")).openBucket(api, name, options);
}

export async function openObjectStore(
  api: Api,
  name: string,
  options?: Partial<ObjectStoreOptions>,
): Promise<ObjectStore> {
  return (await import("../object-store/store")).openObjectStore(api, name, options);
}
