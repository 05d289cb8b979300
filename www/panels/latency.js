/** The Latency panel: times messages from this page through the server and back to it, one at a time. */
import { client } from "../client.js";
import { histogram } from "../charts.js";
import { byId, element, setText } from "../dom.js";
import { explain } from "../errors.js";
import { count, counted, duration } from "../format.js";
import { clearError, showError } from "../notice.js";
import { logBins, summary } from "../samples.js";
import { notConnected } from "./subscriptions.js";

const BINS = 32;
/** Milliseconds a single message may take before the measurement is given up. */
const PATIENCE = 5000;

export function mountLatency(link) {
  const button = byId("latency");
  const slot = byId("latency-error");
  const result = byId("latency-result");

  async function measure() {
    clearError(slot);
    if (!link.isOpen) {
      showError(slot, notConnected("Could not measure"));
      return;
    }
    button.disabled = true;
    const progress = element("p", { class: "hint" }, "Measuring…");
    result.replaceChildren(progress);
    try {
      const total = readNumber("lat-count", 10);
      const size = readNumber("lat-size", 0);
      const subject = (await client).createInbox();
      const times = await roundTrips(link.connection, subject, new Uint8Array(size), total, (done) => {
        setText(progress, `${count(done)} of ${count(total)}`);
      });
      result.replaceChildren(...report(times, size));
    } catch (error) {
      result.replaceChildren();
      showError(slot, explain(error, "The measurement ended early"));
    } finally {
      button.disabled = false;
    }
  }

  byId("latency-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void measure();
  });
}

function readNumber(id, least) {
  const { valueAsNumber: value, labels } = byId(id);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${labels[0].textContent.toLowerCase()} must be a whole number from ${least} on`);
  return value;
}

/** Milliseconds from publish to the callback, for `total` messages, each sent when the one before has come back. */
function roundTrips(connection, subject, payload, total, onProgress) {
  return new Promise((resolve, reject) => {
    const times = new Float64Array(total);
    let done = 0;
    let sentAt = 0;
    const finish = (end, value) => {
      clearInterval(watch);
      if (!connection.isClosed()) subscription.unsubscribe();
      end(value);
    };
    const send = () => {
      sentAt = performance.now();
      try {
        connection.publish(subject, payload);
      } catch (error) {
        finish(reject, error);
      }
    };
    const subscription = connection.subscribe(subject, {
      callback(error) {
        if (error) {
          finish(reject, error);
          return;
        }
        times[done] = performance.now() - sentAt;
        done += 1;
        if (done === total) finish(resolve, times);
        else send();
      },
    });
    const watch = setInterval(() => {
      onProgress(done);
      if (performance.now() - sentAt > PATIENCE)
        finish(reject, new Error(`message ${done + 1} of ${total} did not come back within ${PATIENCE} ms`));
    }, 100);
    send();
  });
}

function report(times, size) {
  const { p50, p90, p99, min, max } = summary(times);
  const step = clockStep();
  const figures = element("dl", { class: "figures" });
  for (const [term, value] of [
    ["p50", p50],
    ["p90", p90],
    ["p99", p99],
    ["max", max],
  ]) {
    figures.append(
      element("div", {}, element("dt", {}, term), element("dd", { id: `latency-${term}` }, duration(value))),
    );
  }
  const label = `Distribution of ${counted(times.length, "round trip")}: half within ${duration(p50)}, 99 of 100 within ${duration(p99)}, slowest ${duration(max)}`;
  return [
    figures,
    histogram(logBins(times, BINS, step), p99, label),
    element(
      "div",
      { class: "axis", "aria-hidden": "true" },
      element("span", {}, duration(min)),
      element("span", {}, duration(max)),
    ),
    element(
      "p",
      { class: "hint" },
      `${counted(times.length, "round trip")} of ${counted(size, "byte")}. Both axes are compressed; this browser's clock ticks every ${duration(step)}.`,
    ),
  ];
}

/** The smallest step of the browser's clock, in milliseconds: nothing shorter can be seen. */
function clockStep() {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i += 1) {
    const before = performance.now();
    let now = before;
    while (now === before) now = performance.now();
    least = Math.min(least, now - before);
  }
  return least;
}
