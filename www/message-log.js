/**
 * The latest messages, bounded, and the count of all there ever were. Taking a message costs four array writes, so
 * that it keeps up with the client; what a message says is looked at only when it is shown.
 */
export class MessageLog {
  #capacity;
  #messages;
  #times;
  #sources;
  #total = 0;

  /** `capacity`: how many messages are kept; older ones are forgotten, not uncounted. */
  constructor(capacity) {
    this.#capacity = capacity;
    this.#messages = new Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#sources = new Array(capacity);
  }

  /** Messages taken since the start or the last `clear`. */
  get total() {
    return this.#total;
  }

  /** Number of the oldest message still here. Numbers begin at 0 and are never reused before `clear`. */
  get oldest() {
    return Math.max(0, this.#total - this.#capacity);
  }

  /** `source` is whatever brought the message (its subscription), `at` its arrival as `Date.now()`. */
  push(message, source, at) {
    const slot = this.#total % this.#capacity;
    this.#messages[slot] = message;
    this.#sources[slot] = source;
    this.#times[slot] = at;
    this.#total += 1;
  }

  /** The message of this number, or undefined when it is not (or no longer) here. */
  at(number) {
    if (number < this.oldest || number >= this.#total) return undefined;
    const slot = number % this.#capacity;
    return { number, message: this.#messages[slot], source: this.#sources[slot], at: this.#times[slot] };
  }

  /** All that is here now, oldest first, unaffected by what comes later. */
  snapshot() {
    const entries = [];
    for (let n = this.oldest; n < this.#total; n += 1) entries.push(this.at(n));
    return entries;
  }

  clear() {
    this.#messages.fill(undefined);
    this.#sources.fill(undefined);
    this.#total = 0;
  }
}
