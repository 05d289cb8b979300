/** Two small SVG charts. They draw what they are given; colours come from the style sheet. */

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** A line over time with the area under it; the newest of `points` values is at the right edge. */
export class Sparkline {
  #area;
  #line;
  #points;
  #values = [];

  constructor(points, className, label) {
    this.#points = points;
    this.element = svg("svg", {
      viewBox: `0 0 ${points - 1} 40`,
      preserveAspectRatio: "none",
      class: `spark ${className}`,
      role: "img",
      "aria-label": label,
    });
    this.#area = svg("path", { class: "spark-area" });
    this.#line = svg("path", { class: "spark-line", "vector-effect": "non-scaling-stroke" });
    this.element.append(
      svg("line", {
        class: "spark-base",
        x1: 0,
        y1: 39.5,
        x2: points - 1,
        y2: 39.5,
        "vector-effect": "non-scaling-stroke",
      }),
      this.#area,
      this.#line,
    );
  }

  /** The greatest value on the chart. */
  get peak() {
    return Math.max(0, ...this.#values);
  }

  push(value) {
    this.#values.push(value);
    if (this.#values.length > this.#points) this.#values.shift();
    const top = this.peak || 1;
    const from = this.#points - this.#values.length;
    const line = this.#values.map((v, i) => `${from + i} ${(39 - (v / top) * 36).toFixed(2)}`).join(" L");
    this.#line.setAttribute("d", `M${line}`);
    this.#area.setAttribute("d", `M${from} 39 L${line} L${this.#points - 1} 39 Z`);
  }
}

/** Bars of `[{ from, to, count }]`, as high as their count is frequent; bars above `mark` are set off. */
export function histogram(bins, mark, label) {
  const width = 100 / bins.length;
  const top = Math.max(...bins.map((bin) => bin.count));
  const chart = svg("svg", {
    viewBox: "0 0 100 48",
    preserveAspectRatio: "none",
    class: "histogram",
    role: "img",
    "aria-label": label,
  });
  for (const [i, bin] of bins.entries()) {
    if (bin.count === 0) continue;
    // The square root keeps the rare slow ones visible beside a tall peak.
    const height = Math.max(1, Math.sqrt(bin.count / top) * 46);
    chart.append(
      svg("rect", {
        x: i * width + width * 0.08,
        y: 48 - height,
        width: width * 0.84,
        height,
        class: bin.from >= mark ? "bin bin-slow" : "bin",
      }),
    );
  }
  return chart;
}
