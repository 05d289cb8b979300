/**
 * Row tables and the bytes they point into. The only file that knows what the words of a row mean (with rows.ts, which
 * is generated). Owns the slab that rows are copied to; makes strings and views only when a message is touched.
 *
 * A message is a batch and the index of its row's first word. What was delivered and not read yet costs its wire bytes
 * and its row.
 */
import { MsgHdrsImpl } from "./headers";
import {
  BODY_AT, FLAG_FINAL, FLAG_JOINED, FLAG_LAST, FLAG_REPLY, FLAGS, HEADER_LEN, KEY, NAMES, PAYLOAD_LEN, ROW_WORDS, SID,
  SUBJECT_AT,
} from "./rows";
import { decodeText } from "./text";
import type { Payload, PublishOptions } from "./types";

export { ROW_WORDS };

/** Rows of many events share one array: allocating per event costs more than parsing it. */
const SLAB_WORDS = 64 * 1024;
/** The first slab is small, for the many connections that hear little. */
const FIRST_SLAB_WORDS = 4 * 1024;
/** Of an event larger than this, a message that is kept must not keep all of it. */
const HUGE_EVENT = 256 * 1024;
/** What a kept message may keep of a huge event; more than that is a large payload, which is not worth a copy. */
const KEPT_RANGE = 96 * 1024;

/** Answers messages: the connection. */
export interface Responder {
  /** Publishes to the reply subject of the row. It has one. */
  respondTo(batch: Batch, at: number, payload: Payload | undefined, options: PublishOptions | undefined): void;
}

/** The messages of one window of one WebSocket message. */
export class Batch {
  readonly words: Int32Array;
  readonly responder: Responder;
  #event: ArrayBuffer;
  #joined: Uint8Array | undefined;
  /** Decoded subjects by their number; shared by all batches of a generation. */
  #subjects: string[];

  constructor(
    words: Int32Array, responder: Responder, event: ArrayBuffer, joined: Uint8Array | undefined, subjects: string[],
  ) {
    this.words = words;
    this.responder = responder;
    this.#event = event;
    this.#joined = joined;
    this.#subjects = subjects;
  }

  sid(at: number): number {
    return this.words[at + SID] as number;
  }

  subject(at: number): string {
    const key = this.#flags(at) & FLAG_REPLY ? 0 : this.words[at + KEY] as number;
    if (key === 0) return this.#decodeSubject(at);
    const subjects = this.#subjects;
    // Filled without holes: an array with gaps becomes a dictionary.
    while (subjects.length <= key) subjects.push("");
    return subjects[key] || (subjects[key] = this.#decodeSubject(at));
  }

  /** Empty when the message has none. */
  reply(at: number): string {
    return this.replyLength(at) === 0 ? "" : decodeText(this.replyBytes(at));
  }

  replyLength(at: number): number {
    return (this.words[at + NAMES] as number) >>> 16;
  }

  /** The reply subject as bytes: for answering without decoding it. */
  replyBytes(at: number): Uint8Array {
    return this.#view(at, this.#replyAt(at), this.replyLength(at));
  }

  /** Status code of the header block, 0 when there is none. */
  status(at: number): number {
    return this.#flags(at) >>> 6 & 0x3ff;
  }

  headers(at: number): MsgHdrsImpl | undefined {
    const length = this.words[at + HEADER_LEN] as number;
    return length === 0 ? undefined : MsgHdrsImpl.decode(this.#view(at, this.words[at + BODY_AT] as number, length));
  }

  data(at: number): Uint8Array {
    const words = this.words;
    const from = (words[at + BODY_AT] as number) + (words[at + HEADER_LEN] as number);
    return this.#view(at, from, words[at + PAYLOAD_LEN] as number);
  }

  /** Payload and headers in bytes. */
  size(at: number): number {
    return (this.words[at + HEADER_LEN] as number) + (this.words[at + PAYLOAD_LEN] as number);
  }

  payloadLength(at: number): number {
    return this.words[at + PAYLOAD_LEN] as number;
  }

  isReply(at: number): boolean {
    return (this.#flags(at) & FLAG_REPLY) !== 0;
  }

  /** The ticket that a reply answers. */
  ticket(at: number): number {
    return (this.words[at + KEY] as number) >>> 0;
  }

  /** No other reply to this ticket will come. */
  isFinal(at: number): boolean {
    return (this.#flags(at) & FLAG_FINAL) !== 0;
  }

  /** The subscription's max is reached with this message. */
  isLast(at: number): boolean {
    return (this.#flags(at) & FLAG_LAST) !== 0;
  }

  /**
   * Where the run of messages ends that begins at `at` and goes to one subscription: at `end`, or at the first row for
   * somebody else. A reply is a run of its own.
   */
  runEnd(at: number, end: number): number {
    const words = this.words;
    const sid = words[at + SID];
    let next = at + ROW_WORDS;
    while (next < end && words[next + SID] === sid && ((words[next + FLAGS] as number) & FLAG_REPLY) === 0) {
      next += ROW_WORDS;
    }
    return next;
  }

  #flags(at: number): number {
    return this.words[at + FLAGS] as number;
  }

  #replyAt(at: number): number {
    return (this.words[at + SUBJECT_AT] as number) + (this.#flags(at) >>> 16);
  }

  #decodeSubject(at: number): string {
    return decodeText(this.#view(at, this.words[at + SUBJECT_AT] as number, (this.words[at + NAMES] as number) & 0xffff));
  }

  /** The constructor, not `subarray`: that one looks for a species first and takes twice as long. */
  #view(at: number, from: number, length: number): Uint8Array {
    const joined = this.#joined;
    return joined !== undefined && (this.#flags(at) & FLAG_JOINED) !== 0
      ? new Uint8Array(joined.buffer, joined.byteOffset + from, length)
      : new Uint8Array(this.#event, from, length);
  }
}

/** Makes batches. One per connection. */
export class Frames {
  readonly #responder: Responder;
  #slab = new Int32Array(FIRST_SLAB_WORDS);
  #used = 0;
  #subjects: string[] = [];
  #generation = 0;

  constructor(responder: Responder) {
    this.#responder = responder;
  }

  /** Copies `count` rows from `source[from]` on to the slab; returns the word at which they begin there. */
  copyRows(source: Int32Array, from: number, count: number): number {
    const length = count * ROW_WORDS;
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Int32Array(Math.max(length, SLAB_WORDS));
      this.#used = 0;
    }
    const first = this.#used;
    this.#slab.set(source.subarray(from, from + length), first);
    this.#used = first + length;
    return first;
  }

  /** The batch of the rows just copied. */
  batch(event: ArrayBuffer, joined: Uint8Array | undefined, first: number, count: number, generation: number): Batch {
    if (generation !== this.#generation) {
      this.#generation = generation;
      // Batches that are still held keep the old table.
      this.#subjects = [];
    }
    const bytes = event.byteLength > HUGE_EVENT ? this.#narrow(event, first, count) : event;
    return new Batch(this.#slab, this.#responder, bytes, joined, this.#subjects);
  }

  /**
   * Copies the part of a huge event that these rows lie in, so that a small message that is kept does not keep ten
   * megabytes. Rows follow the wire, so the part begins with the first row that lies in the event and ends with the last.
   */
  #narrow(event: ArrayBuffer, first: number, count: number): ArrayBuffer {
    const words = this.#slab;
    const end = first + count * ROW_WORDS;
    let start = first;
    // At most one joined op is finished in a window, and it comes first.
    while (start < end && ((words[start + FLAGS] as number) & FLAG_JOINED) !== 0) start += ROW_WORDS;
    if (start === end) return new ArrayBuffer(0);
    const last = end - ROW_WORDS;
    const low = words[start + SUBJECT_AT] as number;
    const high = (words[last + BODY_AT] as number) + (words[last + HEADER_LEN] as number)
      + (words[last + PAYLOAD_LEN] as number);
    if (high - low > KEPT_RANGE) return event;
    for (let at = start; at < end; at += ROW_WORDS) {
      words[at + SUBJECT_AT] = (words[at + SUBJECT_AT] as number) - low;
      words[at + BODY_AT] = (words[at + BODY_AT] as number) - low;
    }
    return event.slice(low, high);
  }
}
