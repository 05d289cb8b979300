// The Rust toolchain of rust-toolchain.toml with its wasm target. rustup installs both by itself at the first cargo call;
// this file makes that first call early, and says what to do where there is no rustup.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../refusal.mjs";
import { step } from "../step.mjs";
import { onPath } from "./cache.mjs";

const TARGET = "wasm32-unknown-unknown";

export async function ensureRust() {
  if (!onPath("cargo")) {
    throw new Refusal("cargo is not installed: get Rust from https://rustup.rs, open a new shell, and try again");
  }
  const { stdout } = await step("Rust toolchain", "rustc", ["--print", "target-libdir", "--target", TARGET]);
  await ensureSources();
  if (existsSync(stdout.trim())) return;
  if (!onPath("rustup")) {
    throw new Refusal(`the Rust target ${TARGET} is not installed and there is no rustup to install it with`);
  }
  await step(`Rust target ${TARGET}`, "rustup", ["target", "add", TARGET]);
}

/** The source of the standard library, which the wasm modules are compiled with. */
async function ensureSources() {
  const { stdout } = await step("Rust sources", "rustc", ["--print", "sysroot"]);
  if (existsSync(join(stdout.trim(), "lib/rustlib/src/rust/library/std"))) return;
  if (!onPath("rustup")) {
    throw new Refusal(
      "the source of Rust's standard library (rust-src) is not installed and there is no rustup for it",
    );
  }
  await step("Rust sources", "rustup", ["component", "add", "rust-src"]);
}
