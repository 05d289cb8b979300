// A Web Worker with a client of its own: does what it is told once, and posts how it went.

import { connect } from "nats-wasm";

self.onmessage = async (event: MessageEvent<{ url: string; size: number }>) => {
  try {
    const nc = await connect({ servers: event.data.url });
    const sub = nc.subscribe("worker", { max: 2 });
    nc.publish("worker", "text");
    nc.publish("worker", new Uint8Array(event.data.size).fill(7));
    const heard: number[] = [];
    for await (const message of sub) heard.push(message.data.length);
    const reply = await nc.request("from.page", "worker", { timeout: 5000 });
    await nc.drain();
    self.postMessage({ heard, reply: reply.string(), hasWindow: "window" in globalThis });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
