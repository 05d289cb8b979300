/** Between milliseconds, in which JavaScript counts, and nanoseconds, in which the server's configurations do. */
import type { Nanos } from "../types";

export function nanos(millis: number): Nanos {
  return millis * 1_000_000;
}

/** Rounded down. */
export function millis(nanos: Nanos): number {
  return Math.floor(nanos / 1_000_000);
}
