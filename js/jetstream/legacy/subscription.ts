/**
 * A deprecated subscription to a consumer that pushes to a subject, or that is asked for messages (pull-subscription.ts).
 * Owns the way from the consumer to the reader: push/plain-push.ts receives, reader.ts hands out.
 */
import type { NatsError } from "../../base/errors";
import { millis } from "../../core/helpers/nanos";
import type { Msg } from "../../core/types";
import type { Api } from "../api";
import { checkJsError, statusError } from "../errors";
import { listen, type PlainPush, type PlainPushHandlers } from "../push/plain-push";
import type { ConsumerInfo } from "../types/consumer-config";
import { create, type SubscriptionPlan } from "./options";
import { ReadSubscription } from "./read-subscription";

/** Subscribes, and makes the consumer when there is none. */
export async function open<Kind extends PlainSubscription>(
  api: Api,
  plan: SubscriptionPlan,
  subscription: Kind,
): Promise<Kind> {
  const { deliver_subject = api.inbox(), idle_heartbeat } = plan.config;
  // The server counts heartbeats among the messages: with heartbeats only the reader counts.
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

export class PlainSubscription extends ReadSubscription<PlainPush> {
  /** Info of the consumer, from when it was made or found. */
  info: ConsumerInfo | undefined = undefined;
  readonly handlers: PlainPushHandlers;

  /** Only for `open`. */
  constructor(api: Api, plan: SubscriptionPlan) {
    super(api, plan);
    const { reader } = this;
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
    else this.reader.fail(error);
  }

  unsubscribe(max?: number): void {
    if (max === undefined || max <= this.getReceived()) {
      this.push.subscription.unsubscribe();
    } else {
      this.reader.max = max;
      this.push.subscription.unsubscribe(max);
    }
  }

  drain(): Promise<void> {
    return this.push.subscription.drain();
  }

  override async consumerInfo(): Promise<ConsumerInfo> {
    this.info = await super.consumerInfo();
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

  protected get consumer(): ConsumerInfo {
    return this.info as ConsumerInfo;
  }
}
