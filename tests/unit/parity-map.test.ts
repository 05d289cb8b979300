// docs/parity.md names tests: each of them is there.

import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const MAP = readFileSync(new URL("docs/parity.md", ROOT), "utf8");

/** Of the right-hand cells of all tables: files, each followed by the names of its tests. */
function named(): { file: string; names: string[] }[] {
  const cells = [...MAP.matchAll(/^\|.*\|(.*)\|$/gm)].map((row) => row[1] as string);
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([a-z0-9/-]+)`([^`]*)/g)].map(([, file, names]) => ({
      file: `tests/${file}.test.ts`,
      names: [...(names as string).matchAll(/"([^"]+)"/g)].map((name) => name[1] as string),
    })),
  );
}

const all = named();

it("has rows for what is compared", () => expect(all.length).toBeGreaterThan(120));

it("has no cell without a test", () => {
  const rows = MAP.split("\n").filter((line) => line.startsWith("| ") && !/^\| [A-Z][a-z]+ \| Test \|$/.test(line));
  expect(rows.filter((row) => !/\| .*`[a-z0-9/-]+`.*\|$/.test(row.slice(row.indexOf(" | ") + 1)))).toEqual([]);
});

it.each([...new Set(all.map(({ file }) => file))])("%s is there, with the tests named", (file) => {
  const path = new URL(file, ROOT);
  expect(existsSync(path)).toBe(true);
  const source = readFileSync(path, "utf8");
  const missing = all
    .filter((each) => each.file === file)
    .flatMap(({ names }) => names)
    .filter((name) => !source.includes(`"${name}"`));
  expect(missing).toEqual([]);
});
