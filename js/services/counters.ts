/** The counters of one endpoint. */
import type { NamedEndpointStats } from "./types";

type Counts = Omit<NamedEndpointStats, "name" | "subject" | "queue_group">;

export class Counters {
  #requests = 0;
  #errors = 0;
  #nanos = 0;
  #lastError: string | undefined;
  /** Latest result of the service's `statsHandler`. */
  data: unknown;

  countRequest(): void {
    this.#requests++;
  }

  countError(error: Error): void {
    this.#errors++;
    this.#lastError = error.message;
  }

  /** Counts the time since `started`, a time of `performance.now()`. */
  countTime(started: number): void {
    this.#nanos += Math.round((performance.now() - started) * 1e6);
  }

  reset(): void {
    this.#requests = this.#errors = this.#nanos = 0;
    this.#lastError = this.data = undefined;
  }

  read(): Counts {
    return {
      num_requests: this.#requests,
      num_errors: this.#errors,
      ...(this.#lastError !== undefined && { last_error: this.#lastError }),
      data: this.data,
      processing_time: this.#nanos,
      average_processing_time: this.#requests > 0 ? Math.round(this.#nanos / this.#requests) : 0,
    };
  }
}
