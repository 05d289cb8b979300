/**
 * How a late error names the function that sent the request. Owns the choice between two ways: V8 keeps track of the
 * functions that await, so an error made after an `await` names the callers for free; elsewhere the stack is recorded
 * with every request, which costs about a microsecond.
 */
let awaiting: Promise<boolean> | undefined;

/** Whether errors made after an `await` name the functions that await. Found out once, by trying. */
export function tracesAwaits(): Promise<boolean> {
  awaiting ??= caller().then((stack) => /\bat async\b/.test(stack));
  return awaiting;
}

async function caller(): Promise<string> {
  return await new Promise<string>((resolve) => resolve(callee()));
}

/** Waits two turns: in the first the awaited promise learns which promise it waits for. */
async function callee(): Promise<string> {
  await undefined;
  await undefined;
  return new Error().stack ?? "";
}
