/** Waits between attempts. */
export interface Backoff {
  /**
   * The wait before an attempt, in whole ms: the policy's step times a random factor of 0.5 to 1.5. `attempt` counts
   * from 0.
   */
  backoff(attempt: number): number;
}

const STEPS: readonly number[] = [0, 250, 250, 500, 500, 3000, 5000];

/**
 * Makes a `Backoff`.
 *
 * @param policy steps in ms, one per attempt; the last one is for all further attempts. Default (and for a value that
 * is not an array): 0, 250, 250, 500, 500, 3000, 5000.
 */
export function backoff(policy: readonly number[] = STEPS): Backoff {
  const steps = Array.isArray(policy) ? policy : STEPS;
  return {
    backoff: (attempt) => jitter(steps[Math.min(attempt, steps.length - 1)] ?? 0),
  };
}

function jitter(ms: number): number {
  return ms === 0 ? 0 : Math.floor(ms / 2 + Math.random() * ms);
}
