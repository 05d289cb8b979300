/**
 * The reader of a deprecated subscription: its callback, or its iterator. Owns the acknowledgement of messages that the reader is
 * done with, and the count of messages after which the subscription ends.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import { Queue } from "../../core/messages/queue";
import type { Msg } from "../../core/types";
import type { Api } from "../api";
import { JsMsgImpl } from "../messages/msg";
import type { JsMsg } from "../types/messages";
import type { SubscriptionPlan } from "./options";
import { finalError } from "./statuses";

export interface ReaderCallbacks {
  /** The reader is done with one message. */
  processed(): void;
  /** The reader wants no more. */
  unsubscribe(): void;
}

export class Reader {
  readonly #api: Api;
  readonly #plan: SubscriptionPlan;
  readonly #callbacks: ReaderCallbacks;
  readonly #queue: Queue<JsMsg> | undefined;
  max: number;
  #received = 0;
  #processed = 0;

  constructor(api: Api, plan: SubscriptionPlan, callbacks: ReaderCallbacks) {
    this.#api = api;
    this.#plan = plan;
    this.#callbacks = callbacks;
    this.max = plan.max;
    if (plan.callback === undefined) {
      this.#queue = new Queue(
        () => callbacks.unsubscribe(),
        (message) => {
          this.#acknowledge(message);
          callbacks.processed();
        },
      );
    }
  }

  /** Hands a message to the user. Returns or throws as the callback does. */
  deliver(message: Msg): unknown {
    if (this.max > 0 && this.#received >= this.max) return undefined;
    this.#received++;
    const delivered = new JsMsgImpl(message, this.#api);
    try {
      if (this.#queue === undefined) return this.#call(delivered);
      this.#queue.push(delivered);
      return undefined;
    } finally {
      if (this.max > 0 && this.#received >= this.max) this.#callbacks.unsubscribe();
    }
  }

  /** Tells an error, or a status of 300 or more. A callback is told of each; an iterator ends with a final one. */
  fail(error: NatsError | null): void {
    if (error === null) return;
    if (this.#queue === undefined) {
      this.#plan.callback?.(error, null);
    } else {
      const final = finalError(error);
      if (final === null) return;
      this.#queue.stop(final);
      this.#callbacks.unsubscribe();
    }
  }

  /** Ends the messages: an iterator ends behind those that wait. */
  stop(): void {
    this.#queue?.stop();
  }

  iterate(): AsyncIterator<JsMsg> {
    if (this.#queue === undefined) throw errorFromCode(ErrorCode.ApiError, "unsupported iterator");
    return this.#queue[Symbol.asyncIterator]();
  }

  getReceived(): number {
    return this.#received;
  }

  getProcessed(): number {
    return this.#queue?.getProcessed() ?? this.#processed;
  }

  getPending(): number {
    return this.#queue?.getPending() ?? 0;
  }

  #call(message: JsMsg): unknown {
    try {
      const result = this.#plan.callback?.(null, message) as unknown;
      this.#acknowledge(message);
      return result;
    } finally {
      this.#processed++;
      this.#callbacks.processed();
    }
  }

  #acknowledge(message: JsMsg): void {
    if (this.#plan.acknowledges) message.ack();
  }
}
