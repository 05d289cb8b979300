// The wasm-pack program, which only the tests of the Rust boundary need.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { toolDirectory } from "./cache.mjs";
import { cargoInstall } from "./cargo-install.mjs";

const VERSION = "0.15.1";

let installed;

/** Its path. However often it is asked for, it is installed once. */
export function ensureWasmPack() {
  installed ??= install();
  return installed;
}

async function install() {
  const root = toolDirectory("wasm-pack", VERSION);
  const program = join(root, "bin/wasm-pack");
  if (!existsSync(program)) await cargoInstall("wasm-pack", VERSION, root, "1 to 4 minutes", ["--locked"]);
  return program;
}
