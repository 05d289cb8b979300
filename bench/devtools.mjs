/**
 * Chromium over a bare DevTools connection. Owns the browser process, its profile directory and the pages.
 *
 * Only `Target`, `Page.navigate`, `Runtime.evaluate`, `Runtime.getHeapUsage` and `SystemInfo` are used, and no domain is ever enabled:
 * a tool that listens to WebSocket frames or turns on performance events makes receiving up to 2.8 times dearer,
 * and would measure itself.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-extensions",
  // A page that is not in front must run like one that is.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
  // The pages collect garbage between samples, so that none pays for its predecessor.
  "--js-flags=--expose-gc",
  // Pages of the browser's own that animate unseen, at up to 40 % of a CPU.
  "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
  "--remote-debugging-port=0",
];

export async function launchChromium(binary) {
  const profile = mkdtempSync(join(tmpdir(), "nats-bench-chromium-"));
  const child = spawn(binary, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.once("exit", () => child.kill("SIGKILL"));
  const address = await debuggerAddress(profile, child);
  const connection = await Connection.open(address);
  return new Browser(child, ended, profile, connection);
}

async function debuggerAddress(profile, child) {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (child.exitCode !== null) throw new Error(`chromium ended with ${child.exitCode} before it listened`);
    try {
      const [port, path] = readFileSync(join(profile, "DevToolsActivePort"), "utf8").trim().split("\n");
      if (path) return `ws://127.0.0.1:${port}${path}`;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    await sleep(50);
  }
  throw new Error("chromium did not open its DevTools port within 20 s");
}

class Browser {
  constructor(child, ended, profile, connection) {
    this.child = child;
    this.ended = ended;
    this.profile = profile;
    this.connection = connection;
  }

  async version() {
    return (await this.connection.call("Browser.getVersion")).product;
  }

  /** Opens a page in a window of its own and waits until its module has set `globalThis.bench`. */
  async openPage(url) {
    const { targetId } = await this.connection.call("Target.createTarget", { url: "about:blank", newWindow: true });
    const { sessionId } = await this.connection.call("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this.connection, targetId, sessionId);
    await this.connection.call("Page.navigate", { url }, sessionId);
    await page.waitFor("typeof bench === 'object'");
    return page;
  }

  /** Process ids of all renderers. */
  async renderers() {
    const { processInfo } = await this.connection.call("SystemInfo.getProcessInfo");
    return processInfo.filter((process) => process.type === "renderer").map((process) => process.id);
  }

  async close() {
    // The browser may hang up before it answers.
    await this.connection.call("Browser.close").catch(() => {});
    const late = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await this.ended;
    clearTimeout(late);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

class Page {
  constructor(connection, targetId, sessionId) {
    this.connection = connection;
    this.targetId = targetId;
    this.sessionId = sessionId;
  }

  /** Value of an expression; promises are awaited, what they throw is thrown here. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  async waitFor(condition) {
    for (let waited = 0; waited < 15_000; waited += 20) {
      if (await this.evaluate(`(${condition})`)) return;
      await sleep(20);
    }
    throw new Error(`page never reached ${condition}: ${await this.evaluate("globalThis.failure ?? 'no error seen'")}`);
  }

  call(method, parameters) {
    return this.connection.call(method, parameters, this.sessionId);
  }

  async close() {
    await this.connection.call("Target.closeTarget", { targetId: this.targetId });
  }
}

class Connection {
  static open(address) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 512 * 1024 * 1024 });
      socket.once("error", reject);
      socket.once("open", () => resolve(new Connection(socket)));
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.pending = new Map();
    this.last = 0;
    socket.on("message", (data) => this.answer(JSON.parse(data)));
    socket.on("close", () => this.fail(new Error("the DevTools connection closed")));
    socket.on("error", (error) => this.fail(error));
  }

  call(method, params = {}, sessionId = undefined) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { method, resolve, reject });
      this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  answer({ id, result, error }) {
    const waiting = this.pending.get(id);
    if (!waiting) return; // an event: none was asked for, the Target domain sends a few of its own
    this.pending.delete(id);
    if (error) waiting.reject(new Error(`${waiting.method}: ${error.message}`));
    else waiting.resolve(result);
  }

  fail(error) {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
