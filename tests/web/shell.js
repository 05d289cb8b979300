// What a page has to give the client's wasm module (src/web/shell.rs), as little as will do: for the Rust tests in this folder, and
// for the page that loads what `wasm-pack build` makes. Keeps what the module tells until a test asks. Refuses whatever needs the
// application: sockets of its own, credentials, choosing servers (js/engine/shell.ts has all of that).

const PATIENCE_MS = 10_000;

/** Options for a server on this machine; the module takes those that are missing for off. */
export const OPTIONS = {
  timeout: 5000,
  reconnect: true,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 50,
  reconnectJitter: 0,
  pingInterval: 120_000,
  maxPingOut: 2,
  wakeTimeout: 5000,
  reconnectBufferSize: 65_536,
};

export class PlainShell {
  /** The connection's number; set when the module has made its engine. */
  connection = -1;
  /** The latest socket. */
  socket;
  #name;
  #exports;
  #isOver = false;
  #told = [];
  #event;
  #slab;
  /** Where the op that is being joined lies, and how far it is. */
  #open;
  #cursor = 0;

  /** `name`: the server lists the connection by it. `exports`: the module's own, below wasm-bindgen's glue. */
  constructor(name, exports) {
    this.#name = name;
    this.#exports = exports;
  }

  /** The first thing of this type that was told and not asked for yet: an event, "message" or "trapped". */
  async next(type) {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await pause()) {
      const place = this.#told.findIndex((each) => each.type === type);
      if (place >= 0) return this.#told.splice(place, 1)[0];
    }
    throw new Error(`${this.#name} waited for "${type}" and was told ${JSON.stringify(this.#told)}`);
  }

  /** Puts a text into the module's scratch region, behind `offset` bytes of others. Returns its length. */
  write(text, offset = 0) {
    const bytes = new TextEncoder().encode(text);
    this.#bytes(this.#exports.scratch(offset + bytes.length), offset + bytes.length).set(bytes, offset);
    return bytes.length;
  }

  /** Puts a payload where the module has made room for it. */
  place(text, at) {
    const bytes = new TextEncoder().encode(text);
    this.#bytes(at, bytes.length).set(bytes);
  }

  #bytes(at, length) {
    return new Uint8Array(this.#exports.memory.buffer, at, length);
  }

  // ---- what the module asks ---------------------------------------------------------------------------------------------

  guard(listener) {
    return (value) => {
      if (this.#isOver) return;
      try {
        listener(value);
      } catch (thrown) {
        this.#isOver = true;
        this.#told.push({ type: "trapped", text: String(thrown) });
        this.#exports.abandon(this.connection);
      }
    };
  }

  ignore() {
    return () => {};
  }

  take({ data }, into, room, skip) {
    this.#event = data;
    const length = data.byteLength;
    if (length <= room && skip < length) this.load(skip, length - skip, into);
    return length;
  }

  load(at, length, into) {
    this.#bytes(into, length).set(new Uint8Array(this.#event, at, length));
  }

  deliver(rows, count, _generation, steps, stepWords, held) {
    const words = new Uint32Array(this.#exports.memory.buffer);
    for (let step = steps / 4; step < steps / 4 + stepWords; step += 3) {
      this.#join(words[step], words[step + 1], words[step + 2], held);
    }
    for (let row = rows / 4; row < rows / 4 + count * 8; row += 8) this.#told.push(this.#message(words.subarray(row)));
  }

  /** The numbers of src/core/wire/steps.rs. */
  #join(what, first, second, held) {
    if (what === 0) {
      if (second > 0) this.#slab = new Uint8Array(second);
      [this.#open, this.#cursor] = [this.#slab, first];
    } else if (what === 1) {
      [this.#open, this.#cursor] = [new Uint8Array(first), 0];
    } else if (what !== 4) {
      const from = what === 2 ? this.#bytes(held + first, second) : new Uint8Array(this.#event, first, second);
      this.#open.set(from, this.#cursor);
      this.#cursor += second;
    }
  }

  /** The words of src/core/wire/rows.rs. */
  #message([sid, key, flags, names, subjectAt, bodyAt, headerLength, payloadLength]) {
    const bytes = flags & 1 ? this.#open : new Uint8Array(this.#event);
    const text = (at, length) => new TextDecoder().decode(bytes.subarray(at, at + length));
    return {
      type: "message",
      sid,
      /** 0: no reply to a request. */
      ticket: flags & 4 ? key : 0,
      subject: text(subjectAt, names & 0xffff),
      reply: text(subjectAt + (flags >>> 16), names >>> 16),
      payload: text(bodyAt + headerLength, payloadLength),
    };
  }

  words(said) {
    return this.write(`${said.reason ?? said.message ?? ""}`);
  }

  providesSocket() {
    return false;
  }

  watch(socket) {
    this.socket = socket;
  }

  greet(dial, _url, line) {
    const options = { name: this.#name, protocol: 1, verbose: false, headers: true, no_responders: true };
    const connect = this.write(JSON.stringify({ ...options, lang: "nats-wasm", version: "0.1.0" }));
    this.#exports.greeted(this.connection, dial, maxPayload(line), true, false, 0, connect);
  }

  readInfo(dial, line) {
    this.#exports.informed(this.connection, dial, maxPayload(line), true, false, 0);
  }

  notify(event) {
    this.#told.push(event);
  }
}

/** Asks the server's keeper (scripts/test/keeper.mjs). */
export async function ask(url) {
  const response = await fetch(url, { method: "POST" });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${await response.text()}`);
  return response.json();
}

function maxPayload(line) {
  return JSON.parse(new TextDecoder().decode(line)).max_payload;
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
