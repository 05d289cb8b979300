/**
 * The shell: what the core asks of one connection; src/web/shell.rs is the other half. Owns the WebSocket message that is being
 * received, the memory in which cut ops are joined, the copying of rows out of wasm memory, and the guard in front of every
 * listener. Decides nothing, and throws nothing into wasm.
 *
 * `take` and `deliver` run once for every 4096 bytes and are cold each time, so each function more that they touch costs
 * (docs/decisions/0046).
 */
import { asError } from "../base/errors";
import { isThenable } from "../base/thenable";
import { RowDelivery, ROW_WORDS } from "./batch";
import type { EngineEvent, EngineListener, EngineModule, GivenSocket, ServerChoice, ServerInfoFields } from "./engine";
import * as core from "./generated/client";
import { STEP_EVENT, STEP_FINISH, STEP_HELD, STEP_OWN, STEP_WORDS } from "./layout";
import type { Memory } from "./memory";
import type { Scratch } from "./scratch";

const NO_BUFFER = /* @__PURE__ */ new ArrayBuffer(0);
const NO_BYTES = /* @__PURE__ */ new Uint8Array(NO_BUFFER);

/** The engine that a shell belongs to. */
export interface ShellOwner {
  notify(event: EngineEvent): void;
  /** Ends the connection, with the error that came out of the core. */
  fail(thrown: unknown): void;
  /** The core has forgotten the connection. */
  isOver(): boolean;
}

export class Shell {
  /** The connection's number in the core; set when the core has made the engine. */
  connection = 0;
  readonly #memory: Memory;
  readonly #scratch: Scratch;
  readonly #listener: EngineListener;
  readonly #rows: RowDelivery;
  readonly #owner: ShellOwner;
  /** The WebSocket message that is being received. */
  #event = NO_BUFFER;
  #slab = NO_BYTES;
  /** The buffer of the op that is being joined, and the place of the next byte in there. */
  #open = NO_BYTES;
  #cursor = 0;

  constructor({ memory, scratch }: EngineModule, listener: EngineListener, owner: ShellOwner) {
    this.#memory = memory;
    this.#scratch = scratch;
    this.#listener = listener;
    this.#rows = new RowDelivery(listener);
    this.#owner = owner;
  }

  guard(listener: (value: unknown) => void): (value: unknown) => void {
    return (value) => {
      // A microtask that was queued before the end runs after the end.
      if (this.#owner.isOver()) return;
      try {
        listener(value);
      } catch (thrown) {
        this.#owner.fail(thrown);
      }
    };
  }

  ignore(): () => void {
    return () => {};
  }

  // ---- a message's bytes ------------------------------------------------------------------------------------------------

  take(event: MessageEvent<unknown>, into: number, room: number, skip: number): number {
    const { data } = event;
    if (!(data instanceof ArrayBuffer || isForeignBuffer(data))) return -1;
    const length = data.byteLength;
    this.#event = data;
    if (length <= room && skip < length) {
      this.#memory.bytes.set(skip === 0 ? new Uint8Array(data) : new Uint8Array(data, skip), into);
    }
    return length;
  }

  load(at: number, length: number, into: number): void {
    this.#memory.bytes.set(new Uint8Array(this.#event, at, length), into);
  }

  /** Logs what is thrown: a fault of this client, or of user code that nothing else reports. */
  deliver(
    rows: number,
    count: number,
    generation: number,
    steps: number,
    stepWords: number,
    held: number,
    isEnd: boolean,
  ): void {
    const event = this.#event;
    if (isEnd) this.#event = NO_BUFFER;
    try {
      const { words } = this.#memory;
      const joined = stepWords === 0 ? undefined : this.#join(event, words, steps >>> 2, stepWords, held);
      if (count === 0) return;
      const slab = this.#rows.reserve(count);
      slab.words.set(new Int32Array(words.buffer, rows, count * ROW_WORDS), slab.used);
      this.#rows.deliver(count, event, joined, generation);
    } catch (thrown) {
      console.error(thrown);
    }
  }

  /** Carries out the steps; returns the buffer of the op that was finished. */
  #join(event: ArrayBuffer, words: Int32Array, from: number, count: number, held: number): Uint8Array | undefined {
    let joined: Uint8Array | undefined;
    for (let step = from; step < from + count; step += STEP_WORDS) {
      const first = words[step + 1] as number;
      const second = words[step + 2] as number;
      switch (words[step]) {
        case STEP_EVENT:
          this.#append(event, first, second);
          break;
        case STEP_HELD:
          this.#append(words.buffer, held + first, second);
          break;
        case STEP_FINISH:
          joined = this.#open;
          this.#open = NO_BYTES;
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

  /** What an application's socket says may be anything: words that cannot be read are none. */
  words(said: { reason?: unknown; message?: unknown } | null | undefined): number {
    try {
      return this.#write(`${said?.reason ?? said?.message ?? ""}`);
    } catch {
      return 0;
    }
  }

  #write(text: string): number {
    return this.#scratch.write(text, 0);
  }

  // ---- questions --------------------------------------------------------------------------------------------------------

  providesSocket(dial: number, url: string): boolean {
    return this.#settle(
      () => this.#listener.provideSocket(url),
      (given) => this.#attach(dial, given),
      (why) => core.lost(this.connection, dial, why),
    );
  }

  /** Hands over a socket: the core listens from now on, and hears first the events that the socket has fired. */
  #attach(dial: number, { socket, told }: GivenSocket): void {
    core.attach(this.connection, dial, socket);
    for (const event of told) socket[`on${event.type as "open"}`]?.(event);
  }

  watch(socket: WebSocket): void {
    try {
      this.#listener.watchSocket(socket);
    } catch (thrown) {
      // An application's socket may lack what a watcher needs, and works all the same: shown, not swallowed.
      console.error(thrown);
    }
  }

  greet(dial: number, url: string, line: Uint8Array): void {
    const info = this.#read(dial, line);
    if (info === undefined) return;
    const made = (text: string) => {
      const urls = this.#write(urlsOf(info));
      core.greeted(this.connection, dial, ...figures(info), urls, this.#scratch.write(text, urls));
    };
    this.#settle(() => this.#listener.connectLine(url), made, this.#refuse(dial));
  }

  readInfo(dial: number, line: Uint8Array): void {
    const info = this.#read(dial, line);
    if (info === undefined) return;
    this.#answer(() => core.informed(this.connection, dial, ...figures(info), this.#write(urlsOf(info))));
  }

  redialDelay(): number {
    try {
      return this.#listener.redialDelay();
    } catch (thrown) {
      // A handler that throws must not stop the redialling: 0 is the answer of a handler that gives no delay.
      console.error(thrown);
      return 0;
    }
  }

  chooseServer(dial: number): void {
    const made = ({ place, delay }: ServerChoice) => core.chosen(this.connection, dial, place, delay);
    this.#settle(() => this.#listener.chooseServer(), made, this.#refuse(dial));
  }

  notify(event: EngineEvent): void {
    try {
      this.#owner.notify(event);
    } catch (thrown) {
      // A fault of this client, or of a user's handler that nothing else reports.
      console.error(thrown);
    }
  }

  #read(dial: number, line: Uint8Array): ServerInfoFields | undefined {
    try {
      return this.#listener.readInfo(line);
    } catch (thrown) {
      this.#answer(() => core.unreadable(this.connection, dial, this.#write(words(thrown))));
      return undefined;
    }
  }

  #refuse(dial: number): (why: number) => void {
    return (why) => core.refused(this.connection, dial, why);
  }

  /**
   * Hands the value of `make` on to `made`, now or later: users' functions may return any thenable. For an error `failed` gets the
   * length of the words in scratch. Returns false for undefined, which is no answer.
   */
  #settle<T>(
    make: () => T | PromiseLike<T> | undefined,
    made: (value: T) => void,
    failed: (why: number) => void,
  ): boolean {
    const fail = (thrown: unknown) => this.#answer(() => failed(this.#write(words(thrown))));
    let value: T | PromiseLike<T> | undefined;
    try {
      value = make();
    } catch (thrown) {
      fail(thrown);
      return true;
    }
    if (value === undefined) return false;
    const known = value;
    if (isThenable(known)) Promise.resolve(known).then((later) => this.#answer(() => made(later)), fail);
    else this.#answer(() => made(known));
    return true;
  }

  /** Calls the core as the guard does: a throw ends the connection. */
  #answer(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.#owner.fail(thrown);
    }
  }
}

/** Whether this is the `ArrayBuffer` of another realm, such as a frame whose socket the application gave. */
function isForeignBuffer(data: unknown): data is ArrayBuffer {
  return Object.prototype.toString.call(data) === "[object ArrayBuffer]";
}

/** What the core needs of INFO, but for the URLs. A hostile server may send anything. */
function figures({ max_payload, headers, ldm }: ServerInfoFields): [number, boolean, boolean] {
  return [Number(max_payload), headers === true, ldm === true];
}

function urlsOf({ connect_urls }: ServerInfoFields): string {
  return Array.isArray(connect_urls) ? connect_urls.join("\n") : "";
}

/** The message of a thrown value; empty when the value cannot even be made a string. */
function words(thrown: unknown): string {
  try {
    return asError(thrown).message;
  } catch {
    return "";
  }
}
