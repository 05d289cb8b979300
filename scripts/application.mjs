// What an application's build makes of a program that imports clients: rolldown, the bundler of Vite. For sizes and benches.

import { join } from "node:path";
import { rolldown } from "rolldown";

const ROOT = new URL("..", import.meta.url).pathname;

/**
 * The files of the program `source`, rolldown's `OutputChunk`s: `<name>.js`, what it imports, and what it loads later.
 *
 * @param {string} source what it imports is found from the root of this project
 * @param {{name?: string, external?: string[], minify?: boolean}} [options]
 */
export async function bundleApplication(source, { name = "application", external = [], minify = true } = {}) {
  const entry = join(ROOT, `${name}.js`);
  const bundler = await rolldown({
    input: entry,
    cwd: ROOT,
    platform: "browser",
    external,
    // As in a page, where nobody imports the entry: what it shares with files that are loaded later may lie in it.
    preserveEntrySignatures: "allow-extension",
    // Who exports everything has the credentials module at once and cannot load it later.
    checks: { ineffectiveDynamicImport: false },
    plugins: [
      {
        name: "program",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
    ],
  });
  const { output } = await bundler.generate({
    minify,
    comments: false,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  });
  await bundler.close();
  return output;
}
