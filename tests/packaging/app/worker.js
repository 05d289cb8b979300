// A Web Worker of the application, with a client of its own that uses what is loaded late.

import { connect, StorageType } from "nats-wasm";

self.onmessage = async ({ data: url }) => {
  const nc = await connect({ servers: url });
  const kv = await nc.jetstream().views.kv("worker", { storage: StorageType.Memory });
  await kv.put("where", "in a worker");
  const value = (await kv.get("where")).string();
  await nc.drain();
  self.postMessage({ value, hasWindow: "window" in globalThis });
};
