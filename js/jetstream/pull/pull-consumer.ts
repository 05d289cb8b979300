/** A pull consumer that exists on the server: its info, and the ways to its messages (open.ts). */
import type { Api } from "../api";
import type { ConsumerInfo } from "../types/consumer-config";
import type { Consumer, ConsumeOptions, ConsumerMessages, FetchOptions, NextOptions } from "../types/consumption";
import type { JsMsg } from "../types/messages";
import type { Source } from "./open";

export class PullConsumer implements Consumer, Source {
  readonly #api: Api;
  #info: ConsumerInfo;

  constructor(api: Api, info: ConsumerInfo) {
    this.#api = api;
    this.#info = info;
  }

  get stream(): string {
    return this.#info.stream_name;
  }

  get name(): string {
    return this.#info.name;
  }

  async info(cached = false): Promise<ConsumerInfo> {
    if (!cached) this.#info = await this.#api.request<ConsumerInfo>(`CONSUMER.INFO.${this.stream}.${this.name}`);
    return this.#info;
  }

  async delete(): Promise<boolean> {
    const answer = await this.#api.request<{ success: boolean }>(`CONSUMER.DELETE.${this.stream}.${this.name}`);
    return answer.success;
  }

  isPullConsumer(): boolean {
    return true;
  }

  isPushConsumer(): boolean {
    return false;
  }

  look(): Promise<ConsumerInfo> {
    return this.info();
  }

  consume(options: ConsumeOptions = {}): Promise<ConsumerMessages> {
    return this.#open(options, true);
  }

  fetch(options: FetchOptions = {}): Promise<ConsumerMessages> {
    return this.#open(options, false);
  }

  async next(options: NextOptions = {}): Promise<JsMsg | null> {
    for await (const message of await this.fetch({ ...options, max_messages: 1 })) return message;
    options.signal?.throwIfAborted();
    return null;
  }

  async #open(options: ConsumeOptions | FetchOptions, endless: boolean): Promise<ConsumerMessages> {
    const { openPull } = await import("./open");
    return openPull(this.#api, this, options, endless);
  }
}
