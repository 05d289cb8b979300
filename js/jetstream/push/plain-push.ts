/**
 * The messages that a consumer pushes, or sends in answer, to a subject. Owns the subscription, flow control and the
 * watch over heartbeats; the owner gets messages, statuses and missing heartbeats.
 */
import type { NatsError } from "../../base/errors";
import type { BaseConnection, Msg, Subscription } from "../../core/types";
import type { Flow } from "../../engine/machines";
import { JsHeaders } from "../enums";
import { statusCode } from "../messages/statuses";
import { isFlowControlMsg, isHeartbeatMsg } from "../errors";
import { Heartbeats } from "./heartbeats";

export interface PlainPushHandlers {
  /**
   * Called with a message. The owner calls `processed()` when its reader is done with it. The connection reports a
   * throw or a rejection.
   */
  onMessage(message: Msg): unknown;
  /** Called with a status of 300 or more. */
  onStatus(message: Msg): void;
  /** Called when the subscription is not permitted, and closed. */
  onError(error: NatsError): void;
  /** Called with the number of missing heartbeats in a row. */
  onMissed(count: number): void;
  /** Called at the end of the subscription. */
  onClosed(): void;
  /** Called at a heartbeat. */
  onHeartbeat?(lastConsumerSequence: number, lastStreamSequence: number): void;
  /** Called when flow control was answered. */
  onFlowControl?(): void;
}

interface PlainPushOptions {
  /** Queue group. */
  queue?: string | undefined;
  /** Messages after which the server ends the subscription, heartbeats included. Default: no limit. */
  max?: number;
}

/** Begins to listen to `subject`. @throws NatsError, as a rejection: what subscribing throws. */
export async function listen(
  nc: BaseConnection,
  subject: string,
  handlers: PlainPushHandlers,
  options: PlainPushOptions = {},
): Promise<PlainPush> {
  const { machines } = await import("../../engine/machines");
  return new PlainPush(nc, subject, handlers, options, new (machines().Flow)());
}

export class PlainPush {
  readonly subscription: Subscription;
  readonly #nc: BaseConnection;
  readonly #handlers: PlainPushHandlers;
  readonly #flow: Flow;
  /** Where the server waits for a sign. */
  #flowSubject = "";
  #heartbeats: Heartbeats | undefined = undefined;
  #watches = 0;

  /** Only for `listen`. */
  constructor(
    nc: BaseConnection,
    subject: string,
    handlers: PlainPushHandlers,
    { queue, max }: PlainPushOptions,
    flow: Flow,
  ) {
    this.#nc = nc;
    this.#handlers = handlers;
    this.#flow = flow;
    this.subscription = nc.subscribe(subject, {
      ...(queue && { queue }),
      ...(max && { max }),
      callback: (error, message) => (error === null ? this.receive(message) : handlers.onError(error)),
    });
    this.subscription.closed.then(() => {
      this.#heartbeats?.stop();
      handlers.onClosed();
    });
  }

  /** Handles a message as if it had come through the subscription. */
  receive(message: Msg): unknown {
    if (statusCode(message, this.subscription.getSubject()) === 0) {
      this.#heartbeats?.hear();
      this.#flow.handle_message();
      return this.#handlers.onMessage(message);
    }
    if (isFlowControlMsg(message)) {
      this.#heartbeats?.hear();
      const headers = message.headers;
      if (isHeartbeatMsg(message)) {
        const number = (name: string) => Number(headers?.get(name) || 0);
        this.#handlers.onHeartbeat?.(number(JsHeaders.LastConsumerSeqHdr), number(JsHeaders.LastStreamSeqHdr));
      }
      const subject = message.reply || headers?.get(JsHeaders.ConsumerStalledHdr);
      if (!subject) return undefined;
      this.#flowSubject = subject;
      if (this.#flow.handle_request()) this.#answer();
    } else {
      this.#handlers.onStatus(message);
    }
    return undefined;
  }

  /** Hears that the reader is done with one message. */
  processed(): void {
    if (this.#flow.process()) this.#answer();
  }

  /**
   * Begins to watch heartbeats, instead of an earlier watch.
   *
   * @param interval in ms.
   * @param forMillis how long to watch. Default: until the end.
   */
  async watch(interval: number, forMillis?: number): Promise<void> {
    const watch = ++this.#watches;
    this.#heartbeats?.stop();
    this.#heartbeats = undefined;
    const heartbeats = await Heartbeats.watch(this.#nc, interval, (count) => this.#handlers.onMissed(count), forMillis);
    // The end came, or another watch began, while this one was being made.
    if (this.subscription.isClosed() || watch !== this.#watches) heartbeats.stop();
    else this.#heartbeats = heartbeats;
  }

  #answer(): void {
    // The reader may go on after the connection has ended.
    if (this.subscription.isClosed()) return;
    this.#nc.publish(this.#flowSubject);
    this.#handlers.onFlowControl?.();
  }
}
