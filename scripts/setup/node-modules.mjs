// The npm packages of package-lock.json. Everything in scripts/ that needs one imports it after this.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../refusal.mjs";
import { step } from "../step.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
const OLDEST_NODE = [20, 19];

export async function ensureNodeModules() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Refusal(`Node ${process.versions.node} is too old: this project needs ${OLDEST_NODE.join(".")} or later`);
  }
  if (existsSync(join(ROOT, "node_modules/.package-lock.json"))) return;
  await step("npm ci", "npm", ["ci", "--no-audit", "--no-fund"], {
    env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
    hint: "the package registry could not be used: check the network, then run `npm ci`",
  });
}
