// A page of an application open in Firefox, driven over WebDriver BiDi.

import puppeteer, { type Browser } from "puppeteer-core";
import { findFirefox } from "../../scripts/setup/firefox.mjs";
import { callPart, type Tab } from "../packaging/tab.ts";

export async function startFirefox(): Promise<Browser> {
  const executablePath = findFirefox();
  if (!executablePath) throw new Error("there is no Firefox: node scripts/setup.mjs --test installs it");
  return puppeteer.launch({ browser: "firefox", executablePath, headless: true });
}

export async function openFirefox(browser: Browser, url: string): Promise<Tab> {
  const page = await browser.newPage();
  const errors: string[] = [];
  const fetched: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error instanceof Error ? error.message : String(error)));
  page.on("request", (request) => fetched.push(request.url()));
  await page.goto(url, { waitUntil: "load" });
  return {
    errors,
    fetched,
    call: (part, ...args) => page.evaluate(callPart, { part, args }),
  };
}
