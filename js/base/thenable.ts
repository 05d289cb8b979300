/**
 * Whether what a user's function returned has to be awaited. By its `then` and not by `instanceof Promise`: promises of
 * another realm, of a library, or of a page whose framework has replaced `Promise` are no instances of ours.
 *
 * A thenable's own `then` may return nothing: go on with `Promise.resolve(value)`, which is a promise of ours.
 */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === "function";
}

/** Hands a value on to `next`: at once when it is known, so that no turn is waited for in vain, and otherwise when it is. */
export function whenKnown<T, R>(value: T | PromiseLike<T>, next: (known: T) => R | Promise<R>): R | Promise<R> {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value);
}
