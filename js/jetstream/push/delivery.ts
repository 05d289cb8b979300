/**
 * The numbers in the reply subject of a message from a consumer. Owns reading them out of its bytes: ordered consumers do
 * it for every message, and a string of ninety characters costs more than all else that is done with one. `DeliveryInfo`
 * has what is not read here.
 */
import type { Msg } from "../../core/types";

export interface Delivery {
  readonly streamSequence: number;
  readonly deliverySequence: number;
  /** Messages that were still to be delivered then. */
  readonly pending: number;
}

/** Our own messages show the bytes; those of other clients have a string. */
type Readable = Msg & { readReply?<T>(read: (bytes: Uint8Array, from: number, to: number) => T): T };

const encoder = /* @__PURE__ */ new TextEncoder();
const PREFIX = /* @__PURE__ */ encoder.encode("$JS.ACK.");
const DOT = 46;
const ZERO = 48;

/**
 * Reads the deliveries of one consumer: what comes before the numbers is as long in all of them, and looked through once.
 */
export class DeliveryReader {
  /** Bytes up to and with the dot before the deliveries; 0 before the first message. */
  #head = 0;
  readonly #read = (bytes: Uint8Array, from: number, to: number) => this.#find(bytes, from, to);

  /**
   * Of `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<delivery seq>.<time>.<pending>`, which newer servers write
   * with domain and account hash before the stream, and may continue. Undefined for any other subject.
   */
  read(message: Msg): Delivery | undefined {
    const own = message as Readable;
    if (own.readReply !== undefined) return own.readReply(this.#read);
    const bytes = encoder.encode(message.reply);
    return this.#find(bytes, 0, bytes.length);
  }

  #find(bytes: Uint8Array, from: number, to: number): Delivery | undefined {
    for (let at = 0; at < PREFIX.length; at++) if (bytes[from + at] !== PREFIX[at]) return undefined;
    if (this.#head === 0) this.#head = headOf(bytes, from, to);
    if (this.#head === 0) return undefined;
    const sequence = after(bytes, from + this.#head, to);
    const streamSequence = numberAt(bytes, sequence, to);
    const delivery = after(bytes, sequence, to);
    const deliverySequence = numberAt(bytes, delivery, to);
    const pending = after(bytes, after(bytes, delivery, to), to);
    return { streamSequence, deliverySequence, pending: numberAt(bytes, pending, to) };
  }
}

/** When the message was stored, in ms since 1970. */
export function storedAt(message: Msg): number {
  const tokens = (message.reply as string).split(".");
  return Number(tokens[tokens.length === SHORT_FORM ? 7 : 9]) / 1e6;
}

const SHORT_FORM = 9;
const LONG_FORM = 11;

/** 0 unless there are nine tokens, or eleven and more: the deliveries are the fifth or the seventh. */
function headOf(bytes: Uint8Array, from: number, to: number): number {
  const starts = [0];
  for (let at = from; at < to; at++) if (bytes[at] === DOT) starts.push(at + 1 - from);
  if (starts.length !== SHORT_FORM && starts.length < LONG_FORM) return 0;
  return starts[starts.length === SHORT_FORM ? 4 : 6] as number;
}

/** Where the next token begins. */
function after(bytes: Uint8Array, at: number, to: number): number {
  while (at < to && bytes[at] !== DOT) at++;
  return at + 1;
}

function numberAt(bytes: Uint8Array, at: number, to: number): number {
  let value = 0;
  for (; at < to && bytes[at] !== DOT; at++) value = value * 10 + ((bytes[at] as number) - ZERO);
  return value;
}
