// The Rust toolchain of rust-toolchain.toml with its wasm target. rustup installs both by itself at the first cargo call;
// this file makes that first call early, and says what to do where there is no rustup.

import { existsSync } from "node:fs";
import { Refusal } from "../refusal.mjs";
import { step } from "../step.mjs";
import { onPath } from "./cache.mjs";

const TARGET = "wasm32-unknown-unknown";

export async function ensureRust() {
  if (!onPath("cargo")) {
    throw new Refusal("cargo is not installed: get Rust from https://rustup.rs, open a new shell, and try again");
  }
  const { stdout } = await step("Rust toolchain", "rustc", ["--print", "target-libdir", "--target", TARGET]);
  if (existsSync(stdout.trim())) return;
  if (!onPath("rustup")) {
    throw new Refusal(`the Rust target ${TARGET} is not installed and there is no rustup to install it with`);
  }
  await step(`Rust target ${TARGET}`, "rustup", ["target", "add", TARGET]);
}
