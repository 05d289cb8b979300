// The suites of the Rust tests in browsers (tests/web.rs): `wasm-pack test`, beside a nats-server that the tests may kill.

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
  const [bindgen, pack, driver] = [await ensureWasmBindgen(), await ensureWasmPack(), await find()];
  const server = await startKeptServer();
  try {
    // The runner takes the browsers' flags from webdriver.json. wasm-pack finds the runner on PATH, and fetches nothing.
    const args = ["test", "--headless", "--mode", "no-install", `--${browser}`];
    if (driver) args.push(option, driver);
    args.push("--test", "web", "--features", "test-server");
    const { code, stdout, stderr } = await step(`wasm-pack test --${browser}`, pack, args, {
      stream: true,
      allowFailure: true,
      env: {
        PATH: `${bindgen}:${dirname(process.execPath)}:${process.env.PATH}`,
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
