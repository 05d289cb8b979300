/**
 * `npm run bench`: a bare socket, nats.ws, nats-core and this client, side by side in one Chromium.
 *
 * For each workload every client gets a page and a renderer process of its own. Samples are taken in turn, in an
 * order that changes from round to round, so that whatever else the machine does hits all alike. Medians are reported.
 */
import { existsSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureSizes } from "../scripts/size.mjs";
import { presentClients } from "./clients.mjs";
import { mergeResults, peakCell, writeReport } from "./report.mjs";
import { withStage } from "./stage.mjs";
import { median, spread } from "./stats.mjs";
import { LINEARITY, WORKLOADS } from "./workloads.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    linear: { type: "boolean", default: false },
    only: { type: "string" },
    clients: { type: "string" },
    before: { type: "string" },
    reps: { type: "string" },
    out: { type: "string" },
    "no-report": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) {
  console.log(`npm run bench -- [options]
  --quick          3 rounds of a quarter of the messages
  --linear         the linearity runs (10^3 to 10^7 messages, 1 to 10^5 subscriptions) instead of the tables
  --only <regex>   workloads whose "group: name" matches
  --clients <a,b>  of raw, nats.ws, nats-core, nats-wasm, before
  --before <dir>   the pkg/ of another build, measured as "before"; nothing is reported
  --reps <n>       rounds (7)
  --out <file>     write the results there as well
  --no-report      leave docs/bench.json and docs/bench.md as they are
Environment: CHROMIUM, NATS_SERVER (paths).`);
  process.exit(0);
}

const repetitions = Number(options.reps ?? (options.quick ? 3 : 7));
const scale = options.quick ? 0.25 : 1;
const only = new RegExp(options.only ?? "");
const chosen = (options.linear ? LINEARITY : WORKLOADS).filter(({ group, name }) => only.test(`${group}: ${name}`));
const wanted = options.clients?.split(",");
const clients = presentClients(options.before).filter(({ name }) => !wanted || wanted.includes(name));
if (!chosen.length || !clients.length) throw new Error("nothing to measure: no workload or no client matches");

const results = await withStage({ clients, specs: chosen }, async (stage) => {
  const found = {
    when: new Date().toISOString(),
    browser: await stage.browser.version(),
    processor: `${cpus().length} x ${cpus()[0].model}`,
    rounds: repetitions,
    load: loadavg()[2],
    rows: [],
  };
  for (const spec of chosen) {
    const row = await measure(stage, spec);
    found.rows.push(row);
    console.log(oneLine(row));
  }
  return found;
});
if (existsSync(new URL("../pkg/core/index.js", import.meta.url))) results.sizes = await measureSizes();
if (options.out) writeFileSync(options.out, `${JSON.stringify(results, null, 2)}\n`);
if (!options["no-report"] && options.before === undefined) writeReport(mergeResults(results));

async function measure(stage, spec) {
  const taking = clients.filter(({ name }) => !(spec.clients === "peers" && name === "raw"));
  const rounds = spec.rounds ?? repetitions * (spec.repetitions ?? 1);
  const count = Math.max(1, Math.round(spec.count * (spec.kind === "start" || spec.x || spec.whole ? 1 : scale)));
  const samples = new Map(taking.map(({ name }) => [name, []]));
  const rooms = spec.kind === "start" || spec.measure ? freshPages : samePages;
  await stage.playing(spec, () => rooms({ stage, spec, taking, rounds, count, samples }));
  return summarise(spec, count, samples);
}

/** Pages stay open for all rounds: warm code, as in a page that has been open for a while. */
async function samePages({ stage, spec, taking, rounds, count, samples }) {
  const benches = taking.map((client, index) => stage.bench(client, index, spec));
  try {
    for (const one of benches) {
      await one.open();
      await stage.load(one);
      await one.warm(Math.ceil(count / 4));
    }
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < benches.length; i++) {
        const one = benches[(i + round) % benches.length];
        await stage.load(one);
        samples.get(one.client).push(await one.sample(count));
      }
    }
  } finally {
    for (const one of benches) await one.close();
  }
}

/** A new page for every sample: what is measured is the first time, or what stays behind. */
async function freshPages({ stage, spec, taking, rounds, count, samples }) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < taking.length; i++) {
      const index = (i + round) % taking.length;
      const one = stage.bench(taking[index], index, spec);
      await one.open();
      try {
        await stage.load(one);
        samples.get(one.client).push(await one.sample(count));
      } finally {
        await one.close();
      }
    }
  }
}

function summarise(spec, count, samples) {
  const row = { group: spec.group, name: spec.name, count, clients: {} };
  if (spec.x !== undefined) row.x = spec.x;
  if (spec.unit !== undefined) row.unit = spec.unit;
  for (const [client, taken] of samples) {
    const figures = {};
    for (const key of Object.keys(taken[0])) figures[key] = median(taken.map((sample) => sample[key]));
    figures.spread = spread(taken.map((sample) => sample.cpu ?? sample.bytes));
    row.clients[client] = figures;
  }
  return row;
}

function oneLine(row) {
  const figures = Object.entries(row.clients).map(([client, f]) => {
    if (f.resident !== undefined) return `${client} ${peakCell(f)}`;
    if (f.bytes !== undefined)
      return `${client} ${f.bytes.toFixed(0)} B (${f.heap.toFixed(0)}+${f.buffers.toFixed(0)}+${f.wasm.toFixed(0)})`;
    if (f.milliseconds !== undefined)
      return `${client} ${f.milliseconds.toFixed(1)} ms (${(f.cpu / 1000).toFixed(1)} cpu)`;
    const latency = f.p50 === undefined ? "" : ` p50 ${f.p50.toFixed(3)} p99 ${f.p99.toFixed(3)}`;
    return `${client} ${f.cpu.toFixed(3)} us (${f.rate.toFixed(0)}k/s ±${(f.spread * 100).toFixed(0)}%)${latency}`;
  });
  return `${row.group}: ${row.name}  ${figures.join("  ")}`;
}
