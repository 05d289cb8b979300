/**
 * A subscription as the user sees it: an async iterator, or a callback. Owns the delivered messages until they are
 * read; the core owns interest, the count towards `max`, and the timeout.
 */
import { onAbort } from "../helpers/abort";
import { type Deferred, deferred } from "../helpers/deferred";
import { Code } from "../../base/codes";
import { codeName, errorFromCode, type NatsError } from "../../base/errors";
import { ErrorCode } from "../../base/enums";
import { isThenable } from "../../base/thenable";
import { type Bound, BoundedQueue, batchesOf } from "./bounded";
import { type Batch, isLast, ROW_WORDS, Run, type Slab } from "../../engine/batch";
import { DONE, type Outcome } from "./outcome";
import { cleanUp, FilteredQueue, type Filters, filtersOf } from "./filters";
import { MsgImpl } from "./msg";
import { MsgQueue } from "./queue";
import { asyncDispose } from "../helpers/dispose";
import type { Msg, OpenSubscription, SubscriptionOptions } from "../types";

/** The part of a connection that a subscription needs. */
export interface SubscriptionHost {
  /** Sends UNSUB: at once (`max` 0) or after `max` messages in all. */
  unsubscribe(sid: number, max: number): void;
  /** Ends deliveries to this sid. */
  forget(sid: number): void;
  /** Sends UNSUB and a PING: 0 or -Code. `finish()` of the subscription follows with the PONG. */
  drainSubscription(sid: number): number;
  isClosed(): boolean;
  /** Sends a PING; resolves with `DONE` at the PONG, or with the reason why none came. */
  flush(): Promise<Outcome>;
  /** Tells that the queue exceeds `slow`, or its bound. */
  reportSlow(subscription: SubscriptionImpl, pending: number): void;
  /** Reports a throw or a rejection of a user's callback. */
  reportCallback(error: unknown, subject: string): void;
}

type MsgCallback = (error: NatsError | null, msg: Msg) => void;

/**
 * Fields that most subscriptions lack. A page may hold hundreds of thousands of subscriptions, and each field is four
 * bytes.
 */
interface Extras {
  queue: string;
  filters: Filters | undefined;
  /** Queued messages over which the status tells a slow consumer; 0: it does not tell. */
  slow: number;
  bound: Bound | undefined;
  closed: Deferred<void> | undefined;
  drained: Deferred<void> | undefined;
  ready: Promise<void> | undefined;
  /** The server's error that ended the subscription. */
  failure: NatsError | undefined;
}

const NO_EXTRAS: Extras = {
  queue: "",
  filters: undefined,
  slow: 0,
  bound: undefined,
  closed: undefined,
  drained: undefined,
  ready: undefined,
  failure: undefined,
};

/** Interest has ended: no further message is accepted. */
const FINISHED = 1;
const CLOSED = 2;
const SLOW = 4;

export class SubscriptionImpl implements OpenSubscription {
  readonly #host: SubscriptionHost;
  #sid: number;
  #subject: string;
  /** The callback, or the queue of the iterator once there is one. */
  #consumer: MsgCallback | MsgQueue | undefined;
  #max: number;
  #received = 0;
  /** Bits `FINISHED`, `CLOSED` and `SLOW`. */
  #state = 0;
  #extras: Extras | undefined;

  constructor(
    host: SubscriptionHost,
    sid: number,
    subject: string,
    options: SubscriptionOptions | undefined,
    bound?: Bound,
  ) {
    this.#host = host;
    this.#sid = sid;
    this.#subject = subject;
    this.#consumer = options?.callback;
    this.#max = options?.max ?? 0;
    const { queue = "", slow = 0 } = options ?? {};
    const filters = filtersOf(options);
    this.#extras = queue || slow || filters || bound ? { ...NO_EXTRAS, queue, filters, slow, bound } : undefined;
  }

  /**
   * Delivers the rows `at..end` of the slab, all for this subscription. Stops in the middle when the callback
   * unsubscribes.
   */
  deliver(batch: Batch, slab: Slab, at: number, end: number): void {
    const { words } = slab;
    if (this.#max > 0) end = Math.min(end, at + (this.#max - this.#received) * ROW_WORDS);
    const consumer = this.#consumer;
    if (typeof consumer !== "function") {
      this.#received += (end - at) / ROW_WORDS;
      (consumer ?? this.#openQueue()).pushRun(new Run(batch, slab, at, end));
      const slow = this.#extras?.slow;
      if (slow) this.#watchQueue(slow);
    } else {
      const sid = this.#sid;
      for (let next = at; next < end && !this.#is(FINISHED); next += ROW_WORDS) {
        this.#received++;
        this.#call(consumer, null, new MsgImpl(batch, words, next));
        // The callback may have set `#max`.
        if (this.#received === this.#max) break;
        // The callback may have moved the subscription: the remaining rows are for the subject before.
        if (this.#sid !== sid) return;
      }
    }
    if ((this.#max > 0 && this.#received >= this.#max) || isLast(words, end - ROW_WORDS)) this.finish();
  }

  /** Moves to another sid and subject, for `max` further messages (0: no limit). */
  move(sid: number, subject: string, max: number): void {
    this.#sid = sid;
    this.#subject = subject;
    this.#max = max > 0 ? max + this.#received : 0;
  }

  /** Ends the subscription with an error, which the callback gets, or the iterator throws after the queued messages. */
  fail(error: NatsError): void {
    if (this.#is(FINISHED)) return;
    const callback = this.#callback;
    if (callback !== undefined) this.#call(callback, error, {} as Msg);
    this.#ownExtras().failure = error;
    this.finish(error);
  }

  /**
   * Handles the time limit of the first message: a callback gets the error, and the subscription goes on; an iterator
   * ends with the error.
   */
  timeOut(error: NatsError): void {
    if (this.#is(FINISHED)) return;
    const callback = this.#callback;
    if (callback !== undefined) {
      this.#call(callback, error, {} as Msg);
    } else {
      this.#host.unsubscribe(this.#sid, 0);
      this.finish(error);
    }
  }

  /** Unsubscribes when the signal is aborted. */
  endWith(signal: AbortSignal): void {
    const unwatch = onAbort(signal, () => this.unsubscribe());
    void this.closed.then(unwatch);
  }

  /** Ends interest. `closed` follows when the consumer has read the queued messages. Idempotent. */
  finish(error?: NatsError): void {
    if (this.#is(FINISHED)) return;
    this.#state |= FINISHED;
    this.#host.forget(this.#sid);
    this.#extras?.drained?.resolve();
    if (this.#messages !== undefined) this.#messages.stop(error);
    else if (error !== undefined && this.#callback === undefined) this.#openQueue().stop(error);
    else this.#close();
  }

  /** Ends interest because the core has failed: as `finish()`, but nothing was drained. */
  abandon(error: NatsError): void {
    this.#extras?.drained?.reject(error);
    this.finish();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Msg> {
    if (this.#callback !== undefined) throw errorFromCode(ErrorCode.ApiError, "unsupported iterator");
    return (this.#messages ?? this.#openQueue())[Symbol.asyncIterator]();
  }

  batches(): AsyncGenerator<Msg[], void> {
    if (this.#callback !== undefined || this.#extras?.filters !== undefined) {
      throw errorFromCode(ErrorCode.ApiError, "unsupported iterator");
    }
    return batchesOf(this.#messages ?? this.#openQueue());
  }

  getDropped(): number {
    const messages = this.#messages;
    return messages instanceof BoundedQueue ? messages.dropped : 0;
  }

  callback(error: NatsError | null, msg: Msg): void {
    if (this.#callback !== undefined) this.#callback(error, msg);
    else if (error !== null) this.fail(error);
    else (this.#messages ?? this.#openQueue()).push(msg);
  }

  get closed(): Promise<void> {
    const extras = this.#ownExtras();
    if (extras.closed === undefined) {
      extras.closed = deferred();
      if (this.isClosed()) extras.closed.resolve();
    }
    return extras.closed;
  }

  get ready(): Promise<void> {
    const extras = this.#ownExtras();
    extras.ready ??= this.#confirm(extras);
    return extras.ready;
  }

  unsubscribe(max?: number): void {
    if (this.#is(FINISHED)) return;
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
    const extras = this.#ownExtras();
    if (extras.drained !== undefined && !this.isClosed()) return extras.drained;
    if (this.#is(FINISHED)) return Promise.reject(this.#refusal(ErrorCode.SubClosed, "it is closed"));
    const refused = this.#host.drainSubscription(this.#sid);
    if (refused < 0) return Promise.reject(this.#refusal(codeName(-refused), "it is draining or closed"));
    extras.drained = deferred();
    return extras.drained;
  }

  isDraining(): boolean {
    return this.#extras?.drained !== undefined;
  }

  isClosed(): boolean {
    return this.#is(CLOSED);
  }

  /** The queue group, empty when there is none. */
  get queue(): string {
    return this.#extras?.queue ?? "";
  }

  getSubject(): string {
    return this.#subject;
  }

  getReceived(): number {
    const messages = this.#messages;
    return messages instanceof FilteredQueue ? this.#received - messages.protocolCount : this.#received;
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

  /** Drains the subscription, as the end of an `await using` block. Does nothing when the subscription has ended. */
  async [asyncDispose](): Promise<void> {
    if (!this.#is(FINISHED) && !this.#host.isClosed()) await this.drain();
  }

  getMax(): number | undefined {
    return this.#max > 0 ? this.#max : undefined;
  }

  get #callback(): MsgCallback | undefined {
    const consumer = this.#consumer;
    return typeof consumer === "function" ? consumer : undefined;
  }

  get #messages(): MsgQueue | undefined {
    const consumer = this.#consumer;
    return typeof consumer === "function" ? undefined : consumer;
  }

  /**
   * Waits for the server to process the SUB: it answers a PING after it has refused what came before. Over a reconnect
   * the SUB is sent again, and so is the PING.
   */
  async #confirm(extras: Extras): Promise<void> {
    for (;;) {
      const outcome = await this.#host.flush();
      if (extras.failure !== undefined) throw extras.failure;
      if (outcome === DONE) return;
      // A flush has no reply: what is no code is the error of a core that has failed.
      if (typeof outcome !== "number") throw outcome;
      if (outcome !== Code.Disconnect) {
        throw errorFromCode(codeName(outcome), `the server did not confirm the subscription to "${this.#subject}"`);
      }
    }
  }

  #is(state: number): boolean {
    return (this.#state & state) !== 0;
  }

  #ownExtras(): Extras {
    this.#extras ??= { ...NO_EXTRAS };
    return this.#extras;
  }

  #refusal(code: string, why: string): NatsError {
    return errorFromCode(code, `cannot drain the subscription to "${this.#subject}": ${why}`);
  }

  #openQueue(): MsgQueue {
    const messages = this.#makeQueue(() => this.#endOfQueue());
    this.#consumer = messages;
    if (this.isClosed()) messages.stop();
    return messages;
  }

  #makeQueue(onEnd: () => void): MsgQueue {
    const { filters, bound } = this.#extras ?? NO_EXTRAS;
    if (filters !== undefined) return new FilteredQueue(filters, this, onEnd, (thrown) => this.#report(thrown));
    if (bound === undefined) return new MsgQueue(onEnd);
    const onFull = (pending: number) => this.#host.reportSlow(this, pending);
    const onClose = () => {
      this.#host.unsubscribe(this.#sid, 0);
      const limits = [`${bound.maxMsgs} messages`, `${bound.maxBytes} bytes`].filter((limit) => !/^Inf/.test(limit));
      const what = `more than ${limits.join(" or ")} wait for the reader of "${this.#subject}"`;
      this.finish(errorFromCode(ErrorCode.SlowConsumer, what));
    };
    return new BoundedQueue(bound, { onFull, onClose }, onEnd);
  }

  /** Tells a slow consumer once, each time the queue grows over the limit. */
  #watchQueue(slow: number): void {
    const pending = this.getPending();
    if (pending <= slow) {
      this.#state &= ~SLOW;
    } else if (!this.#is(SLOW)) {
      this.#host.reportSlow(this, pending);
      this.#state |= SLOW;
    }
  }

  /** Ends the subscription: the consumer has read everything, or has left its loop. */
  #endOfQueue(): void {
    this.unsubscribe();
    this.#close();
  }

  #close(): void {
    if (this.isClosed()) return;
    this.#state |= CLOSED;
    const extras = this.#extras;
    if (extras?.filters !== undefined) cleanUp(extras.filters, this, (thrown) => this.#report(thrown));
    extras?.closed?.resolve();
  }

  #report(thrown: unknown): void {
    this.#host.reportCallback(thrown, this.#subject);
  }

  /** Calls the callback. A throw is reported, and the other messages of the event are delivered. */
  #call(callback: MsgCallback, error: NatsError | null, msg: Msg): void {
    try {
      const result = callback(error, msg) as unknown;
      if (result !== undefined && isThenable(result)) {
        Promise.resolve(result).catch((thrown) => this.#report(thrown));
      }
    } catch (thrown) {
      this.#report(thrown);
    }
  }
}
