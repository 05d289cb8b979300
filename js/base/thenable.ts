/**
 * Whether what a user's function returned has to be awaited. By its `then` and not by `instanceof Promise`: promises of
 * another realm, of a library, or of a page whose framework has replaced `Promise` are no instances of ours.
 *
 * A thenable's own `then` may return nothing: go on with `Promise.resolve(value)`, which is a promise of ours.
 */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === "function";
}
