// An application without a bundler that has its WebAssembly in a file of its own.

import { connect, init } from "nats-wasm/slim";

globalThis.app = {
  async slim(url) {
    await init(new URL("/node_modules/nats-wasm/pkg/nats.wasm", location.href));
    const nc = await connect({ servers: url });
    nc.subscribe("slim", { callback: (_, m) => void m.respond(`${m.string()}!`) });
    const reply = (await nc.request("slim", "hello")).string();
    await nc.drain();
    return reply;
  },
};
