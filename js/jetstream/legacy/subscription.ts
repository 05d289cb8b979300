/**
 * A deprecated subscription to a consumer that pushes to a subject, or that is asked for messages (pull-subscription.ts).
 * Owns the way from one to the other: what comes is push/plain-push.ts's, what it does with messages is the reader's.
 */
import { asyncDispose } from "../../core/dispose";
import type { NatsError } from "../../core/errors";
import { millis } from "../../core/nanos";
import type { Msg } from "../../core/types";
import type { Api } from "../api";
import { ConsumersManager } from "../consumer-api";
import { checkJsError, statusError } from "../errors";
import { listen, type PlainPush, type PlainPushHandlers } from "../push/plain-push";
import type { ConsumerInfo } from "../types/consumer";
import type { JetStreamSubscription } from "../types/legacy";
import type { JsMsg } from "../types/messages";
import { create, type Plan } from "./options";
import { Reader } from "./reader";

/** Subscribes, and makes the consumer when it is not there. */
export async function open<Kind extends PlainSubscription>(api: Api, plan: Plan, subscription: Kind): Promise<Kind> {
  const { deliver_subject = api.inbox(), idle_heartbeat } = plan.config;
  // The server counts heartbeats as well: where there are any, only the reader counts.
  const max = idle_heartbeat ? 0 : plan.max;
  subscription.push = await listen(api.nc, deliver_subject, subscription.handlers, { queue: plan.queue, max });
  try {
    subscription.info = plan.attached ?? (await create(api, plan));
    const { idle_heartbeat: interval } = subscription.info.config;
    if (interval) await subscription.push.watch(millis(interval));
    return subscription;
  } catch (error) {
    subscription.unsubscribe();
    throw error;
  }
}

export class PlainSubscription implements JetStreamSubscription {
  readonly api: Api;
  /** As it was when it was made or found. */
  info: ConsumerInfo | undefined = undefined;
  /** Set by `open`. */
  push!: PlainPush;
  readonly handlers: PlainPushHandlers;
  readonly #reader: Reader;

  /** For `open`. */
  constructor(api: Api, plan: Plan) {
    this.api = api;
    const reader = new Reader(api, plan, {
      processed: () => this.push.processed(),
      unsubscribe: () => this.unsubscribe(),
    });
    this.#reader = reader;
    this.handlers = {
      onMessage: (message) => reader.deliver(message),
      onStatus: (message) => reader.fail(checkJsError(message)),
      onError: (error) => reader.fail(error),
      onMissed: (count) => reader.fail(statusError(409, `idle heartbeats missed: ${count}`)),
      onClosed: () => reader.stop(),
    };
  }

  callback(error: NatsError | null, message: Msg): void {
    if (error === null) this.push.receive(message);
    else this.#reader.fail(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<JsMsg> {
    return this.#reader.iterate();
  }

  unsubscribe(max?: number): void {
    if (max === undefined || max <= this.getReceived()) {
      this.push.subscription.unsubscribe();
    } else {
      this.#reader.max = max;
      this.push.subscription.unsubscribe(max);
    }
  }

  drain(): Promise<void> {
    return this.push.subscription.drain();
  }

  async [asyncDispose](): Promise<void> {
    if (!this.isClosed()) await this.drain();
  }

  async destroy(): Promise<void> {
    if (!this.isClosed()) await this.drain();
    await new ConsumersManager(this.api).delete(this.#stream, this.#name);
  }

  async consumerInfo(): Promise<ConsumerInfo> {
    this.info = await new ConsumersManager(this.api).info(this.#stream, this.#name);
    return this.info;
  }

  get closed(): Promise<void> {
    return this.push.subscription.closed;
  }

  isDraining(): boolean {
    return this.push.subscription.isDraining();
  }

  isClosed(): boolean {
    return this.push.subscription.isClosed();
  }

  getSubject(): string {
    return this.push.subscription.getSubject();
  }

  getReceived(): number {
    return this.#reader.getReceived();
  }

  getProcessed(): number {
    return this.#reader.getProcessed();
  }

  getPending(): number {
    return this.#reader.getPending();
  }

  getID(): number {
    return this.push.subscription.getID();
  }

  getMax(): number | undefined {
    return this.#reader.max || undefined;
  }

  get #stream(): string {
    return (this.info as ConsumerInfo).stream_name;
  }

  get #name(): string {
    return (this.info as ConsumerInfo).name;
  }
}
