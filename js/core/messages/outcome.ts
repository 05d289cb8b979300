/** The outcome of a ticket, and its waiter. */
import type { NatsError } from "../../base/errors";
import type { MsgImpl } from "./msg";

/**
 * The outcome of a ticket: a reply, `DONE`, or the reason why no (further) reply comes: a `Code`, or an error with the
 * server's words.
 */
export type Outcome = MsgImpl | number | NatsError;

/**
 * The outcome without an error and without a reply: a flush was answered, or a request for many replies is complete.
 */
export const DONE = 0;

/** The object that waits for a ticket. */
export interface Waiter {
  /** Hands over an outcome; `isLast`: the last one of the ticket. */
  settle(outcome: Outcome, isLast: boolean): void;
}
