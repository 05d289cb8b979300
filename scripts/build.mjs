// `npm run build`: the whole way from Rust and TypeScript to pkg/, and nothing done twice.
//   cargo → wasm-bindgen → wasm-opt   js/engine/generated/   (scripts/build/engine.mjs)
//   esbuild                           pkg/*.js               (scripts/build/bundles.mjs)
//   tsc                               pkg/**/*.d.ts

import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildBundles, PKG } from "./build/bundles.mjs";
import { buildEngine, GENERATED } from "./build/engine.mjs";
import { front } from "./refusal.mjs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { say, step } from "./step.mjs";

const ROOT = new URL("..", import.meta.url).pathname;

export async function build() {
  const started = Date.now();
  await ensureNodeModules();
  await ensureRust();
  await buildEngine();
  await buildBundles();
  await buildDeclarations();
  say(`built pkg/ in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function buildDeclarations() {
  await step("tsc: declarations", process.execPath, [
    join(ROOT, "node_modules/typescript/bin/tsc"),
    "-p",
    "tsconfig.json",
  ]);
  // tsc does not copy declarations it only read, and those of the boundary name them.
  const copies = join(PKG, "engine/generated");
  mkdirSync(copies, { recursive: true });
  for (const name of ["client", "signer"]) {
    const from = join(GENERATED, `${name}.d.ts`);
    if (existsSync(from)) cpSync(from, join(copies, `${name}.d.ts`));
  }
}

if (process.argv[1] === import.meta.filename) await front(build);
