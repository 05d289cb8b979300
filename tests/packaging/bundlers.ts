// The bundlers of web developers, each with the least it takes to build a folder of JavaScript for production.

import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

/** Builds `folder` (index.html, main.js, and worker.js where there is one) into `out`. Warnings are failures. */
export type Build = (folder: string, out: string) => Promise<void>;

export const BUNDLERS: Record<string, Build> = {
  vite: async (root, outDir) => {
    await vite({ root, mode: "production", configFile: false, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  },

  webpack: async (context, path) => {
    const compiler = webpack({ mode: "production", context, entry: "./main.js", output: { path } });
    await new Promise<void>((resolve, reject) => {
      compiler?.run((error, stats) => {
        // Advice about sizes is for the application's author.
        const said = stats?.toString({
          all: false,
          errors: true,
          warnings: true,
          warningsFilter: /size limit|code splitting|runtimeChunk/,
        });
        if (error || said) return reject(error ?? new Error(said));
        compiler.close((late) => (late ? reject(late) : resolve()));
      });
    });
    copyPage(context, path);
  },

  rollup: async (folder, dir) => {
    const refuse = (warning: { message: string }) => {
      throw new Error(warning.message);
    };
    const bundle = await rollup({ input: modules(folder), plugins: [nodeResolve({ browser: true })], onwarn: refuse });
    await bundle.write({ dir, format: "es" });
    await bundle.close();
    copyPage(folder, dir);
  },

  esbuild: async (folder, outdir) => {
    const { warnings } = await esbuild({
      entryPoints: modules(folder),
      outdir,
      bundle: true,
      splitting: true,
      format: "esm",
      minify: true,
      logLevel: "silent",
    });
    if (warnings[0]) throw new Error(warnings[0].text);
    copyPage(folder, outdir);
  },
};

/** Rollup and esbuild leave `new Worker(new URL("./worker.js", import.meta.url))` as it is: the worker is an entry. */
function modules(folder: string): string[] {
  return ["main.js", "worker.js"].map((name) => join(folder, name)).filter(existsSync);
}

function copyPage(from: string, to: string): void {
  copyFileSync(join(from, "index.html"), join(to, "index.html"));
}
