/**
 * The one loop over delivered rows, which hands each to its subscription or its waiter. Owns the table of subscriptions
 * and the table of tickets; decides nothing about either.
 */
import { type Batch, isFinal, isReply, ROW_WORDS, runEnd, sidOf, type Slab, ticketOf } from "../../engine/batch";
import { MsgImpl } from "./msg";
import { Numbered } from "./numbered";
import type { NatsError } from "../../base/errors";
import type { Outcome, Waiter } from "./outcome";
import type { SubscriptionImpl } from "./subscription";

export class Dispatch {
  readonly subscriptions = new Numbered<SubscriptionImpl>();
  /** Requests and flushes without an answer, by ticket. */
  readonly waiting = new Numbered<Waiter>();
  /** The subscription of the latest row: most events carry messages of one subscription only. */
  #lastSid = 0;
  #last: SubscriptionImpl | undefined;

  /** Delivers the rows `at..end` of the slab. Rows that were not queued may be overwritten afterwards. */
  deliver(batch: Batch, slab: Slab, at: number, end: number): void {
    const { words } = slab;
    while (at < end) {
      if (isReply(words, at)) {
        this.#answer(batch, words, at);
        at += ROW_WORDS;
      } else {
        const next = runEnd(words, at, end);
        this.#find(sidOf(words, at))?.deliver(batch, slab, at, next);
        at = next;
      }
    }
  }

  forget(sid: number): void {
    this.subscriptions.delete(sid);
    if (sid === this.#lastSid) this.#last = undefined;
  }

  /** Settles the waiter of a ticket, and forgets the ticket. An unknown ticket was cancelled. */
  settle(ticket: number, outcome: Outcome): void {
    const waiter = this.waiting.get(ticket);
    if (waiter === undefined) return;
    this.waiting.delete(ticket);
    waiter.settle(outcome, true);
  }

  /** Ends every subscription after its queued messages, and settles every waiter with `outcome`: an error is the core's. */
  end(outcome: number | NatsError): void {
    for (const [, subscription] of this.subscriptions.entries()) {
      if (typeof outcome === "number") subscription.finish();
      else subscription.abandon(outcome);
    }
    for (const [ticket] of this.waiting.entries()) this.settle(ticket, outcome);
  }

  #answer(batch: Batch, words: Int32Array, at: number): void {
    const ticket = ticketOf(words, at);
    const waiter = this.waiting.get(ticket);
    if (waiter === undefined) return;
    const isEnd = isFinal(words, at);
    if (isEnd) this.waiting.delete(ticket);
    waiter.settle(new MsgImpl(batch, words, at), isEnd);
  }

  #find(sid: number): SubscriptionImpl | undefined {
    if (sid !== this.#lastSid || this.#last === undefined) {
      this.#lastSid = sid;
      this.#last = this.subscriptions.get(sid);
    }
    return this.#last;
  }
}
