/** The bytes that a source has given and the writer has not taken. A chunk that lies in one piece is not copied. */
export class Pieces {
  readonly #pieces: Uint8Array[] = [];

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
  }

  /** Takes the next bytes. @param length at most the number of bytes that are there. */
  take(length: number): Uint8Array {
    const first = this.#pieces[0] as Uint8Array;
    if (first.length >= length) return this.#cut(first, length);
    const joined = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const next = this.#pieces[0] as Uint8Array;
      const part = this.#cut(next, Math.min(next.length, length - at));
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  #cut(first: Uint8Array, length: number): Uint8Array {
    if (length === first.length) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(length);
    return first.subarray(0, length);
  }
}
