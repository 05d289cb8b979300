// The playground as the tests see it: served under a strict content security policy, opened in Chromium, watched for
// errors. Decides nothing about what is right; page.test.ts does.

import { mkdirSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright";
import { CHROMIUM_FLAGS, findChromium } from "../../scripts/setup/chromium.mjs";
import { startSite } from "../../scripts/start/site.mjs";

/** What a careful site allows: no inline script, no inline style, no eval; wasm and connections anywhere. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *; style-src 'self'";

/** Chromium writes this itself, whatever the page does, when a server is not there. */
const UNREACHABLE = /WebSocket connection to .* failed/;

type Site = Awaited<ReturnType<typeof startSite>>;

const SHOTS = new URL("../../test-results/", import.meta.url).pathname;

export class Playground {
  #browser: Browser;
  #site: Site;
  /** The same under a policy that allows no WebAssembly. */
  #withoutWasm: Site;

  constructor(browser: Browser, site: Site, withoutWasm: Site) {
    this.#browser = browser;
    this.#site = site;
    this.#withoutWasm = withoutWasm;
  }

  static async start(): Promise<Playground> {
    mkdirSync(SHOTS, { recursive: true });
    const executablePath = findChromium();
    const browser = await chromium.launch({ args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) });
    const underPolicy = (policy: string) => startSite({ headers: { "content-security-policy": policy } });
    const withoutWasm = await underPolicy(POLICY.replace(" 'wasm-unsafe-eval'", ""));
    return new Playground(browser, await underPolicy(POLICY), withoutWasm);
  }

  /** Opens the page in a context of its own; it connects by itself when `server` is given. */
  async open(server?: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const visit = new Visit(await context.newPage());
    await visit.page.goto(server ? `${this.#site.url}?server=${encodeURIComponent(server)}` : this.#site.url);
    return visit;
  }

  /** Opens the page of a project that has not been built. */
  async openWithoutClient(): Promise<Visit> {
    const context = await this.#browser.newContext();
    await context.route("**/pkg/**", (route) => route.fulfill({ status: 404 }));
    const visit = new Visit(await context.newPage());
    await visit.page.goto(this.#site.url);
    return visit;
  }

  /** Opens the page of a site that allows no WebAssembly; it connects by itself. */
  async openWithoutWasm(server: string): Promise<Visit> {
    const visit = new Visit(await this.#browser.newPage());
    await visit.page.goto(`${this.#withoutWasm.url}?server=${encodeURIComponent(server)}`);
    return visit;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#site.stop();
    await this.#withoutWasm.stop();
  }
}

export async function textOf(locator: Locator): Promise<string> {
  return ((await locator.textContent()) ?? "").trim();
}

/** One open page, with all that its console held of errors. */
export class Visit {
  readonly page: Page;
  /** Console errors and uncaught exceptions, refused content among them; without those of an absent server. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" && !UNREACHABLE.test(message.text())) this.errors.push(message.text());
    });
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  id(id: string): Locator {
    return this.page.locator(`#${id}`);
  }

  /** The state in the bar, as code: `connected`, `reconnecting`, … */
  async untilState(state: string): Promise<void> {
    await this.page.locator(`#state[data-state="${state}"]`).waitFor({ timeout: 20_000 });
  }

  /** The text of an element, once it matches. */
  async untilText(locator: Locator, expected: RegExp): Promise<string> {
    await locator.filter({ hasText: expected }).first().waitFor({ timeout: 20_000 });
    return textOf(locator.first());
  }

  async subscribe(subject: string, queue = ""): Promise<Locator> {
    await this.id("sub-subject").fill(subject);
    await this.id("sub-queue").fill(queue);
    await this.id("subscribe").click();
    const row = this.page.locator(`.sub[data-subject="${subject}"]`);
    await row.waitFor();
    return row;
  }

  async publish(subject: string, payload: string, messages: number): Promise<string> {
    await this.id("tab-publish").click();
    await this.id("pub-subject").fill(subject);
    await this.id("pub-payload").fill(payload);
    await this.id("pub-count").fill(String(messages));
    await this.id("publish").click();
    return this.untilText(this.id("publish-result"), messages === 1 ? /published/ : /messages (in|held)/);
  }

  async screenshot(name: string): Promise<void> {
    await this.page.evaluate(() => window.scrollTo(0, 0));
    await this.page.screenshot({ path: `${SHOTS}page-${name}.png`, fullPage: true });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
