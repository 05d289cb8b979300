/**
 * What happens to the connection, told to everybody who asked. Owns one queue per `status()` call.
 */
import { Queue } from "../messages/queue";
import type { Status } from "../types";

export class StatusFeed {
  readonly #queues = new Set<Queue<Status>>();
  #ended = false;

  /** Everything that happens from now on. */
  open(): AsyncIterable<Status> {
    const queue: Queue<Status> = new Queue(() => this.#queues.delete(queue));
    if (this.#ended) queue.stop();
    else this.#queues.add(queue);
    return queue;
  }

  tell(status: Status): void {
    for (const queue of this.#queues) queue.push(status);
  }

  /** The connection is closed: iterators end after what they have queued. */
  end(): void {
    this.#ended = true;
    for (const queue of [...this.#queues]) queue.stop();
  }
}
