/** Waiting, and waiting no longer than. */

/** Resolves after a while, unless it is cancelled: then it never settles. */
export interface Delay extends Promise<void> {
  cancel: () => void;
}

/** Rejects after a while, unless it is cancelled: then it never settles. */
export interface Timeout<T> extends Promise<T> {
  cancel: () => void;
}

/** Resolves after `ms` milliseconds. */
export function delay(ms = 0): Delay {
  let timer: ReturnType<typeof setTimeout>;
  const promise = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Object.assign(promise, { cancel: () => clearTimeout(timer) });
}

/** `promise`, or a rejection with `deadline exceeded` when it takes longer than `ms` milliseconds. */
export function deadline<T>(promise: Promise<T>, ms = 1000): Promise<T> {
  // Made here, not when the time is up, so that its stack shows who waited.
  const exceeded = new Error("deadline exceeded");
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, ms, exceeded);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
