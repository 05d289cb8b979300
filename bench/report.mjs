/** Writes docs/bench.json (the figures) and the generated parts of docs/bench.md (tables, ratios, goals). */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CAUSES } from "./causes.mjs";
import { GOALS, judge, NOT_BUILT, SIZE_GOALS } from "./goals.mjs";
import { LINEARITY, WORKLOADS } from "./workloads.mjs";

const JSON_FILE = fileURLToPath(new URL("../docs/bench.json", import.meta.url));
const TEXT_FILE = fileURLToPath(new URL("../docs/bench.md", import.meta.url));
const OURS = "nats-wasm";
const MIB = 1024 * 1024;

/** Puts new rows in the place of older ones of the same workload, so that a partial run does not lose the rest. */
export function mergeResults(results) {
  const before = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, "utf8")).rows : [];
  const rows = new Map(before.map((row) => [key(row), row]));
  for (const row of results.rows) rows.set(key(row), { ...row, when: results.when, rounds: results.rounds });
  const order = [...WORKLOADS, ...LINEARITY].map(key);
  const kept = order.map((name) => rows.get(name)).filter((row) => row !== undefined);
  return { ...results, rounds: Math.min(...kept.map((row) => row.rounds)), rows: kept };
}

export function writeReport(measured) {
  const results = { ...measured, goals: [...verdicts(measured), ...sizeVerdicts(measured), ...NOT_BUILT] };
  writeFileSync(JSON_FILE, `${JSON.stringify(results, null, 1)}\n`);
  let text = readFileSync(TEXT_FILE, "utf8");
  text = replacePart(text, "circumstances", circumstances(results));
  text = replacePart(text, "goals", goalTable(results.goals));
  text = replacePart(text, "tables", tables(results));
  text = replacePart(text, "linearity", linearity(results));
  text = replacePart(text, "sizes", sizes(results));
  writeFileSync(TEXT_FILE, text);
}

function circumstances({ when, browser, processor, rounds, load }) {
  return `Latest run ${when}, ${browser}, ${processor}, medians of at least ${rounds} rounds; ${digits(load)} processes wanted to run when it began.`;
}

/** One line per goal, as text: what was reached, what was wanted, whether that is met and if not why. */
function verdicts(results) {
  return GOALS.flatMap((goal) => {
    const row = results.rows.find((candidate) => key(candidate) === key(goal));
    const judged = row && judge(goal, row);
    if (!judged) return [];
    const { title, show } = UNITS[goal.figure];
    return [
      {
        goal: `${goal.group}, ${goal.name}${goal.figure === "cpu" ? "" : `, ${title}`}`,
        ours: `${show(judged.ours)}${judged.most ? ` (at most ${judged.most})` : ""}`,
        peer: factor(judged.peer, goal.peer),
        raw: factor(judged.raw, goal.raw),
        met: judged.met,
        verdict: verdict(goal, judged),
      },
    ];
  });
}

function sizeVerdicts(results) {
  return SIZE_GOALS.flatMap((goal) => {
    const size = results.sizes?.find(({ name }) => name === goal.name);
    if (!size) return [];
    const over = size.brotli - goal.most;
    return [
      {
        goal: `size, ${goal.name}`,
        ours: `${size.brotli} B brotli (at most ${goal.most})`,
        peer: "",
        raw: "",
        met: over <= 0,
        verdict: over > 0 ? `short by ${over} bytes${because(goal)}` : "met",
      },
    ];
  });
}

function goalTable(goals) {
  return [
    "| goal | nats-wasm | of the best peer | of the bare socket | verdict |",
    "|---|---:|---:|---:|---|",
    ...goals.map(({ goal, ours, peer, raw, verdict }) => `| ${goal} | ${ours} | ${peer} | ${raw} | ${verdict} |`),
  ].join("\n");
}

const UNITS = {
  cpu: { title: "main-thread CPU", show: (value) => `${digits(value)} us` },
  p50: { title: "p50", show: (value) => `${digits(value)} ms` },
  milliseconds: { title: "time", show: (value) => `${digits(value)} ms` },
  bytes: { title: "bytes", show: (value) => `${value.toFixed(0)} B` },
};

/** `0.08 (at most 0.083)` */
function factor(reached, wanted) {
  if (reached === undefined || Number.isNaN(reached)) return "";
  return `${digits(reached)} (at most ${digits(wanted)})`;
}

function verdict(goal, judged) {
  if (judged.met) return "met";
  const short = [];
  if (judged.peer > goal.peer) {
    const floor =
      judged.floor === undefined ? "" : `, of which the bare socket alone takes ${digits(judged.floor / judged.best)}`;
    short.push(`${percent(judged.peer / goal.peer)} over against the best peer${floor}`);
  }
  if (judged.raw > goal.raw) short.push(`${percent(judged.raw / goal.raw)} over against the bare socket`);
  if (judged.ours > judged.most) short.push(`${(judged.ours - judged.most).toFixed(0)} B over`);
  return `short: ${short.join(", ")}${because(goal)}`;
}

function because(goal) {
  const cause = CAUSES[goal.group ? `${goal.group}: ${goal.name}` : goal.name];
  return cause ? `. ${cause}` : ". Cause not established";
}

function tables(results) {
  const groups = [...new Set(WORKLOADS.map(({ group }) => group))];
  return groups
    .map((group) => {
      const rows = results.rows.filter((row) => row.group === group);
      if (rows.length === 0) return "";
      const clients = [...new Set(rows.flatMap((row) => Object.keys(row.clients)))];
      const lines = [
        `### ${group[0].toUpperCase()}${group.slice(1)}`,
        "",
        `| | ${clients.join(" | ")} | best peer : ours | ours : raw |`,
        `|---|${"---:|".repeat(clients.length + 2)}`,
      ];
      for (const row of rows) {
        const cells = clients.map((client) => cell(row.clients[client]));
        lines.push(`| ${row.name} | ${cells.join(" | ")} | ${ratios(row).join(" | ")} |`);
      }
      return lines.join("\n");
    })
    .filter((text) => text !== "")
    .join("\n\n");
}

function cell(figures) {
  if (!figures) return "";
  if (figures.resident !== undefined) return peakCell(figures);
  if (figures.bytes !== undefined) {
    const parts = [figures.heap, figures.buffers, figures.wasm].map((value) => Math.max(0, value).toFixed(0));
    return `${figures.bytes.toFixed(0)} B (${parts.join(" + ")})`;
  }
  if (figures.milliseconds !== undefined) return `${digits(figures.milliseconds)} ms (${digits(figures.cpu / 1000)})`;
  if (figures.p50 !== undefined)
    return `${digits(figures.cpu)} (p50 ${digits(figures.p50)}, p99 ${digits(figures.p99)} ms)`;
  return `${digits(figures.cpu)} (${figures.rate.toPrecision(figures.rate < 100 ? 2 : 4)})`;
}

/** The peak in the page as heap, buffers and wasm; in its process; and how fast it went. */
export function peakCell({ bytes, heap, buffers, wasm, resident, rate }) {
  const [whole, ...parts] = [bytes, heap, buffers, wasm].map((value) => digits(Math.max(0, value) / MIB));
  const speed = digits(rate * 1000 * (MIB / 1e6));
  return `${whole} MiB (${parts.join(" + ")}), process ${digits(resident / MIB)} MiB, ${speed} MB/s`;
}

/** The best peer's cost over ours, and ours over the bare socket's. */
function ratios({ clients }) {
  const figure = (name) => clients[name]?.bytes ?? clients[name]?.milliseconds ?? clients[name]?.cpu;
  const ours = figure(OURS);
  if (ours === undefined) return ["", ""];
  const best = Math.min(...["nats.ws", "nats-core"].map(figure).filter((value) => value !== undefined));
  const raw = figure("raw");
  return [`${digits(best / ours)}x`, raw === undefined ? "" : digits(ours / raw)];
}

function linearity(results) {
  return ["linear in messages", "linear in subscriptions"]
    .map((group) => {
      const rows = results.rows.filter((row) => row.group === group);
      if (rows.length === 0) return "";
      const clients = Object.keys(rows[0].clients);
      const lines = [
        `| ${group.slice("linear in ".length)} | ${rows.map(({ x }) => x.toLocaleString("en").replaceAll(",", " ")).join(" | ")} |`,
        `|---|${"---:|".repeat(rows.length)}`,
      ];
      for (const client of clients) {
        lines.push(`| ${client} | ${rows.map((row) => digits(row.clients[client].cpu)).join(" | ")} |`);
      }
      return lines.join("\n");
    })
    .filter((text) => text !== "")
    .join("\n\n");
}

function sizes({ sizes: measured }) {
  if (!measured) return "";
  const lines = ["| | minified | gzip | brotli |", "|---|---:|---:|---:|"];
  for (const { name, raw, gzip, brotli } of measured) lines.push(`| ${name} | ${raw} | ${gzip} | ${brotli} |`);
  return lines.join("\n");
}

function replacePart(text, name, part) {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/bench.md has no part ${name}`);
  return `${text.slice(0, from + begin.length)}\n${part}\n${text.slice(to)}`;
}

function key({ group, name }) {
  return `${group}: ${name}`;
}

function digits(value) {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 1 ? value.toFixed(2) : value.toPrecision(2);
}

function percent(ratio) {
  return `${((ratio - 1) * 100).toFixed(0)} %`;
}
