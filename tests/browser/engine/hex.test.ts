// The browser's own `fromHex`, and the loop for browsers that have none, read the same text alike.

import { expect, test } from "vitest";
import { wasm } from "../../../js/engine/generated/client.inline.ts";
import { decodeHex } from "../../../js/engine/hex.ts";

/** What `decodeHex` makes of `text`: bytes, or the name of the error. */
function read(text: string): Uint8Array | string {
  try {
    return decodeHex(text);
  } catch (error) {
    return (error as Error).name;
  }
}

/** The same without the browser's `fromHex`. */
function readByLoop(text: string): Uint8Array | string {
  const native = Object.getOwnPropertyDescriptor(Uint8Array, "fromHex") as PropertyDescriptor;
  Reflect.deleteProperty(Uint8Array, "fromHex");
  try {
    expect("fromHex" in Uint8Array).toBe(false);
    return read(text);
  } finally {
    Object.defineProperty(Uint8Array, "fromHex", native);
  }
}

test("this browser has fromHex, or the tests below compare the loop with itself", () => {
  expect("fromHex" in Uint8Array).toBe(true);
});

test.each(["", "00", "0f10ff", "0", "0ff", "0g", "g0", "`0", "@0", ":0", "/0", "0 ", "\u01300"])("of %j", (text) => {
  expect(readByLoop(text)).toEqual(read(text));
});

test("of the client's module", () => {
  const bytes = read(wasm);
  expect(bytes).toHaveLength(wasm.length / 2);
  expect(readByLoop(wasm)).toEqual(bytes);
});
