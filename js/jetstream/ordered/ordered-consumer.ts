/**
 * A pull consumer that delivers every message once and in order. Owns the choice of its user: one call at a time, and
 * either `fetch` and `next` or `consume`.
 */
import { machines } from "../../engine/machines";
import type { Api } from "../api";
import { ConsumersManager } from "../manage/consumer-admin";
import { checkStreamName, misuse } from "../names";
import type { PullMessages } from "../pull/messages";
import { openPull } from "../pull/open";
import type { ConsumerInfo } from "../types/consumer-config";
import type {
  AbortOnMissingResource,
  Bind,
  ConsumeOptions,
  Consumer,
  ConsumerMessages,
  FetchOptions,
  NextOptions,
  OrderedConsumerOptions,
} from "../types/consumption";
import type { JsMsg } from "../types/messages";
import { prefixOf } from "./config";
import { OrderedSource } from "./source";

/**
 * Makes an ordered consumer of an existing stream. The consumer on the server is created when it is first needed.
 *
 * @throws NatsError, as a rejection: "BAD API" for a name; with `api_error` when there is no such stream.
 */
export async function openOrderedConsumer(
  api: Api,
  stream: string,
  options: Partial<OrderedConsumerOptions>,
): Promise<Consumer> {
  checkStreamName(stream);
  const prefix = prefixOf(options);
  await api.request(`STREAM.INFO.${stream}`);
  const machine = new (machines().Ordered)(performance.now(), 0, Math.random());
  return new OrderedConsumer(api, new OrderedSource(api, stream, options, prefix, machine));
}

enum Mode {
  Consume = "consume",
  Fetch = "fetch",
}

class OrderedConsumer implements Consumer {
  readonly #api: Api;
  readonly #source: OrderedSource;
  /** Undefined before the first call, which decides. */
  #mode: Mode | undefined = undefined;
  #isBusy = false;

  constructor(api: Api, source: OrderedSource) {
    this.#api = api;
    this.#source = source;
  }

  isPullConsumer(): boolean {
    return true;
  }

  isPushConsumer(): boolean {
    return false;
  }

  consume(options: ConsumeOptions = {}): Promise<ConsumerMessages> {
    return this.#open(options, Mode.Consume);
  }

  fetch(options: FetchOptions = {}): Promise<ConsumerMessages> {
    return this.#open(options, Mode.Fetch);
  }

  async next(options: NextOptions = {}): Promise<JsMsg | null> {
    for await (const message of await this.#open({ ...options, max_messages: 1 }, Mode.Fetch)) return message;
    options.signal?.throwIfAborted();
    return null;
  }

  delete(): Promise<boolean> {
    return this.#source.delete();
  }

  async info(cached = false): Promise<ConsumerInfo> {
    const { name, stream } = this.#source;
    if (cached || name === "") return this.#source.ensure();
    return new ConsumersManager(this.#api).info(stream, name);
  }

  async #open(
    options: (ConsumeOptions | FetchOptions) & Bind & AbortOnMissingResource,
    mode: Mode,
  ): Promise<PullMessages> {
    this.#check(options, mode);
    this.#mode = mode;
    this.#isBusy = true;
    const source = this.#source;
    try {
      await source.ensure();
      const endless = mode === Mode.Consume;
      const messages = openPull(this.#api, source, options, endless, endless);
      source.messages = messages;
      source.aborts = options.abort_on_missing_resource === true;
      source.needsStream = !endless;
      messages.closed().then(() => {
        this.#isBusy = false;
        source.messages = undefined;
      });
      return messages;
    } catch (error) {
      this.#isBusy = false;
      throw error;
    }
  }

  #check({ bind }: Bind, mode: Mode): void {
    const what = `the ordered consumer of stream "${this.#source.stream}"`;
    if (bind) throw misuse(`bind is not supported: ${what} is made when it is needed`);
    if (this.#mode !== undefined && mode !== this.#mode) {
      throw misuse(`ordered consumer already initialized as ${this.#mode}: ${what} cannot ${mode}`);
    }
    if (this.#isBusy) throw misuse(`ordered consumer doesn't support concurrent ${mode}: ${what} is in use`);
  }
}
