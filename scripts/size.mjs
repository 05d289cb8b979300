// `npm run size`: what an application pays for this client, against size-budget.json. Builds each entry as
// Vite would (minified, tree-shaken), and fails when one is over its budget.
//   --accept   sets the budgets to what is measured now, plus 3 %, and the README's table with them

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundleApplication } from "./application.mjs";
import { front, Refusal } from "./refusal.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const BUDGETS = join(ROOT, "size-budget.json");
const README = join(ROOT, "README.md");
const MARGIN = 1.03;
const TABLE = /(<!-- begin sizes -->\n)[\s\S]*?(\n<!-- end sizes -->)/;

/**
 * `source`: what the application imports. Only what it loads at once counts, unless `lazy`: then the parts that are
 * loaded when they are needed (the credentials module) count as well. `file`: a file of pkg/ as it is.
 */
const OURS = [
  { name: "nats-wasm/core: connect", source: 'export { connect } from "nats-wasm/core";' },
  {
    name: "nats-wasm/core and kv: connect, Kvm",
    source: 'export { connect } from "nats-wasm/core"; export { Kvm } from "nats-wasm/kv";',
  },
  { name: "nats-wasm: connect", source: 'export { connect } from "nats-wasm";' },
  { name: "nats-wasm: everything", source: 'export * from "nats-wasm";' },
  { name: "nats-wasm: everything, nkeys loaded", source: 'export * from "nats-wasm";', lazy: true },
  ...["jetstream", "kv", "object-store", "services"].map((part) => ({
    name: `nats-wasm/${part}: everything`,
    source: `export * from "nats-wasm/${part}";`,
  })),
  { name: "pkg/nats.js", file: "pkg/nats.js" },
  { name: "pkg/nats.wasm", file: "pkg/nats.wasm" },
  { name: "pkg/credentials.wasm", file: "pkg/credentials.wasm" },
  { name: "pkg/machines.wasm", file: "pkg/machines.wasm" },
];

/** For comparison; without a budget. nats.ws asks for Node's `crypto` in a branch that browsers never take. */
const PEERS = [
  { name: "nats.ws 1.30.3: connect", source: 'export { connect } from "nats.ws";', external: ["crypto"] },
  { name: "@nats-io/nats-core 3.4.0: wsconnect", source: 'export { wsconnect } from "@nats-io/nats-core";' },
  {
    name: "@nats-io 3.4.0: core, jetstream, kv, obj, services",
    source: ["nats-core", "jetstream", "kv", "obj", "services"]
      .map((name) => `export * as ${name.replace("-", "")} from "@nats-io/${name}";`)
      .join("\n"),
    external: ["node:crypto"],
  },
];

/** Bytes of every entry, ours and the peers': `{ name, raw, gzip, brotli, peer }`. */
export async function measureSizes() {
  if (!existsSync(join(ROOT, "pkg/core/index.js"))) throw new Refusal("pkg/ is not built: npm run build");
  const sizes = [];
  for (const entry of OURS) sizes.push({ name: entry.name, ...(await measure(entry)), peer: false });
  for (const entry of PEERS) sizes.push({ name: entry.name, ...(await measure(entry)), peer: true });
  return sizes;
}

async function measure(entry) {
  const files = entry.file ? [readFileSync(join(ROOT, entry.file))] : await bundle(entry);
  const sum = (bytesOf) => files.reduce((total, file) => total + bytesOf(file), 0);
  return {
    raw: sum((file) => file.length),
    gzip: sum((file) => gzipSync(file, { level: 9 }).length),
    brotli: sum(
      (file) =>
        brotliCompressSync(file, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: file.length },
        }).length,
    ),
  };
}

/** The files an application would load, as bytes. */
async function bundle({ source, external, lazy = false }) {
  const output = await bundleApplication(source, { external });
  return (lazy ? output : loadedAtOnce(output)).map(({ code }) => Buffer.from(code));
}

/** The entry and everything it imports by statement, dynamic imports left out. */
function loadedAtOnce(output) {
  const byName = new Map(output.map((file) => [file.fileName, file]));
  const loaded = new Set();
  const visit = (file) => {
    if (file === undefined || loaded.has(file)) return;
    loaded.add(file);
    for (const name of file.imports) visit(byName.get(name));
  };
  visit(output.find(({ isEntry }) => isEntry));
  return [...loaded];
}

async function size() {
  const sizes = await measureSizes();
  if (process.argv.includes("--accept")) {
    const budgets = sizes.filter(({ peer }) => !peer).map(({ name, brotli }) => [name, Math.ceil(brotli * MARGIN)]);
    writeFileSync(BUDGETS, `${JSON.stringify(Object.fromEntries(budgets), null, 2)}\n`);
    writeFileSync(README, readFileSync(README, "utf8").replace(TABLE, `$1${table(sizes)}$2`));
  }
  const budgets = JSON.parse(readFileSync(BUDGETS, "utf8"));
  const over = [];
  console.log(
    `${"bytes".padEnd(52)}${["raw", "gzip", "brotli", "budget"].map((title) => title.padStart(10)).join("")}`,
  );
  for (const { name, raw, gzip, brotli, peer } of sizes) {
    const budget = budgets[name];
    if (!peer && budget === undefined) over.push(`${name} has no budget in size-budget.json`);
    if (brotli > budget) over.push(`${name}: ${brotli} bytes of brotli, the budget is ${budget}`);
    console.log(
      name.padEnd(52) + [raw, gzip, brotli, budget ?? ""].map((figure) => String(figure).padStart(10)).join(""),
    );
  }
  if (!readFileSync(README, "utf8").includes(table(sizes)))
    over.push("the README's table of sizes is not that of the budget");
  if (over.length > 0) throw new Refusal(`${over.join("\n")}\n(npm run size -- --accept takes over what is measured)`);
}

/** The README's figures: ours follow from the budget, so that they change when it does and not with every byte. */
function table(sizes) {
  const budgets = JSON.parse(readFileSync(BUDGETS, "utf8"));
  const rows = sizes.map(({ name, brotli, peer }) => {
    const bytes = peer ? brotli : budgets[name] / MARGIN;
    return `| ${peer ? name : `\`${name}\``} | ${(bytes / 1000).toFixed(1)} |`;
  });
  return ["| | KB, brotli |", "|---|---:|", ...rows].join("\n");
}

if (process.argv[1] === import.meta.filename) await front(size);
