/**
 * Headers of a message: a map from key to values, in the order they were set. Reads the header block of a received
 * message on first touch, writes the block of a published one. Refuses what would break the block: CR and LF in values
 * and in the status, anything but printable ASCII in keys.
 */
import { decodeText, encoder } from "../../engine/text";
import { ErrorCode, Match } from "../../base/enums";
import { errorFromCode } from "../../base/errors";
import type { MsgHdrs } from "../types";

export { Match } from "../../base/enums";

const VERSION = "NATS/1.0";

/**
 * Makes empty headers, to be filled and published. With `code` and `description` (both or neither) they carry a status.
 *
 * @throws Error when only one of the two is given; NatsError BAD_HEADER for a description with CR or LF.
 */
export function headers(code = 0, description = ""): MsgHdrs {
  if (code === 0 ? description !== "" : code > 0 && description === "") {
    throw new Error("setting status requires both code and description");
  }
  return new MsgHdrsImpl(code, description);
}

/**
 * Writes the key as HTTP does: `content-type` → `Content-Type`.
 *
 * @throws NatsError BAD_HEADER for a character a key cannot have: only printable ASCII without the colon is allowed.
 */
export function canonicalMIMEHeaderKey(key: string): string {
  checkKey(key);
  return key.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** The headers that `headers()` makes, with the members nats.ws has on the class and not in `MsgHdrs`. */
export class MsgHdrsImpl implements MsgHdrs {
  #code: number;
  #description: string;
  #map = new Map<string, string[]>();
  /** The received block; null once it was read, and for headers that were made here. */
  #block: Uint8Array | null = null;

  /** @param code 0: no status. @throws NatsError BAD_HEADER for a description with CR or LF. */
  constructor(code = 0, description = "") {
    checkLine(description);
    this.#code = code;
    this.#description = description;
  }

  /** Reads the header block of a message, its status line included. Lines that are not a header are ignored. */
  static decode(block: Uint8Array): MsgHdrsImpl {
    const decoded = new MsgHdrsImpl();
    decoded.#block = block;
    return decoded;
  }

  /** Makes headers of an object with a list of values per key. @throws NatsError BAD_HEADER as `append()`. */
  static fromRecord(record: Record<string, string[]>): MsgHdrs {
    const made = new MsgHdrsImpl();
    for (const [key, values] of Object.entries(record)) {
      checkKey(key);
      made.#map.set(key, Array.from(values, MsgHdrsImpl.validHeaderValue));
    }
    return made;
  }

  /** Returns the value without white space around it. @throws NatsError BAD_HEADER for a value with CR or LF. */
  static validHeaderValue(value: string): string {
    checkLine(value);
    return value.trim();
  }

  /** True when `code` is 300 or more. */
  get hasError(): boolean {
    return this.code >= 300;
  }

  /** Code and description of the status line, with a space between them; "0" without a status. */
  get status(): string {
    return `${this.code} ${this.description}`.trim();
  }

  /** Code of the status line; 0 without a status. */
  get code(): number {
    this.#entries();
    return this.#code;
  }

  /** Description of the status line; empty without a status. */
  get description(): string {
    this.#entries();
    return this.#description;
  }

  /** Number of keys. */
  size(): number {
    return this.#entries().size;
  }

  /** Yields each key with its values, in the order the keys were first set. */
  [Symbol.iterator](): MapIterator<[string, string[]]> {
    return this.#entries().entries();
  }

  keys(): string[] {
    return [...this.#entries().keys()];
  }

  /** The first value of the key; an empty string when the key is absent. */
  get(key: string, match: Match = Match.Exact): string {
    return this.#first(key, match)?.[0] ?? "";
  }

  /** The last value of the key; an empty string when the key is absent. */
  last(key: string, match: Match = Match.Exact): string {
    return this.#first(key, match)?.at(-1) ?? "";
  }

  has(key: string, match: Match = Match.Exact): boolean {
    return this.#first(key, match) !== undefined;
  }

  values(key: string, match: Match = Match.Exact): string[] {
    const entries = this.#entries();
    return this.#find(key, match).flatMap((found) => entries.get(found) ?? []);
  }

  /** Replaces all values of the key by one. @throws NatsError BAD_HEADER as `append()`; nothing is changed then. */
  set(key: string, value: string, match: Match = Match.Exact): void {
    checkKey(key);
    checkLine(value);
    this.delete(key, match);
    this.append(key, value, match);
  }

  /**
   * Adds a value behind the others of the first key that matches; otherwise under a new key.
   *
   * @throws NatsError BAD_HEADER for a key that is empty or has characters other than printable ASCII without the
   * colon, and for a value with CR or LF.
   */
  append(key: string, value: string, match: Match = Match.Exact): void {
    checkKey(key);
    const valid = MsgHdrsImpl.validHeaderValue(value);
    const wanted = match === Match.CanonicalMIME ? canonicalMIMEHeaderKey(key) : key;
    add(this.#entries(), this.#find(wanted, match)[0] ?? wanted, valid);
  }

  delete(key: string, match: Match = Match.Exact): void {
    for (const found of this.#find(key, match)) this.#entries().delete(found);
  }

  /** True when `other` has the same status code, the same keys and the same values, in any order. */
  equals(other: MsgHdrsImpl): boolean {
    if (!other || this.size() !== other.size() || this.code !== other.code) return false;
    return this.keys().every((key) => {
      const ours = this.values(key).sort();
      const theirs = other.values(key).sort();
      return ours.length === theirs.length && ours.every((value, index) => value === theirs[index]);
    });
  }

  /** Makes an object with a list of values per key. */
  toRecord(): Record<string, string[]> {
    return Object.fromEntries(this.keys().map((key) => [key, this.values(key)]));
  }

  /** The header block as it is sent; an empty string when there are neither headers nor a status. */
  toString(): string {
    const entries = this.#entries();
    if (entries.size === 0 && this.#code === 0) return "";
    let block = VERSION;
    if (this.#code > 0 && this.#description !== "") block += ` ${this.#code} ${this.#description}`;
    for (const [key, values] of entries) {
      for (const value of values) block += `\r\n${key}: ${value}`;
    }
    return `${block}\r\n\r\n`;
  }

  /** The header block as it is sent, in UTF-8; empty when there are neither headers nor a status. */
  encode(): Uint8Array {
    return encoder.encode(this.toString());
  }

  /** The map; the first call reads the received block. */
  #entries(): Map<string, string[]> {
    const block = this.#block;
    if (block !== null) {
      this.#block = null;
      const [status = "", ...lines] = decodeText(block).split("\r\n");
      this.#readStatus(status);
      for (const line of lines) this.#readLine(line);
    }
    return this.#map;
  }

  /** `NATS/1.0`, `NATS/1.0 503` or `NATS/1.0 408 Request Timeout`. */
  #readStatus(line: string): void {
    const status = line.replace(VERSION, "").trim();
    const code = /^\d+/.exec(status)?.[0] ?? "";
    this.#code = Number(code);
    this.#description = status.slice(code.length).trim();
  }

  #readLine(line: string): void {
    const colon = line.indexOf(":");
    const key = line.slice(0, colon);
    // A foreign client's unusual key must not make the other headers unreadable.
    if (colon > 0 && isKey(key)) add(this.#map, key, line.slice(colon + 1).trim());
  }

  #first(key: string, match: Match): string[] | undefined {
    if (match === Match.Exact) return this.#entries().get(key);
    const found = this.#find(key, match)[0];
    return found === undefined ? undefined : this.#entries().get(found);
  }

  #find(key: string, match: Match): string[] {
    if (match === Match.IgnoreCase) {
      const lower = key.toLowerCase();
      return this.keys().filter((candidate) => candidate.toLowerCase() === lower);
    }
    const wanted = match === Match.CanonicalMIME ? canonicalMIMEHeaderKey(key) : key;
    return this.#entries().has(wanted) ? [wanted] : [];
  }
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Field names of RFC 822 (3.1.2): characters 33 to 126, except the colon. */
function isKey(key: string): boolean {
  return /^[!-9;-~]+$/.test(key);
}

function checkKey(key: string): void {
  if (isKey(key)) return;
  const wrong = [...key].find((character) => !isKey(character));
  throw errorFromCode(
    ErrorCode.BadHeader,
    wrong === undefined ? "a header key cannot be empty" : `'${wrong}' is not a valid character for a header key`,
  );
}

function checkLine(text: string): void {
  if (/[\r\n]/.test(text)) {
    throw errorFromCode(ErrorCode.BadHeader, "invalid header value - \\r and \\n are not allowed.");
  }
}
