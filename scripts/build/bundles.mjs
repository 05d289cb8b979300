// js/ → pkg/: the entries with the chunks they share, the single file for <script type="module">, and the wasm files.

import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { GENERATED, MODULE_NAMES } from "./engine.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
export const PKG = join(ROOT, "pkg");

// One entry for each export of package.json, and "connect": the `connect` of "index" in a file of its own (see js/connect.ts).
const ENTRIES = [
  "connect",
  "index",
  "slim",
  "core/index",
  "jetstream/index",
  "kv/index",
  "object-store/index",
  "services/index",
  "nkeys",
];

export async function buildBundles() {
  emptyPkg();
  await bundle(Object.fromEntries(ENTRIES.map((entry) => [entry, join(ROOT, "js", `${entry}.ts`)])), {
    // Bundlers of applications leave out unused code by its annotations, which rolldown removes together with white space.
    minify: { compress: true, mangle: true, codegen: { removeWhitespace: false } },
    comments: { annotation: true, legal: false, jsdoc: false },
    chunkFileNames: "chunks/[name]-[hash].js",
    // Modules that nearly all parts need are one file, and not a dozen that are fetched one by one.
    codeSplitting: {
      groups: [{ name: "shared", test: /\/js\/(base|core)\/|\/js\/engine\/(batch|rows|text)\.ts/, minShareCount: 5 }],
    },
  });
  await bundle({ nats: join(ROOT, "js/index.ts") }, { minify: true, comments: false, codeSplitting: false });
  for (const name of MODULE_NAMES) {
    copyFileSync(join(GENERATED, `${name}_bg.wasm`), join(PKG, `${name === "client" ? "nats" : name}.wasm`));
  }
}

async function bundle(input, output) {
  const { rolldown } = await import("rolldown");
  const build = await rolldown({
    input,
    cwd: ROOT,
    platform: "browser",
    transform: { target: "es2022" },
    // "nats-wasm/nkeys" loads the credentials module at once, all other entries when they sign.
    checks: { ineffectiveDynamicImport: false },
  });
  await build.write({ dir: PKG, entryFileNames: "[name].js", sourcemap: true, ...output });
  await build.close();
}

function emptyPkg() {
  mkdirSync(PKG, { recursive: true });
  for (const file of readdirSync(PKG)) {
    if (file !== "README.md") rmSync(join(PKG, file), { recursive: true });
  }
}
