/**
 * Draws docs/bench.json. Owns which rows make a chart and in which unit; how a chart is drawn is Chart.js's business
 * (a script of its own, loaded before this one, hence the global).
 */
const { Chart } = globalThis;

const CLIENTS = [
  { name: "raw", title: "raw: a bare WebSocket", colour: "--line-strong" },
  { name: "nats-wasm", title: "nats-wasm", colour: "--hue-1" },
  { name: "nats.ws", title: "nats.ws 1.30.3", colour: "--hue-2" },
  { name: "nats-core", title: "@nats-io/nats-core 3.4.0", colour: "--hue-6" },
];

/** What the bars of a group of workloads can show. A group with a figure of its own shows that one always. */
const MEASURES = {
  cpu: {
    unit: "microseconds of main-thread CPU per message, logarithmic",
    of: (figures) => figures.cpu,
    scale: "logarithmic",
  },
  times: {
    unit: "main-thread CPU, times that of the bare socket",
    of: (figures, raw) => raw && figures.cpu / raw.cpu,
    scale: "linear",
  },
  rate: { unit: "thousand messages per second, logarithmic", of: (figures) => figures.rate, scale: "logarithmic" },
  bytes: { unit: "bytes that stay, after garbage collection", of: (figures) => figures.bytes, scale: "linear" },
  milliseconds: { unit: "milliseconds", of: (figures) => figures.milliseconds, scale: "linear" },
};

/** Writes each bar's figure behind it. */
const figuresAtBars = {
  id: "figures",
  afterDatasetsDraw(chart) {
    const { ctx } = chart;
    ctx.save();
    ctx.font = `11px ${Chart.defaults.font.family}`;
    ctx.fillStyle = colour("--ink-soft");
    ctx.textBaseline = "middle";
    chart.data.datasets.forEach((dataset, d) => {
      chart.getDatasetMeta(d).data.forEach((bar, i) => {
        const value = dataset.data[i];
        if (value != null) ctx.fillText(rounded(value), bar.x + 5, bar.y + 0.5);
      });
    });
    ctx.restore();
  },
};

const charts = [];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

try {
  const answer = await fetch("../../docs/bench.json");
  if (!answer.ok) throw new Error(`docs/bench.json: ${answer.status}. Run "npm run bench" first`);
  const results = await answer.json();
  if (!Chart) throw new Error('Chart.js is not there. Run "npm install" first');
  show(results);
} catch (error) {
  const trouble = document.querySelector("#trouble");
  trouble.textContent = error.message;
  trouble.hidden = false;
}

function show(results) {
  document.querySelector("#circumstances").textContent =
    `${results.browser}, ${results.processor}, medians of at least ${results.rounds} rounds, ${new Date(results.when).toLocaleDateString("en-GB", { dateStyle: "long" })}`;
  document.querySelector("#legend").append(...CLIENTS.map(legendEntry));
  draw(results, "cpu");
  showGoals(results.goals ?? []);
  const redraw = () => draw(results, document.querySelector("input[name=measure]:checked").value);
  document.querySelector("fieldset").addEventListener("change", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.querySelector("#legend").replaceChildren(...CLIENTS.map(legendEntry));
    redraw();
  });
}

function draw({ rows, sizes }, measure) {
  for (const chart of charts.splice(0)) chart.destroy();
  Chart.defaults.color = colour("--ink-soft");
  Chart.defaults.borderColor = colour("--line");
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const cards = document.querySelector("#cards");
  cards.replaceChildren();
  for (const [group, members] of grouped(rows)) {
    if (members[0].x === undefined) drawBars(cards, group, members, measure);
    else drawLines(cards, group, members);
  }
  if (sizes) drawSizes(cards, sizes);
}

/** Rows by group. Groups of one row share a chart, except those with a unit of their own. */
function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  const alone = [...groups].filter(
    ([, [row, second]]) => !second && row.clients["nats.ws"]?.milliseconds === undefined,
  );
  for (const [group] of alone) groups.delete(group);
  const others = alone.map(([group, [row]]) => ({ ...row, name: `${group}: ${row.name}` }));
  return others.length ? [...groups, ["Other work", others]] : [...groups];
}

function drawBars(cards, group, rows, chosen) {
  const [some] = Object.values(rows[0].clients);
  const measure =
    MEASURES[some.bytes !== undefined ? "bytes" : some.milliseconds !== undefined ? "milliseconds" : chosen];
  const datasets = presentIn(rows).map((client) => ({
    label: client.name,
    backgroundColor: colour(client.colour),
    data: rows.map(({ clients }) => clients[client.name] && measure.of(clients[client.name], clients.raw)),
  }));
  addChart(cards, capitalised(group), measure.unit, rows.length * (datasets.length * 15 + 14) + 34, {
    type: "bar",
    data: { labels: rows.map(({ name }) => wrapped(name)), datasets },
    options: barOptions(
      measure.scale,
      datasets.flatMap(({ data }) => data),
    ),
    plugins: [figuresAtBars],
  });
}

function drawLines(cards, group, rows) {
  addChart(cards, `Cost is ${group}`, "microseconds of main-thread CPU per message of 16 B", 260, {
    type: "line",
    data: {
      labels: rows.map(({ x }) => x),
      datasets: presentIn(rows).map((client) => ({
        label: client.name,
        borderColor: colour(client.colour),
        backgroundColor: colour(client.colour),
        tension: 0,
        data: rows.map(({ x, clients }) => ({ x, y: clients[client.name]?.cpu })),
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      plugins: { legend: { display: false } },
      scales: {
        x: {
          type: "logarithmic",
          title: { display: true, text: group.slice("linear in ".length) },
          ticks: { callback: (value) => (Number.isInteger(Math.log10(value)) ? value.toLocaleString("en") : null) },
        },
        y: { beginAtZero: true },
      },
    },
  });
}

function drawSizes(cards, sizes) {
  const whole = sizes.filter(({ name }) => !name.startsWith("pkg/"));
  addChart(cards, "Size", "kilobytes of brotli that an application loads, wasm included", whole.length * 46 + 34, {
    type: "bar",
    data: {
      labels: whole.map(({ name }) => wrapped(name)),
      datasets: [
        {
          label: "brotli, kB",
          data: whole.map(({ brotli }) => brotli / 1000),
          backgroundColor: whole.map(({ peer }) => colour(peer ? "--hue-2" : "--hue-1")),
        },
      ],
    },
    options: barOptions("linear", []),
    plugins: [figuresAtBars],
  });
}

function barOptions(scale, values) {
  const least = Math.min(...values.filter((value) => value > 0));
  return {
    layout: { padding: { right: 46 } },
    indexAxis: "y",
    animation: false,
    maintainAspectRatio: false,
    datasets: { bar: { barPercentage: 0.94, categoryPercentage: 0.82, borderRadius: 3 } },
    plugins: {
      legend: { display: false },
      tooltip: { callbacks: { label: ({ dataset, parsed }) => `${dataset.label}: ${rounded(parsed.x)}` } },
    },
    scales: {
      x: {
        type: scale,
        beginAtZero: scale === "linear",
        grid: { drawTicks: false },
        // Bars of a logarithmic chart have no natural beginning: they begin at a third of the smallest.
        min: scale === "logarithmic" && Number.isFinite(least) ? least / 3 : undefined,
        ticks: { maxTicksLimit: 8, callback: (value) => (scale === "linear" || leads(value) ? rounded(value) : null) },
      },
      y: { grid: { display: false }, ticks: { color: colour("--ink"), autoSkip: false } },
    },
  };
}

function addChart(cards, title, unit, height, config) {
  const card = element("section", "card");
  const plot = element("div", "plot");
  plot.style.height = `${height}px`;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${title}: ${unit}. The same figures as a table are in docs/bench.md.`);
  plot.append(canvas);
  card.append(element("h2", "", title), element("p", "unit", unit), plot);
  cards.append(card);
  charts.push(new Chart(canvas, config));
}

function showGoals(goals) {
  const rows = goals.map(({ goal, ours, peer, raw, met, verdict }) => {
    const row = document.createElement("tr");
    row.append(
      ...[goal, ours, peer, raw].map((text) => element("td", "", text)),
      element("td", met ? "met" : "short", verdict),
    );
    return row;
  });
  document.querySelector("#goal-rows").append(...rows);
  document.querySelector("#goals").hidden = rows.length === 0;
}

function presentIn(rows) {
  return CLIENTS.filter(({ name }) => rows.some(({ clients }) => clients[name]));
}

function legendEntry({ title, colour: name }) {
  const entry = element("li", "", title);
  const mark = document.createElement("i");
  mark.style.background = colour(name);
  entry.prepend(mark);
  return entry;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A label in lines short enough to leave room for the bars. */
function wrapped(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1).length + word.length > 22) lines.push("");
    lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}

/** 1, 2 and 5 of each decade. */
function leads(value) {
  return [1, 2, 5].includes(Number(value.toPrecision(2)) / 10 ** Math.floor(Math.log10(value) + 1e-9));
}

function rounded(value) {
  return Number(value.toPrecision(3)).toLocaleString("en");
}

function capitalised(text) {
  return text[0].toUpperCase() + text.slice(1);
}
