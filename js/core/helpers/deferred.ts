/** A promise that is settled from outside. */
export interface Deferred<T> extends Promise<T> {
  resolve: (value?: T | PromiseLike<T>) => void;
  // biome-ignore lint/suspicious/noExplicitAny: promises are rejected with anything
  reject: (reason?: any) => void;
}

export function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, "resolve" | "reject"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve: resolve as Deferred<T>["resolve"], reject };
  });
  return Object.assign(promise, settle as Pick<Deferred<T>, "resolve" | "reject">);
}
