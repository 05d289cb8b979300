/**
 * The values that an iterator has received and its consumer has not taken. Owns their order: values, then the end or
 * the error. Refuses a second consumer.
 *
 * Messages are queued as runs, the rows of one event for one subscription; a message is made when it is taken.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode } from "../../base/errors";
import { ROW_WORDS, Run } from "../../engine/batch";
import { type Deferred, deferred } from "../helpers/deferred";
import { MsgImpl } from "./msg";
import type { Msg, QueuedIterator, SyncIterator } from "../types";

interface Waiting<T> {
  resolve(result: IteratorResult<T>): void;
  reject(error: Error): void;
}

/** Taken slots at the front of the array before they are cut off. */
const COMPACT_AT = 1024;

export class Queue<T> implements QueuedIterator<T> {
  /** Slots before `#head` are taken. */
  #items: unknown[] = [];
  #head = 0;
  #waiting: Waiting<T>[] | undefined;
  #received = 0;
  #processed = 0;
  #queued = 0;
  /** 1 while the consumer works on the value it took last. */
  #inHand = 0;
  /** That value, where `onDone` wants to hear of it. */
  #last: T | undefined;
  #claimed = false;
  #stopped = false;
  #ended = false;
  #error: Error | undefined;
  #closed: Deferred<Error | undefined> | undefined;

  readonly #onEnd: (() => void) | undefined;
  readonly #onDone: ((value: T) => void) | undefined;

  /**
   * @param onEnd called once, when the consumer has taken everything or has left.
   * @param onDone called for each value the consumer is done with: it asks for the next one. Leaving is not being done.
   */
  constructor(onEnd?: () => void, onDone?: (value: T) => void) {
    this.#onEnd = onEnd;
    this.#onDone = onDone;
  }

  /** Adds a value. Ignored once the queue is stopped. */
  push(value: T): void {
    if (this.#stopped) return;
    this.#received++;
    const waiting = this.#waiting?.shift();
    if (waiting !== undefined) {
      this.#serve(waiting, value);
      return;
    }
    this.#queued++;
    this.#items.push(value);
  }

  /**
   * Ends the queue. The consumer gets the queued values, then the end, or `error` as a throw. Idempotent: the first
   * error stays.
   */
  stop(error?: Error): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#error = error;
    const isConsumerIdle = this.#inHand === 0 || (this.#waiting?.length ?? 0) > 0;
    if (this.#queued === 0 && isConsumerIdle) this.#end();
  }

  /** Drops the queued values and ends: the consumer has left its loop. */
  abandon(): void {
    this.#stopped = true;
    this.#error = undefined;
    for (let at = this.#head; at < this.#items.length; at++) this.drop(this.#items[at]);
    this.#items = [];
    this.#head = 0;
    this.#queued = 0;
    this.#inHand = 0;
    this.#last = undefined;
    this.#end();
  }

  /** Returns a consumer, whose first `next()` claims the queue. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new Consumer(this);
  }

  /** Claims the queue for a consumer; false when another one has it. */
  claim(): boolean {
    if (this.#claimed) return false;
    this.#claimed = true;
    return true;
  }

  /**
   * The next value, as a resolved promise and not from an async generator: a third of the cost and one microtask turn
   * less.
   */
  next(): Promise<IteratorResult<T>> {
    this.#inHand = 0;
    if (this.#onDone !== undefined) this.#finish(this.#onDone);
    if (this.#queued > 0) {
      const value = this.#hand(this.#take());
      return Promise.resolve({ value, done: false });
    }
    if (this.#stopped) {
      // The queue ends when the consumer is done with the last value, and not when it takes that value.
      const conclusion = this.#conclude();
      this.#end();
      return conclusion;
    }
    return new Promise((resolve, reject) => {
      this.#waiting ??= [];
      this.#waiting.push({ resolve, reject });
    });
  }

  getReceived(): number {
    return this.#received;
  }

  getProcessed(): number {
    return this.#processed;
  }

  /** Queued values, and the one the consumer is working on. */
  getPending(): number {
    return this.#queued + this.#inHand;
  }

  /** True when the consumer has taken everything, or has left. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when the queue has ended: with the error, or with undefined. Never rejects. */
  get iterClosed(): Promise<Error | undefined> {
    if (this.#closed === undefined) {
      this.#closed = deferred();
      if (this.#ended) this.#closed.resolve(this.#error);
    }
    return this.#closed;
  }

  /** Adds an item with `count` values, which `unpack` takes out one by one. */
  protected pushItem(item: unknown, count: number): void {
    this.#received += count;
    this.#queued += count;
    this.#items.push(item);
    while (this.#waiting !== undefined && this.#queued > 0) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      this.#serve(waiting, this.#take());
    }
  }

  protected get stopped(): boolean {
    return this.#stopped;
  }

  /** Number of queued values. */
  protected get queued(): number {
    return this.#queued;
  }

  /** Drops the oldest queued value. */
  protected discard(): void {
    this.#take();
  }

  /** Takes all queued values, as if the consumer had taken them one by one. */
  takeQueued(): T[] {
    const values: T[] = [];
    while (this.#queued > 0) values.push(this.#hand(this.#take()));
    return values;
  }

  /** Takes the next value out of an item; `isUsedUp` then tells whether it was the last one. */
  protected unpack(item: unknown): T {
    return item as T;
  }

  protected isUsedUp(_item: unknown): boolean {
    return true;
  }

  /** Hears of an item that is dropped with the values left in it. */
  protected drop(_item: unknown): void {}

  #take(): T {
    const item = this.#items[this.#head];
    const value = this.unpack(item);
    this.#queued--;
    if (this.isUsedUp(item)) {
      // Cleared, so that taken items can be collected before the array is cut.
      this.#items[this.#head] = undefined;
      this.#head++;
      if (this.#head === this.#items.length) {
        this.#items.length = 0;
        this.#head = 0;
      } else if (this.#head >= COMPACT_AT && this.#head * 2 > this.#items.length) {
        this.#items.splice(0, this.#head);
        this.#head = 0;
      }
    }
    return value;
  }

  /** Who has asked for several in advance is done with one when the next one comes. */
  #serve(waiting: Waiting<T>, value: T): void {
    if (this.#onDone !== undefined) this.#finish(this.#onDone);
    waiting.resolve({ value: this.#hand(value), done: false });
  }

  #hand(value: T): T {
    this.#processed++;
    this.#inHand = 1;
    if (this.#onDone !== undefined) this.#last = value;
    return value;
  }

  /** The consumer is done with what it took last. */
  #finish(onDone: (value: T) => void): void {
    const done = this.#last;
    this.#last = undefined;
    if (done !== undefined) onDone(done);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#closed?.resolve(this.#error);
    if (waiting !== undefined && waiting.length > 0) {
      for (const each of waiting) {
        if (this.#error !== undefined) {
          each.reject(this.#error);
          this.#error = undefined;
        } else {
          each.resolve({ value: undefined, done: true });
        }
      }
    }
    this.#onEnd?.();
  }

  /** Every further `next()` resolves as done; only the first throws the error. */
  #conclude(): Promise<IteratorResult<T>> {
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }
}

/** The queue of a subscription. */
export class MsgQueue extends Queue<Msg> {
  pushRun(run: Run): void {
    if (this.stopped) run.slab.release(run.length);
    else this.pushItem(run, run.length);
  }

  protected override unpack(item: unknown): Msg {
    if (!(item instanceof Run)) return item as Msg;
    const msg = new MsgImpl(item.batch, item.slab.words, item.at);
    item.at += ROW_WORDS;
    item.slab.release(1);
    return msg;
  }

  protected override isUsedUp(item: unknown): boolean {
    return !(item instanceof Run) || item.at >= item.end;
  }

  protected override drop(item: unknown): void {
    if (item instanceof Run) item.slab.release(item.length);
  }
}

/** A queue that makes messages when they arrive, for subclasses that look at each one before it is taken. */
export class EagerMsgQueue extends MsgQueue {
  override pushRun(run: Run): void {
    for (; run.at < run.end; run.at += ROW_WORDS) {
      const msg = new MsgImpl(run.batch, run.slab.words, run.at);
      run.slab.release(1);
      this.push(msg);
    }
  }
}

/** The iterator of a `for await` loop. Leaving the loop abandons the queue. */
class Consumer<T> implements AsyncIterableIterator<T> {
  readonly #queue: Queue<T>;
  #claimed = false;

  constructor(queue: Queue<T>) {
    this.#queue = queue;
  }

  next(): Promise<IteratorResult<T>> {
    if (!this.#claimed) {
      if (!this.#queue.claim()) return Promise.reject(errorFromCode(ErrorCode.ApiError, "already yielding"));
      this.#claimed = true;
    }
    return this.#queue.next();
  }

  return(value?: unknown): Promise<IteratorResult<T>> {
    if (this.#claimed) this.#queue.abandon();
    return Promise.resolve({ value, done: true });
  }

  throw(error?: unknown): Promise<IteratorResult<T>> {
    if (this.#claimed) this.#queue.abandon();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this;
  }
}

/**
 * Makes an async iterable answer one call at a time. The result is the iterable's only consumer: a loop over a queue of
 * this client then throws NatsError "BAD API".
 */
export function syncIterator<T>(source: AsyncIterable<T>): SyncIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  return {
    async next(): Promise<T | null> {
      const { value, done } = await iterator.next();
      return done ? null : value;
    },
  };
}
