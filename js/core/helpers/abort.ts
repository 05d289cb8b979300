/** AbortSignals. Owns listening to one for as long as something is under way, and no longer. */

/**
 * Calls `abort` with the signal's reason when it is aborted.
 *
 * @returns the way out: nothing is called any more.
 * @throws the reason, when that was before.
 */
export function onAbort(signal: AbortSignal | undefined, abort: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => {};
  signal.throwIfAborted();
  const listener = () => abort(signal.reason);
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
