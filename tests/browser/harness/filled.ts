// Streams with messages in them, for tests that consume.

import type { JetStreamManager, StreamConfig } from "nats.ws";
import type { Connection } from "./clients.ts";

export interface Filled {
  name: string;
  jsm: JetStreamManager;
  /** Publishes messages `from` to `to`, each on `<name>.<its number modulo 3>`, with its number as payload. */
  fill(from: number, to: number): Promise<void>;
}

/** A stream `name` with subjects `<name>.>` and `count` messages. */
export async function filledStream(
  nc: Connection,
  name: string,
  count = 0,
  more: Partial<StreamConfig> = {},
): Promise<Filled> {
  const jsm = await nc.jetstreamManager();
  await jsm.streams.add({ name, subjects: [`${name}.>`], storage: "memory" as StreamConfig["storage"], ...more });
  const fill = async (from: number, to: number) => {
    for (let number = from; number < to; number++) nc.publish(`${name}.${number % 3}`, `${number}`);
    if (to >= from) await nc.request(`${name}.${to % 3}`, `${to}`, { timeout: 10_000 });
  };
  await fill(1, count);
  return { name, jsm, fill };
}

/** The whole numbers of `from` to `to`. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
