/**
 * A wasm module out of the text scripts/build/pack.mjs makes of it. Knows of instructions only what is behind them; the
 * table that comes with the text says it.
 */

/** What a generated file exports. */
export interface Packed {
  /** Streams of bytes, one behind the other; a character is a byte moved on by `SHIFT`, or an instruction of `table`. */
  text: string;
  /** Where each stream ends. */
  ends: readonly number[];
  /** Three characters for each instruction: its own, how far it is from the one before, and what is behind it. */
  table: string;
  /** Bytes of the module. */
  size: number;
}

const SHIFT = 34;
// Streams: what lies before the code, instructions, types of locals, bytes as they are, and numbers of several kinds.
const HEAD = 0;
const OPS = 1;
const LOCAL_TYPES = 2;
const RAW = 3;
const OFFSET = 6;
const TAIL = 12;
/** Of a load or store: its alignment is `kind - ALIGNED`, or the next raw byte. */
const ALIGNED = 16;
const UNALIGNED = 20;
const FUNCTION_END = 0x06;

/**
 * The module; lengths in it may have more bytes than they need. It runs once, cold: hence arrays of bytes instead of
 * characters, and the reading of numbers written out where they are many.
 */
export function unpack({ text, ends, table, size }: Packed): Uint8Array<ArrayBuffer> {
  const from = new TextEncoder().encode(text);
  const module = new Uint8Array(size);
  const at = new Int32Array([0, ...ends]);
  const codes = new Uint8Array(128);
  const kinds = new Uint8Array(128);
  for (let i = 0, code = 0; i < table.length; i += 3) {
    const character = table.charCodeAt(i);
    code += table.charCodeAt(i + 1) - 40;
    codes[character] = code;
    kinds[character] = table.charCodeAt(i + 2) - 64;
  }

  let to = 0;
  /** The next byte of a stream: a character above 127 is two bytes of UTF-8. */
  const read = (stream: number): number => {
    let byte = from[(at[stream] as number)++] as number;
    if (byte > 127) byte = ((byte & 3) << 6) | ((from[(at[stream] as number)++] as number) & 63);
    return (byte - SHIFT) & 255;
  };
  const copy = (stream: number, count: number): void => {
    while (count-- > 0) module[to++] = read(stream);
  };
  const copyAll = (stream: number): void => {
    while ((at[stream] as number) < (ends[stream] as number)) module[to++] = read(stream);
  };

  copyAll(HEAD);
  let op = at[OPS] as number;
  const lastOp = ends[OPS] as number;
  while (op < lastOp) {
    const start = to;
    to += 3;
    copy(LOCAL_TYPES, read(LOCAL_TYPES));
    for (;;) {
      const character = from[op++] as number;
      const code = codes[character] as number;
      if (code === FUNCTION_END) break;
      let kind = kinds[character] as number;
      module[to++] = code;
      if (kind >= ALIGNED) {
        if (kind === UNALIGNED) module[to - 1] = code - 0xb0;
        module[to++] = kind === UNALIGNED ? read(RAW) : kind - ALIGNED;
        kind = OFFSET;
      }
      if (kind === RAW) copy(RAW, read(RAW));
      else if (kind > 0) {
        let next = at[kind] as number;
        let byte: number;
        do {
          byte = from[next++] as number;
          if (byte > 127) byte = ((byte & 3) << 6) | ((from[next++] as number) & 63);
          module[to++] = byte = (byte - SHIFT) & 255;
        } while (byte > 127);
        at[kind] = next;
      }
    }
    module[to++] = 0x0b;
    const length = to - start - 3;
    module[start] = length | 128;
    module[start + 1] = (length >> 7) | 128;
    module[start + 2] = length >> 14;
  }
  copyAll(TAIL);
  return module;
}
