// `npm run instructions`: how many instructions the core takes per message on the hot path, against
// instruction-budget.json. Unlike a time, a count is the same on a busy machine, so it can fail a test.
//   --bless   sets the budget to what is counted now
//
// A count belongs to one compiler and one instruction set: rustc as rust-toolchain.toml pins it, for plain x86-64. After a
// new rustc, bless. The C library's malloc and memcpy count as well; it is told below to use the memcpy that every
// x86-64 processor has, or the count would depend on the machine's.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { front, Refusal } from "./refusal.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { ensureValgrind } from "./setup/valgrind.mjs";
import { say, step } from "./step.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const TARGET = join(ROOT, "target");
const PROFILES = join(TARGET, "instructions");
const BUDGET = join(ROOT, "instruction-budget.json");
/** Above it a workload fails, below it the budget is too generous to guard anything. */
const ALLOWED_ABOVE = 0.03;
const ALLOWED_BELOW = 0.1;
/** Messages of the shorter of a workload's two runs, at least, and its rounds: buffers grow in the first ones. */
const FEWEST_MESSAGES = 4_000;
const FEWEST_ROUNDS = 3;
const PLAIN_X86_64 =
  "glibc.cpu.hwcaps=" +
  [
    "AVX512F,AVX512VL,AVX512BW,AVX2,AVX,AVX2_Usable,AVX_Usable,AVX_Fast_Unaligned_Load,SSE4_2,SSE4_1,SSSE3",
    "ERMS,FSRM,BMI1,BMI2,MOVBE,LZCNT",
  ]
    .join(",")
    .replaceAll(/(\w+)/g, "-$1");

/** Every workload is one test: within its budget or not. Without valgrind they are skipped, with the reason. */
export async function instructionsSuite() {
  let valgrind;
  try {
    valgrind = await ensureValgrind();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.log(`skipped: ${error.message}`);
    return { passed: 0, failed: 0, skipped: Object.keys(readBudget()).length };
  }
  const verdicts = judge(await countAll(valgrind), readBudget());
  show(verdicts);
  const failed = verdicts.filter(({ complaint }) => complaint).length;
  return { passed: verdicts.length - failed, failed, skipped: 0 };
}

async function instructions() {
  const valgrind = await ensureValgrind();
  await ensureRust();
  const counts = await countAll(valgrind);
  if (process.argv.includes("--bless")) {
    const budget = Object.fromEntries([...counts].map(([name, count]) => [name, Math.round(count * 10) / 10]));
    writeFileSync(BUDGET, `${JSON.stringify(budget, null, 2)}\n`);
  }
  const verdicts = judge(counts, readBudget());
  show(verdicts);
  return verdicts.some(({ complaint }) => complaint) ? 1 : 0;
}

function readBudget() {
  return JSON.parse(readFileSync(BUDGET, "utf8"));
}

/** Instructions per message of every workload, by name. */
async function countAll(valgrind) {
  const program = await buildWorkloads();
  const { stdout } = await step("workloads", program, []);
  const names = stdout.trimEnd().split("\n");
  const counts = new Map(names.map((name) => [name, 0]));
  mkdirSync(PROFILES, { recursive: true });
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      counts.set(name, await instructionsPerMessage(valgrind, program, name));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return counts;
}

async function buildWorkloads() {
  const args = ["build", "--release", "--bin", "instructions", "--no-default-features", "--features", "instructions"];
  // Set, even to nothing, it stands before all other ways of giving flags, such as a processor to compile for.
  const env = { CARGO_ENCODED_RUSTFLAGS: "" };
  await step("cargo: workloads", "cargo", [...args, "--target-dir", TARGET], { env });
  return join(TARGET, "release/instructions");
}

/** The start of the program and the preparation of the workload cancel out between a run and one of twice its rounds. */
async function instructionsPerMessage(valgrind, program, name) {
  const { stdout } = await step(name, program, [name, "0"]);
  const messages = Number(stdout);
  const rounds = Math.max(FEWEST_ROUNDS, Math.ceil(FEWEST_MESSAGES / messages));
  const short = await count(valgrind, program, name, rounds);
  const long = await count(valgrind, program, name, 2 * rounds);
  return (long - short) / (rounds * messages);
}

async function count(valgrind, program, name, rounds) {
  const args = ["--tool=callgrind", `--callgrind-out-file=${profile(name)}`, program, name, String(rounds)];
  const { stderr } = await step(`${name}, ${rounds} rounds`, valgrind, args, { env: { GLIBC_TUNABLES: PLAIN_X86_64 } });
  const collected = stderr.match(/Collected : (\d+)/)?.[1];
  if (!collected) throw new Refusal(`valgrind says nothing about instructions:\n${stderr}`);
  return Number(collected);
}

/** Where the instructions of the longer run went, function by function. */
function profile(name) {
  return join(PROFILES, `${name.replaceAll(/[^\w]+/g, "-")}.out`);
}

/** One per workload, and one per budget that no workload asks for. */
function judge(counts, budget) {
  const verdicts = [...counts].map(([name, count]) => ({
    name,
    count,
    allowed: budget[name],
    ...opinion(name, count, budget[name]),
  }));
  for (const name of Object.keys(budget)) {
    if (!counts.has(name))
      verdicts.push({ name, allowed: budget[name], complaint: "there is no such workload any more" });
  }
  return verdicts;
}

function opinion(name, count, allowed) {
  if (allowed === undefined) return { complaint: "has no budget" };
  const change = count / allowed - 1;
  const percent = `${(Math.abs(change) * 100).toFixed(1)} %`;
  if (change > ALLOWED_ABOVE) return { complaint: `${percent} over; where: callgrind_annotate ${profile(name)}` };
  if (change < -ALLOWED_BELOW) return { hint: `${percent} under: keep it so, with npm run instructions -- --bless` };
  return {};
}

function show(verdicts) {
  const figure = (value) => (value === undefined ? "" : value.toFixed(1)).padStart(12);
  console.log(`${"instructions per message".padEnd(40)}${["counted", "budget"].map((it) => it.padStart(12)).join("")}`);
  for (const { name, count, allowed, complaint, hint } of verdicts) {
    const remark = complaint ? `  FAILED: ${complaint}` : hint ? `  ${hint}` : "";
    console.log(`${name.padEnd(40)}${figure(count)}${figure(allowed)}${remark}`);
  }
  if (verdicts.some(({ complaint }) => complaint)) {
    say("(npm run instructions -- --bless takes over what is counted, where more instructions are meant)");
  }
}

if (process.argv[1] === import.meta.filename) await front(instructions);
