/**
 * `node bench/startup.mjs`: when the steps of "import to connected" happen, in milliseconds since the import was asked for,
 * each client in fresh pages, in turn. Medians of 9.
 */
import { presentClients } from "./clients.mjs";
import { withStage } from "./stage.mjs";
import { median } from "./stats.mjs";
import { WORKLOADS } from "./workloads.mjs";

const ROUNDS = 9;
const STEPS = [
  "imported",
  "dialled",
  "unpacked",
  "compiled",
  "instance",
  "socket open",
  "INFO",
  "CONNECT",
  "connected",
];
const spec = WORKLOADS.find(({ kind }) => kind === "start");
const clients = presentClients();

await withStage({ clients, specs: [spec] }, async (stage) => {
  const taken = new Map(clients.map(({ name }) => [name, []]));
  await stage.playing(spec, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, client] of clients.entries()) {
        const one = stage.bench(client, index, spec);
        await one.open();
        taken.get(client.name).push(await one.page.evaluate(`(${steps})("${client.name}", "${one.server.websocket}")`));
        await one.close();
      }
    }
  });
  for (const [name, samples] of taken) {
    const steps = STEPS.filter((step) => samples.every((sample) => sample[step] !== undefined));
    console.log(name, steps.map((step) => `${step} ${median(samples.map((it) => it[step])).toFixed(1)}`).join(", "));
  }
});

/** Runs in the page. */
async function steps(client, url) {
  const took = {};
  const start = performance.now();
  const mark = (step) => {
    took[step] ??= performance.now() - start;
  };
  const Socket = WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...given) {
      mark("dialled");
      super(...given);
      this.addEventListener("open", () => mark("socket open"));
      this.addEventListener("message", () => mark("INFO"));
    }
    send(bytes) {
      super.send(bytes);
      mark("CONNECT");
    }
  };
  const { compile, Instance } = WebAssembly;
  WebAssembly.compile = async (bytes) => {
    mark("unpacked");
    const module = await compile(bytes);
    mark("compiled");
    return module;
  };
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given);
      mark("instance");
    }
  };
  if (client === "raw") {
    await globalThis.bench.start(client, url);
  } else {
    const { connect } = await import(`/clients/${client}.js`);
    mark("imported");
    await connect({ servers: url, reconnect: false });
  }
  mark("connected");
  return took;
}
