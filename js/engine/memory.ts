/**
 * Live views of wasm memory. Owns the rule that any call into wasm may grow the memory, which detaches every view made
 * before: ask for a view after the call, and never keep a view over a call.
 */
export class Memory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array<ArrayBuffer>;
  #words: Int32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
  }

  /** All of wasm memory. A detached view has length 0; checking that is cheaper than reading `memory.buffer`. */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length === 0) this.#renew();
    return this.#bytes;
  }

  /** The same memory in words, for tables: index is address / 4. */
  get words(): Int32Array {
    if (this.#words.length === 0) this.#renew();
    return this.#words;
  }

  #renew(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer);
  }
}
