/**
 * CPU time of a page's main thread, as Linux's scheduler accounts it, and the memory of its process. Knows nothing about
 * workloads.
 *
 * A renderer's main thread is its process's first thread, so `/proc/<pid>/task/<pid>/schedstat` is its account:
 * nanoseconds on a CPU, nanoseconds waiting for one, time slices. Waiting is not counted, which is what makes the
 * figure usable on a busy machine.
 */
import { readFileSync, writeFileSync } from "node:fs";

/** Microseconds the main thread of `pid` has run so far. */
export function mainThreadMicroseconds(pid) {
  const [running] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ");
  return Number(running) / 1000;
}

/** Bytes of `pid` that are in memory now, and the most there were since `forgetPeak()`. */
export function residentBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name) => Number(status.match(new RegExp(`${name}:\\s*(\\d+) kB`))[1]) * 1024;
  return { now: bytes("VmRSS"), peak: bytes("VmHWM") };
}

/** Linux counts the peak from here on. */
export function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Finds a page's renderer: the one whose main thread runs while the page is told to burn CPU, twice in a row. */
export async function findRenderer(browser, page) {
  let ran;
  let before;
  // A renderer that is just starting runs too, and may run more than a page that has to wait for a CPU.
  for (let look = 0; look < 20; look++) {
    ran = await whoRuns(browser, page, 40);
    const [first, second] = ran;
    const clear = first?.microseconds > 3000 && (second?.microseconds ?? 0) < first.microseconds / 5;
    if (clear && first.pid === before) return before;
    before = clear ? first.pid : undefined;
  }
  throw new Error(`cannot tell which renderer is the page's: ${JSON.stringify(ran)}`);
}

/** All renderers by how long they ran while `page` was busy for some milliseconds, longest first. */
async function whoRuns(browser, page, milliseconds) {
  const before = await allMainThreads(browser);
  await page.evaluate(`{ const end = performance.now() + ${milliseconds}; while (performance.now() < end); }`);
  const after = await allMainThreads(browser);
  return [...after]
    .map(([pid, microseconds]) => ({ pid, microseconds: microseconds - (before.get(pid) ?? 0) }))
    .sort((a, b) => b.microseconds - a.microseconds);
}

async function allMainThreads(browser) {
  const accounts = new Map();
  for (const pid of await browser.renderers()) {
    try {
      accounts.set(pid, mainThreadMicroseconds(pid));
    } catch (error) {
      if (error.code !== "ENOENT") throw error; // the page before this one is still on its way out
    }
  }
  return accounts;
}
