/**
 * `node bench/over.mjs <regex> [rounds]`: what this client's main thread does over the bare socket's, by whose code it is,
 * in microseconds per message: where the causes in causes.mjs come from. Needs Linux's `perf` and the right to use it.
 *
 * Both main threads are sampled while they take turns. `perf` makes everything dearer, so the shares are what counts;
 * they are applied to the CPU time that Linux accounts for.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { presentClients } from "./clients.mjs";
import { mainThreadMicroseconds } from "./cpu.mjs";
import { withStage } from "./stage.mjs";
import { median } from "./stats.mjs";
import { WORKLOADS } from "./workloads.mjs";

const KINDS = [
  "compiled code, JavaScript and wasm",
  "V8's for us: built-ins, garbage",
  "the browser's",
  "C library",
  "kernel",
];
const [COMPILED, ENGINE, BROWSER, LIBRARY, KERNEL] = KINDS;
/** Code of the browser of which the bare socket has less than this share of what we have is V8's work for us. */
const OURS_ALONE = 1 / 12;

const [pattern, rounds = "6"] = process.argv.slice(2);
if (pattern === undefined) throw new Error("which workloads? node bench/over.mjs <regex> [rounds]");
const specs = WORKLOADS.filter((spec) => new RegExp(pattern).test(`${spec.group}: ${spec.name}`));
const clients = presentClients().filter(({ name }) => name === "raw" || name === "nats-wasm");
if (!specs.length || clients.length < 2)
  throw new Error("nothing to measure: no workload matches, or pkg/ is not built");

const directory = mkdtempSync(join(tmpdir(), "nats-bench-perf-"));
try {
  await withStage({ clients, specs }, async (stage) => {
    for (const spec of specs) await stage.playing(spec, () => compare(stage, spec));
  });
} finally {
  rmSync(directory, { recursive: true });
}

async function compare(stage, spec) {
  const benches = clients.map((client, index) => stage.bench(client, index, spec));
  for (const one of benches) {
    await one.open();
    await stage.load(one);
    await one.warm(spec.count);
  }
  const recorders = benches.map((one) => record(one));
  await sleep(1000);
  const samples = benches.map(() => []);
  for (let round = 0; round < Number(rounds); round++) {
    for (const [index, one] of benches.entries()) {
      await stage.load(one);
      samples[index].push(await costOf(one, spec.count));
    }
  }
  for (const recorder of recorders) await stopped(recorder);
  const addresses = benches.map((one) => read(one));
  const [raw, ours] = benches.map((_, index) => byKind(addresses[index], addresses[0], median(samples[index])));
  console.log(`\n${spec.group}: ${spec.name}   us per message: bare socket, nats-wasm, over`);
  for (const kind of ["all", ...KINDS]) {
    const [floor, mine] = [raw, ours].map((table) => table.get(kind) ?? 0);
    console.log(`${[floor, mine, mine - floor].map((us) => us.toFixed(3).padStart(9)).join("")}  ${kind}`);
  }
  for (const one of benches) await one.close();
}

/** No garbage is collected beforehand, as a sample of the benchmark does: it would be recorded. */
async function costOf(one, count) {
  const before = mainThreadMicroseconds(one.pid);
  await one.work(count);
  return (mainThreadMicroseconds(one.pid) - before) / count;
}

function record(one) {
  const options = ["-q", "-e", "cpu-clock", "-F", "10000", "-t", String(one.pid), "-o", join(directory, one.client)];
  return spawn("perf", ["record", ...options], { stdio: "inherit" });
}

function stopped(recorder) {
  return new Promise((resolve) => {
    recorder.on("exit", resolve);
    recorder.kill("SIGINT");
  });
}

/** How many samples there are by place: what kind of code, and for the browser's own which 4 KiB of it. */
function read(one) {
  const options = ["script", "-i", join(directory, one.client), "-F", "ip,dso"];
  const lines = execFileSync("perf", options, {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const places = new Map();
  for (const line of lines.split("\n")) {
    const [, address, file] = /^\s*([0-9a-f]+) \((.*)\)$/.exec(line) ?? [];
    if (address === undefined) continue;
    const place = placeOf(address, file);
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  return places;
}

function placeOf(address, file) {
  if (/chrom/.test(file)) return address.slice(0, -3);
  if (/\/perf-\d+\.map$/.test(file)) return COMPILED;
  return /kernel/.test(file) ? KERNEL : LIBRARY;
}

function byKind(places, rawPlaces, cpu) {
  const total = (table) => [...table.values()].reduce((sum, count) => sum + count, 0);
  const all = total(places);
  const allOfRaw = total(rawPlaces);
  const kinds = new Map([["all", cpu]]);
  for (const [place, count] of places) {
    const isAlone = (rawPlaces.get(place) ?? 0) / allOfRaw < (count / all) * OURS_ALONE;
    const kind = KINDS.includes(place) ? place : isAlone ? ENGINE : BROWSER;
    kinds.set(kind, (kinds.get(kind) ?? 0) + (count / all) * cpu);
  }
  return kinds;
}
