/**
 * Texts on their way into the core. Owns the scratch region of a module, which all connections share: the writer of a text calls
 * the core in the same turn.
 */
import type { Memory } from "./memory";
import { encoder } from "./text";

/** Up to this many characters a loop over ASCII beats `encodeInto` and its result object. */
const SHORT_TEXT = 128;

export class Scratch {
  readonly #memory: Memory;
  readonly #reserveInCore: (length: number) => number;
  #length = 0;
  /** Address of the region. */
  at = 0;

  /** @param reserve the core's `scratch`: takes a length in bytes, returns the address of a region of at least that length. */
  constructor(memory: Memory, reserve: (length: number) => number) {
    this.#memory = memory;
    this.#reserveInCore = reserve;
  }

  /** Encodes `text` as UTF-8 at `offset`; the bytes before `offset` stay. Returns the length of the text in bytes. */
  write(text: string, offset: number): number {
    const length = text.length;
    this.#reserve(offset + length * 3);
    const bytes = this.#memory.bytes;
    const at = this.at + offset;
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

  /** Puts bytes at the beginning of the region. */
  writeBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#memory.bytes.set(bytes, this.at);
  }

  /** Growing may move the region; the core keeps its content. */
  #reserve(length: number): void {
    if (length <= this.#length) return;
    this.#length = Math.max(1024, length);
    this.at = this.#reserveInCore(this.#length);
  }
}
