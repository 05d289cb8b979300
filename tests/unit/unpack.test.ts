// Wasm modules that were packed as text are the same when they are unpacked.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packed as client } from "../../js/engine/generated/client.inline.js";
import { packed as jetstream } from "../../js/engine/generated/jetstream.inline.js";
import { packed as objects } from "../../js/engine/generated/object-store.inline.js";
import { packed as signer } from "../../js/engine/generated/signer.inline.js";
import { unpack } from "../../js/engine/unpack";
import { pack } from "../../scripts/build/pack.mjs";

describe.each([
  ["client", client],
  ["jetstream", jetstream],
  ["object-store", objects],
  ["signer", signer],
])("the module %s", (name, packed) => {
  const file = new URL(`../../js/engine/generated/${name}_bg.wasm`, import.meta.url);
  const module = new Uint8Array(readFileSync(file));

  it("is packed as it was generated", () => {
    expect(pack(module)).toEqual(packed);
  });

  it("comes out of its text whole", () => {
    const unpacked = unpack(packed);
    expect(unpacked).toHaveLength(packed.size);
    expect(WebAssembly.validate(unpacked)).toBe(true);
    // Lengths of functions are longer than they need be, so that the bytes are not the same; what is packed is.
    expect(pack(unpacked)).toEqual(pack(module));
  });
});

describe("any module", () => {
  // (module (memory 1) (data (i32.const 3) "\ff\00") (func (export "f") (param i32) (result f64) (local i64 f32) …))
  const body = [
    ...[2, 1, 0x7e, 1, 0x7d],
    ...[0x20, 0, 0x2f, 0, 0x80, 1], // i32.load16_u, not aligned as its kind, offset 128
    ...[0x41, 0xff, 0x7e, 0x6a, 0x21, 0], // i32.const -129
    ...[0x02, 0x40, 0x20, 0, 0x0e, 2, 0, 0, 0, 0x0b], // br_table
    ...[0x42, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a], // i64.const 2^32
    ...[0x41, 0, 0x41, 3, 0x41, 2, 0xfc, 10, 0, 0], // memory.copy
    ...[0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f], // f64.const 1
    ...[0x44, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x20, 0, 0x1c, 1, 0x7c, 0x0b], // select of a type
  ];
  const module = new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7c, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 102, 0, 0],
    ...[10, body.length + 2, 1, body.length, ...body],
    ...[11, 8, 1, 0, 0x41, 3, 0x0b, 2, 0xff, 0],
  ]);

  it("does what it did", async () => {
    expect(WebAssembly.validate(module)).toBe(true);
    const { instance } = await WebAssembly.instantiate(unpack(pack(module)));
    const f = instance.exports.f as (at: number) => number;
    const original = (await WebAssembly.instantiate(module)).instance.exports.f as (at: number) => number;
    expect([f(0), f(1)]).toEqual([original(0), original(1)]);
    expect(f(0)).toBe(1);
  });

  it("is refused with an instruction that is not known", () => {
    const unknown = module.slice();
    unknown[unknown.indexOf(0x2f)] = 0xfe;
    expect(() => pack(unknown)).toThrow("instruction 254 is unknown");
  });
});
