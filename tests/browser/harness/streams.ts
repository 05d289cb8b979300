// Streams of one test: in memory, with a name nobody else has.

import type { JetStreamManager, StreamConfig } from "nats.ws";
import { nuid, StorageType } from "nats.ws";

/** A stream with the subjects `<name>.>` and the messages 1, 2, … on `<name>.1`, `<name>.2`, … */
export async function streamOf(jsm: JetStreamManager, messages = 0, more: Partial<StreamConfig> = {}): Promise<string> {
  const name = nuid.next();
  await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.Memory, ...more });
  const js = jsm.jetstream();
  for (let number = 1; number <= messages; number++) await js.publish(`${name}.${number}`, `${number}`);
  return name;
}
