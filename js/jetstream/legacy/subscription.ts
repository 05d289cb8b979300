/**
 * A deprecated subscription to a consumer that pushes to a subject, or that is asked for messages (pull.ts). Owns flow
 * control, heartbeats and the end; what it does with messages is the reader's.
 */
import type { NatsError } from "../../core/errors";
import { millis } from "../../core/nanos";
import type { Msg, Subscription } from "../../core/types";
import type { Api } from "../api";
import { ConsumersManager } from "../consumers";
import { JsHeaders } from "../enums";
import { checkJsError, isFlowControlMsg, statusError } from "../errors";
import { Heartbeats } from "../push/heartbeats";
import type { ConsumerInfo } from "../types/consumer";
import type { JetStreamSubscription } from "../types/legacy";
import type { JsMsg } from "../types/messages";
import { create, type Plan } from "./options";
import { Reader } from "./reader";

type FlowMachine = import("../../engine/jetstream").Machines["Flow"]["prototype"];

/** Subscribes, and makes the consumer when it is not there. */
export async function open<Kind extends PlainSubscription>(
  api: Api,
  plan: Plan,
  Kind: new (api: Api, plan: Plan, subject: string, flow: FlowMachine) => Kind,
): Promise<Kind> {
  const { machines } = await import("../../engine/jetstream");
  const subject = plan.config.deliver_subject ?? api.inbox();
  const subscription = new Kind(api, plan, subject, new (machines().Flow)());
  try {
    subscription.info = plan.attached ?? (await create(api, plan));
    const { idle_heartbeat } = subscription.info.config;
    if (idle_heartbeat) await subscription.watch(millis(idle_heartbeat));
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
  readonly #reader: Reader;
  readonly #subscription: Subscription;
  readonly #flow: FlowMachine;
  /** Where the server waits for a sign. */
  #flowSubject = "";
  #heartbeats: Heartbeats | undefined = undefined;
  #watches = 0;

  /** Only for `open`. */
  constructor(api: Api, plan: Plan, subject: string, flow: FlowMachine) {
    this.api = api;
    this.#flow = flow;
    this.#reader = new Reader(api, plan, {
      processed: () => {
        if (flow.process()) this.#answer();
      },
      unsubscribe: () => this.unsubscribe(),
    });
    // The server counts heartbeats as well: where there are any, only the reader counts.
    const max = plan.config.idle_heartbeat ? 0 : plan.max;
    this.#subscription = api.nc.subscribe(subject, {
      ...(plan.queue && { queue: plan.queue }),
      ...(max > 0 && { max }),
      callback: (error, message) => this.callback(error, message),
    });
    this.#subscription.closed.then(() => {
      this.#heartbeats?.stop();
      this.#reader.stop();
    });
  }

  callback(error: NatsError | null, message: Msg): void {
    if (error !== null) {
      this.#reader.fail(error);
    } else if (message.data.length > 0 || (message.headers?.code ?? 0) === 0) {
      this.#heartbeats?.hear();
      this.#flow.handle_message();
      this.#reader.deliver(message);
    } else if (isFlowControlMsg(message)) {
      this.#heartbeats?.hear();
      const stalled = message.headers?.get(JsHeaders.ConsumerStalledHdr);
      this.#flowSubject = message.reply || stalled || "";
      if (this.#flowSubject !== "" && this.#flow.handle_request()) this.#answer();
    } else {
      this.#reader.fail(checkJsError(message));
    }
  }

  /**
   * Tells the reader when heartbeats are missing. Replaces the watch there is.
   *
   * @param interval in ms
   * @param forMillis how long. Default: until the end.
   */
  async watch(interval: number, forMillis?: number): Promise<void> {
    const watch = ++this.#watches;
    this.#heartbeats?.stop();
    this.#heartbeats = undefined;
    const heartbeats = await Heartbeats.watch(
      this.api.nc,
      interval,
      (count) => this.#reader.fail(statusError(409, `idle heartbeats missed: ${count}`)),
      forMillis,
    );
    // Over, or watched anew, while this one was being made.
    if (this.isClosed() || watch !== this.#watches) heartbeats.stop();
    else this.#heartbeats = heartbeats;
  }

  [Symbol.asyncIterator](): AsyncIterator<JsMsg> {
    return this.#reader.iterate();
  }

  unsubscribe(max?: number): void {
    if (max === undefined || max <= this.getReceived()) {
      this.#subscription.unsubscribe();
    } else {
      this.#reader.max = max;
      this.#subscription.unsubscribe(max);
    }
  }

  drain(): Promise<void> {
    return this.#subscription.drain();
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
    return this.#subscription.closed;
  }

  isDraining(): boolean {
    return this.#subscription.isDraining();
  }

  isClosed(): boolean {
    return this.#subscription.isClosed();
  }

  getSubject(): string {
    return this.#subscription.getSubject();
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
    return this.#subscription.getID();
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

  #answer(): void {
    this.api.nc.publish(this.#flowSubject);
  }
}
