/** What `wasm-pack build --target web` has made of the crate (scripts/test/wasm.mjs runs it), on a page without a bundler. */
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NatsServer } from "../../scripts/nats-server.mjs";
import { policy, Site } from "../packaging/site.ts";
import { openChromium, startChromium } from "../packaging/tab.ts";

let browser: Browser;
let server: NatsServer;
let site: Site;
let url: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([startChromium(), NatsServer.start()]);
  url = `ws://127.0.0.1:${server.ports.websocket}`;
  site = await Site.start(fileURLToPath(new URL("../..", import.meta.url)), policy(`${url} 'self'`));
});

afterAll(async () => {
  await Promise.all([browser?.close(), server?.remove(), site?.stop()]);
});

test("the module that wasm-pack builds connects, and a message comes back", async () => {
  const tab = await openChromium(browser, `${site.url}/tests/wasm-pack/index.html`);
  expect(await tab.call("roundTrip", url, "greet.me", "hello")).toEqual(["greet.me", "hello"]);
  expect(tab.errors).toEqual([]);
});
