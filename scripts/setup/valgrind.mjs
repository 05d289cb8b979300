// valgrind, which counts instructions: the one on PATH; installed by apt where we may. Only the suite of instructions
// needs it, and does without where it cannot be had.

import { Refusal } from "../refusal.mjs";
import { step } from "../step.mjs";
import { onPath } from "./cache.mjs";

/** Its path. */
export async function ensureValgrind() {
  // On other processors the compiler writes other instructions, which the budget knows nothing about.
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Refusal(
      `instructions are counted on Linux on x86-64 only, this is ${process.platform} on ${process.arch}`,
    );
  }
  const found = onPath("valgrind");
  if (found) return found;
  if (process.getuid?.() !== 0 || !onPath("apt-get")) {
    throw new Refusal(
      "counting instructions needs valgrind: install it (Debian, Ubuntu: sudo apt-get install valgrind libc6-dbg)",
    );
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await step("apt-get update", "apt-get", ["update"], { env });
  await step(
    "installing valgrind",
    "apt-get",
    ["install", "--yes", "--no-install-recommends", "valgrind", "libc6-dbg"],
    { env },
  );
  const installed = onPath("valgrind");
  if (!installed) throw new Refusal("apt-get installed no valgrind");
  return installed;
}
