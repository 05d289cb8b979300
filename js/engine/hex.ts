/**
 * Reads the text in which a wasm module lies inside this package's JavaScript: two lower-case hexadecimal digits a byte, as
 * scripts/build/engine.mjs writes them.
 */

/** @throws SyntaxError for a text that is no whole number of bytes, or has other characters than digits. */
export function decodeHex(hex: string): Uint8Array<ArrayBuffer> {
  // Chrome 140, Firefox 133, Safari 18.2.
  const native = (Uint8Array as { fromHex?: (text: string) => Uint8Array<ArrayBuffer> }).fromHex;
  if (native !== undefined) return native.call(Uint8Array, hex);
  const bytes = new Uint8Array(hex.length >> 1);
  // A character that is no digit sets bits above those of a digit.
  let seen = (hex.length % 2) << 4;
  for (let i = 0; i < bytes.length; i++) {
    const high = digit(hex.charCodeAt(2 * i));
    const low = digit(hex.charCodeAt(2 * i + 1));
    seen |= high | low;
    bytes[i] = (high << 4) | low;
  }
  if (seen > 15 || seen < 0) throw new SyntaxError("not hexadecimal");
  return bytes;
}

function digit(character: number): number {
  if (character < 58) return character - 48;
  return character > 96 ? character - 87 : -1;
}
