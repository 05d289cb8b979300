// valgrind, which counts instructions: the one on PATH; installed by apt where we may. Only the suite of instructions
// needs it, and does without where it cannot be had.

import { Refusal } from "../refusal.mjs";
import { aptInstall, mayInstall } from "./apt.mjs";
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
  if (!mayInstall()) {
    throw new Refusal(
      "counting instructions needs valgrind: install it (Debian, Ubuntu: sudo apt-get install valgrind libc6-dbg)",
    );
  }
  await aptInstall("valgrind", ["valgrind", "libc6-dbg"]);
  const installed = onPath("valgrind");
  if (!installed) throw new Refusal("apt-get installed no valgrind");
  return installed;
}
