/**
 * What the core asks for: `src/web/host.rs` is the other half. Owns the socket, the timer, the event that is being put
 * together, and the rule that nothing may be thrown into wasm. Decides nothing.
 */
import { asError } from "../base/errors";
import { decodeText } from "./text";
import type { EngineListener } from "./engine";
import type { Inbound } from "./inbound";
import type { Memory } from "./memory";
import type { Outbound } from "./outbound";
import type { EngineEvent, Imports, RawEngine } from "./boundary";

export class Host {
  /** Told what was told to the listener, after it. */
  onEvent: (event: EngineEvent) => void = () => {};
  readonly #listener: EngineListener;
  #raw!: RawEngine;
  #memory!: Memory;
  #inbound!: Inbound;
  #outbound!: Outbound;
  #socket: WebSocket | undefined = undefined;
  #alarm: ReturnType<typeof setTimeout> | undefined = undefined;
  #event: Record<string, unknown> = {};
  /** The list that is being told. */
  #items: string[] = [];

  constructor(listener: EngineListener) {
    this.#listener = listener;
  }

  start(raw: RawEngine, memory: Memory, inbound: Inbound, outbound: Outbound): void {
    this.#raw = raw;
    this.#memory = memory;
    this.#inbound = inbound;
    this.#outbound = outbound;
  }

  bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** The texts `ask` makes the core tell. */
  texts(ask: () => void): string[] {
    this.#items = [];
    ask();
    return this.#items;
  }

  imports(): Imports {
    const listener = this.#listener;
    const text = (at: number, length: number) => decodeText(this.#bytes(at, length));
    const turnEnded = () => this.#raw.turn_ended();
    const refuse = (dial: number) => (thrown: unknown) => this.#raw.refuse(dial, this.#write(words(thrown)));
    return {
      now: () => performance.now(),
      random: (into, length) => void crypto.getRandomValues(this.#bytes(into, length)),
      set_alarm: (milliseconds) => {
        clearTimeout(this.#alarm);
        if (milliseconds >= 0) this.#alarm = setTimeout(() => this.#raw.ring(), milliseconds);
      },
      end_turn: () => queueMicrotask(turnEnded),
      load: (at, length, into) => this.#inbound.load(at, length, into),
      send: (at, length) => this.#send(this.#bytes(at, length)),
      send_large: (limit) => {
        for (const part of this.#outbound.large) {
          for (let at = 0; at < part.length; at += limit) this.#send(part.subarray(at, at + limit));
        }
      },
      dial: (dial, at, length) =>
        settle(
          () => listener.openSocket(text(at, length)),
          (socket) => this.#attach(dial, socket),
          (thrown) => this.#raw.lost(dial, 0, this.#write(words(thrown))),
        ),
      hang_up: () => this.#hangUp(),
      read_info: (dial, at, length) =>
        settle(
          () => listener.readInfo(this.#bytes(at, length)),
          ({ max_payload, headers, nonce, connect_urls, ldm }) => {
            const urls = Array.isArray(connect_urls) ? connect_urls.join("\n") : "";
            const { first, second } = this.#outbound.writePair(`${nonce ?? ""}`, urls);
            this.#raw.info(dial, max_payload, (headers ? 1 : 0) + (ldm ? 2 : 0), first, second);
          },
          (thrown) => this.#raw.unreadable(dial, this.#write(words(thrown))),
        ),
      connect_line: (dial, server, at, length) =>
        settle(
          () => listener.connectLine(server, text(at, length)),
          (line) => this.#raw.line(dial, this.#write(line)),
          refuse(dial),
        ),
      redial_delay: (dial) =>
        settle(
          () => listener.redialDelay(),
          (delay) => this.#raw.delay(dial, delay),
          (thrown) => {
            // A handler that throws must not stop the redialling: no wait of its own is the nearest to none given.
            console.error(thrown);
            this.#raw.delay(dial, 0);
          },
        ),
      choose_server: (dial) =>
        settle(
          () => listener.chooseServer(),
          ({ place, delay }) => this.#raw.choose(dial, place, delay),
          refuse(dial),
        ),
      number: (name, nameLength, value) => {
        this.#event[text(name, nameLength)] = value >>> 0;
      },
      text: (name, nameLength, at, length) => {
        this.#event[text(name, nameLength)] = text(at, length);
      },
      numbers: (name, nameLength, at, count) => {
        this.#event[text(name, nameLength)] = [...new Uint32Array(this.#memory.bytes.buffer, at, count)];
      },
      texts: (name, nameLength) => {
        this.#items = [];
        this.#event[text(name, nameLength)] = this.#items;
      },
      item: (at, length) => void this.#items.push(text(at, length)),
      notify: () => {
        const event = this.#event as EngineEvent;
        this.#event = {};
        try {
          listener.notify(event);
        } catch (thrown) {
          // Our own, or out of a user's handler that nothing else reports: shown, not swallowed.
          console.error(thrown);
        }
        this.onEvent(event);
      },
    };
  }

  #bytes(at: number, length: number): Uint8Array<ArrayBuffer> {
    return this.#memory.bytes.subarray(at, at + length);
  }

  #write(text: string): number {
    return this.#outbound.write(text, 0);
  }

  /** A socket that is closing discards what it is given; its close event tells the core. */
  #send(bytes: Uint8Array<ArrayBuffer>): void {
    try {
      this.#socket?.send(bytes);
    } catch {
      // Only a socket that is not open yet throws, and the core does not send to one.
    }
  }

  #attach(dial: number, socket: WebSocket): void {
    const raw = this.#raw;
    // The dial may have been given up while a factory was still making its socket.
    if (!raw.attach(dial)) {
      release(socket);
      return;
    }
    this.#hangUp();
    this.#socket = socket;
    const lost = (code: number, reason: string) => raw.lost(dial, code, this.#write(reason));
    this.#inbound.listen(socket, dial, lost);
    socket.onopen = () => raw.opened(dial);
    // The error event says nothing (the page may not learn why a cross-origin connection failed) and close always
    // follows it.
    socket.onclose = ({ code, reason }) => lost(code, reason);
    // A socket factory may hand over one that is open already; its open event will not come again.
    if (socket.readyState === 1) raw.opened(dial);
  }

  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) release(socket);
  }
}

/** Closes it without waiting: nothing it does afterwards is seen. */
function release(socket: WebSocket): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
}

/** What a user reads of something thrown; empty when it cannot even be made a string. */
function words(thrown: unknown): string {
  try {
    return asError(thrown).message;
  } catch {
    return "";
  }
}

/** Hands on what is made now or later. */
function settle<T>(make: () => T | Promise<T>, made: (value: T) => void, failed: (thrown: unknown) => void): void {
  let value: T | Promise<T>;
  try {
    value = make();
  } catch (thrown) {
    failed(thrown);
    return;
  }
  if (value instanceof Promise) value.then(made, failed);
  else made(value);
}
