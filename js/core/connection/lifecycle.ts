/** Wake-ups of the page. Owns their listeners; works without a document (in a worker) and where none of the events exists. */

/**
 * Calls `wake` when the page becomes visible, is restored or resumed, or the network comes back. Returns a function
 * that stops listening.
 */
export function watchPage(wake: () => void): () => void {
  const scope = globalThis as Partial<Pick<Window, "addEventListener" | "removeEventListener" | "document">>;
  const page = scope.document;
  const onVisible = () => {
    if (page?.visibilityState === "visible") wake();
  };
  page?.addEventListener("visibilitychange", onVisible);
  page?.addEventListener("resume", wake);
  scope.addEventListener?.("pageshow", wake);
  scope.addEventListener?.("online", wake);
  return () => {
    page?.removeEventListener("visibilitychange", onVisible);
    page?.removeEventListener("resume", wake);
    scope.removeEventListener?.("pageshow", wake);
    scope.removeEventListener?.("online", wake);
  };
}
