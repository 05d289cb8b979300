/**
 * The installed package on pages without a bundler, under a strict policy: pkg/nats.js by <script type="module">, and
 * "nats-wasm/slim" with its WebAssembly by address.
 */
import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { type Backend, startBackend, testParts } from "./parts.ts";
import { policy, Site } from "./site.ts";
import { openChromium, startChromium, type Tab } from "./tab.ts";

/** Import maps are written in the page, so they need a nonce (plain/*.html). */
const NONCE = "'nonce-plain'";

let browser: Browser;
let backend: Backend;
const sites: Site[] = [];

beforeAll(async () => {
  [browser, backend] = await Promise.all([startChromium(), startBackend()]);
});

afterAll(async () => {
  await Promise.all([browser?.close(), backend?.server.remove(), ...sites.map((site) => site.stop())]);
});

async function open(page: string, policy: string): Promise<Tab> {
  const site = await Site.start(inject("installed"), policy);
  sites.push(site);
  return openChromium(browser, `${site.url}/plain/${page}`);
}

describe("pkg/nats.js", () => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await open("index.html", policy(backend.url, NONCE));
  });
  afterEach(() => expect(tab.errors).toEqual([]));

  testParts(
    "plain",
    () => tab,
    () => backend,
  );

  test("is one file", () => {
    const scripts = tab.fetched.map((url) => new URL(url).pathname).filter((path) => path.endsWith(".js"));
    expect(scripts).toEqual(["/app/main.js", "/node_modules/nats-wasm/pkg/nats.js"]);
  });
});

test("slim loads nats.wasm from its address", async () => {
  const tab = await open("slim.html", policy(`${backend.url} 'self'`, NONCE));
  expect(await tab.call("slim", backend.url)).toBe("hello!");
  expect(tab.fetched.filter((url) => url.endsWith("/pkg/nats.wasm"))).toHaveLength(1);
  expect(tab.errors).toEqual([]);
});
