/**
 * Converts between milliseconds, JavaScript's unit of time, and nanoseconds, the unit of the server's configurations.
 */
import type { Nanos } from "../types";

/** Converts milliseconds to nanoseconds. */
export function nanos(millis: number): Nanos {
  return millis * 1_000_000;
}

/** Converts nanoseconds to whole milliseconds, rounded down. */
export function millis(nanos: Nanos): number {
  return Math.floor(nanos / 1_000_000);
}
