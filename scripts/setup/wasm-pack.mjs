// The wasm-pack program, which only the tests of the Rust boundary need.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { step } from "../step.mjs";
import { toolDirectory } from "./cache.mjs";

const VERSION = "0.15.1";

/** Its path. */
export async function ensureWasmPack() {
  const root = toolDirectory("wasm-pack", VERSION);
  const program = join(root, "bin/wasm-pack");
  if (!existsSync(program)) {
    const args = ["install", "wasm-pack", "--locked", "--version", VERSION, "--root", root];
    await step(`installing wasm-pack ${VERSION} (once, 2 to 5 minutes)`, "cargo", args);
  }
  return program;
}
