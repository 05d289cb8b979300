/**
 * The installed package in applications that vite, webpack, rollup and esbuild build for production without special
 * configuration: each works in Chromium under a strict policy, with parts that are loaded when they are first used.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { BUNDLERS } from "./bundlers.ts";
import { type Backend, startBackend, testParts } from "./parts.ts";
import { policy, Site } from "./site.ts";
import { callPart, openChromium, startChromium, type Tab } from "./tab.ts";

const folder = inject("installed");
let browser: Browser;
let backend: Backend;

beforeAll(async () => {
  [browser, backend] = await Promise.all([startChromium(), startBackend()]);
});

afterAll(async () => {
  await browser?.close();
  await backend?.server.remove();
});

/** In all that speaks of streams, buckets, objects, services. */
const LATER = ["$JS.API", "$KV.", "$O.", "$SRV"];

describe.each(Object.entries(BUNDLERS))("%s", (name, build) => {
  const out = join(folder, "built", name);
  let site: Site;
  let tab: Tab;

  beforeAll(async () => {
    await build(join(folder, "app"), join(out, "app"));
    site = await Site.start(join(out, "app"), policy(backend.url));
    tab = await openChromium(browser, `${site.url}/`);
  });

  afterAll(() => site?.stop());

  /** How many scripts had been fetched after each test. */
  const scripts: number[] = [];
  afterEach(() => void scripts.push(tab.fetched.filter((url) => url.endsWith(".js")).length));

  testParts(
    name,
    () => tab,
    () => backend,
  );

  test("each part but the first has fetched what it alone needs", () => {
    const [core, nkeys, jetstream, kv, objects] = scripts as [number, number, number, number, number];
    expect({ core, nkeys, jetstream, kv, objects }).toSatisfy(
      () => core < nkeys && nkeys < jetstream && jetstream < kv && kv < objects,
    );
  });

  test("a part that could not be fetched is fetched at the next call", async () => {
    const page = await browser.newPage();
    await page.goto(`${site.url}/`, { waitUntil: "load" });
    const signIn = () => page.evaluate(callPart, { part: "nkeys", args: [backend.url, backend.seed] });
    await page.route("**/*.js", (route) => route.abort());
    await expect(signIn()).rejects.toThrow("the credentials module could not be loaded");
    await page.unroute("**/*.js");
    expect(await signIn()).toBe(backend.publicKey);
    await page.close();
  });

  test("works in a worker", async () => {
    expect(await tab.call("inWorker", backend.url)).toEqual({ value: "in a worker", hasWindow: false });
  });

  test("nothing came from elsewhere, and nobody complained", () => {
    expect(tab.fetched.filter((url) => !url.startsWith(site.url))).toEqual([]);
    expect(tab.errors).toEqual([]);
  });

  test("an application of the core has nothing of the rest", async () => {
    await build(join(folder, "core-only"), join(out, "core-only"));
    const all = everything(join(out, "app"));
    const core = everything(join(out, "core-only"));
    for (const text of LATER) expect([text, all.includes(text), core.includes(text)]).toEqual([text, true, false]);
  });
});

/** All JavaScript of a folder. */
function everything(out: string): string {
  const files = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  return files.map((file) => readFileSync(join(out, file), "utf8")).join("\n");
}
