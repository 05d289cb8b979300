/** What becomes of a ticket, and who waits for that. */
import type { NatsError } from "../../base/errors";
import type { MsgImpl } from "./msg";

/**
 * What became of a ticket: a reply, `DONE`, or why there will be no (further) reply: a `Code`, or the server's own
 * words.
 */
export type Outcome = MsgImpl | number | NatsError;

/** It ended as it should: a flush was answered, a request for many replies has got what it gets. */
export const DONE = 0;

/** Whoever waits for a ticket. */
export interface Waiter {
  /** With `isLast` nothing more comes. */
  settle(outcome: Outcome, isLast: boolean): void;
}
