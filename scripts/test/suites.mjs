// Every suite of `npm test`, in order: cheap checks first, then Rust, the build, and what needs the build. A suite
// resolves with its counts; its output has then been on the screen, all of it when it failed.

import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build.mjs";
import { GENERATED, MODULE_NAMES } from "../build/engine.mjs";
import { instructionsSuite } from "../instructions.mjs";
import { Refusal } from "../refusal.mjs";
import { step } from "../step.mjs";
import { libtestCounts, vitestCounts, withRunner } from "./counts.mjs";
import { wasmPackBuild, wasmPackTest } from "./wasm.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const WASM = "wasm32-unknown-unknown";

/** `group` is what `npm run test:<group>` runs. */
export const SUITES = [
  check("rustfmt", "lint", "cargo", ["fmt", "--check"]),
  check("biome", "lint", node("@biomejs/biome/bin/biome"), ["check", "--error-on-warnings", "."]),
  check("clippy, host", "rust", "cargo", [
    "clippy",
    "--quiet",
    "--all-targets",
    "--features",
    "instructions",
    "--",
    "-D",
    "warnings",
  ]),
  check("clippy, wasm", "rust", "cargo", [
    "clippy",
    "--quiet",
    "--target",
    WASM,
    "--tests",
    "--features",
    "page,panic-words",
    "--",
    "-D",
    "warnings",
  ]),
  { name: "cargo test", group: "rust", run: cargoTest },
  { name: "instructions", group: "rust", run: instructionsSuite },
  { name: "build", group: "build", run: () => counted(() => build()) },
  { name: "wasm modules link", group: "build", run: () => counted(linkModules) },
  check("size", "size", process.execPath, ["scripts/size.mjs"]),
  check("types of the package", "types", node("typescript/bin/tsc"), ["-p", "tsconfig.json", "--noEmit"]),
  check("types of the tests", "types", node("typescript/bin/tsc"), ["-p", "tsconfig.tests.json"]),
  check("types against nats.ws", "types", node("typescript/bin/tsc"), ["-p", "tests/types/tsconfig.theirs.json"]),
  check("types, exact optionals", "types", node("typescript/bin/tsc"), ["-p", "tests/types/tsconfig.exact.json"]),
  check("types of an app of nats.ws", "types", node("typescript/bin/tsc"), ["-p", "tests/types/tsconfig.ours.json"]),
  { name: "unit", group: "unit", run: () => vitest("unit") },
  { name: "browser", group: "browser", run: () => vitest("browser") },
  { name: "page", group: "page", run: () => vitest("page") },
  { name: "packaging", group: "packaging", run: () => vitest("packaging") },
  { name: "firefox", group: "firefox", run: () => vitest("firefox") },
  { name: "wasm, Chromium", group: "wasm", run: () => wasmPackTest("chrome") },
  { name: "wasm, Firefox", group: "wasm", run: () => wasmPackTest("firefox") },
  { name: "wasm-pack build", group: "wasm", run: () => counted(wasmPackBuild) },
  { name: "wasm-pack page", group: "wasm", run: () => vitest("wasm-pack") },
];

function node(file) {
  return join(ROOT, "node_modules", file);
}

/** A program that is one test: it ends well or it does not. */
function check(name, group, program, args) {
  const script = program.startsWith(ROOT);
  return {
    name,
    group,
    async run() {
      const [command, all] = script ? [process.execPath, [program, ...args]] : [program, args];
      const { code, stdout, stderr } = await step(name, command, all, { allowFailure: true });
      if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
      console.log(`${stdout}${stderr}`.trimEnd());
      return { passed: 0, failed: 1, skipped: 0 };
    },
  };
}

/** The same for a step of our own, which refuses when it fails. */
async function counted(run) {
  try {
    await run();
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.log(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function cargoTest() {
  const { code, stdout } = await step("cargo test", "cargo", ["test", "--no-fail-fast"], {
    stream: true,
    allowFailure: true,
  });
  return withRunner(libtestCounts(stdout), code === 0);
}

/** Every module with its glue: whether all that it imports is there, by the name that it has on both sides. */
async function linkModules() {
  for (const name of MODULE_NAMES) {
    const glue = await import(join(GENERATED, `${name}.js`));
    try {
      glue.initSync({ module: readFileSync(join(GENERATED, `${name}_bg.wasm`)) });
    } catch (error) {
      throw new Refusal(`${name}_bg.wasm: ${error.message}`);
    }
  }
}

async function vitest(project) {
  const report = join(tmpdir(), `nats-wasm-vitest-${process.pid}-${project}.json`);
  const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await step(`vitest: ${project}`, process.execPath, [node("vitest/vitest.mjs"), ...args], {
    stream: true,
    allowFailure: true,
  });
  const counts = withRunner(vitestCounts(report), code === 0);
  rmSync(report, { force: true });
  return counts;
}
