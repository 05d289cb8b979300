// What has to be on the machine before anything runs. Needs nothing but Node itself, and installs what it may: npm
// packages into node_modules, other tools into the cache (scripts/setup/cache.mjs).
//   node scripts/setup.mjs          what building and `npm start` need
//   node scripts/setup.mjs --test   what `npm test` needs as well

import { front } from "./refusal.mjs";
import { ensureChromium } from "./setup/chromium.mjs";
import { ensureFirefox } from "./setup/firefox.mjs";
import { ensureGeckodriver } from "./setup/geckodriver.mjs";
import { ensureNatsServer, ensureReleases } from "./setup/nats-server.mjs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { ensureWasmBindgen } from "./setup/wasm-bindgen.mjs";
import { ensureWasmPack } from "./setup/wasm-pack.mjs";

/** What each group of suites needs beside npm packages and Rust; tools that are compiled are in `COMPILED`. */
const NEEDS = {
  browser: [ensureNatsServer, ensureReleases, ensureChromium],
  page: [ensureNatsServer, ensureChromium],
  packaging: [ensureNatsServer, ensureChromium],
  firefox: [ensureNatsServer, ensureFirefox],
  wasm: [ensureNatsServer, ensureChromium, ensureFirefox],
};

/** Take minutes on a new machine. Whoever uses one waits for it by the same call. */
const COMPILED = { build: [ensureWasmBindgen], wasm: [ensureWasmPack, ensureGeckodriver] };

export async function setupForUse() {
  await ensureNodeModules();
  await ensureRust();
  await ensureNatsServer();
  await ensureWasmBindgen();
}

/** What suites of these groups need. Tools that are compiled are only begun, one behind the other. */
export async function setupForTests(groups) {
  await ensureNodeModules();
  await ensureRust();
  for (const ensure of new Set(groups.flatMap((group) => NEEDS[group] ?? []))) await ensure();
  begin(groups.flatMap((group) => COMPILED[group] ?? []));
}

// A refusal is told to those who wait for the tool.
function begin(tools) {
  void tools.reduce((before, ensure) => before.then(ensure), Promise.resolve()).catch(() => {});
}

if (process.argv[1] === import.meta.filename) {
  await front(async () => {
    await setupForUse();
    if (process.argv.includes("--test")) {
      await setupForTests(Object.keys(NEEDS));
      for (const ensure of COMPILED.wasm) await ensure();
    }
  });
}
