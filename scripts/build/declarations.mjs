// js/ → pkg/**/*.d.ts, readable by every module resolution: with `nodenext` a relative import needs its extension, which
// the sources leave out and tsc does not add.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { step } from "../step.mjs";
import { PKG } from "./bundles.mjs";
import { GENERATED, MODULE_NAMES } from "./engine.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const RELATIVE_IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]*)"/g;

export async function buildDeclarations() {
  await step("tsc: declarations", process.execPath, [
    join(ROOT, "node_modules/typescript/bin/tsc"),
    "-p",
    "tsconfig.json",
  ]);
  // tsc does not copy declarations that it only reads, and other declarations import those of the boundary.
  const copies = join(PKG, "engine/generated");
  mkdirSync(copies, { recursive: true });
  for (const name of MODULE_NAMES) {
    const from = join(GENERATED, `${name}.d.ts`);
    if (existsSync(from)) cpSync(from, join(copies, `${name}.d.ts`));
  }
  for (const file of readdirSync(PKG, { recursive: true })) {
    if (file.endsWith(".d.ts")) nameExtensions(join(PKG, file));
  }
}

function nameExtensions(file) {
  const folder = dirname(file);
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(RELATIVE_IMPORT, (line, before, path) => {
      if (existsSync(join(folder, `${path}.d.ts`))) return `${before}"${path}.js"`;
      if (existsSync(join(folder, path, "index.d.ts"))) return `${before}"${path}/index.js"`;
      return line;
    }),
  );
}
