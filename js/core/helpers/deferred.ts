/** A promise with its own `resolve` and `reject`. */
export interface Deferred<T> extends Promise<T> {
  /** Resolves the promise. Further calls of either function do nothing. */
  resolve: (value?: T | PromiseLike<T>) => void;
  /** Rejects the promise. Further calls of either function do nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: promises are rejected with anything
  reject: (reason?: any) => void;
}

/** Makes a promise that its holder settles. */
export function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, "resolve" | "reject"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve: resolve as Deferred<T>["resolve"], reject };
  });
  return Object.assign(promise, settle as Pick<Deferred<T>, "resolve" | "reject">);
}
