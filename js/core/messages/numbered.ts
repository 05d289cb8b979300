/**
 * A table by numbers that the core assigns: ascending, and never the same twice. Owns the look-up only.
 *
 * Chunks of an array, found by the number's upper bits: a `Map` takes five times the memory for each entry.
 */
const CHUNK = 64;

interface Chunk<T> {
  used: number;
  readonly things: (T | undefined)[];
}

export class Numbered<T> {
  readonly #chunks = new Map<number, Chunk<T>>();

  get(number: number): T | undefined {
    return this.#chunks.get(Math.floor(number / CHUNK))?.things[number % CHUNK];
  }

  /** Adds an entry. The number must not be in use. */
  set(number: number, thing: T): void {
    const index = Math.floor(number / CHUNK);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { used: 0, things: [] };
      // Filled without holes: V8 turns an array with gaps into a dictionary.
      for (let i = 0; i < CHUNK; i++) chunk.things.push(undefined);
      this.#chunks.set(index, chunk);
    }
    chunk.used++;
    chunk.things[number % CHUNK] = thing;
  }

  /** Removes an entry; false when there was none. */
  delete(number: number): boolean {
    const index = Math.floor(number / CHUNK);
    const chunk = this.#chunks.get(index);
    if (chunk?.things[number % CHUNK] === undefined) return false;
    chunk.things[number % CHUNK] = undefined;
    if (--chunk.used === 0) this.#chunks.delete(index);
    return true;
  }

  /** All entries by ascending number, until the numbers wrap. */
  entries(): [number, T][] {
    const entries: [number, T][] = [];
    for (const [index, { things }] of this.#chunks) {
      things.forEach((thing, i) => {
        if (thing !== undefined) entries.push([index * CHUNK + i, thing]);
      });
    }
    return entries;
  }
}
