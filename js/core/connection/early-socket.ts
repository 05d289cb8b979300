/**
 * A socket that is opened while the wasm module is still being loaded, so that a start takes the longer of the two times and
 * not their sum. Owns the events that the socket fires until the core listens; the core is told of them, none is fired again.
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

  /** Hands the socket over, with the events it has fired. The taker listens in the same turn, so that none is missed. */
  take(): GivenSocket {
    for (const type of TYPES) this.#socket.removeEventListener(type, this.#hold);
    return { socket: this.#socket, told: this.#told };
  }

  /** Closes a socket that no dial will use. Its errors are still heard: Node ends the process for an error without a listener. */
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
    // The dial throws the same error again, and reports it.
    return undefined;
  }
}
