// What a front script (build, start, test) says to the person in front of it when it cannot go on. Owns the exit: one
// readable text without a stack for everything foreseen, the stack only for a defect of the scripts themselves.

/** Something foreseen stands in the way. The message says what, and the command that mends it. */
export class Refusal extends Error {}

/** Runs a front script's body and ends the process with its code (0 when it returns none). */
export async function front(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof Refusal ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
