// The client inside a Web Worker, where there is no window: it connects by itself and talks to the page over the server.

import { connect } from "nats-wasm";
import { expect, test } from "vitest";
import { useServer } from "../harness/server.ts";

const server = useServer();

test("connects, echoes, asks the page, and drains", async () => {
  const nc = await connect({ servers: server().url });
  nc.subscribe("from.page", { callback: (_, message) => void message.respond(`hello ${message.string()}`) });
  await nc.flush();
  const worker = new Worker(new URL("../harness/echo.worker.ts", import.meta.url), { type: "module" });
  try {
    const told = await new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ url: server().url, size: 300_000 });
    });
    expect(told).toEqual({ heard: [4, 300_000], reply: "hello worker", hasWindow: false });
  } finally {
    worker.terminate();
    await nc.close();
  }
});
