// `npm run build`: the whole way from Rust and TypeScript to pkg/, and nothing done twice.
//   cargo → wasm-bindgen → wasm-opt   js/engine/generated/   (scripts/build/engine.mjs)
//   rolldown                          pkg/*.js               (scripts/build/bundles.mjs)
//   tsc                               pkg/**/*.d.ts          (scripts/build/declarations.mjs)
// `npm run build -- --debug` makes the same files with Rust's stable standard library, names of functions, and panics that
// say in the console what happened.
// `npm run build -- --only machines` builds one wasm module anew and takes the others as they are.

import { parseArgs } from "node:util";
import { buildBundles } from "./build/bundles.mjs";
import { buildDeclarations } from "./build/declarations.mjs";
import { buildEngine } from "./build/engine.mjs";
import { front } from "./refusal.mjs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { say } from "./step.mjs";

/** `only`: the name of one wasm module. */
export async function build({ only, debug = false } = {}) {
  const started = Date.now();
  await ensureNodeModules();
  await ensureRust();
  await buildEngine({ only, debug });
  await buildBundles();
  await buildDeclarations();
  say(`built pkg/ in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { only: { type: "string" }, debug: { type: "boolean" } } });
  await front(() => build(values));
}
