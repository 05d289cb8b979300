/**
 * A queue that knows when its reader is done with a message: when the reader asks for the next one. Leaving the loop
 * does not count.
 */
import { Queue } from "../../core/messages/queue";

export class DispatchQueue<T> extends Queue<T> {
  #inHand: T | undefined = undefined;
  readonly #onDone: (value: T) => void;

  /** `onEnd` as for `Queue`. */
  constructor(onDone: (value: T) => void, onEnd?: () => void) {
    super(onEnd);
    this.#onDone = onDone;
  }

  override push(value: T): void {
    if (!this.stopped) this.pushItem(value, 1);
  }

  override next(): Promise<IteratorResult<T>> {
    const done = this.#inHand;
    this.#inHand = undefined;
    if (done !== undefined) this.#onDone(done);
    return super.next();
  }

  protected override unpack(item: unknown): T {
    this.#inHand = item as T;
    return item as T;
  }
}
