/** AbortSignals. Owns the listener of a call, and removes the listener when the call ends. */

/**
 * Calls `abort` with the signal's reason when the signal is aborted.
 *
 * @returns a function that stops listening.
 * @throws the reason, when the signal is aborted already.
 */
export function onAbort(signal: AbortSignal | undefined, abort: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => {};
  signal.throwIfAborted();
  const listener = () => abort(signal.reason);
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
