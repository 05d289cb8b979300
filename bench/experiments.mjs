/**
 * `node bench/experiments.mjs [regex]`: the small questions behind the data path (page/experiments.js), answered in
 * nanoseconds of main-thread CPU per operation: median of interleaved rounds, each long enough to be read exactly.
 */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { mainThreadMicroseconds } from "./cpu.mjs";
import { withStage } from "./stage.mjs";
import { median, spread } from "./stats.mjs";

const ROUNDS = 7;
const SAMPLE_MICROSECONDS = 60_000;

const only = new RegExp(process.argv[2] ?? "");
const copies = assemble("copies.wat");
const spec = { kind: "experiment", compression: false, from: "page" };

await withStage({ clients: [{ name: "raw" }], specs: [spec] }, async (stage) => {
  const one = stage.bench({ name: "raw" }, 0, spec);
  await one.openPage();
  const names = await one.page.evaluate("import('/page/experiments.js').then(({ names }) => names)");
  for (const name of names.filter((candidate) => only.test(candidate))) {
    const variants = await one.page.evaluate(
      `import('/page/experiments.js').then(async ({ prepare }) => {
        globalThis.experiment = await prepare(${JSON.stringify(name)}, ${JSON.stringify(one.server.websocket)}, "${copies}");
        return experiment.variants;
      })`,
    );
    const counts = new Map();
    for (const variant of variants) counts.set(variant, await longEnough(one, variant));
    const samples = new Map(variants.map((variant) => [variant, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const variant of variants) {
        const count = counts.get(variant);
        samples.get(variant).push(((await cost(one, variant, count)) / count) * 1000);
      }
    }
    console.log(`\n${name}`);
    for (const [variant, taken] of samples) {
      console.log(`${median(taken).toFixed(1).padStart(12)} ns  ±${(spread(taken) * 100).toFixed(0)} %  ${variant}`);
    }
  }
  await one.close();
});

function assemble(name) {
  const module = binaryen.parseText(readFileSync(new URL(name, import.meta.url), "utf8"));
  module.setFeatures(binaryen.Features.BulkMemory | binaryen.Features.BulkMemoryOpt);
  if (!module.validate()) throw new Error(`${name} is no valid module`);
  return Buffer.from(module.emitBinary()).toString("base64");
}

/** Main-thread microseconds of `count` operations. */
async function cost(one, variant, count) {
  await one.ask("collectGarbage");
  const before = mainThreadMicroseconds(one.pid);
  await one.page.evaluate(`experiment.run(${JSON.stringify(variant)}, ${count})`);
  return mainThreadMicroseconds(one.pid) - before;
}

/** How many operations take about as long as a sample should. Warms the variant up on the way. */
async function longEnough(one, variant) {
  let count = 800;
  for (;;) {
    const took = await cost(one, variant, count);
    if (took > SAMPLE_MICROSECONDS / 2) return Math.ceil((count * SAMPLE_MICROSECONDS) / took / 80) * 80;
    count *= 4;
  }
}
