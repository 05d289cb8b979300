// The text of a wasm module is read back as the bytes it was written from, by the loop for runtimes without `fromHex`.
// tests/browser/engine/hex.test.ts has the browser's own `fromHex` beside it.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { decodeHex } from "../../js/engine/hex";
import { MODULE_NAMES } from "../../scripts/build/engine.mjs";

const native = Object.getOwnPropertyDescriptor(Uint8Array, "fromHex");

beforeAll(() => {
  Reflect.deleteProperty(Uint8Array, "fromHex");
});
afterAll(() => {
  if (native !== undefined) Object.defineProperty(Uint8Array, "fromHex", native);
});

describe("reading hexadecimal digits", () => {
  it("knows every byte, at every place", () => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(decodeHex(Buffer.from(every).toString("hex"))).toEqual(every);
    expect(decodeHex("")).toEqual(new Uint8Array(0));
  });

  it.each(["0", "abc", "00000"])("refuses %j, whose length is odd", (text) => {
    expect(() => decodeHex(text)).toThrow(SyntaxError);
  });

  it("refuses every character that is no digit, as the first and as the second of a byte", () => {
    const digits = "0123456789abcdefABCDEF";
    for (let code = 0; code < 0x2000; code++) {
      const character = String.fromCharCode(code);
      if (digits.includes(character)) continue;
      expect(() => decodeHex(`00${character}0ff`), `${code}`).toThrow(SyntaxError);
      expect(() => decodeHex(`000${character}ff`), `${code}`).toThrow(SyntaxError);
    }
  });
});

test.each(MODULE_NAMES)("the module %s lies in JavaScript as it was generated", async (name) => {
  const { wasm } = await import(`../../js/engine/generated/${name}.inline.ts`);
  const file = readFileSync(new URL(`../../js/engine/generated/${name}_bg.wasm`, import.meta.url));
  expect(Buffer.compare(decodeHex(wasm), file)).toBe(0);
  expect(WebAssembly.validate(file)).toBe(true);
});
