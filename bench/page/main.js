/**
 * What the driver calls in a page: `open` once, then `arm` + `wait` for each sample of an inbound workload, or `run`
 * for each sample of one the page drives. One page holds one client, so that no client's code is made slower by
 * another's types.
 */
import * as jetstream from "./jetstream.js";
import * as peer from "./peer.js";
import * as raw from "./raw.js";

globalThis.addEventListener("unhandledrejection", (event) => {
  globalThis.failure = String(event.reason?.stack ?? event.reason);
});

// Memory of wasm modules is in no heap figure, so their memories are remembered as they appear.
const memories = [];
for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const result = await original.apply(WebAssembly, given);
    remember(result.instance ?? result);
    return result;
  };
}
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...given) {
    super(...given);
    remember(this);
  }
};
function remember(instance) {
  for (const value of Object.values(instance.exports)) {
    if (value instanceof WebAssembly.Memory) memories.push(value);
  }
}

let workload;

globalThis.bench = {
  async open(client, url, spec, prefix) {
    const page = client === "raw" ? raw : spec.jetstream ? jetstream : peer;
    workload = await page.open(client, url, spec, prefix);
  },
  arm: (count, bytes) => workload.arm(count, bytes),
  wait: () => workload.wait(),
  run: (count) => workload.run(count),
  wasmBytes: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  /** Time and everything else from nothing to a connection that has seen its first PONG. */
  async start(client, url, fresh) {
    const start = performance.now();
    await (client === "raw" ? raw : peer).start(client, url, fresh);
    return { milliseconds: performance.now() - start };
  },
  async collectGarbage() {
    for (let i = 0; i < 3; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
};
