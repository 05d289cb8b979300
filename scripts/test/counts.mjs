// How many tests a runner says passed, failed and were skipped.

import { existsSync, readFileSync } from "node:fs";

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/**
 * All `test result:` lines of libtest or wasm-bindgen-test together.
 *
 * @param {string} output
 * @returns {Counts}
 */
export function libtestCounts(output) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const line of output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    counts.passed += Number(line[1]);
    counts.failed += Number(line[2]);
    counts.skipped += Number(line[3]);
  }
  return counts;
}

/**
 * The totals of vitest's JSON report.
 *
 * @param {string} file
 * @returns {Counts}
 */
export function vitestCounts(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(readFileSync(file, "utf8"));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * A run that ended badly without a failed test (it did not compile, a file did not load) is one failure; a runner that
 * ended well without any test is one too, because nothing was tested.
 *
 * @param {Counts} counts
 * @param {boolean} fine whether the runner ended well
 * @returns {Counts}
 */
export function withRunner(counts, fine) {
  const silent = fine ? counts.passed + counts.failed === 0 : counts.failed === 0;
  return silent ? { ...counts, failed: 1 } : counts;
}
