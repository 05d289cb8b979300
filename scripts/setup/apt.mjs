// Packages of Debian and Ubuntu, where this process may install them: it runs as root and there is apt-get.

import { step } from "../step.mjs";
import { onPath } from "./cache.mjs";

export function mayInstall() {
  return process.getuid?.() === 0 && Boolean(onPath("apt-get"));
}

/**
 * @param {string} what for the screen
 * @param {string[]} packages
 * @throws {Refusal} when apt-get fails: with its output
 */
export async function aptInstall(what, packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await step("apt-get update", "apt-get", ["update"], { env });
  const args = ["install", "--yes", "--no-install-recommends", ...packages];
  await step(`installing ${what}`, "apt-get", args, { env });
}
