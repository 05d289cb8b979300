// The rooms of js/ stand on each other in one order: nothing imports backwards, and no files import each other in a circle.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";

const JS = new URL("../../js/", import.meta.url).pathname;

/** From the ground up: a room imports from itself and from the rooms before it. Files of js/ itself and each room's `index.ts` are entries of the package, above all rooms. */
const ROOMS = [["base"], ["engine"], ["core"], ["jetstream", "services"], ["kv", "object-store"]];
const ENTRIES = ROOMS.length;

/** Type imports count: a reader follows them as well. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]*)"/g;

const files = (readdirSync(JS, { recursive: true }) as string[]).filter(
  (file) => file.endsWith(".ts") && !file.includes("generated"),
);

function imports(file: string): string[] {
  const text = readFileSync(join(JS, file), "utf8");
  return [...text.matchAll(IMPORT)].flatMap(([, path]) => {
    const target = relative(JS, join(JS, dirname(file), path as string));
    return [`${target}.ts`, join(target, "index.ts")].filter((each) => files.includes(each));
  });
}

function floor(file: string): number {
  if (!file.includes("/") || /^[^/]+\/index\.ts$/.test(file)) return ENTRIES;
  return ROOMS.findIndex((rooms) => rooms.includes(file.split("/")[0] as string));
}

it("every room has its place in the order", () => {
  expect(files.filter((file) => floor(file) < 0)).toEqual([]);
});

it("nothing imports backwards", () => {
  const backwards = files.flatMap((file) =>
    imports(file)
      .filter((target) => floor(target) > floor(file) || (floor(target) === floor(file) && sibling(file, target)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(backwards).toEqual([]);
});

/** Rooms of one floor do not know each other. */
function sibling(file: string, target: string): boolean {
  return floor(file) < ENTRIES && file.split("/")[0] !== target.split("/")[0];
}

it("no files import each other in a circle", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) return void circles.push([...path.slice(at), file].join(" -> "));
    if (done.has(file)) return;
    for (const target of imports(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});
