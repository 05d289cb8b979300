/**
 * The Subscriptions panel. Owns the list of what is subscribed to, each with its count and rate, and hands every
 * message on. The list outlives a connection: a new one gets the same subscriptions.
 */
import { byId, element, setText } from "../dom.js";
import { explain, refuse } from "../errors.js";
import { count, rate } from "../format.js";
import { clearError, showError } from "../notice.js";
import { eachFrame, eachSample, Rate } from "../pulse.js";

const COLOURS = 8;

/** `onMessage(message, source)`; `source` has `subject`, `queue` and `colour`. Returns `{ add }`. */
export function mountSubscriptions(link, onMessage) {
  const slot = byId("subscribe-error");
  const list = byId("subs");
  const subject = byId("sub-subject");
  const queue = byId("sub-queue");
  const rows = new Set();
  let colour = 0;

  function open(row) {
    row.subscription = link.connection.subscribe(row.subject, {
      ...(row.queue && { queue: row.queue }),
      callback(error, message) {
        if (error) {
          showError(slot, explain(error, `The subscription to ${row.subject} failed`));
          remove(row);
          return;
        }
        row.received += 1;
        onMessage(message, row);
      },
    });
  }

  function remove(row) {
    const focused = row.element.contains(document.activeElement);
    rows.delete(row);
    row.element.remove();
    if (link.isOpen && !row.subscription?.isClosed()) row.subscription?.unsubscribe();
    if (focused) (list.querySelector("button") ?? subject).focus();
  }

  /** Subscribes now; throws the client's error when it refuses, the connection's when there is none. */
  function add(subjectText, queueText) {
    const row = {
      subject: subjectText,
      queue: queueText,
      colour: (colour % COLOURS) + 1,
      received: 0,
      rate: new Rate(),
    };
    open(row);
    colour += 1;
    draw(row, () => remove(row));
    rows.add(row);
    list.append(row.element);
  }

  byId("subscribe-form").addEventListener("submit", (event) => {
    event.preventDefault();
    clearError(slot);
    const wanted = subject.value.trim();
    if (!link.isOpen) {
      showError(slot, notConnected(`Could not subscribe to ${wanted}`));
      return;
    }
    try {
      add(wanted, queue.value.trim());
    } catch (error) {
      showError(slot, explain(error, `Could not subscribe to “${wanted}”`));
      subject.focus();
    }
  });

  link.addEventListener("opened", () => {
    for (const row of rows) open(row);
  });

  eachFrame(() => {
    for (const row of rows) setText(row.shownCount, count(row.received));
  });
  eachSample((seconds) => {
    for (const row of rows) setText(row.shownRate, `${rate(row.rate.sample(row.received, seconds))}/s`);
  });
  return { add, has: (wanted) => [...rows].some((row) => row.subject === wanted) };
}

/** What to say when something needs a connection and there is none. */
export function notConnected(doing) {
  return refuse(doing, "There is no connection.", "Press Connect first.");
}

function draw(row, onRemove) {
  row.shownCount = element("span", { class: "sub-count" }, "0");
  row.shownRate = element("span", { class: "sub-rate" }, "0/s");
  const button = element(
    "button",
    { type: "button", class: "icon", title: "Unsubscribe", "aria-label": `Unsubscribe from ${row.subject}` },
    "×",
  );
  button.addEventListener("click", onRemove);
  const name = element("span", { class: "sub-name" }, element("code", { title: row.subject }, row.subject));
  if (row.queue) name.append(element("span", { class: "badge", title: "Queue group" }, row.queue));
  row.element = element(
    "li",
    { class: "sub", "data-subject": row.subject },
    element("span", { class: `swatch colour-${row.colour}`, "aria-hidden": "true" }),
    name,
    row.shownCount,
    row.shownRate,
    button,
  );
}
