// The browser of the tests: CHROMIUM, else chromium or Google Chrome on PATH; installed by apt where we may. The flags it
// needs are here as well, because every way of starting it (vitest, wasm-pack, playwright) needs the same.

import { Refusal } from "../refusal.mjs";
import { aptInstall, mayInstall } from "./apt.mjs";
import { find } from "./cache.mjs";

/** Keep a test browser from leaving loopback, and let it run as root, where its sandbox cannot. */
export const CHROMIUM_FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The browser's path, if it is there already; undefined otherwise. */
export function findChromium() {
  return find("CHROMIUM", BROWSERS);
}

/** WebDriver for it, which wasm-pack drives it with. */
export function findChromedriver() {
  return find("CHROMEDRIVER", ["chromedriver"]);
}

export async function ensureChromium() {
  if (findChromium() && findChromedriver()) return;
  if (!mayInstall()) {
    throw new Refusal(
      "the tests need Chromium and its chromedriver, of the same version: install them " +
        "(Debian, Ubuntu: sudo apt-get install chromium chromium-driver), or name them with CHROMIUM and CHROMEDRIVER",
    );
  }
  await aptInstall("Chromium and chromedriver", ["chromium", "chromium-driver"]);
  if (!findChromium() || !findChromedriver()) {
    throw new Refusal("apt-get installed no chromium or chromedriver: name them with CHROMIUM and CHROMEDRIVER");
  }
}
