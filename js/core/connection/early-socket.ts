/**
 * A socket that is opened while the wasm module is still being loaded, so that a connection costs the longer of the two
 * and not their sum. Owns what happens on it until somebody listens.
 */
import type { Settings } from "../options/options";

const TYPES = ["open", "message", "close"] as const;

export class EarlySocket {
  readonly url: string;
  readonly #socket: WebSocket;
  readonly #held: Event[] = [];
  readonly #hold = (event: Event) => this.#held.push(event);

  constructor(url: string) {
    this.url = url;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    for (const type of TYPES) this.#socket.addEventListener(type, this.#hold);
  }

  /** Hands the socket over. What it has told meanwhile it tells again in a microtask, before anything new. */
  take(): WebSocket {
    const socket = this.#socket;
    for (const type of TYPES) socket.removeEventListener(type, this.#hold);
    queueMicrotask(() => {
      for (const event of this.#held) socket.dispatchEvent(event);
    });
    return socket;
  }

  /** Nobody will want it. */
  drop(): void {
    this.#socket.close();
  }
}

/** Opens the socket of the server that will be dialled first, when that is certain. */
export function openEarly({ engine, wsFactory }: Settings): EarlySocket | undefined {
  const [first, ...others] = engine.servers;
  if (first === undefined || wsFactory !== undefined || engine.asksServer || (engine.shuffle && others.length > 0))
    return undefined;
  try {
    return new EarlySocket(first.url);
  } catch {
    // The dial will throw the same again, and report it.
    return undefined;
  }
}
