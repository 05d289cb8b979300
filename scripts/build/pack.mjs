// A wasm module as text that compresses well: its instructions on one stream, what they are about on others, one for each
// kind of thing. The compression of the transport sees more of what repeats itself, and fewer bytes need an escape in a
// string literal. src/web/unpacker.rs puts them together again; docs/decisions/0007 has the figures.

const CODE_SECTION = 10;
/** Stands for the `end` of a function: no instruction that rustc writes has this number. */
const FUNCTION_END = 0x06;
/** Moves loads and stores that are not aligned as their kind is to numbers that are free. */
const UNALIGNED = 0xb0;
const LOADS_AND_STORES = 0x28;
const ALIGNMENTS = [2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2];

// What is behind an instruction: nothing, a number on the stream of this place (unpacker.rs names them), bytes as they are,
// or a number on `OFFSET` behind an alignment: the one of its kind, or one byte on `RAW`.
const NOTHING = 0;
const [HEAD, OPS, LOCAL_TYPES, RAW, LOCAL, CONSTANT, OFFSET, BLOCK, BRANCH, LONG, CALL, GLOBAL, TAIL] =
  Array(13).keys();
const ALIGNED = 16;
const UNALIGNED_KIND = 20;
const NUMBERS = {
  2: BLOCK,
  3: BLOCK,
  4: BLOCK,
  12: BRANCH,
  13: BRANCH,
  16: CALL,
  32: LOCAL,
  33: LOCAL,
  34: LOCAL,
  35: GLOBAL,
  36: GLOBAL,
  65: CONSTANT,
  66: LONG,
};

/** Characters of which brotli expects different ones behind them, one set after the other (RFC 7932, 7.1). */
const SETS = [
  " ",
  "%",
  ".",
  "=",
  "'",
  "(<[{",
  ")>]}",
  ",:;",
  "0123456789",
  "AEIOU",
  "BCDFGHJKLMNPQRSTVWXYZ",
  "aeiou",
  "bcdfghjklmnpqrstvwxyz",
  "!#&*+-/?@^_|~",
  "\x01\x02\x03\x04\x05\x06\x07\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
];

/** What js/engine/unpack.ts takes. */
export function pack(wasm) {
  const streams = Array.from({ length: TAIL + 1 }, () => []);
  const module = new Reader(wasm);
  streams[HEAD].push(...module.take(8));
  let size = 8;
  let isBehindCode = false;
  while (!module.isAtEnd()) {
    const from = module.at;
    const id = module.byte();
    const end = module.number() + module.at;
    if (id === CODE_SECTION) {
      const count = module.leb();
      const length = count.length + packFunctions(module, end, streams);
      const header = [id, ...padded(length, 5), ...count];
      streams[HEAD].push(...header);
      size += header.length - count.length + length;
      isBehindCode = true;
    } else {
      streams[isBehindCode ? TAIL : HEAD].push(...wasm.subarray(from, end));
      size += end - from;
    }
    module.at = end;
  }
  const { alphabet, table } = spell(streams[OPS]);
  streams[OPS] = streams[OPS].map(({ op }) => alphabet.get(op));
  const shifted = streams.map((stream, index) => (index === OPS ? stream : stream.map((byte) => (byte + SHIFT) & 255)));
  const texts = shifted.map((stream) => Buffer.from(stream).toString("latin1"));
  let end = 0;
  return {
    text: texts.join(""),
    ends: texts.map((text) => (end += Buffer.byteLength(text))),
    table,
    size,
  };
}

/** Puts the commonest bytes of all other streams, and of the unpacker, where a string literal needs no escape. */
export const SHIFT = 34;

/** Returns the length of what the unpacker makes of them: a function's length takes three bytes there. */
function packFunctions(module, end, streams) {
  let length = 0;
  while (module.at < end) {
    const bodyEnd = module.number() + module.at;
    length += 3 + bodyEnd - module.at;
    const types = module.at;
    for (let groups = module.number(); groups > 0; groups--) {
      module.leb();
      module.byte();
    }
    raw(streams[LOCAL_TYPES], module.since(types));
    while (module.at < bodyEnd - 1) packInstruction(module, streams);
    module.at = bodyEnd;
    streams[OPS].push({ op: FUNCTION_END, kind: NOTHING });
  }
  return length;
}

function packInstruction(module, streams) {
  const op = module.byte();
  const alignment = ALIGNMENTS[op - LOADS_AND_STORES];
  if (alignment !== undefined) {
    const found = module.byte();
    const isNatural = found === alignment;
    streams[OPS].push(isNatural ? { op, kind: ALIGNED + found } : { op: op + UNALIGNED, kind: UNALIGNED_KIND });
    if (!isNatural) streams[RAW].push(found);
    streams[OFFSET].push(...module.leb());
    return;
  }
  const stream = NUMBERS[op];
  if (stream !== undefined) {
    streams[OPS].push({ op, kind: stream });
    streams[stream].push(...module.leb());
    return;
  }
  const from = module.at;
  skipImmediates(op, module);
  const bytes = module.since(from);
  streams[OPS].push({ op, kind: bytes.length === 0 ? NOTHING : RAW });
  if (bytes.length > 0) raw(streams[RAW], bytes);
}

/** Of the rare ones. */
function skipImmediates(op, module) {
  const lebs = (count) => {
    for (; count > 0; count--) module.leb();
  };
  if (op === 0x0e) lebs(module.number() + 1);
  else if (op === 0x11) lebs(2);
  else if (op === 0x1c) module.take(module.number());
  else if (op === 0x25 || op === 0x26 || op === 0x3f || op === 0x40 || op === 0xd0 || op === 0xd2) lebs(1);
  else if (op === 0x43) module.take(4);
  else if (op === 0x44) module.take(8);
  else if (op === 0xfc) {
    const number = module.number();
    lebs([0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][number] ?? unknown(number));
  } else if (op === 0xfd) {
    const number = module.number();
    if (number < 12 || (number > 83 && number < 94)) lebs(2);
    if (number === 12 || number === 13) module.take(16);
    if ((number > 20 && number < 35) || (number > 83 && number < 92)) module.byte();
  } else if (op === FUNCTION_END || op > 0xc4) unknown(op);
}

function unknown(op) {
  throw new Error(`instruction ${op} is unknown to scripts/build/pack.mjs`);
}

/** Bytes as they are, behind their number. */
function raw(stream, bytes) {
  if (bytes.length > 255) throw new Error(`${bytes.length} bytes of one instruction, the limit is 255`);
  stream.push(bytes.length, ...bytes);
}

/** A character for each instruction: the commonest ones are of different sets. `table` has three characters for each. */
function spell(ops) {
  const found = new Map();
  for (const { op, kind } of ops) {
    const entry = found.get(op) ?? { op, kind, count: 0 };
    entry.count += 1;
    found.set(op, entry);
  }
  const alphabet = new Map();
  const sets = SETS.map((set) => [...set]);
  for (const { op } of [...found.values()].sort((a, b) => b.count - a.count)) {
    while (sets[0].length === 0) sets.shift();
    alphabet.set(op, sets[0].shift().charCodeAt(0));
    sets.push(sets.shift());
  }
  let before = 0;
  let table = "";
  for (const { op, kind } of [...found.values()].sort((a, b) => a.op - b.op)) {
    table += String.fromCharCode(alphabet.get(op), op - before + 40, kind + 64);
    before = op;
  }
  return { alphabet, table };
}

function padded(number, length) {
  return Array.from({ length }, (_, at) => ((number >>> (7 * at)) & 127) | (at < length - 1 ? 128 : 0));
}

class Reader {
  at = 0;
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  isAtEnd() {
    return this.at >= this.#bytes.length;
  }

  byte() {
    return this.#bytes[this.at++];
  }

  take(length) {
    this.at += length;
    return this.since(this.at - length);
  }

  since(from) {
    return this.#bytes.subarray(from, this.at);
  }

  /** The bytes of a number. */
  leb() {
    const from = this.at;
    while (this.byte() > 127);
    return this.since(from);
  }

  number() {
    return this.leb().reduce((value, byte, place) => value + (byte & 127) * 2 ** (7 * place), 0);
  }
}
