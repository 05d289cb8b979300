// An open page of an application (app/main.js), whichever browser it is open in: its parts are called, and what it says
// and fetches is written down.

import { type Browser, chromium, type Page } from "playwright";
import { CHROMIUM_FLAGS, findChromium } from "../../scripts/setup/chromium.mjs";

export interface Tab {
  /** Calls `app[part](...args)` in the page and resolves with what it answers. */
  call(part: string, ...args: unknown[]): Promise<unknown>;
  /** Errors of the console and uncaught exceptions, refused content among them. */
  readonly errors: string[];
  /** Addresses of all that was fetched since the page was opened. */
  readonly fetched: string[];
}

export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({ args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) });
}

export async function openChromium(browser: Browser, url: string): Promise<Tab> {
  const page: Page = await browser.newPage();
  const errors: string[] = [];
  const fetched: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => fetched.push(request.url()));
  await page.goto(url, { waitUntil: "load" });
  return {
    errors,
    fetched,
    call: (part, ...args) => page.evaluate(callPart, { part, args }),
  };
}

/** Runs in the page. */
export function callPart({ part, args }: { part: string; args: unknown[] }): unknown {
  const { app } = globalThis as unknown as { app: Record<string, (...args: unknown[]) => unknown> };
  return (app[part] as (...args: unknown[]) => unknown)(...args);
}
