// The wasm-bindgen program. Its version must be exactly the crate's, so Cargo.lock decides it; any other version is
// not used, but the right one is installed beside it.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../refusal.mjs";
import { toolDirectory } from "./cache.mjs";
import { cargoInstall } from "./cargo-install.mjs";

const LOCK = new URL("../../Cargo.lock", import.meta.url);

export function wasmBindgenVersion() {
  const version = readFileSync(LOCK, "utf8").match(/name = "wasm-bindgen"\nversion = "([^"]+)"/)?.[1];
  if (!version) throw new Refusal("Cargo.lock names no wasm-bindgen: run `cargo generate-lockfile`");
  return version;
}

let installed;

/** The directory that holds wasm-bindgen and wasm-bindgen-test-runner of Cargo.lock's version. They are installed once. */
export function ensureWasmBindgen() {
  installed ??= install();
  return installed;
}

async function install() {
  const version = wasmBindgenVersion();
  const root = toolDirectory("wasm-bindgen", version);
  if (!existsSync(join(root, "bin/wasm-bindgen"))) {
    await cargoInstall("wasm-bindgen-cli", version, root, "2 to 5 minutes");
  }
  return join(root, "bin");
}
