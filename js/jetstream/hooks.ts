/**
 * Where the parts plug in that have state machines. Each function belongs to the part it names; what is large is imported
 * when it is first used.
 */
import type { QueuedIterator } from "../core/types";
import type { KV, KvOptions } from "../kv/types";
import type { ObjectStore, ObjectStoreOptions } from "../object-store/types";
import type { Api } from "./api";
import { misuse } from "./names";
import { PullConsumer } from "./pull/consumer";
import type { JetStreamClient } from "./types/client";
import type { ConsumerInfo, PullOptions } from "./types/consumer";
import type { Consumer, OrderedConsumerOptions } from "./types/consuming";
import type {
  ConsumerOpts,
  ConsumerOptsBuilder,
  JetStreamPullSubscription,
  JetStreamSubscription,
} from "./types/legacy";
import type { JsMsg } from "./types/messages";

// ---- pull: js/jetstream/pull ----------------------------------------------------------------------------------------

export function pullConsumer(api: Api, info: ConsumerInfo): Consumer {
  return new PullConsumer(api, info);
}

// ---- ordered: js/jetstream/ordered ----------------------------------------------------------------------------------

export function orderedConsumer(
  _api: Api,
  stream: string,
  _options: Partial<OrderedConsumerOptions>,
): Promise<Consumer> {
  throw misuse(`stream "${stream}": ordered consumers are not in this build`);
}

// ---- consuming as it was: js/jetstream/legacy -----------------------------------------------------------------------

export function pullOne(_api: Api, stream: string, _consumer: string, _expires?: number): Promise<JsMsg> {
  throw misuse(`stream "${stream}": pull() is not in this build`);
}

export function fetchMany(
  _api: Api,
  stream: string,
  _durable: string,
  _options?: Partial<PullOptions>,
): QueuedIterator<JsMsg> {
  throw misuse(`stream "${stream}": fetch() is not in this build`);
}

export function pullSubscribe(
  _api: Api,
  subject: string,
  _options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
): Promise<JetStreamPullSubscription> {
  throw misuse(`"${subject}": pullSubscribe() is not in this build`);
}

export function pushSubscribe(
  _api: Api,
  subject: string,
  _options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
): Promise<JetStreamSubscription> {
  throw misuse(`"${subject}": subscribe() is not in this build`);
}

// ---- views: js/kv, js/object-store ----------------------------------------------------------------------------------

export async function openBucket(api: Api, name: string, options?: Partial<KvOptions>): Promise<KV> {
  return (await import("../kv/bucket")).openBucket(api, name, options);
}

export function openObjectStore(
  _js: JetStreamClient,
  _api: Api,
  name: string,
  _options?: Partial<ObjectStoreOptions>,
): Promise<ObjectStore> {
  throw misuse(`object store "${name}": object stores are not in this build`);
}
