/** One client in one page for one workload: opens it, warms it, takes samples. */
import { findRenderer, forgetPeak, mainThreadMicroseconds, residentBytes } from "./cpu.mjs";
import { setTimeout as sleep } from "node:timers/promises";
import { deliveredBytes } from "./traffic.mjs";

export class Bench {
  /** `prefix` has the same length for every client, so that all of them handle equally long subjects. */
  constructor({ browser, site, server, outside, client, spec, prefix, block }) {
    Object.assign(this, { browser, site, server, outside, client, spec, prefix, block });
  }

  async openPage() {
    this.page = await this.browser.openPage(this.site.page(this.client));
    this.pid = await findRenderer(this.browser, this.page);
  }

  async open() {
    await this.openPage();
    if (this.spec.kind === "start") return;
    await this.ask("open", this.client, this.server.websocket, this.spec, this.prefix);
  }

  async close() {
    await this.page?.close();
  }

  /** The same work as a sample, unmeasured, so that what is measured has been compiled. */
  async warm(count) {
    if (this.spec.kind === "start" || this.spec.measure) return;
    await this.work(this.spec.whole ? this.spec.count : count);
  }

  async sample(count) {
    await this.ask("collectGarbage");
    if (this.spec.measure === "heap") return await this.sampleHeap(count);
    if (this.spec.measure === "peak") return await this.samplePeak(count);
    const inBefore = this.spec.kind === "publish" ? await this.server.messagesIn() : 0;
    const cpuBefore = mainThreadMicroseconds(this.pid);
    const result = await this.work(count);
    const cpu = mainThreadMicroseconds(this.pid) - cpuBefore;
    if (this.spec.kind === "publish") {
      const arrived = (await this.server.messagesIn()) - inBefore;
      if (arrived !== count) throw new Error(`${this.client} published ${count}, the server got ${arrived}`);
    }
    const { milliseconds, p50, p99 } = result;
    return {
      cpu: cpu / count, // us per message
      rate: count / milliseconds, // thousand per second
      wall: (milliseconds * 1000) / count, // us per message
      ...(p50 === undefined ? {} : { p50, p99 }), // ms
      ...(this.spec.kind === "start" ? { milliseconds } : {}),
    };
  }

  /** Bytes that stay behind, per message or subscription. */
  async sampleHeap(count) {
    const before = await this.memory();
    await this.work(count);
    await this.ask("collectGarbage");
    const after = await this.memory();
    const heap = (after.heap - before.heap) / count;
    const buffers = (after.buffers - before.buffers) / count;
    const wasm = (after.wasm - before.wasm) / count;
    return { bytes: heap + buffers + wasm, heap, buffers, wasm };
  }

  /**
   * The most bytes there were at any time, over what there was before: in the page's heap, buffers and wasm, garbage
   * included, looked at every 50 ms; and `resident`, in its process, as Linux counts it.
   */
  async samplePeak(count) {
    const before = await this.memory();
    forgetPeak(this.pid);
    const resident = residentBytes(this.pid).now;
    const cpu = mainThreadMicroseconds(this.pid);
    const peak = { bytes: 0, heap: 0, buffers: 0, wasm: 0 };
    let isDone = false;
    const work = this.work(count).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const now = await this.memory();
      const more = Object.fromEntries(Object.keys(now).map((key) => [key, now[key] - before[key]]));
      const bytes = more.heap + more.buffers + more.wasm;
      if (bytes > peak.bytes) Object.assign(peak, { bytes, ...more });
      await Promise.race([work, sleep(50)]);
    }
    const { milliseconds } = await work;
    return {
      ...peak,
      resident: residentBytes(this.pid).peak - resident,
      cpu: (mainThreadMicroseconds(this.pid) - cpu) / count, // us per MiB, what looking costs included
      rate: count / milliseconds,
    };
  }

  async memory() {
    const { usedSize, backingStorageSize } = await this.page.call("Runtime.getHeapUsage", {});
    return { heap: usedSize, buffers: backingStorageSize, wasm: await this.ask("wasmBytes") };
  }

  async work(count) {
    const { spec } = this;
    if (spec.kind === "start") return await this.ask("start", this.client, this.server.websocket, Date.now());
    if (spec.from === "page") return await this.ask("run", count);
    await this.ask("arm", count, deliveredBytes(this.block, count));
    const published = this.publish(count);
    const result = await this.within(60_000, this.ask("wait"));
    await published;
    return result;
  }

  async publish(count) {
    const { spec, outside } = this;
    if (spec.rate) await outside.call("pace", { count, rate: spec.rate });
    else if (spec.burst) await outside.call("burst", { count, ...spec.burst });
    else await outside.call("publish", { count });
    if (spec.kind === "unread") await outside.call("mark", { subject: `${this.prefix}.mark` });
  }

  ask(method, ...given) {
    return this.page.evaluate(`bench.${method}(${given.map((value) => JSON.stringify(value)).join(",")})`);
  }

  async within(milliseconds, promise) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(async () => {
        reject(
          new Error(
            `${this.client} was not done within ${milliseconds} ms: ${await this.page.evaluate("globalThis.failure ?? 'no error seen'")}`,
          ),
        );
      }, milliseconds);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
