/**
 * The Messages panel: a window onto the message log. It draws only the rows in sight, at most ten times a second,
 * so what it costs does not depend on how much comes in. Scrolling up, choosing a row or Pause holds the list still
 * while messages go on being counted.
 */
import { byId, element, setText } from "../dom.js";
import { bytes, clock, count } from "../format.js";
import { MessageLog } from "../message-log.js";
import { preview } from "../payload.js";
import { eachFrame } from "../pulse.js";

const KEPT = 10_000;
/** Pixels; the style sheet sets the same height. */
const ROW = 28;
/** Milliseconds between redraws of the rows. Nobody reads faster. */
const REDRAW = 100;

/** `onSelect(entry | undefined)` hears which message is chosen. Returns `{ push }`. */
export function mountMessages(onSelect) {
  const log = new MessageLog(KEPT);
  const box = byId("messages");
  const space = byId("messages-space");
  const pause = byId("pause");
  const filter = byId("filter");
  const pool = [];
  /** While held: the entries shown. While live: undefined. */
  let held;
  let heldAt = 0;
  let chosen;
  let dirty = true;
  let drawnAt = 0;

  const matches = (entry) => entry.message.subject.includes(filter.value);
  /** What is shown now, as `{ length, entry(i) }`, without copying the log while it streams unfiltered. */
  function view() {
    const entries = held ?? (filter.value ? log.snapshot() : undefined);
    if (!entries) return { length: log.total - log.oldest, entry: (i) => log.at(log.oldest + i) };
    const shown = filter.value ? entries.filter(matches) : entries;
    return { length: shown.length, entry: (i) => shown[i] };
  }

  function hold() {
    if (held) return;
    held = log.snapshot();
    heldAt = log.total;
    pause.setAttribute("aria-pressed", "true");
    pause.textContent = "Resume";
    dirty = true;
  }

  function release() {
    held = undefined;
    choose(undefined);
    pause.setAttribute("aria-pressed", "false");
    pause.textContent = "Pause";
    dirty = true;
  }

  function choose(entry) {
    if (chosen?.number === entry?.number) return;
    chosen = entry;
    if (entry) hold();
    onSelect(entry);
    dirty = true;
  }

  function chooseAt(i) {
    const shown = view();
    if (shown.length === 0) return;
    const at = Math.min(Math.max(i, 0), shown.length - 1);
    choose(shown.entry(at));
    const top = at * ROW;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  }

  function draw() {
    const shown = view();
    const height = shown.length * ROW;
    space.style.height = `${height}px`;
    if (!held) box.scrollTop = height;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - 2);
    const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + 2);
    while (pool.length < last - first) {
      const row = new Row(pool.length);
      pool.push(row);
      space.append(row.element);
    }
    for (const [i, row] of pool.entries()) {
      if (first + i < last) row.show(first + i, shown, chosen);
      else row.hide();
    }
    const active = pool.find((row) => row.isChosen);
    if (active) box.setAttribute("aria-activedescendant", active.element.id);
    else box.removeAttribute("aria-activedescendant");
    byId("messages-empty").hidden = log.total > 0;
  }

  eachFrame((now) => {
    setText(byId("messages-count"), count(log.total));
    if (held && log.total > heldAt) setText(pause, `Resume, ${count(log.total - heldAt)} new`);
    if (!dirty || now - drawnAt < REDRAW) return;
    drawnAt = now;
    dirty = false;
    draw();
  });

  box.addEventListener("scroll", () => {
    const atEnd = box.scrollTop + box.clientHeight >= space.offsetHeight - ROW / 2;
    if (!atEnd) hold();
    drawnAt = 0;
    dirty = true;
  });
  box.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-index]");
    if (row) chooseAt(Number(row.dataset.index));
  });
  box.addEventListener("keydown", (event) => {
    const shown = view();
    const page = Math.max(1, Math.floor(box.clientHeight / ROW) - 1);
    const from = chosen ? indexOf(shown, chosen.number) : shown.length;
    const to = {
      ArrowUp: from - 1,
      ArrowDown: from + 1,
      PageUp: from - page,
      PageDown: from + page,
      Home: 0,
      End: shown.length - 1,
    }[event.key];
    if (event.key === "Escape") release();
    else if (to !== undefined) chooseAt(to);
    else return;
    event.preventDefault();
  });
  pause.addEventListener("click", () => (held ? release() : hold()));
  byId("clear").addEventListener("click", () => {
    log.clear();
    release();
  });
  filter.addEventListener("input", () => {
    choose(undefined);
    dirty = true;
  });
  new ResizeObserver(() => {
    dirty = true;
  }).observe(box);

  return {
    push(message, source) {
      log.push(message, source, Date.now());
      if (!held) dirty = true;
    },
    /** Unchooses, and follows the newest again. */
    release,
  };
}

/** Entries are in order of their numbers. */
function indexOf(shown, number) {
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shown.entry(middle).number < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

class Row {
  #swatch = element("span");
  #number = element("span", { class: "cell-number" });
  #time = element("span", { class: "cell-time" });
  #subject = element("span", { class: "cell-subject" });
  #payload = element("span", { class: "cell-payload" });
  #size = element("span", { class: "cell-size" });
  #shown;
  isChosen = false;

  constructor(index) {
    this.element = element(
      "div",
      { class: "message", role: "option", id: `message-${index}`, "aria-selected": "false" },
      this.#swatch,
      this.#number,
      this.#time,
      this.#subject,
      this.#payload,
      this.#size,
    );
  }

  show(index, shown, chosen) {
    const entry = shown.entry(index);
    this.element.hidden = false;
    this.element.style.transform = `translateY(${index * ROW}px)`;
    this.element.dataset.index = index;
    this.element.setAttribute("aria-posinset", index + 1);
    this.element.setAttribute("aria-setsize", shown.length);
    this.isChosen = chosen?.number === entry.number;
    this.element.setAttribute("aria-selected", String(this.isChosen));
    if (this.#shown === entry.message) return;
    this.#shown = entry.message;
    const { subject, data } = entry.message;
    this.#swatch.className = `swatch colour-${entry.source.colour}`;
    setText(this.#number, count(entry.number + 1));
    setText(this.#time, clock(entry.at));
    setText(this.#subject, subject);
    setText(this.#payload, data.length === 0 ? "" : preview(data));
    setText(this.#size, bytes(data.length));
  }

  hide() {
    this.element.hidden = true;
    this.#shown = undefined;
    this.isChosen = false;
  }
}
