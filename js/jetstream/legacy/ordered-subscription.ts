/** A deprecated subscription to every message of a stream, once and in order. The order is push/ordered-push.ts's. */
import { asyncDispose } from "../../core/dispose";
import { ErrorCode } from "../../core/enums";
import { NatsError } from "../../core/errors";
import type { Msg } from "../../core/types";
import type { Api } from "../api";
import { ConsumersManager } from "../consumer-api";
import { type OrderedPush, prepareOrdered } from "../push/ordered-push";
import type { ConsumerInfo } from "../types/consumer";
import type { JetStreamSubscription } from "../types/legacy";
import type { JsMsg } from "../types/messages";
import type { Plan } from "./options";
import { Reader } from "./reader";

export class OrderedSubscription implements JetStreamSubscription {
  readonly #api: Api;
  readonly #stream: string;
  readonly #reader: Reader;
  #push!: OrderedPush;
  #close!: () => void;
  readonly closed: Promise<void>;
  #drained: Promise<void> | undefined = undefined;

  static async open(api: Api, plan: Plan): Promise<OrderedSubscription> {
    const { name, ...config } = plan.config;
    const subscription = new OrderedSubscription(api, plan);
    subscription.#push = await prepareOrdered(
      api,
      plan.stream,
      config,
      {
        onMessage: (message) => subscription.#reader.deliver(message),
        onError: (error) => subscription.#end(error),
      },
      { queued: true, ...(name && { name_prefix: name }) },
    );
    await subscription.#push.open();
    return subscription;
  }

  private constructor(api: Api, plan: Plan) {
    this.#api = api;
    this.#stream = plan.stream;
    this.#reader = new Reader(api, plan, {
      processed: () => this.#push.processed(),
      unsubscribe: () => this.unsubscribe(),
    });
    this.closed = new Promise((resolve) => (this.#close = resolve));
  }

  callback(error: NatsError | null, message: Msg): void {
    if (error !== null) this.#end(error);
    else this.#reader.deliver(message);
  }

  [Symbol.asyncIterator](): AsyncIterator<JsMsg> {
    return this.#reader.iterate();
  }

  /** The consumers may change: it is the messages of all of them that are counted. */
  unsubscribe(max?: number): void {
    if (max !== undefined && max > this.getReceived()) {
      this.#reader.max = max;
      return;
    }
    this.#push.stop();
    this.#reader.stop();
    this.#close();
  }

  drain(): Promise<void> {
    this.#drained ??= this.#push.drain().finally(() => this.unsubscribe());
    return this.#drained;
  }

  async [asyncDispose](): Promise<void> {
    if (!this.isClosed()) await this.drain();
  }

  async destroy(): Promise<void> {
    const { name } = this.#push.info;
    if (!this.isClosed()) await this.drain();
    await new ConsumersManager(this.#api).delete(this.#stream, name);
  }

  consumerInfo(): Promise<ConsumerInfo> {
    return new ConsumersManager(this.#api).info(this.#stream, this.#push.info.name);
  }

  isDraining(): boolean {
    return this.#drained !== undefined;
  }

  isClosed(): boolean {
    return this.#push.isStopped;
  }

  getSubject(): string {
    return this.#push.subscription.getSubject();
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
    return this.#push.subscription.getID();
  }

  getMax(): number | undefined {
    return this.#reader.max || undefined;
  }

  #end(error: NatsError): void {
    if (error.code !== ErrorCode.ConnectionClosed) {
      const next = this.#push.streamSequence + 1;
      const what = `unable to recreate ordered consumer ${this.#stream} at seq ${next}: ${error.message}`;
      this.#reader.fail(new NatsError(what, ErrorCode.RequestError, error));
    }
    this.unsubscribe();
  }
}
