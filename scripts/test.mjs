// `npm test`: sets up what is missing and runs every suite. The last line, alone, sums them all.
//   node scripts/test.mjs rust unit    only the suites of these groups (npm run test:rust, test:unit, ...)

import { front, Refusal } from "./refusal.mjs";
import { setupForTests } from "./setup.mjs";
import { SUITES } from "./test/suites.mjs";

await front(async () => {
  const groups = process.argv.slice(2);
  const unknown = groups.find((group) => !SUITES.some((suite) => suite.group === group));
  if (unknown) {
    const known = [...new Set(SUITES.map((suite) => suite.group))].join(", ");
    throw new Refusal(`there is no group of suites named ${unknown}: choose among ${known}`);
  }
  const chosen = groups.length === 0 ? SUITES : SUITES.filter((suite) => groups.includes(suite.group));
  await setupForTests([...new Set(chosen.map((suite) => suite.group))]);

  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const suite of chosen) {
    console.log(`\n== ${suite.name}`);
    const started = Date.now();
    const counts = await suite.run();
    for (const kind of Object.keys(total)) total[kind] += counts[kind];
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    lines.push(
      `${counts.failed === 0 ? "ok    " : "FAILED"}  ${suite.name.padEnd(22)} ${describe(counts)} (${seconds} s)`,
    );
  }
  console.log(`\n${lines.join("\n")}\n\n${describe(total)}`);
  return total.failed === 0 ? 0 : 1;
});

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
