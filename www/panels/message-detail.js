/** One message in full: subject, reply subject, headers, and the payload as text, JSON or hex. */
import { byId, element, fillFacts } from "../dom.js";
import { bytes, clock, count } from "../format.js";
import { asHex, asJson, asText, bestView } from "../payload.js";

const VIEWS = [
  ["text", "Text", asText, "The payload is not text. Look at it as hex."],
  ["json", "JSON", asJson, "The payload is not JSON."],
  ["hex", "Hex", asHex, ""],
];

/** Returns `show(entry | undefined)`; `onClose` is called when the reader is done with the message. */
export function mountMessageDetail(onClose) {
  const box = byId("detail");
  return (entry) => {
    box.hidden = entry === undefined;
    box.replaceChildren();
    if (entry) box.append(...parts(entry, onClose));
  };
}

function parts(entry, onClose) {
  const { message, source } = entry;
  const close = element(
    "button",
    { type: "button", class: "icon", "aria-label": "Close the message", title: "Close" },
    "×",
  );
  close.addEventListener("click", onClose);
  const head = element(
    "div",
    { class: "detail-head" },
    element("code", { class: "detail-subject" }, message.subject),
    close,
  );

  const facts = element("dl", { class: "facts" });
  const pairs = [
    ["Number", count(entry.number + 1)],
    ["Received", clock(entry.at)],
    ["Size", bytes(message.data.length)],
    ["Subscription", source.queue ? `${source.subject}, queue group ${source.queue}` : source.subject],
  ];
  if (message.reply) pairs.push(["Reply subject", message.reply]);
  fillFacts(facts, pairs);

  const made = [head, facts];
  if (message.headers) made.push(headerTable(message.headers));
  if (message.data.length > 0) made.push(payload(message.data));
  else made.push(element("p", { class: "hint" }, "The payload is empty."));
  return made;
}

function headerTable(headers) {
  const body = element("tbody");
  for (const [name, values] of headers) {
    for (const value of values)
      body.append(element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value)));
  }
  return element("table", { class: "headers mono" }, element("caption", {}, "Headers"), body);
}

function payload(data) {
  const text = element("pre", { class: "mono detail-payload", tabindex: "0", "aria-label": "Payload" });
  const buttons = VIEWS.map(([view, title]) =>
    element("button", { type: "button", class: "small", "data-view": view }, title),
  );
  const select = (wanted) => {
    const [, , render, otherwise] = VIEWS.find(([view]) => view === wanted);
    text.textContent = render(data) ?? otherwise;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === wanted));
  };
  for (const button of buttons) button.addEventListener("click", () => select(button.dataset.view));
  select(bestView(data));
  return element(
    "div",
    { class: "detail-body" },
    element("div", { class: "segments", role: "group", "aria-label": "Show the payload as" }, ...buttons),
    text,
  );
}
