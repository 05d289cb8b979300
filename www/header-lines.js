/** Headers as a person types them: one `Name: value` per line. */

/** The pairs of the lines, in order. Throws an Error that names the line it cannot read. */
export function parseHeaderLines(text) {
  const pairs = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error(`header line ${index + 1} is "${line.trim()}": write it as Name: value`);
    pairs.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return pairs;
}

/** A message's headers made by the client's `headers()`, or undefined when there are no lines. */
export function headersFromLines(text, headers) {
  const pairs = parseHeaderLines(text);
  if (pairs.length === 0) return undefined;
  const made = headers();
  for (const [name, value] of pairs) made.append(name, value);
  return made;
}
