/**
 * The numbers in the reply subject of a consumer's message, read from its bytes: ordered consumers read them for every
 * message, and making a string of ninety characters costs more than all other work on a message. `DeliveryInfo` has the
 * parts that are not read here.
 *
 * The subject is `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<delivery seq>.<time>.<pending>`. Newer servers
 * put domain and account hash before the stream, and may add tokens at the end (NATS ADR-15).
 */
import { encoder } from "../../engine/text";
import { Empty } from "../../base/empty";
import type { Msg } from "../../core/types";

export interface Delivery {
  readonly streamSequence: number;
  readonly deliverySequence: number;
  /** Messages that were still to be delivered at the time of this delivery. */
  readonly pending: number;
}

type Read<T> = (bytes: Uint8Array, from: number, to: number) => T;

/** A message of this client, which shows the bytes; messages of other clients have a string. */
type Readable = Msg & { readReply?<T>(read: Read<T>): T };

const PREFIX = /* @__PURE__ */ encoder.encode("$JS.ACK.");
const DOT = 46;
const ZERO = 48;

/**
 * Reads the deliveries of one consumer. The part before the numbers is the same in all of them, and is searched once.
 */
export class DeliveryReader {
  /** End of the part before the numbers, which names the consumer; undefined: the inbox has no other consumer. */
  readonly #ending: Uint8Array | undefined;
  /** The part before the numbers, as bytes with the last dot; empty before the first message. */
  #head = Empty;
  readonly #read: Read<Delivery | undefined> = (bytes, from, to) => this.#find(bytes, from, to);

  /**
   * @param consumer name of the consumer, where messages of others may come in between. Default: that of the first
   * message.
   */
  constructor(consumer?: string) {
    this.#ending = consumer === undefined ? undefined : encoder.encode(`.${consumer}.`);
  }

  /** Reads a message; undefined when it is not one of this consumer. */
  read(message: Msg): Delivery | undefined {
    return readReply(message, this.#read);
  }

  #find(bytes: Uint8Array, from: number, to: number): Delivery | undefined {
    let head = this.#head;
    if (head.length === 0) {
      head = bytes.slice(from, from + headOf(bytes, from, to));
      const ending = this.#ending ?? head;
      if (head.length === 0 || !startsWith(bytes, from + head.length - ending.length, ending)) return undefined;
      this.#head = head;
    } else if (!startsWith(bytes, from, head)) return undefined;
    const sequence = after(bytes, from + head.length, to);
    const streamSequence = numberAt(bytes, sequence, to);
    const delivery = after(bytes, sequence, to);
    const deliverySequence = numberAt(bytes, delivery, to);
    const pending = after(bytes, after(bytes, delivery, to), to);
    return { streamSequence, deliverySequence, pending: numberAt(bytes, pending, to) };
  }
}

/** Stream sequence of a message; 0 when it is not from a consumer. */
export function sequenceOf(message: Msg): number {
  return readReply(message, (bytes, from, to) => {
    const head = headOf(bytes, from, to);
    return head === 0 ? 0 : numberAt(bytes, after(bytes, from + head, to), to);
  });
}

/** Deliveries of a message so far, this one included; 0 when it is not from a consumer. */
export function deliveriesOf(message: Msg): number {
  return readReply(message, (bytes, from, to) => {
    const head = headOf(bytes, from, to);
    return head === 0 ? 0 : numberAt(bytes, from + head, to);
  });
}

/** When the message was stored, in ms since 1970. */
export function storedAt(message: Msg): number {
  const tokens = (message.reply as string).split(".");
  return Number(tokens[tokens.length === SHORT_FORM ? 7 : 9]) / 1e6;
}

const SHORT_FORM = 9;
const LONG_FORM = 11;

function readReply<T>(message: Msg, read: Read<T>): T {
  const own = message as Readable;
  if (own.readReply !== undefined) return own.readReply(read);
  const bytes = encoder.encode(message.reply);
  return read(bytes, 0, bytes.length);
}

/**
 * Bytes before the number of deliveries: the fifth token of nine, or the seventh of eleven and more. 0: it is neither.
 */
function headOf(bytes: Uint8Array, from: number, to: number): number {
  if (!startsWith(bytes, from, PREFIX)) return 0;
  let tokens = 1;
  let [fifth, seventh] = [0, 0];
  for (let at = from; at < to; at++) {
    if (bytes[at] !== DOT) continue;
    tokens++;
    if (tokens === 5) fifth = at + 1 - from;
    else if (tokens === 7) seventh = at + 1 - from;
  }
  return tokens === SHORT_FORM ? fifth : tokens >= LONG_FORM ? seventh : 0;
}

/** Compares from the back, where two consumers of one stream differ. */
function startsWith(bytes: Uint8Array, from: number, start: Uint8Array): boolean {
  for (let at = start.length - 1; at >= 0; at--) if (bytes[from + at] !== start[at]) return false;
  return true;
}

/** Start of the next token. */
function after(bytes: Uint8Array, at: number, to: number): number {
  while (at < to && bytes[at] !== DOT) at++;
  return at + 1;
}

function numberAt(bytes: Uint8Array, at: number, to: number): number {
  let value = 0;
  for (; at < to && bytes[at] !== DOT; at++) value = value * 10 + ((bytes[at] as number) - ZERO);
  return value;
}
