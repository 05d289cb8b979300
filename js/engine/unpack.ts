/**
 * A wasm module out of the text scripts/build/pack.mjs makes of it. The smallest module does it (src/web/unpacker.rs): a loop
 * that runs once, cold, takes ten times as long in JavaScript. Owns that module's memory and what lies where in it.
 */
import { wasm } from "./generated/unpacker.inline";

/** What a generated file holds. */
export interface Packed {
  /** Streams, one behind the other. */
  text: string;
  /** Where each of them ends, in bytes of UTF-8. */
  ends: readonly number[];
  /** Three characters for each instruction: its own, how far it is from the one before, and what is behind it. */
  table: string;
  /** Bytes of the module. */
  size: number;
}

interface Unpacker {
  memory: WebAssembly.Memory;
  unpack(from: number, to: number): void;
}

const PAGE = 65536;
/** A character of the unpacker's own text is a byte moved on by this. */
const SHIFT = 34;
/** Addresses of 13 streams and of their end, then two bytes for each of 128 characters, then the text, then the module. */
const TABLE = 4 * 14;
const TEXT = TABLE + 2 * 128;

/** The module; lengths in it may have more bytes than they need. */
export function unpack({ text, ends, table, size }: Packed): Uint8Array<ArrayBuffer> {
  const unpacker = new WebAssembly.Module(Uint8Array.from(wasm, (byte) => byte.charCodeAt(0) - SHIFT));
  const { memory, unpack } = new WebAssembly.Instance(unpacker).exports as unknown as Unpacker;
  const length = TEXT + (ends.at(-1) as number);
  const from = memory.grow(Math.ceil((length + size) / PAGE)) * PAGE;
  const bytes = new Uint8Array(memory.buffer, from);
  new Uint32Array(memory.buffer, from).set([0, ...ends].map((end) => from + TEXT + end));
  for (let i = 0, code = 0; i < table.length; i += 3) {
    code += table.charCodeAt(i + 1) - 40;
    bytes.set([code, table.charCodeAt(i + 2) - 64], TABLE + 2 * table.charCodeAt(i));
  }
  new TextEncoder().encodeInto(text, bytes.subarray(TEXT));
  unpack(from, from + length);
  return bytes.subarray(length, length + size);
}
