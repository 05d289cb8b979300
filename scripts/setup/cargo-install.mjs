// Programs that come as source from crates.io and are compiled here.

import { step } from "../step.mjs";

/**
 * Installs `crate` into `root`.
 *
 * @param {string} crate
 * @param {string} version exactly this one
 * @param {string} root gets a directory bin/
 * @param {string} duration for the screen
 * @param {string[]} options of `cargo install`
 * @throws {Refusal} when it cannot be fetched or compiled: with cargo's output
 */
export async function cargoInstall(crate, version, root, duration, options = []) {
  const args = ["install", crate, "--version", version, "--root", root, ...options];
  await step(`installing ${crate} ${version} (once, ${duration})`, "cargo", args, { background: true, env: QUICKLY });
}

/** They run for a moment each time, so what counts is the time to compile them. */
const QUICKLY = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
};
