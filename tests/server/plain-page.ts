// A page outside the test runner: a fresh browser context that trusts no certificate it should not, and loads the
// single-file bundle as a script tag would.

import type { BrowserContext } from "playwright";
import { startSite } from "../../scripts/start/site.mjs";

export interface Dial {
  /** What went round through the server, when the dial succeeded. */
  echoed?: string;
  /** What `connect` was refused with. */
  refused?: { name: string; code: string; message: string };
}

/** Loads pkg/nats.js in such a page, connects to `url` and sends one message to itself. */
export async function dialFromPlainPage(runner: BrowserContext, url: string): Promise<Dial> {
  const site = await startSite();
  const context = await runner.browser()?.newContext();
  if (!context) throw new Error("the browser has gone");
  try {
    const page = await context.newPage();
    await page.goto(`${site.url}pkg/README.md`);
    return await page.evaluate(dial, { bundle: `${site.url}pkg/nats.js`, url });
  } finally {
    await context.close();
    await site.stop();
  }
}

// Runs in the page: it may use nothing from outside itself.
async function dial({ bundle, url }: { bundle: string; url: string }): Promise<Dial> {
  const { connect } = (await import(bundle)) as typeof import("nats.ws");
  try {
    const nc = await connect({ servers: url, timeout: 5000 });
    const sub = nc.subscribe("plain", { max: 1 });
    nc.publish("plain", "there and back");
    let echoed = "";
    for await (const message of sub) echoed = message.string();
    await nc.close();
    return { echoed };
  } catch (error) {
    const { name, code, message } = error as Error & { code: string };
    return { refused: { name, code, message } };
  }
}

export interface InsecureStore {
  isSecureContext: boolean;
  hasSubtle: boolean;
  /** Of what was put and got. */
  size: number;
  digest: string;
  isSame: boolean;
}

/** A name of this machine that browsers do not trust as they trust `localhost`; vitest.config.ts makes it one. */
export const INSECURE_HOST = "plain.example";

/** Puts and gets an object in a page of an insecure origin, where browsers have no `crypto.subtle`. */
export async function storeFromInsecurePage(runner: BrowserContext, url: string): Promise<InsecureStore> {
  const site = await startSite();
  const context = await runner.browser()?.newContext();
  if (!context) throw new Error("the browser has gone");
  try {
    const address = new URL(site.url);
    address.hostname = INSECURE_HOST;
    const page = await context.newPage();
    await page.goto(`${address}pkg/README.md`);
    return await page.evaluate(store, { bundle: `${address}pkg/nats.js`, url });
  } finally {
    await context.close();
    await site.stop();
  }
}

// Runs in the page: it may use nothing from outside itself.
async function store({ bundle, url }: { bundle: string; url: string }): Promise<InsecureStore> {
  const { connect } = (await import(bundle)) as typeof import("nats.ws");
  const nc = await connect({ servers: url, timeout: 5000 });
  const os = await nc.jetstream().views.os("insecure");
  const bytes = new Uint8Array(300_000).map((_, at) => at * 31 + (at >> 8));
  const { size, digest } = await os.putBlob({ name: "x" }, bytes);
  const got = await os.getBlob("x");
  await nc.close();
  const isSame = got?.length === bytes.length && bytes.every((byte, at) => got[at] === byte);
  return { isSecureContext, hasSubtle: crypto.subtle !== undefined, size, digest, isSame };
}
