/** Sends many messages at a rate, or as fast as the server takes them, without freezing the page. */

/** Milliseconds between the portions of a paced run. */
const STEP = 10;
/** Milliseconds one portion may take before the page gets its turn. */
const SLICE = 6;

/**
 * Calls `send(i)` for i = 0 … total-1. `perSecond` 0: as fast as possible, where `flush(sent)` (a round trip to the
 * server) after every portion keeps the sender from running ahead of the wire. `onProgress(sent)` after every
 * portion. Ends early when `signal` is aborted; errors of `send` and `flush` end it by throwing. Resolves to the
 * number sent.
 */
export async function sendPaced({ total, perSecond, send, flush, onProgress, signal }) {
  const begun = performance.now();
  let sent = 0;
  while (sent < total && !signal.aborted) {
    const due =
      perSecond === 0 ? total : Math.min(total, Math.floor(((performance.now() - begun) * perSecond) / 1000) + 1);
    const until = performance.now() + SLICE;
    while (sent < due) {
      send(sent);
      sent += 1;
      if ((sent & 63) === 0 && performance.now() > until) break;
    }
    onProgress(sent);
    if (perSecond === 0) await flush(sent);
    else if (sent < total) await new Promise((resolve) => setTimeout(resolve, STEP));
  }
  return sent;
}
