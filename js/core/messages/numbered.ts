/**
 * Things by a number the core has given: ascending, and never given twice. Owns nothing but the finding.
 *
 * Chunks of an array, found by the number's upper bits: a `Map` takes five times the memory for each thing.
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

  /** The number is not in use. */
  set(number: number, thing: T): void {
    const index = Math.floor(number / CHUNK);
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { used: 0, things: [] };
      // Filled without holes: an array with gaps becomes a dictionary.
      for (let i = 0; i < CHUNK; i++) chunk.things.push(undefined);
      this.#chunks.set(index, chunk);
    }
    chunk.used++;
    chunk.things[number % CHUNK] = thing;
  }

  /** Says whether there was something. */
  delete(number: number): boolean {
    const index = Math.floor(number / CHUNK);
    const chunk = this.#chunks.get(index);
    if (chunk?.things[number % CHUNK] === undefined) return false;
    chunk.things[number % CHUNK] = undefined;
    if (--chunk.used === 0) this.#chunks.delete(index);
    return true;
  }

  /** By ascending number, until the numbers wrap. */
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
