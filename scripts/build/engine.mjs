// Cargo.toml → js/engine/generated/: the three wasm modules, the glue that wasm-bindgen writes for them, and the bytes of each
// module as text for bundles. Refuses a module that imports anything but its own glue.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../refusal.mjs";
import { ensureWasmBindgen } from "../setup/wasm-bindgen.mjs";
import { step } from "../step.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const TARGET = "wasm32-unknown-unknown";
export const GENERATED = join(ROOT, "js/engine/generated");

// Functions of the client's hot path are compiled into their callers by attribute (`#[inline(always)]`); elsewhere a call is a
// call and a loop a loop, which saves a tenth of the module (docs/decisions/0021, 0046).
const FRUGAL = ["-inline-threshold=30", "-unroll-threshold=0", "-unroll-allow-partial=false", "-unroll-runtime=false"];

// The client runs per byte and is built for speed. So is the crate that digests objects, with vectors (docs/decisions/0036, 0045).
// Everything else runs per dial or per message and is built to be small.
const SMALLEST = ["--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz", "--reorder-functions-by-name"];
const MODULES = [
  {
    name: "client",
    feature: "page",
    rustLevel: "2",
    inlining: FRUGAL,
    passes: SMALLEST,
  },
  {
    name: "credentials",
    feature: "credentials",
    rustLevel: '"z"',
    passes: SMALLEST,
  },
  {
    name: "machines",
    feature: "machines",
    rustLevel: '"z"',
    fast: ["sha2"],
    simd: ["sha2"],
    passes: ["--enable-simd", "-O3"],
  },
];

/** The modules' names: `<name>_bg.wasm` and `<name>.js` in `GENERATED`. */
export const MODULE_NAMES = MODULES.map(({ name }) => name);

// The standard library is compiled with the modules and for size, and panics trap at once, without words: together they save a
// third of the module. These options are not stable, so RUSTC_BOOTSTRAP asks the pinned release for them; the code is
// stable Rust and its tests run as such (docs/decisions/0020-size-without-panic-words.md).
const SMALL_STD = [
  "-Zpanic-immediate-abort",
  "--config",
  'profile.release.panic="immediate-abort"',
  "-Zbuild-std=std,panic_abort",
  "-Zbuild-std-features=optimize_for_size",
];

const VECTORS = "-Ctarget-feature=+simd128";

/** The profile of Cargo.toml that `--debug` builds. */
const DEBUG_PROFILE = "debugging";

// Features that rustc 1.95 turns on by default for this target. wasm-opt refuses a module with features it was not told.
const WASM_FEATURES = [
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int",
  "--enable-sign-ext",
  "--enable-reference-types",
  "--enable-multivalue",
];

/** An enum in a file of declarations. */
const ENUM = /^export enum \w+ \{\n[^}]*^\}/gm;

/**
 * Builds the modules, or only the one named `only`; an unchanged module keeps its files. `debug`: with Rust's stable standard
 * library, names of functions and words of panics.
 */
export async function buildEngine({ only, debug = false } = {}) {
  if (only !== undefined && !MODULE_NAMES.includes(only)) {
    throw new Refusal(`there is no wasm module "${only}": there are ${MODULE_NAMES.join(", ")}`);
  }
  mkdirSync(GENERATED, { recursive: true });
  const bindgen = join(await ensureWasmBindgen(), "wasm-bindgen");
  for (const module of MODULES) {
    if (only === undefined || only === module.name) await buildModule(module, bindgen, debug);
  }
}

/** The arguments of cargo for a module that ships. */
function releaseArgs(module) {
  return [
    "--release",
    "--config",
    `profile.release.package.nats-wasm.opt-level=${module.rustLevel}`,
    ...(module.fast ?? []).flatMap((crate) => ["--config", `profile.release.package.${crate}.opt-level=3`]),
    "--features",
    module.feature,
    ...flagsOf(module),
    ...SMALL_STD,
  ];
}

/** The arguments of cargo for a module whose panics have words: stable options alone. */
function debugArgs({ feature, simd }) {
  return [
    ...["--profile", DEBUG_PROFILE, "--features", `${feature},panic-words`],
    ...(simd ? ["--config", `target.${TARGET}.rustflags=${JSON.stringify([VECTORS])}`] : []),
  ];
}

/**
 * Flags of rustc for single crates: LLVM's options for this crate, whose link compiles all other crates along; vectors for
 * the crates that choose their vector code when they are compiled.
 */
function flagsOf({ inlining = [], simd = [] }) {
  const flags = { "nats-wasm": ["-Zinline-mir=no", ...inlining.map((option) => `-Cllvm-args=${option}`)] };
  for (const crate of simd) flags[crate] = [VECTORS];
  return [
    "-Zprofile-rustflags",
    ...Object.entries(flags).flatMap(([crate, given]) => [
      "--config",
      `profile.release.package.${crate}.rustflags=${JSON.stringify(given)}`,
    ]),
  ];
}

async function buildModule(module, bindgen, debug) {
  await step(
    `cargo: ${module.name}`,
    "cargo",
    [
      ...["build", "--lib", "--target", TARGET, "--target-dir", join(ROOT, "target"), "--no-default-features"],
      ...(debug ? debugArgs(module) : releaseArgs(module)),
    ],
    { env: debug ? {} : { RUSTC_BOOTSTRAP: "1" } },
  );
  // Cargo keeps its work for all modules, but writes each under the crate's name: this copy is the module's own.
  const built = join(ROOT, "target", TARGET, `${module.name}.wasm`);
  copyFileSync(join(ROOT, "target", TARGET, debug ? DEBUG_PROFILE : "release", "nats_wasm.wasm"), built);

  const stampFile = join(GENERATED, `.${module.name}.stamp`);
  const passes = debug ? [] : module.passes;
  const stamp = hash(readFileSync(built), bindgen, JSON.stringify(passes), readFileSync(import.meta.filename));
  const finished = join(GENERATED, `${module.name}_bg.wasm`);
  if (existsSync(finished) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  rmSync(stampFile, { force: true });

  await glue(module, built, bindgen);
  refuseForeignImports(module.name, readFileSync(finished));
  if (!debug) await shrink(module, finished);
  const wasm = readFileSync(finished);
  // Hexadecimal digits, in which the transport's compression sees whole bytes; in base64 it does not
  // (docs/decisions/0043-standard-tools.md).
  writeFileSync(
    join(GENERATED, `${module.name}.inline.ts`),
    `export const wasm: string = "${wasm.toString("hex")}";\n`,
  );
  writeFileSync(stampFile, stamp);
}

async function shrink({ name, passes }, wasm) {
  const { stdout } = await step(`wasm-opt: ${name}`, process.execPath, [
    join(ROOT, "node_modules/binaryen/bin/wasm-opt"),
    wasm,
    "-o",
    wasm,
    ...WASM_FEATURES,
    ...passes,
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--minify-imports-and-exports-and-modules",
  ]);
  shortenGlue(name, JSON.parse(stdout));
}

/**
 * Has wasm-bindgen write the glue of one module and its declarations. The enums of the boundary are written once more, as
 * TypeScript: the bundler puts their values where they are used, and leaves the enums of the glue out.
 */
async function glue({ name }, built, bindgen) {
  await step(`wasm-bindgen: ${name}`, bindgen, [
    built,
    "--target",
    "web",
    "--omit-default-module-path",
    "--out-dir",
    GENERATED,
    "--out-name",
    name,
  ]);
  const enums = readFileSync(join(GENERATED, `${name}.d.ts`), "utf8").match(ENUM);
  if (enums === null) return;
  writeFileSync(join(GENERATED, `${name}.enums.ts`), `${enums.join("\n\n")}\n`);
  const glue = join(GENERATED, `${name}.js`);
  writeFileSync(glue, readFileSync(glue, "utf8").replaceAll("= Object.freeze(", "= /* @__PURE__ */ Object.freeze("));
}

/**
 * Lets the glue use the names of one or two letters that wasm-opt has given and printed: 2 KB of brotli in each page. Of the
 * exports `initSync` returns the memory alone, under its own name.
 */
function shortenGlue(name, names) {
  const file = join(GENERATED, `${name}.js`);
  const exports = new Map(names.exports);
  let glue = readFileSync(file, "utf8").replaceAll("return wasm;", "return { memory: wasm.memory };");
  // The exports of an instance are a frozen object without a prototype, which V8 keeps as a dictionary: finding a function in
  // one takes a tenth of a publish.
  glue = replaceOne(glue, "wasm = instance.exports;", "wasm = { ...instance.exports };");
  glue = glue.replaceAll(/\bwasm\.(\w+)/g, (_, long) => {
    if (!exports.has(long)) throw new Refusal(`${name}.js calls wasm.${long}, which ${name}_bg.wasm does not export`);
    return `wasm.${exports.get(long)}`;
  });
  glue = replaceOne(glue, `"./${name}_bg.js": import0`, "a: import0");
  for (const [, long, short] of names.imports) glue = replaceOne(glue, ` ${long}: `, ` ${short}: `);
  writeFileSync(file, glue);
}

function replaceOne(text, old, by) {
  const parts = text.split(old);
  if (parts.length !== 2) throw new Refusal(`wasm-bindgen's glue has "${old}" ${parts.length - 1} times, and not once`);
  return parts.join(by);
}

/** Refuses a module that imports anything but its glue, such as a C symbol without an implementation: it fails in every browser. */
function refuseForeignImports(name, wasm) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  const foreign = imports.filter((each) => each.module !== `./${name}_bg.js`);
  if (foreign.length === 0) return;
  const list = foreign.map((each) => `${each.module}.${each.name}`).join(", ");
  throw new Refusal(`${name}_bg.wasm imports ${list}: only its own glue may be imported`);
}

function hash(...parts) {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest("hex");
}
