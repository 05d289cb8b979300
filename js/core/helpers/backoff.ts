/** How long to wait before trying again. */
export interface Backoff {
  /** Milliseconds before attempt number `attempt`, counted from 0: half to one and a half of the policy's step. */
  backoff(attempt: number): number;
}

const STEPS: readonly number[] = [0, 250, 250, 500, 500, 3000, 5000];

/** @param policy waits in milliseconds, one per attempt; the last one is for all further attempts. */
export function backoff(policy: readonly number[] = STEPS): Backoff {
  const steps = Array.isArray(policy) ? policy : STEPS;
  return {
    backoff: (attempt) => jitter(steps[Math.min(attempt, steps.length - 1)] ?? 0),
  };
}

function jitter(ms: number): number {
  return ms === 0 ? 0 : Math.floor(ms / 2 + Math.random() * ms);
}
