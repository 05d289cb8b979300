// `npm pack` and `npm install` of the result, once for all tests, in a folder outside of the repository, where nothing but
// the package can be found. The applications of this folder lie beside it.

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

const ROOT = new URL("../../", import.meta.url).pathname;
const APPLICATIONS = ["app", "core-only", "plain", "types"];

declare module "vitest" {
  interface ProvidedContext {
    /** The folder: `node_modules/nats-wasm`, and a folder for each application. */
    installed: string;
  }
}

export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), "nats-wasm-installed-"));
  const npm = (cwd: string, ...args: string[]) => promisify(execFile)("npm", args, { cwd });
  const { stdout } = await npm(ROOT, "pack", "--json", "--pack-destination", folder);
  const [{ filename }] = JSON.parse(stdout);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await npm(folder, "install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
  for (const application of APPLICATIONS) {
    cpSync(join(ROOT, "tests/packaging", application), join(folder, application), { recursive: true });
  }
  project.provide("installed", folder);
  return () => rmSync(folder, { recursive: true });
}
