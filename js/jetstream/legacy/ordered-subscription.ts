/** A deprecated subscription to every message of a stream, once and in order. push/ordered-push.ts owns the order. */
import { deferred } from "../../core/helpers/deferred";
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import type { Msg } from "../../core/types";
import type { Api } from "../api";
import { type OrderedPush, prepareOrdered } from "../push/ordered-push";
import type { ConsumerInfo } from "../types/consumer-config";
import type { SubscriptionPlan } from "./options";
import { ReadSubscription } from "./read-subscription";

export class OrderedSubscription extends ReadSubscription<OrderedPush> {
  readonly #stream: string;
  readonly closed = deferred<void>();
  #drained: Promise<void> | undefined = undefined;

  static async open(api: Api, plan: SubscriptionPlan): Promise<OrderedSubscription> {
    const { name, ...config } = plan.config;
    const subscription = new OrderedSubscription(api, plan);
    subscription.push = await prepareOrdered(
      api,
      plan.stream,
      config,
      {
        onMessage: (message) => subscription.reader.deliver(message),
        onError: (error) => subscription.#end(error),
      },
      { queued: true, ...(name && { name_prefix: name }) },
    );
    await subscription.push.open();
    return subscription;
  }

  private constructor(api: Api, plan: SubscriptionPlan) {
    super(api, plan);
    this.#stream = plan.stream;
  }

  callback(error: NatsError | null, message: Msg): void {
    if (error !== null) this.#end(error);
    else this.reader.deliver(message);
  }

  /** Counts the messages of all consumers, which may follow one another. */
  unsubscribe(max?: number): void {
    if (max !== undefined && max > this.getReceived()) {
      this.reader.max = max;
      return;
    }
    this.push.stop();
    this.reader.stop();
    this.closed.resolve();
  }

  drain(): Promise<void> {
    this.#drained ??= this.push.drain().finally(() => this.unsubscribe());
    return this.#drained;
  }

  isDraining(): boolean {
    return this.#drained !== undefined;
  }

  isClosed(): boolean {
    return this.push.isStopped;
  }

  protected get consumer(): ConsumerInfo {
    return this.push.info;
  }

  #end(error: NatsError): void {
    if (error.code !== ErrorCode.ConnectionClosed) {
      const next = this.push.streamSequence + 1;
      const what = `unable to recreate ordered consumer ${this.#stream} at seq ${next}: ${error.message}`;
      this.reader.fail(errorFromCode(ErrorCode.RequestError, what, error));
    }
    this.unsubscribe();
  }
}
