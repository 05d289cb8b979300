/** The installed package as programs meet it: its declarations under each module resolution, its exports, its files. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";

const folder = inject("installed");
const installed = join(folder, "node_modules/nats-wasm");
const run = promisify(execFile);

type Target = string | { types: string; default: string };
const exported = Object.entries(
  JSON.parse(readFileSync(join(installed, "package.json"), "utf8")).exports as Record<string, Target>,
);
/** What programs import, as they name it: "nats-wasm", "nats-wasm/core", … */
const entries = exported
  .filter(([, target]) => typeof target !== "string")
  .map(([path]) => `nats-wasm${path.slice(1)}`);

describe("a program compiles against the package's declarations", () => {
  const common = ["--noEmit", "--strict", "--target", "es2022", "--ignoreConfig"];
  // What new projects name, and what those who write `await using` name.
  const usual = ["--lib", "es2022,dom,dom.iterable"];
  const newest = ["--lib", "es2023,esnext.disposable,dom,dom.asynciterable"];
  const tsc = new URL("../../node_modules/typescript/bin/tsc", import.meta.url).pathname;
  const program = join(folder, "types/app.mts");

  test.each([
    ["node16", ["--module", "node16", ...usual]],
    ["nodenext", ["--module", "nodenext", ...newest]],
    ["bundler", ["--module", "esnext", "--moduleResolution", "bundler", ...usual]],
  ])("%s", async (_, options) => {
    // What tsc has to say is on stdout, which a failed call carries.
    const outcome = await run(process.execPath, [tsc, ...common, ...options, program]).catch((error) => error);
    expect(outcome.stdout).toBe("");
  });

  test("from every entry", () => {
    const text = readFileSync(program, "utf8");
    expect(entries.length).toBeGreaterThan(5);
    expect(entries.filter((entry) => !text.includes(`from "${entry}"`))).toEqual([]);
  });
});

test("every export of package.json is a file of the package", () => {
  const targets = exported.flatMap(([, target]) => (typeof target === "string" ? [target] : Object.values(target)));
  expect(targets.length).toBeGreaterThan(5);
  for (const target of targets) expect([target, existsSync(join(installed, target))]).toEqual([target, true]);
});

test("importing any entry has no side effect that needs a page", async () => {
  // In a process of its own, where nothing of a page exists.
  const program = `for (const entry of ${JSON.stringify(entries)}) await import(entry);`;
  const { stderr } = await run(process.execPath, ["--input-type=module", "-e", program], { cwd: folder });
  expect(stderr).toBe("");
});
