// What has to be on the machine before anything runs. Needs nothing but Node itself, and installs what it may: npm
// packages into node_modules, other tools into the cache (scripts/setup/cache.mjs).
//   node scripts/setup.mjs          what building and `npm start` need
//   node scripts/setup.mjs --test   what `npm test` needs as well

import { front } from "./refusal.mjs";
import { ensureChromium } from "./setup/chromium.mjs";
import { ensureNatsServer, ensureReleases } from "./setup/nats-server.mjs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { ensureWasmBindgen } from "./setup/wasm-bindgen.mjs";
import { ensureWasmPack } from "./setup/wasm-pack.mjs";

export async function setupForUse() {
  await ensureNodeModules();
  await ensureRust();
  await ensureNatsServer();
  await ensureWasmBindgen();
}

export async function setupForTests() {
  await setupForUse();
  await ensureReleases();
  await ensureChromium();
  await ensureWasmPack();
}

if (process.argv[1] === import.meta.filename) {
  await front(process.argv.includes("--test") ? setupForTests : setupForUse);
}
