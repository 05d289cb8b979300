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
