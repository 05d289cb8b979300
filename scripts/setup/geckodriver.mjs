// WebDriver for Firefox, which wasm-pack drives it with: GECKODRIVER, else geckodriver on PATH, else compiled into the cache. No
// package of Debian has it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { find, toolDirectory } from "./cache.mjs";
import { cargoInstall } from "./cargo-install.mjs";

const VERSION = "0.36.0";

let installed;

/** Its path. However often it is asked for, it is installed once. */
export function ensureGeckodriver() {
  installed ??= install();
  return installed;
}

async function install() {
  const found = find("GECKODRIVER", ["geckodriver"]);
  if (found) return found;
  const root = toolDirectory("geckodriver", VERSION);
  const program = join(root, "bin/geckodriver");
  if (!existsSync(program)) await cargoInstall("geckodriver", VERSION, root, "2 to 5 minutes", ["--locked"]);
  return program;
}
