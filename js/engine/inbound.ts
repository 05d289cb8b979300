/**
 * The way in: WebSocket messages, and what the core makes of them. Owns the event that is being received, the memory cut
 * ops are joined in, and the copying of row tables out of wasm memory. Knows nothing of what the bytes mean.
 *
 * One call of the core for each window, with numbers only, and a report in words: this code runs once for every 4096
 * bytes and is cold each time, so every function more that is touched costs (docs/decisions/0022).
 */
import { RowDelivery, ROW_WORDS } from "./batch";
import type { EngineListener } from "./engine";
import {
  REPORT_COUNT,
  REPORT_GENERATION,
  REPORT_HELD,
  REPORT_LEFT,
  REPORT_ROWS,
  REPORT_SETTLE,
  REPORT_STEP_WORDS,
  REPORT_STEPS,
  REPORT_WORDS,
  STAGE,
  STEP_EVENT,
  STEP_FINISH,
  STEP_HELD,
  STEP_OWN,
  STEP_WORDS,
} from "./layout";
import type { Memory } from "./memory";
import type { RawEngine } from "./boundary";

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** Tells the core that a socket is of no more use: WebSocket close code, reason. */
type Lost = (code: number, reason: string) => void;

export class Inbound {
  readonly #memory: Memory;
  readonly #rows: RowDelivery;
  #raw: RawEngine | undefined;
  #exchange = 0;
  /** The event that is being received. */
  #event = NOTHING;
  /** Bytes of the next event that are not read. */
  #left = 0;
  #slab = NOTHING;
  /** Where the op that is being joined lies, and how far it is. */
  #open = NOTHING;
  #cursor = 0;

  constructor(memory: Memory, listener: EngineListener) {
    this.#memory = memory;
    this.#rows = new RowDelivery(listener);
  }

  start(raw: RawEngine): void {
    this.#raw = raw;
  }

  listen(socket: WebSocket, dial: number, lost: Lost): void {
    const raw = this.#raw as RawEngine;
    this.#exchange = raw.exchange();
    // Blobs would have to be read asynchronously and could overtake each other.
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => this.#receive(raw, dial, event, lost);
    this.#left = 0;
  }

  load(at: number, length: number, into: number): void {
    const event = this.#event;
    this.#memory.bytes.set(new Uint8Array(event.buffer, at, length), into);
  }

  #receive(raw: RawEngine, dial: number, { data, timeStamp }: MessageEvent<unknown>, lost: Lost): void {
    if (!(data instanceof ArrayBuffer)) {
      // No NATS server sends one; 1003 is the close code for that.
      lost(1003, "a text message arrived");
      return;
    }
    const length = data.byteLength;
    const event = new Uint8Array(data);
    this.#event = event;
    if (length <= STAGE && this.#left < length) {
      const left = this.#left;
      this.#memory.bytes.set(left === 0 ? event : new Uint8Array(data, left), this.#exchange + REPORT_WORDS * 4 + left);
    }
    let at = 0;
    let from: number;
    do {
      from = at;
      at = raw.receive(dial, at, length, timeStamp);
      const { words } = this.#memory;
      const report = this.#exchange >>> 2;
      this.#left = words[report + REPORT_LEFT] as number;
      const settle = words[report + REPORT_SETTLE];
      const count = words[report + REPORT_COUNT] as number;
      const joined = words[report + REPORT_STEP_WORDS] === 0 ? undefined : this.#join(words, report);
      if (count > 0) this.#deliver(data, joined, words, report, count);
      if (settle) raw.settle();
    } while (at > from && at < length);
    this.#event = NOTHING;
  }

  /** Takes the steps; returns the buffer of the op that was finished. */
  #join(words: Int32Array, report: number): Uint8Array | undefined {
    const { buffer } = words;
    const event = this.#event;
    const held = words[report + REPORT_HELD] as number;
    let step = (words[report + REPORT_STEPS] as number) >>> 2;
    const end = step + (words[report + REPORT_STEP_WORDS] as number);
    let joined: Uint8Array | undefined;
    for (; step < end; step += STEP_WORDS) {
      const first = words[step + 1] as number;
      const second = words[step + 2] as number;
      switch (words[step]) {
        case STEP_EVENT:
          this.#append(event.buffer, first, second);
          break;
        case STEP_HELD:
          this.#append(buffer, held + first, second);
          break;
        case STEP_FINISH:
          joined = this.#open;
          this.#open = NOTHING;
          break;
        case STEP_OWN:
          this.#open = new Uint8Array(first);
          this.#cursor = 0;
          break;
        default:
          if (second > 0) this.#slab = new Uint8Array(second);
          this.#open = this.#slab;
          this.#cursor = first;
      }
    }
    return joined;
  }

  #append(from: ArrayBufferLike, at: number, length: number): void {
    this.#open.set(new Uint8Array(from, at, length), this.#cursor);
    this.#cursor += length;
  }

  /** What throws in here is a fault of our own, or of a user's code that nothing else reports: shown, not swallowed. */
  #deliver(event: ArrayBuffer, joined: Uint8Array | undefined, words: Int32Array, report: number, count: number): void {
    try {
      const rows = this.#rows.reserve(count);
      rows.words.set(new Int32Array(words.buffer, words[report + REPORT_ROWS] as number, count * ROW_WORDS), rows.used);
      this.#rows.deliver(count, event, joined, words[report + REPORT_GENERATION] as number);
    } catch (thrown) {
      console.error(thrown);
    }
  }
}
