/** The Traffic panel: counts, bytes and the rates of the last minute, for both directions. */
import { Sparkline } from "../charts.js";
import { byId, element, setText } from "../dom.js";
import { bytes, counted, rate } from "../format.js";
import { SAMPLE } from "../pulse.js";

const POINTS = 60_000 / SAMPLE;

/** Returns the function that takes each sample of rates and totals. */
export function mountTraffic() {
  const rows = [new Row("in", "Received"), new Row("out", "Sent")];
  byId("traffic").append(...rows.map((row) => row.element));
  return (rates, stats) => {
    rows[0].show(rates.in, stats.inMsgs, stats.inBytes);
    rows[1].show(rates.out, stats.outMsgs, stats.outBytes);
  };
}

class Row {
  #rate = element("b", {}, "0");
  #total;
  #peak = element("span", { class: "peak" });
  #spark;

  constructor(direction, title) {
    this.#spark = new Sparkline(POINTS, `spark-${direction}`, `${title} per second over the last minute`);
    this.#total = element("p", { class: "totals", id: `total-${direction}` }, "0 msgs · 0 B");
    this.element = element(
      "div",
      { class: `flow flow-${direction}` },
      element(
        "div",
        { class: "flow-head" },
        element("h3", {}, title),
        element("p", { class: "flow-rate" }, this.#rate, " msg/s"),
      ),
      element("div", { class: "spark-box" }, this.#spark.element, this.#peak),
      this.#total,
    );
  }

  show(perSecond, messages, size) {
    this.#spark.push(perSecond);
    setText(this.#rate, rate(perSecond));
    setText(this.#peak, this.#spark.peak > 0 ? `peak ${rate(this.#spark.peak)}` : "");
    setText(this.#total, `${counted(messages, "msg")} · ${bytes(size)}`);
  }
}
