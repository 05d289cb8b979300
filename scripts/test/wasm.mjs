// The suites that wasm-pack runs: the Rust tests in browsers (tests/web.rs), beside a nats-server that they may kill, and the build
// of what tests/wasm-pack loads.

import { dirname } from "node:path";
import { findChromedriver } from "../setup/chromium.mjs";
import { findFirefox } from "../setup/firefox.mjs";
import { ensureGeckodriver } from "../setup/geckodriver.mjs";
import { ensureWasmBindgen } from "../setup/wasm-bindgen.mjs";
import { ensureWasmPack } from "../setup/wasm-pack.mjs";
import { step } from "../step.mjs";
import { libtestCounts, withRunner } from "./counts.mjs";
import { startKeptServer } from "./keeper.mjs";

/** What wasm-pack calls a browser's driver, and where that is. */
const DRIVERS = {
  chrome: { option: "--chromedriver", find: findChromedriver },
  firefox: { option: "--geckodriver", find: ensureGeckodriver },
};

/** @param {"chrome" | "firefox"} browser */
export async function wasmPackTest(browser) {
  const { option, find } = DRIVERS[browser];
  const driver = await find();
  const server = await startKeptServer();
  try {
    // The runner takes the browsers' flags from webdriver.json.
    const args = ["test", "--headless", `--${browser}`, ...(driver ? [option, driver] : [])];
    const { code, stdout, stderr } = await wasmPack([...args, "--test", "web", "--features", "test-server"], {
      stream: true,
      allowFailure: true,
      env: {
        NATS_WASM_TEST_KEEPER: server.url,
        // An eighth of the bytes for wasm-bindgen and the browser; names of functions stay.
        CARGO_PROFILE_DEV_DEBUG: "0",
        // Seconds for all tests together. The runner's own 20 are short for a machine that is busy.
        WASM_BINDGEN_TEST_TIMEOUT: "120",
        GECKODRIVER_ARGS: `--binary ${findFirefox()}`,
      },
    });
    if (code !== 0) process.stdout.write(stderr);
    return withRunner(libtestCounts(stdout), code === 0);
  } finally {
    await server.stop();
  }
}

/** Makes target/wasm-pack, which tests/wasm-pack loads. */
export async function wasmPackBuild() {
  await wasmPack(["build", "--target", "web", "--out-dir", "target/wasm-pack"]);
}

/** wasm-pack finds wasm-bindgen and the runner on PATH, and fetches nothing. */
async function wasmPack([command, ...args], options = {}) {
  const [bindgen, pack] = [await ensureWasmBindgen(), await ensureWasmPack()];
  const PATH = `${bindgen}:${dirname(process.execPath)}:${process.env.PATH}`;
  return step(`wasm-pack ${command}`, pack, [command, "--mode", "no-install", ...args], {
    ...options,
    env: { ...options.env, PATH },
  });
}
