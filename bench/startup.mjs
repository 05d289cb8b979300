/**
 * `node bench/startup.mjs`: when the steps of "import to connected" happen, in milliseconds since the import was asked for,
 * each client in fresh pages, in turn, and the CPU time of the page's main thread for all of them. Medians of 9.
 * `node bench/startup.mjs DIRECTORY`: beside them, as "before", the pkg/ of another build.
 */
import { presentClients } from "./clients.mjs";
import { mainThreadMicroseconds } from "./cpu.mjs";
import { withStage } from "./stage.mjs";
import { median } from "./stats.mjs";
import { WORKLOADS } from "./workloads.mjs";

const ROUNDS = 9;
const STEPS = [
  "imported",
  "dialled",
  "decoded",
  "compiled",
  "instance",
  "socket open",
  "INFO",
  "CONNECT",
  "connected",
  "CPU",
];
const spec = WORKLOADS.find(({ kind }) => kind === "start");
const clients = presentClients(process.argv[2]);

await withStage({ clients, specs: [spec] }, async (stage) => {
  const taken = new Map(clients.map(({ name }) => [name, []]));
  await stage.playing(spec, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, client] of clients.entries()) {
        const one = stage.bench(client, index, spec);
        await one.open();
        const cpu = mainThreadMicroseconds(one.pid);
        const sample = await one.page.evaluate(`(${steps})("${client.name}", "${one.server.websocket}")`);
        sample.CPU = (mainThreadMicroseconds(one.pid) - cpu) / 1000;
        taken.get(client.name).push(sample);
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
    mark("decoded");
    const module = await compile(bytes);
    mark("compiled");
    return module;
  };
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) {
      super(module, imports);
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
