/**
 * The way out: subjects, headers and payloads into wasm memory. Owns the cache of prepared subjects and the scratch
 * region. Refuses nothing itself: refusals are the core's, as `-Code`.
 *
 * A subject is checked and encoded once, by the core, and then known by a small integer: encoding 25 bytes anew costs
 * more than all the rest of a publish.
 */
import type { Memory } from "./memory";
import { LARGE_PAYLOAD, type RawEngine } from "./boundary";

/** Prepared subjects that are remembered. When there are more, all are forgotten: an eviction order would cost more
 * on every publish than preparing again costs now and then. */
const PREPARED_LIMIT = 4096;
/** Up to this many characters a loop over ASCII beats `encodeInto` and its result object. */
const SHORT_TEXT = 128;
/** Longer texts are encoded into memory of their own: scratch has to hold three bytes a character, and stays. */
const LONG_TEXT = 64 * 1024;

const encoder = /* @__PURE__ */ new TextEncoder();
const noBytes = /* @__PURE__ */ new Uint8Array(0);

export class Outbound {
  readonly #raw: RawEngine;
  readonly #memory: Memory;
  readonly #prepared = new Map<string, number>();
  #lastSubject: string | undefined;
  #lastId = 0;
  #scratchAt = 0;
  #scratchLength = 0;
  /** Header block and payload that are sent from where they lie. */
  large: readonly Uint8Array<ArrayBuffer>[] = [];

  constructor(raw: RawEngine, memory: Memory) {
    this.#raw = raw;
    this.#memory = memory;
  }

  publish(subject: string, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number {
    if (typeof payload === "string") {
      if (payload.length > LONG_TEXT) return this.publish(subject, encoder.encode(payload), reply, headers);
    } else if (payload.length >= LARGE_PAYLOAD) {
      return this.#publishLarge(subject, payload, reply, headers);
    }
    const id = subject === this.#lastSubject ? this.#lastId : this.#prepare(subject);
    if (id < 0) return id;
    const replyLength = reply === "" ? 0 : this.write(reply, 0);
    const headerLength = headers === undefined ? 0 : headers.length;
    if (typeof payload === "string") {
      const payloadLength = this.write(payload, replyLength);
      const at = this.#raw.publish(id, replyLength, headerLength, payloadLength);
      return this.#placeText(at, headers, replyLength, payloadLength);
    }
    const at = this.#raw.publish(id, replyLength, headerLength, payload.length);
    return this.#place(at, headers, payload);
  }

  /** To a subject used once, and still bytes: the reply subject of a message that is answered. */
  publishTo(subject: Uint8Array, payload: Uint8Array | string, reply: string, headers: Uint8Array | undefined): number {
    if (typeof payload === "string" && payload.length > LONG_TEXT) {
      return this.publishTo(subject, encoder.encode(payload), reply, headers);
    }
    const length = subject.length;
    this.#reserve(length);
    this.#memory.bytes.set(subject, this.#scratchAt);
    const replyLength = reply === "" ? 0 : this.write(reply, length);
    const headerLength = headers === undefined ? 0 : headers.length;
    if (typeof payload === "string") {
      const payloadLength = this.write(payload, length + replyLength);
      const at = this.#raw.publish_to(length, replyLength, headerLength, payloadLength);
      return this.#placeText(at, headers, length + replyLength, payloadLength);
    }
    if (payload.length >= LARGE_PAYLOAD) {
      return this.#placeLarge(length, replyLength, headers, payload);
    }
    const at = this.#raw.publish_to(length, replyLength, headerLength, payload.length);
    return this.#place(at, headers, payload);
  }

  request(subject: string, payload: Uint8Array | string, headers: Uint8Array | undefined, timeout: number): number {
    const id = subject === this.#lastSubject ? this.#lastId : this.#prepare(subject);
    if (id < 0) return id;
    const headerLength = headers === undefined ? 0 : headers.length;
    if (typeof payload === "string") {
      if (payload.length > LONG_TEXT) return this.request(subject, encoder.encode(payload), headers, timeout);
      const payloadLength = this.write(payload, 0);
      const at = this.#raw.request(id, headerLength, payloadLength, timeout);
      return this.#placeText(at, headers, 0, payloadLength);
    }
    return this.#place(this.#raw.request(id, headerLength, payload.length, timeout), headers, payload);
  }

  requestMany(
    subject: string,
    payload: Uint8Array | string,
    headers: Uint8Array | undefined,
    strategy: number,
    maxWait: number,
    maxMessages: number,
    stall: number,
  ): number {
    const id = subject === this.#lastSubject ? this.#lastId : this.#prepare(subject);
    if (id < 0) return id;
    const body = typeof payload === "string" ? encoder.encode(payload) : payload;
    const headerLength = headers === undefined ? 0 : headers.length;
    const at = this.#raw.request_many(id, headerLength, body.length, strategy, maxWait, maxMessages, stall);
    return this.#place(at, headers, body);
  }

  /** Writes two texts one behind the other into scratch; `lengths` of them in bytes follow from the call's result. */
  writePair(first: string, second: string): { first: number; second: number } {
    const firstLength = this.write(first, 0);
    const secondLength = second === "" ? 0 : this.write(second, firstLength);
    return { first: firstLength, second: secondLength };
  }

  #publishLarge(subject: string, payload: Uint8Array, reply: string, headers: Uint8Array | undefined): number {
    const { first, second } = this.writePair(subject, reply);
    return this.#placeLarge(first, second, headers, payload);
  }

  #placeLarge(subject: number, reply: number, headers: Uint8Array | undefined, payload: Uint8Array): number {
    this.large = [headers ?? noBytes, payload] as Uint8Array<ArrayBuffer>[];
    const at = this.#raw.publish_large(subject, reply, headers?.length ?? 0, payload.length);
    this.large = [];
    return at > 0 ? this.#place(at, headers, payload) : at;
  }

  #prepare(subject: string): number {
    let id = this.#prepared.get(subject);
    if (id === undefined) {
      if (this.#prepared.size >= PREPARED_LIMIT) {
        this.#prepared.clear();
        this.#lastSubject = undefined;
        this.#raw.forget_prepared();
      }
      id = this.#raw.prepare(this.write(subject, 0));
      if (id < 0) return id;
      this.#prepared.set(subject, id);
    }
    this.#lastSubject = subject;
    this.#lastId = id;
    return id;
  }

  #place(at: number, headers: Uint8Array | undefined, payload: Uint8Array): number {
    if (at < 0) return at;
    const bytes = this.#memory.bytes;
    if (headers !== undefined) {
      bytes.set(headers, at);
      at += headers.length;
    }
    bytes.set(payload, at);
    return 0;
  }

  #placeText(at: number, headers: Uint8Array | undefined, offset: number, length: number): number {
    if (at < 0) return at;
    const bytes = this.#memory.bytes;
    if (headers !== undefined) {
      bytes.set(headers, at);
      at += headers.length;
    }
    const from = this.#scratchAt + offset;
    bytes.copyWithin(at, from, from + length);
    return 0;
  }

  /** Encodes `text` into scratch at `offset`; what lies before `offset` is kept. Returns its length in bytes. */
  write(text: string, offset: number): number {
    const length = text.length;
    this.#reserve(offset + length * 3);
    const bytes = this.#memory.bytes;
    const at = this.#scratchAt + offset;
    if (length <= SHORT_TEXT) {
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 0x7f) break;
        bytes[at + i] = unit;
      }
      if (i === length) return length;
    }
    return encoder.encodeInto(text, bytes.subarray(at, at + length * 3)).written;
  }

  /** Growing may move scratch; the core keeps its content. */
  #reserve(length: number): void {
    if (length <= this.#scratchLength) return;
    this.#scratchLength = Math.max(1024, length);
    this.#scratchAt = this.#raw.scratch(this.#scratchLength);
  }
}
