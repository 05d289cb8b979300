/** The built package as programs meet it: its declarations under each module resolution, its exports, its files. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const run = promisify(execFile);

describe("a program compiles against the package's declarations", () => {
  const common = [
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--lib",
    "es2023,esnext.disposable,dom,dom.asynciterable",
  ];
  for (const resolution of [
    ["--module", "nodenext"],
    ["--module", "esnext", "--moduleResolution", "bundler"],
  ]) {
    test(resolution.join(" "), { timeout: 60_000 }, async () => {
      const tsc = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
      const program = fileURLToPath(new URL("tests/packaging/app.mts", root));
      // What tsc has to say is on stdout, which a failed call carries.
      const outcome = await run(process.execPath, [tsc, ...common, ...resolution, "--ignoreConfig", program]).catch(
        (error) => error,
      );
      expect(outcome.stdout).toBe("");
    });
  }
});

test("every export of package.json is a file of the package", () => {
  const { exports, files } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target as object),
  );
  expect(targets.length).toBeGreaterThan(5);
  for (const target of targets) expect([target, existsSync(new URL(target, root))]).toEqual([target, true]);
  expect(files).toContain("pkg");
});

test("importing any entry has no side effect that needs a page", async () => {
  const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  const entries = Object.values(exports as Record<string, { default?: string }>).flatMap(({ default: file }) =>
    file?.endsWith(".js") ? [file] : [],
  );
  expect(entries.length).toBeGreaterThan(3);
  // In a process of its own, where nothing of a page exists.
  const program = `for (const entry of ${JSON.stringify(entries)}) await import(new URL(entry, ${JSON.stringify(root.href)}).href);`;
  const { stderr } = await run(process.execPath, ["--input-type=module", "-e", program]);
  expect(stderr).toBe("");
});
