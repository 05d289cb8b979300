/** Payload bytes as text, JSON or a hex dump. Decides which of them fits, never changes the bytes. */

const strict = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder("utf-8");

/** The text, or undefined when the bytes are not UTF-8 or hold control characters no text has. */
export function asText(data) {
  try {
    const text = strict.decode(data);
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The JSON value laid out over lines, or undefined when the bytes are not JSON. */
export function asJson(data) {
  const text = asText(data);
  if (text === undefined) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/** Sixteen bytes a line: offset, hex, and what of it is printable ASCII. At most `limit` bytes. */
export function asHex(data, limit = 16_384) {
  const lines = [];
  const end = Math.min(data.length, limit);
  for (let at = 0; at < end; at += 16) {
    const row = data.subarray(at, Math.min(at + 16, end));
    const hex = Array.from(row, (b) => b.toString(16).padStart(2, "0"));
    while (hex.length < 16) hex.push("  ");
    const ascii = Array.from(row, (b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : "·")).join("");
    lines.push(
      `${at.toString(16).padStart(6, "0")}  ${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}  ${ascii}`,
    );
  }
  if (data.length > end) lines.push(`… ${data.length - end} more bytes`);
  return lines.join("\n");
}

/** `json`, `text` or `hex`: the first that shows the payload whole. */
export function bestView(data) {
  const first = data[0];
  if ((first === 0x7b || first === 0x5b) && asJson(data) !== undefined) return "json";
  return asText(data) === undefined ? "hex" : "text";
}

/** One line for a list: the beginning of the payload, as text if it is text. */
export function preview(data, length = 160) {
  const head = data.subarray(0, length);
  const text = lenient.decode(head);
  if (/[\u0000-\u0008\u000e-\u001f]/.test(text) || text.slice(0, -1).includes("\ufffd")) {
    return Array.from(head.subarray(0, 48), (b) => b.toString(16).padStart(2, "0")).join(" ");
  }
  return text.replace(/\s+/g, " ");
}
