/**
 * A subscription as the user sees it: an async iterator, or a callback. Owns what was delivered to it and not yet
 * read; the core owns interest, counting of max and the timeout.
 */
import { codeName, NatsError } from "./errors";
import { ErrorCode } from "./enums";
import { type Batch, isLast, ROW_WORDS, Run, type Slab } from "./frame";
import { cleanUp, HookedQueue, type Hooks, hooksOf } from "./hooks";
import { MsgImpl } from "./msg";
import { MsgQueue } from "./queue";
import { asyncDispose } from "./dispose";
import type { Msg, OpenSubscription, SubscriptionOptions } from "./types";

/** What a subscription needs of its connection. */
export interface SubscriptionHost {
  /** UNSUB, at once (`max` 0) or after `max` messages in all. */
  unsubscribe(sid: number, max: number): void;
  /** No more deliveries to this sid. */
  forget(sid: number): void;
  /** UNSUB and a flush: 0 or -Code. `onSubscriptionDrained` of the subscription follows. */
  drainSubscription(sid: number): number;
  isClosed(): boolean;
  /** More than `SubscriptionOptions.slow` messages are queued. */
  reportSlow(subscription: SubscriptionImpl, pending: number): void;
  /** A user's callback threw, or its promise rejected. */
  reportCallback(error: unknown, subject: string): void;
}

export type MsgCallback = (error: NatsError | null, msg: Msg) => void;

export class SubscriptionImpl implements OpenSubscription {
  readonly #host: SubscriptionHost;
  #sid: number;
  #subject: string;
  /** The queue group, empty when there is none. */
  readonly queue: string;
  readonly #callback: MsgCallback | undefined;
  readonly #hooks: Hooks | undefined;
  #max: number;
  /** Queued messages over which it is slow; 0: nobody wants to know. */
  readonly #slow: number;
  #isSlow = false;
  #received = 0;
  /** Interest has ended: nothing is accepted any more. */
  #finished = false;
  #closed = false;
  #messages: MsgQueue | undefined = undefined;
  #closedPromise: { promise: Promise<void>; resolve(): void } | undefined = undefined;
  #drained: { promise: Promise<void>; resolve(): void } | undefined = undefined;

  constructor(host: SubscriptionHost, sid: number, subject: string, options: SubscriptionOptions | undefined) {
    this.#host = host;
    this.#sid = sid;
    this.#subject = subject;
    this.queue = options?.queue ?? "";
    this.#callback = options?.callback;
    this.#hooks = hooksOf(options);
    this.#max = options?.max ?? 0;
    this.#slow = options?.slow ?? 0;
  }

  /** Rows `at..end` of the slab, all for this subscription. Stops in the middle when the callback unsubscribes. */
  deliver(batch: Batch, slab: Slab, at: number, end: number): void {
    const { words } = slab;
    if (this.#max > 0) end = Math.min(end, at + (this.#max - this.#received) * ROW_WORDS);
    const callback = this.#callback;
    if (callback === undefined) {
      this.#received += (end - at) / ROW_WORDS;
      (this.#messages ?? this.#openQueue()).pushRun(new Run(batch, slab, at, end));
      if (this.#slow > 0) this.#watchQueue();
    } else {
      const sid = this.#sid;
      for (let next = at; next < end && !this.#finished; next += ROW_WORDS) {
        this.#received++;
        this.#call(callback, null, new MsgImpl(batch, words, next));
        // The callback may have set it.
        if (this.#received === this.#max) break;
        // And it may have moved the subscription: what is left was meant for the subject before.
        if (this.#sid !== sid) return;
      }
    }
    if ((this.#max > 0 && this.#received >= this.#max) || isLast(words, end - ROW_WORDS)) this.finish();
  }

  /** It is another one from now on, for `max` further messages (0: no limit). */
  move(sid: number, subject: string, max: number): void {
    this.#sid = sid;
    this.#subject = subject;
    this.#max = max > 0 ? max + this.#received : 0;
  }

  /** Ends it with an error: told to the callback, or thrown by the iterator after what is queued. */
  fail(error: NatsError): void {
    if (this.#finished) return;
    if (this.#callback !== undefined) this.#call(this.#callback, error, {} as Msg);
    this.finish(error);
  }

  /** No message came in time. A callback is told and goes on; an iterator ends with the error. */
  timeOut(error: NatsError): void {
    if (this.#finished) return;
    if (this.#callback !== undefined) {
      this.#call(this.#callback, error, {} as Msg);
    } else {
      this.#host.unsubscribe(this.#sid, 0);
      this.finish(error);
    }
  }

  /** Interest has ended. `closed` follows when the consumer has read what is queued. Idempotent. */
  finish(error?: NatsError): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#host.forget(this.#sid);
    this.#drained?.resolve();
    if (this.#messages !== undefined) this.#messages.stop(error);
    else if (error !== undefined && this.#callback === undefined) this.#openQueue().stop(error);
    else this.#close();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Msg> {
    if (this.#callback !== undefined) throw new NatsError("unsupported iterator", ErrorCode.ApiError);
    return (this.#messages ?? this.#openQueue())[Symbol.asyncIterator]();
  }

  callback(error: NatsError | null, msg: Msg): void {
    if (this.#callback !== undefined) this.#callback(error, msg);
    else if (error !== null) this.fail(error);
    else (this.#messages ?? this.#openQueue()).push(msg);
  }

  get closed(): Promise<void> {
    if (this.#closedPromise === undefined) {
      this.#closedPromise = pledge();
      if (this.#closed) this.#closedPromise.resolve();
    }
    return this.#closedPromise.promise;
  }

  unsubscribe(max?: number): void {
    if (this.#finished) return;
    if (max !== undefined && max > this.#received) {
      this.#max = max;
      this.#host.unsubscribe(this.#sid, max);
      return;
    }
    this.#host.unsubscribe(this.#sid, 0);
    this.finish();
  }

  drain(): Promise<void> {
    if (this.#host.isClosed()) {
      return Promise.reject(this.#refusal(ErrorCode.ConnectionClosed, "the connection is closed"));
    }
    if (this.#drained !== undefined && !this.#closed) return this.#drained.promise;
    if (this.#finished) return Promise.reject(this.#refusal(ErrorCode.SubClosed, "it is closed"));
    const refused = this.#host.drainSubscription(this.#sid);
    if (refused < 0) return Promise.reject(this.#refusal(codeName(-refused), codeName(-refused)));
    this.#drained = pledge();
    return this.#drained.promise;
  }

  isDraining(): boolean {
    return this.#drained !== undefined;
  }

  isClosed(): boolean {
    return this.#closed;
  }

  getSubject(): string {
    return this.#subject;
  }

  getReceived(): number {
    const messages = this.#messages;
    return messages instanceof HookedQueue ? this.#received - messages.protocolCount : this.#received;
  }

  getProcessed(): number {
    return this.#callback !== undefined ? this.#received : (this.#messages?.getProcessed() ?? 0);
  }

  getPending(): number {
    return this.#messages?.getPending() ?? 0;
  }

  getID(): number {
    return this.#sid;
  }

  get sid(): number {
    return this.#sid;
  }

  /** Drains it, as the end of an `await using` block. Nothing to do when it is over already. */
  async [asyncDispose](): Promise<void> {
    if (!this.#finished && !this.#host.isClosed()) await this.drain();
  }

  getMax(): number | undefined {
    return this.#max > 0 ? this.#max : undefined;
  }

  #refusal(code: string, why: string): NatsError {
    return new NatsError(`cannot drain the subscription to "${this.#subject}": ${why}`, code);
  }

  #openQueue(): MsgQueue {
    const hooks = this.#hooks;
    const messages =
      hooks === undefined
        ? new MsgQueue(() => this.#endOfQueue())
        : new HookedQueue(
            hooks,
            this,
            () => this.#endOfQueue(),
            (thrown) => this.#report(thrown),
          );
    this.#messages = messages;
    if (this.#closed) messages.stop();
    return messages;
  }

  /** Told once each time the queue grows over the limit. */
  #watchQueue(): void {
    const pending = this.getPending();
    const isSlow = pending > this.#slow;
    if (isSlow && !this.#isSlow) this.#host.reportSlow(this, pending);
    this.#isSlow = isSlow;
  }

  /** The consumer has read everything, or has left its loop. */
  #endOfQueue(): void {
    this.unsubscribe();
    this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#hooks !== undefined) cleanUp(this.#hooks, this, (thrown) => this.#report(thrown));
    this.#closedPromise?.resolve();
  }

  #report(thrown: unknown): void {
    this.#host.reportCallback(thrown, this.#subject);
  }

  /** A callback that throws harms nobody but itself: the other messages of the event are delivered. */
  #call(callback: MsgCallback, error: NatsError | null, msg: Msg): void {
    try {
      const result = callback(error, msg) as unknown;
      if (result !== undefined && typeof (result as PromiseLike<unknown> | null)?.then === "function") {
        (result as PromiseLike<unknown>).then(undefined, (thrown) => this.#report(thrown));
      }
    } catch (thrown) {
      this.#report(thrown);
    }
  }
}

function pledge(): { promise: Promise<void>; resolve(): void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
