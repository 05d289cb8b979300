/**
 * A socket that is opened while the wasm module is still being loaded, so that a connection costs the longer of the two
 * and not their sum. Owns what happens on it until somebody listens.
 */
import type { GivenSocket } from "../../engine/engine";
import type { Settings } from "../options/options";

const TYPES = ["open", "message", "close", "error"] as const;

export class EarlySocket {
  readonly url: string;
  readonly #socket: WebSocket;
  readonly #told: Event[] = [];
  readonly #hold = (event: Event) => this.#told.push(event);

  constructor(url: string) {
    this.url = url;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    for (const type of TYPES) this.#socket.addEventListener(type, this.#hold);
  }

  /** Hands the socket over, with the events that it has fired. Whoever takes it listens in the same turn. */
  take(): GivenSocket {
    for (const type of TYPES) this.#socket.removeEventListener(type, this.#hold);
    return { socket: this.#socket, told: this.#told };
  }

  /** Closes the socket: no dial will use it. Its errors go on being held: Node ends the process for one that nobody hears. */
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
