/** Waits and time limits. */

/** A promise that resolves after a wait. */
export interface Delay extends Promise<void> {
  /** Stops the clock: the promise never settles. */
  cancel: () => void;
}

/** A promise that rejects after a wait. (No call of this client returns one: the type is that of nats.ws.) */
export interface Timeout<T> extends Promise<T> {
  /** Stops the clock: the promise never settles. */
  cancel: () => void;
}

/** Resolves after `ms` milliseconds. Default 0: in a later turn. */
export function delay(ms = 0): Delay {
  let timer: ReturnType<typeof setTimeout>;
  const promise = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Object.assign(promise, { cancel: () => clearTimeout(timer) });
}

/**
 * Settles as `promise` does, within a time limit.
 *
 * @param ms the limit in milliseconds. Default 1000.
 * @throws Error "deadline exceeded", as a rejection, when the time is up.
 */
export function deadline<T>(promise: Promise<T>, ms = 1000): Promise<T> {
  // The error is made here, and not when the time is up, so that its stack names the caller.
  const exceeded = new Error("deadline exceeded");
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, ms, exceeded);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
