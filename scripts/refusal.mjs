// What a front script (build, start, test) says to the person in front of it when it cannot go on. Owns the exit: one
// readable text without a stack for everything foreseen, the stack only for a defect of the scripts themselves.

/** Something foreseen stands in the way. The message says what, and the command that mends it. */
export class Refusal extends Error {}

let interrupted = () => process.exit(130);

/** Runs a front script's body and ends the process with its code (0 when it returns none). */
export async function front(body) {
  // Ends through process.exit, so that what was started is stopped by those who started it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interrupted());
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof Refusal ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/** Resolves when the person in front of it has had enough (Ctrl-C, or the terminal is closed). */
export function untilInterrupted() {
  return new Promise((resolve) => {
    interrupted = resolve;
  });
}
