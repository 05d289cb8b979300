// Waiting in tests: for a condition, and for what the status iterator tells.

import type { Connection } from "./clients.ts";

/** Waits until `met` is true; fails after `timeout` ms, saying what was waited for. */
export async function until(met: () => boolean, timeout = 5000, what = met.toString()): Promise<void> {
  const end = performance.now() + timeout;
  while (!met()) {
    if (performance.now() > end) throw new Error(`still waiting after ${timeout} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** As `until`, for what has to be asked for. */
export async function untilAsync(met: () => Promise<boolean>, timeout = 10_000, what = met.toString()): Promise<void> {
  const end = performance.now() + timeout;
  while (!(await met())) {
    if (performance.now() > end) throw new Error(`still waiting after ${timeout} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface StatusLog {
  /** Everything told so far. */
  all: { type: string; data: unknown }[];
  /** The types only, in order. */
  types(): string[];
  /** Waits until `type` has been told `times` times. */
  told(type: string, times?: number, timeout?: number): Promise<void>;
}

/** Keeps everything `nc.status()` tells from now on. */
export function statusOf(nc: Connection): StatusLog {
  const all: { type: string; data: unknown }[] = [];
  void (async () => {
    for await (const status of nc.status()) all.push({ type: status.type, data: status.data });
  })();
  return {
    all,
    types: () => all.map((each) => each.type),
    told: (type, times = 1, timeout = 10_000) =>
      until(() => all.filter((each) => each.type === type).length >= times, timeout, `${times} × status ${type}`),
  };
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
