// The second browser of the tests: FIREFOX, else firefox-esr or firefox on PATH; installed by apt where we may. It needs
// no driver beside it: it speaks WebDriver BiDi by itself.

import { Refusal } from "../refusal.mjs";
import { aptInstall, mayInstall } from "./apt.mjs";
import { find } from "./cache.mjs";

/** Its path, if it is there already; undefined otherwise. */
export function findFirefox() {
  return find("FIREFOX", ["firefox-esr", "firefox"]);
}

export async function ensureFirefox() {
  if (findFirefox()) return;
  if (!mayInstall()) {
    throw new Refusal(
      "the tests need Firefox 128 or later: install it (Debian: sudo apt-get install firefox-esr), or name it with FIREFOX",
    );
  }
  await aptInstall("Firefox", ["firefox-esr"]);
  if (!findFirefox()) throw new Refusal("apt-get installed no firefox-esr: name Firefox with FIREFOX");
}
