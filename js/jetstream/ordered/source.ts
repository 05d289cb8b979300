/**
 * The consumers behind an ordered pull consumer, one after the other. Owns creating them, and telling a message of the
 * current one from those of earlier ones; src/core/jetstream/ordered.rs decides when another one is needed.
 */
import { delay } from "../../core/helpers/delay";
import type { Msg } from "../../core/types";
import { StatusKind } from "../../engine/generated/machines.enums";
import type { Ordered } from "../../engine/machines";
import type { Api } from "../api";
import { ConsumersManager } from "../manage/consumer-admin";
import { DeliveryReader } from "../messages/delivery";
import { ConsumerDebugEvents, ConsumerEvents, DeliverPolicy, JsHeaders } from "../enums";
import { ApiCode, isApiError } from "../errors";
import type { PullMessages, Source } from "../pull/messages";
import { eventOf, type ServerStatus } from "../messages/statuses";
import type { ConsumerInfo } from "../types/consumer-config";
import type { OrderedConsumerOptions } from "../types/consumption";
import type { JsMsg } from "../types/messages";
import { configOf } from "./config";

export class OrderedSource implements Source {
  readonly stream: string;
  readonly #api: Api;
  readonly #consumers: ConsumersManager;
  readonly #options: Partial<OrderedConsumerOptions>;
  readonly #prefix: string;
  readonly #machine: Ordered;
  /** Undefined when there is no consumer. */
  #info: ConsumerInfo | undefined = undefined;
  /** The machine's number of the current consumer. */
  #serial = 0;
  #deliveries = new DeliveryReader();
  #making: Promise<void> | undefined = undefined;
  #isRecovering = false;
  #streamMissing = 0;
  /** The reader; undefined: nobody reads. */
  messages: PullMessages | undefined = undefined;
  /** True: reading ends when stream or consumer is gone. */
  aborts = false;
  /** True: reading ends when the stream is gone. */
  needsStream = false;

  constructor(api: Api, stream: string, options: Partial<OrderedConsumerOptions>, prefix: string, machine: Ordered) {
    this.stream = stream;
    this.#api = api;
    this.#consumers = new ConsumersManager(api);
    this.#options = options;
    this.#prefix = prefix;
    this.#machine = machine;
  }

  get name(): string {
    return this.#info?.name ?? "";
  }

  /** Resolves with the current consumer, and creates one when there is none. */
  async ensure(): Promise<ConsumerInfo> {
    // A reader that leaves while a consumer is being created may need another one.
    while (this.#info === undefined || this.#machine.is_lost()) await this.#replace();
    return this.#info;
  }

  /** Deletes the current consumer; false when there is none. */
  async delete(): Promise<boolean> {
    const info = this.#info;
    if (info === undefined) return false;
    this.#forget();
    return this.#consumers.delete(this.stream, info.name);
  }

  /** Looks for the current consumer, because the server is silent, and replaces it when it is gone. */
  async look(): Promise<void> {
    if (this.#making !== undefined) return this.#making;
    try {
      await this.#consumers.info(this.stream, this.name);
    } catch (error) {
      if (!isApiError(error, ApiCode.ConsumerNotFound)) throw error;
      this.#tell(ConsumerEvents.ConsumerNotFound, 1);
      this.#forget();
      await this.#replace();
    }
  }

  accept(message: Msg): number {
    // The message is not of the next consumer, which was not asked yet: the one before may start again when its server
    // lost its state.
    if (this.#making !== undefined) return 0;
    const delivery = this.#deliveries.read(message);
    if (delivery === undefined) return 0;
    const machine = this.#machine;
    const { streamSequence, deliverySequence } = delivery;
    if (machine.handle_message(this.#serial, streamSequence, deliverySequence)) return streamSequence;
    if (machine.is_lost()) void this.#recover();
    return 0;
  }

  leave({ seq }: JsMsg): void {
    // Called for every message that was left: reading goes on with the first.
    if (seq <= this.#machine.stream_seq()) this.#machine.rewind(seq - 1);
  }

  intercept(status: ServerStatus): boolean {
    // The status is of the consumer before.
    if (this.#making !== undefined) return true;
    const machine = this.#machine;
    if (status.kind === StatusKind.Heartbeat) {
      const last = status.message.headers?.get(JsHeaders.LastConsumerSeqHdr);
      if (last) machine.handle_heartbeat(machine.serial(), Number(last));
      if (machine.is_lost()) void this.#recover();
      return false;
    }
    const isDeleted = status.kind === StatusKind.Deleted;
    if (this.aborts || !(isDeleted || status.kind === StatusKind.NoResponders)) return false;
    this.messages?.notify(eventOf({ type: isDeleted ? "consumer_deleted" : "no_responders" }, this, status));
    this.#forget();
    void this.#recover();
    return true;
  }

  /** Recreates the consumer, and retries until it exists or nobody reads any more. */
  async #recover(): Promise<void> {
    if (this.#isRecovering) return;
    this.#isRecovering = true;
    try {
      while (this.messages !== undefined && !this.#api.nc.isClosed()) {
        try {
          await this.#replace();
          this.messages?.restart();
          return;
        } catch (error) {
          this.#report(error as Error);
        }
      }
    } finally {
      this.#isRecovering = false;
    }
  }

  #report(error: Error): void {
    if (!isApiError(error, ApiCode.StreamNotFound)) return;
    this.#tell(ConsumerEvents.StreamNotFound, ++this.#streamMissing);
    if (this.aborts || this.needsStream) {
      this.messages?.stop(error);
      this.messages = undefined;
    }
  }

  /** Forgets the current consumer: it is gone. */
  #forget(): void {
    this.#info = undefined;
    this.#machine.handle_gone(this.#machine.serial());
  }

  #replace(): Promise<void> {
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(): Promise<void> {
    const machine = this.#machine;
    if (machine.serial() > 0) this.#tell(ConsumerDebugEvents.Reset, "");
    while (!machine.poll_output(performance.now())) await delay(Math.max(0, machine.deadline() - performance.now()));
    const serial = machine.serial();
    const before = this.#info;
    this.#info = undefined;
    // A failure is of no consequence: the next consumer does not depend on it, and the server removes an unused
    // consumer.
    const removed = before && this.#consumers.delete(this.stream, before.name).catch(() => {});
    try {
      const config = configOf(this.#options, `${this.#prefix}_${serial}`, machine.start_seq());
      const info = await this.#consumers.add(this.stream, config);
      // The old consumer's requests have ended then: its last statuses cannot be taken for those of the next one.
      await removed;
      this.#info = info;
      this.#serial = serial;
      this.#deliveries = new DeliveryReader(info.name);
      this.#streamMissing = 0;
      const { consumer_seq, stream_seq } = info.delivered;
      const isNew = info.config.deliver_policy === DeliverPolicy.New && consumer_seq === 0;
      machine.handle_created(performance.now(), serial, isNew ? stream_seq : 0);
      if (serial > 1) this.#tell(ConsumerEvents.OrderedConsumerRecreated, info.name);
    } catch (error) {
      machine.handle_failed(serial);
      throw error;
    }
  }

  #tell(type: ConsumerEvents | ConsumerDebugEvents, data: string | number): void {
    const { stream } = this;
    const name = type === ConsumerEvents.StreamNotFound ? stream : typeof data === "string" ? data : this.name;
    this.messages?.notify({
      type,
      data,
      stream,
      ...(name && { name }),
      ...(typeof data === "number" && { count: data }),
    });
  }
}
