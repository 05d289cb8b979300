/**
 * Row tables, and the bytes they point into. Owns the slab that rows are copied to, and the strings and views that are
 * made when a message is touched. With msg.ts the only file that knows the words of a row (rows.ts).
 *
 * A message that was delivered and not taken costs its wire bytes and its row. A message that was taken is an object with the
 * words of its row, so a slab that has been read is used again: fresh memory costs 4 µs an event, more than parsing the
 * event.
 */
import {
  BODY_AT,
  FLAG_FINAL,
  FLAG_JOINED,
  FLAG_LAST,
  FLAG_REPLY,
  FLAGS,
  HEADER_LEN,
  KEY,
  PAYLOAD_LEN,
  ROW_WORDS,
  SID,
  SUBJECT_AT,
} from "./rows";
import { decodeText } from "./text";

export { ROW_WORDS };

const SLAB_WORDS = 64 * 1024;
/** The first slab is small, for the many connections that hear little. */
const FIRST_SLAB_WORDS = 4 * 1024;
/** Above this size a message that is kept must not keep the whole event. */
const HUGE_EVENT = 256 * 1024;
/** Most bytes of a huge event that are copied for a kept message; more are a large payload, which is not worth a copy. */
const KEPT_RANGE = 96 * 1024;

/** The receiver of messages: the connection, which their batches name. */
export interface Receiver {
  /** Messages, whose rows lie in `slab.words[at..end]` until the call returns, or until they are taken if queued. */
  deliver(batch: Batch, slab: Slab, at: number, end: number): void;
}

/** The bytes of one window, and the subjects that were decoded already. The messages of the window keep their batch alive. */
export class Batch {
  readonly receiver: Receiver;
  /** The event is huge: messages that are queued or touched take their own bytes out. */
  readonly isHuge: boolean;
  readonly #event: ArrayBuffer;
  readonly #joined: Uint8Array | undefined;
  /** The whole event, for readers of a few bytes of every message: a view for each message costs more than the reading. */
  #whole: Uint8Array | undefined = undefined;
  /** Decoded subjects by their number; shared by all batches of a generation. */
  readonly #subjects: string[];

  constructor(receiver: Receiver, event: ArrayBuffer, joined: Uint8Array | undefined, subjects: string[]) {
    this.receiver = receiver;
    this.#event = event;
    this.#joined = joined;
    this.#subjects = subjects;
    this.isHuge = event.byteLength > HUGE_EVENT;
  }

  /**
   * A batch of bytes `from..to` of the event alone, so that a small message that is kept does not keep ten megabytes;
   * this one when they are many. Offsets count from `from` then.
   */
  extract(from: number, to: number): Batch {
    if (to - from > KEPT_RANGE) return this;
    return new Batch(this.receiver, this.#event.slice(from, to), this.#joined, this.#subjects);
  }

  /** The bytes that offsets of a row count in. */
  bytes(isJoined: boolean): Uint8Array {
    if (isJoined && this.#joined !== undefined) return this.#joined;
    this.#whole ??= new Uint8Array(this.#event);
    return this.#whole;
  }

  /** A view, made by the constructor: `subarray` looks for a species first and takes twice as long. */
  view(isJoined: boolean, from: number, length: number): Uint8Array {
    const joined = this.#joined;
    return isJoined && joined !== undefined
      ? new Uint8Array(joined.buffer, joined.byteOffset + from, length)
      : new Uint8Array(this.#event, from, length);
  }

  /** The subject with number `key`, which lies at `from`. */
  subject(key: number, isJoined: boolean, from: number, length: number): string {
    const subjects = this.#subjects;
    // Filled without holes: an array with gaps becomes a dictionary.
    while (subjects.length <= key) subjects.push("");
    let subject = subjects[key] as string;
    if (subject === "") {
      subject = decodeText(this.view(isJoined, from, length));
      subjects[key] = subject;
    }
    return subject;
  }
}

/** Memory for rows, reused when everything in it was taken. */
export class Slab {
  readonly words: Int32Array;
  /** Words before this one are in use. */
  used = 0;
  /** Rows that lie in a queue, and one while rows are being delivered. */
  queued = 0;
  /** End of the rows that were queued last; at most `used`. */
  kept = 0;

  constructor(words: number) {
    this.words = new Int32Array(words);
  }

  /** `count` rows were taken out of a queue, as messages of their own. */
  release(count: number): void {
    this.queued -= count;
    if (this.queued === 0) {
      this.used = 0;
      this.kept = 0;
    }
  }
}

/** Rows `at..end` of a slab, all of one batch: messages that are not objects yet. */
export class Run {
  readonly batch: Batch;
  readonly slab: Slab;
  at: number;
  readonly end: number;

  constructor(batch: Batch, slab: Slab, at: number, end: number) {
    this.batch = batch.isHuge ? extract(batch, slab.words, at, end) : batch;
    this.slab = slab;
    this.at = at;
    this.end = end;
    slab.queued += this.length;
    slab.kept = end;
  }

  get length(): number {
    return (this.end - this.at) / ROW_WORDS;
  }
}

/** Makes batches and keeps the slab. One per connection. */
export class RowDelivery {
  readonly #receiver: Receiver;
  #slab = new Slab(FIRST_SLAB_WORDS);
  #subjects: string[] = [];
  #generation = 0;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  /** A slab with room for `count` rows from `used` on: the caller puts the rows there, then calls `deliver`. */
  reserve(count: number): Slab {
    const length = count * ROW_WORDS;
    if (this.#slab.used + length > this.#slab.words.length) this.#slab = new Slab(Math.max(length, SLAB_WORDS));
    return this.#slab;
  }

  /** Hands out the rows that were put in the slab, and takes their place back unless one of them was queued. */
  deliver(count: number, event: ArrayBuffer, joined: Uint8Array | undefined, generation: number): void {
    const slab = this.#slab;
    const at = slab.used;
    const end = at + count * ROW_WORDS;
    slab.used = end;
    if (generation !== this.#generation) {
      this.#generation = generation;
      // Batches that are still held keep the old table.
      this.#subjects = [];
    }
    // Held, because a waiting consumer takes the first row at once, and the rows behind it are still to be delivered.
    slab.queued++;
    this.#receiver.deliver(new Batch(this.#receiver, event, joined, this.#subjects), slab, at, end);
    slab.release(1);
    if (slab.used === end && slab.kept <= at) slab.used = at;
  }
}

/**
 * Where the run of messages ends that begins at `at` and goes to one subscription: at `end`, or at the first row for
 * somebody else. A reply is a run of its own.
 */
export function runEnd(words: Int32Array, at: number, end: number): number {
  const sid = words[at + SID];
  let next = at + ROW_WORDS;
  while (next < end && words[next + SID] === sid && !isReply(words, next)) next += ROW_WORDS;
  return next;
}

export function sidOf(words: Int32Array, at: number): number {
  return words[at + SID] as number;
}

export function isReply(words: Int32Array, at: number): boolean {
  return ((words[at + FLAGS] as number) & FLAG_REPLY) !== 0;
}

/** The ticket that a reply answers. */
export function ticketOf(words: Int32Array, at: number): number {
  return (words[at + KEY] as number) >>> 0;
}

/** No other reply to this ticket will come. */
export function isFinal(words: Int32Array, at: number): boolean {
  return ((words[at + FLAGS] as number) & FLAG_FINAL) !== 0;
}

/** The subscription's max is reached with this message. */
export function isLast(words: Int32Array, at: number): boolean {
  return ((words[at + FLAGS] as number) & FLAG_LAST) !== 0;
}

/** The batch of these rows alone. Rows follow the wire: their part begins with the first and ends with the last. */
function extract(batch: Batch, words: Int32Array, at: number, end: number): Batch {
  let first = at;
  // At most one joined op is finished in a window, and it comes first.
  while (first < end && ((words[first + FLAGS] as number) & FLAG_JOINED) !== 0) first += ROW_WORDS;
  const last = end - ROW_WORDS;
  const low = first === end ? 0 : (words[first + SUBJECT_AT] as number);
  const high =
    first === end
      ? 0
      : (words[last + BODY_AT] as number) +
        (words[last + HEADER_LEN] as number) +
        (words[last + PAYLOAD_LEN] as number);
  const part = batch.extract(low, high);
  if (part === batch) return batch;
  for (let row = first; row < end; row += ROW_WORDS) {
    words[row + SUBJECT_AT] = (words[row + SUBJECT_AT] as number) - low;
    words[row + BODY_AT] = (words[row + BODY_AT] as number) - low;
  }
  return part;
}
