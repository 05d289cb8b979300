/**
 * The common part of the deprecated subscriptions. Shows the reader's counts and the subscription below. Each
 * subscription owns where its messages come from, and its end.
 */
import { asyncDispose } from "../../core/helpers/dispose";
import type { NatsError } from "../../base/errors";
import type { Msg, Subscription } from "../../core/types";
import type { Api } from "../api";
import { ConsumersManager } from "../manage/consumer-admin";
import type { ConsumerInfo } from "../types/consumer-config";
import type { JetStreamSubscription } from "../types/legacy";
import type { JsMsg } from "../types/messages";
import type { SubscriptionPlan } from "./options";
import { Reader } from "./reader";

/** The source of the messages. */
interface Push {
  readonly subscription: Subscription;
  /** Hears that the reader is done with one message. */
  processed(): void;
}

export abstract class ReadSubscription<Source extends Push> implements JetStreamSubscription {
  readonly api: Api;
  /** Set before the first message. */
  push!: Source;
  protected readonly reader: Reader;

  constructor(api: Api, plan: SubscriptionPlan) {
    this.api = api;
    this.reader = new Reader(api, plan, {
      processed: () => this.push.processed(),
      unsubscribe: () => this.unsubscribe(),
    });
  }

  abstract readonly closed: Promise<void>;
  /** The consumer in use. */
  protected abstract readonly consumer: ConsumerInfo;
  abstract callback(error: NatsError | null, message: Msg): void;
  abstract unsubscribe(max?: number): void;
  abstract drain(): Promise<void>;
  abstract isDraining(): boolean;
  abstract isClosed(): boolean;

  [Symbol.asyncIterator](): AsyncIterator<JsMsg> {
    return this.reader.iterate();
  }

  async [asyncDispose](): Promise<void> {
    if (!this.isClosed()) await this.drain();
  }

  async destroy(): Promise<void> {
    const { stream_name, name } = this.consumer;
    if (!this.isClosed()) await this.drain();
    await new ConsumersManager(this.api).delete(stream_name, name);
  }

  consumerInfo(): Promise<ConsumerInfo> {
    const { stream_name, name } = this.consumer;
    return new ConsumersManager(this.api).info(stream_name, name);
  }

  getSubject(): string {
    return this.push.subscription.getSubject();
  }

  getReceived(): number {
    return this.reader.getReceived();
  }

  getProcessed(): number {
    return this.reader.getProcessed();
  }

  getPending(): number {
    return this.reader.getPending();
  }

  getID(): number {
    return this.push.subscription.getID();
  }

  getMax(): number | undefined {
    return this.reader.max || undefined;
  }
}
