// js/ → pkg/: the entries with the chunks they share, the single file for <script type="module">, and the wasm files.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GENERATED, MODULE_NAMES } from "./engine.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
export const PKG = join(ROOT, "pkg");

// One per export of package.json.
const ENTRIES = [
  "index",
  "slim",
  "core/index",
  "jetstream/index",
  "kv/index",
  "object-store/index",
  "services/index",
  "nkeys",
];

/** The entries of which there is a source file. */
export function entries() {
  return ENTRIES.filter((entry) => existsSync(join(ROOT, "js", `${entry}.ts`)));
}

export async function buildBundles() {
  const { build } = await import("esbuild");
  emptyPkg();
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    sourcemap: true,
    legalComments: "none",
    logLevel: "warning",
  };
  const points = entries();
  if (points.length > 0) {
    await build({
      ...common,
      entryPoints: points.map((entry) => ({ in: `js/${entry}.ts`, out: entry })),
      outdir: "pkg",
      splitting: true,
      chunkNames: "chunks/[name]-[hash]",
    });
    for (const file of readdirSync(PKG, { recursive: true })) dropBareImports(join(PKG, file));
  }
  if (points.includes("index")) {
    await build({ ...common, entryPoints: ["js/index.ts"], outfile: "pkg/nats.js", splitting: false });
  }
  for (const name of MODULE_NAMES) {
    copyFileSync(join(GENERATED, `${name}_bg.wasm`), join(PKG, `${name === "client" ? "nats" : name}.wasm`));
  }
}

// esbuild repeats every chunk a file depends on as `import"./chunk.js"`, for the order of side effects. There are none
// here, and to a bundler these lines look as if the file needed the chunk: the signer would be part of every program.
// Blanks in their place, so that the source map stays right.
function dropBareImports(file) {
  if (!file.endsWith(".js")) return;
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/\bimport"\.[^"]+";/g, (line) => " ".repeat(line.length)),
  );
}

function emptyPkg() {
  mkdirSync(PKG, { recursive: true });
  for (const file of readdirSync(PKG)) {
    if (file !== "README.md") rmSync(join(PKG, file), { recursive: true });
  }
}
