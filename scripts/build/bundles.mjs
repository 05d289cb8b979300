// js/ → pkg/: the entries with the chunks they share, the single file for <script type="module">, and the wasm files.

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { GENERATED } from "./engine.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
export const PKG = join(ROOT, "pkg");

// One per export of package.json.
const ENTRIES = ["index", "slim", "core/index", "jetstream/index", "kv/index", "object-store/index", "services/index"];

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
  }
  if (points.includes("index")) {
    await build({ ...common, entryPoints: ["js/index.ts"], outfile: "pkg/nats.js", splitting: false });
  }
  copyFileSync(join(GENERATED, "client_bg.wasm"), join(PKG, "nats.wasm"));
  copyFileSync(join(GENERATED, "signer_bg.wasm"), join(PKG, "signer.wasm"));
}

function emptyPkg() {
  mkdirSync(PKG, { recursive: true });
  for (const file of readdirSync(PKG)) {
    if (file !== "README.md") rmSync(join(PKG, file), { recursive: true });
  }
}
