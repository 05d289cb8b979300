/**
 * The way to a consumer, for consuming. Owns no consumer: pull/, push/ and ordered/ do. Managing consumers:
 * manage/consumer-admin.ts.
 */
import type { Api } from "./api";
import type { Parts } from "./parts";
import { PullConsumer } from "./pull/pull-consumer";
import { checkConsumerName, checkStreamName, misuse, requireServer } from "./names";
import type { Consumers } from "./types/client";
import type { ConsumerInfo } from "./types/consumer-config";
import type {
  BoundPushConsumerOptions,
  Consumer,
  OrderedConsumerOptions,
  OrderedPushConsumerOptions,
  PushConsumer,
} from "./types/consumption";

/** `JetStreamClient.consumers`. */
export class ConsumersImpl implements Consumers {
  readonly #api: Api;
  readonly #parts: Parts;

  constructor(api: Api, parts: Parts) {
    this.#api = api;
    this.#parts = parts;
  }

  async get(stream: string, name: string | Partial<OrderedConsumerOptions> = {}): Promise<Consumer> {
    requireServer(this.#api.nc, "the consumers API", "2.9.4");
    if (typeof name === "object") return this.#parts.orderedConsumer(this.#api, stream, name);
    checkStreamName(stream);
    checkConsumerName(name);
    return this.getPullConsumerFor(await this.#api.request(`CONSUMER.INFO.${stream}.${name}`));
  }

  async getPushConsumer(
    stream: string,
    name: string | Partial<OrderedPushConsumerOptions> = {},
  ): Promise<PushConsumer> {
    requireServer(this.#api.nc, "the consumers API", "2.9.4");
    return this.#parts.pushConsumer(this.#api, stream, name);
  }

  getBoundPushConsumer(options: BoundPushConsumerOptions): Promise<PushConsumer> {
    return this.#parts.boundPushConsumer(this.#api, options);
  }

  getPullConsumerFor(info: ConsumerInfo): Consumer {
    if (info.config.deliver_subject !== undefined) {
      throw misuse(`push consumer not supported: "${info.name}" delivers to "${info.config.deliver_subject}"`);
    }
    return new PullConsumer(this.#api, info);
  }
}
