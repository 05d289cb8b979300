// js/ → pkg/: the entries with the chunks they share, the single file for <script type="module">, and the wasm files.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { GENERATED, MODULE_NAMES } from "./engine.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
export const PKG = join(ROOT, "pkg");

// One per export of package.json, and "root": the `connect` of "index" in a file of its own (see js/root.ts).
const ENTRIES = [
  "root",
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
      // esbuild drops `/* @__PURE__ */` with the white space, and no bundler could leave out an enum nobody uses.
      minifyWhitespace: false,
      minifyIdentifiers: true,
      minifySyntax: true,
      minify: false,
      entryPoints: points.map((entry) => ({ in: `js/${entry}.ts`, out: entry })),
      outdir: "pkg",
      splitting: true,
      chunkNames: "chunks/[name]-[hash]",
      plugins: [together(await sharedGroups(common))],
    });
    for (const file of readdirSync(PKG, { recursive: true })) dropBareImports(join(PKG, file));
  }
  if (points.includes("index")) {
    await build({ ...common, entryPoints: ["js/index.ts"], outfile: "pkg/nats.js", splitting: false });
  }
  // The unpacker reads the text in JavaScript; nobody fetches it.
  for (const name of MODULE_NAMES.filter((each) => each !== "unpacker")) {
    copyFileSync(join(GENERATED, `${name}_bg.wasm`), join(PKG, `${name === "client" ? "nats" : name}.wasm`));
  }
}

// esbuild makes a chunk for every set of entries that share a file, and every dynamic import counts as an entry: two dozen
// crumbs that compress badly and are fetched one by one. So two groups are kept together: who needs one file of a group
// is made to name them all, behind its own imports. The names cost nothing (`dropBareImports`), and bundlers of
// applications leave out what is not used, as before.
async function sharedGroups(common) {
  const { build } = await import("esbuild");
  const points = entries().map((entry) => `js/${entry}.ts`);
  const { metafile } = await build({
    ...common,
    entryPoints: points,
    outdir: "pkg",
    splitting: true,
    write: false,
    metafile: true,
  });
  const reach = (path, seen = new Set()) => {
    if (seen.has(path)) return seen;
    seen.add(path);
    for (const { path: next, kind } of metafile.inputs[path].imports)
      if (kind === "import-statement") reach(next, seen);
    return seen;
  };
  const core = new Set([...reach("js/core/connection.ts"), ...reach("js/core/public.ts")]);
  const shells = new Set(
    ["js/jetstream/client.ts", "js/services/svcm.ts", "js/services/errors.ts"]
      .flatMap((file) => [...reach(file)])
      // Its values are written where they are used; only those who export the enums need them.
      .filter((file) => !core.has(file) && file !== "js/jetstream/enums.ts"),
  );
  const late = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => path),
  );
  const groups = [core, shells];
  // What to name where.
  const named = new Map();
  for (const point of [...points, ...late]) {
    const reached = reach(point);
    named.set(
      join(ROOT, point),
      groups.filter((group) => [...group].some((file) => reached.has(file))).flatMap((group) => [...group]),
    );
  }
  return { named, members: new Set(groups.flatMap((group) => [...group]).map((file) => join(ROOT, file))) };
}

function together({ named, members }) {
  return {
    name: "together",
    setup(plugin) {
      // Otherwise a bare import of them is left out.
      plugin.onResolve({ filter: /^\.{1,2}\// }, async ({ path, pluginData, ...where }) => {
        if (pluginData === "asked") return undefined;
        const resolved = await plugin.resolve(path, { ...where, pluginData: "asked" });
        return members.has(resolved.path) ? { ...resolved, sideEffects: true } : resolved;
      });
      plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const files = named.get(path);
        if (files === undefined) return undefined;
        const imports = files.map(
          (file) => `import ${JSON.stringify(`./${relative(dirname(path), join(ROOT, file))}`)};`,
        );
        return { contents: `${readFileSync(path, "utf8")}\n${imports.join("")}`, loader: "ts" };
      });
    },
  };
}

// esbuild repeats every chunk a file depends on as `import"./chunk.js"`, for the order of side effects. There are none
// here, and to a bundler these lines look as if the file needed the chunk: the signer would be part of every program.
// Blanks in their place, so that the source map stays right.
function dropBareImports(file) {
  if (!file.endsWith(".js")) return;
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/\bimport ?"\.[^"]+";/g, (line) => " ".repeat(line.length)),
  );
}

function emptyPkg() {
  mkdirSync(PKG, { recursive: true });
  for (const file of readdirSync(PKG)) {
    if (file !== "README.md") rmSync(join(PKG, file), { recursive: true });
  }
}
