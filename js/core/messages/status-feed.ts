/**
 * What happens, told to everybody who asked: the statuses of a connection, a consumer or a watch. Owns one queue per
 * `status()` call.
 */
import { Queue } from "./queue";

export class StatusFeed<T> {
  readonly #queues = new Set<Queue<T>>();
  #isOver = false;

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#queues.size > 0;
  }

  /** Everything that happens from now on. */
  open(): Queue<T> {
    const queue: Queue<T> = new Queue(() => this.#queues.delete(queue));
    if (this.#isOver) queue.stop();
    else this.#queues.add(queue);
    return queue;
  }

  tell(status: T): void {
    for (const queue of this.#queues) queue.push(status);
  }

  /** Nothing more happens: iterators end after what they have queued. */
  end(): void {
    this.#isOver = true;
    for (const queue of [...this.#queues]) queue.stop();
  }
}
