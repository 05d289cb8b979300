/**
 * A stream as an object, with the way to its consumers. Apart from streams.ts, because buckets and object stores do not
 * need this file.
 */
import type { Api } from "../api";
import { ConsumersManager } from "./consumer-admin";
import { ConsumersImpl } from "../consumer-lookup";
import type { Parts } from "../parts";
import { StreamsManager } from "./streams";
import type { Stream, StreamAPI } from "../types/client";
import type { ConsumerInfo, ConsumerResetResponse } from "../types/consumer-config";
import type { Consumer, OrderedConsumerOptions, OrderedPushConsumerOptions, PushConsumer } from "../types/consumption";
import type { StoredMsg } from "../types/messages";
import type { MsgRequest, StreamAlternate, StreamInfo, StreamInfoRequestOptions } from "../types/stream";

/** `JetStreamManager.streams`. */
export class StreamsImpl extends StreamsManager implements StreamAPI {
  readonly #api: Api;
  readonly #parts: Parts;

  constructor(api: Api, parts: Parts) {
    super(api);
    this.#api = api;
    this.#parts = parts;
  }

  async get(name: string): Promise<Stream> {
    return new StreamImpl(this.#api, this.#parts, this, await this.info(name));
  }
}

class StreamImpl implements Stream {
  readonly #api: Api;
  readonly #streams: StreamAPI;
  readonly #consumers: ConsumersImpl;
  #info: StreamInfo;

  constructor(api: Api, parts: Parts, streams: StreamAPI, info: StreamInfo) {
    this.#api = api;
    this.#consumers = new ConsumersImpl(api, parts);
    this.#streams = streams;
    this.#info = info;
  }

  get name(): string {
    return this.#info.config.name;
  }

  async info(cached = false, options?: Partial<StreamInfoRequestOptions>): Promise<StreamInfo> {
    if (!cached) this.#info = await this.#streams.info(this.name, options);
    return this.#info;
  }

  async alternates(): Promise<StreamAlternate[]> {
    return (await this.info()).alternates ?? [];
  }

  async best(): Promise<Stream> {
    const [nearest] = await this.alternates();
    return nearest === undefined ? this : this.#streams.get(nearest.name);
  }

  getConsumer(name?: string | Partial<OrderedConsumerOptions>): Promise<Consumer> {
    return this.#consumers.get(this.name, name);
  }

  getConsumerFromInfo(info: ConsumerInfo): Consumer {
    return this.#consumers.getPullConsumerFor(info);
  }

  getPushConsumer(name?: string | Partial<OrderedPushConsumerOptions>): Promise<PushConsumer> {
    return this.#consumers.getPushConsumer(this.name, name);
  }

  resetConsumer(name: string, seq?: number): Promise<ConsumerResetResponse> {
    return new ConsumersManager(this.#api).reset(this.name, name, seq);
  }

  getMessage(query: MsgRequest): Promise<StoredMsg> {
    return this.#streams.getMessage(this.name, query);
  }

  deleteMessage(seq: number, erase?: boolean): Promise<boolean> {
    return this.#streams.deleteMessage(this.name, seq, erase);
  }
}
