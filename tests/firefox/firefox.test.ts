/** The installed package in Firefox: the application of tests/packaging, and what depends on the browser's own WebSocket. */
import { join } from "node:path";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { BUNDLERS } from "../packaging/bundlers.ts";
import { type Backend, startBackend, testParts } from "../packaging/parts.ts";
import { policy, Site } from "../packaging/site.ts";
import type { Tab } from "../packaging/tab.ts";
import { openFirefox, startFirefox } from "./tab.ts";

const folder = inject("installed");
const sites: Site[] = [];
let browser: Browser;
let backend: Backend;
let tab: Tab;

beforeAll(async () => {
  const built = join(folder, "built/firefox");
  [browser, backend] = await Promise.all([startFirefox(), startBackend(), BUNDLERS.vite?.(join(folder, "app"), built)]);
  tab = await open(built, policy(backend.url));
});

afterAll(async () => {
  await Promise.all([browser?.close(), backend?.server.remove(), ...sites.map((site) => site.stop())]);
});

async function open(directory: string, policy: string): Promise<Tab> {
  const site = await Site.start(directory, policy);
  sites.push(site);
  return openFirefox(browser, `${site.url}/`);
}

testParts(
  "firefox",
  () => tab,
  () => backend,
);

test("works in a worker", async () => {
  expect(await tab.call("inWorker", backend.url)).toEqual({ value: "in a worker", hasWindow: false });
});

test("nobody complained", () => {
  expect(tab.errors).toEqual([]);
});

test("survives a restart of the server, and keeps what was published meanwhile", async () => {
  await tab.call("leave", backend.url);
  await backend.server.stop("SIGKILL");
  await tab.call("publishAway", backend.url, "away");
  await backend.server.restart(undefined);
  expect(await tab.call("comeBack", backend.url)).toEqual({
    heard: ["away", "back"],
    statuses: ["disconnect", "reconnect"],
  });
});

test("a server that is not there is told with its address and phase", async () => {
  await backend.server.stop("SIGKILL");
  expect(await tab.call("refusal", backend.url)).toContain(backend.url);
});

test("a policy without 'wasm-unsafe-eval' is named by the refusal", async () => {
  const strict = await open(join(folder, "built/firefox"), "script-src 'self'");
  expect(await strict.call("refusal", backend.url)).toBe(
    "UNKNOWN_ERROR: the page's Content-Security-Policy refuses WebAssembly: add 'wasm-unsafe-eval' to its script-src",
  );
});
