/** The Events panel: what happened to the connection, newest last, bounded. */
import { byId, element } from "../dom.js";
import { clock } from "../format.js";

const KEPT = 500;

export function mountEvents(link) {
  const list = byId("events");
  const empty = () =>
    element("li", { class: "events-empty" }, "Connects, losses, reconnects and errors appear here as they happen.");
  list.append(empty());

  link.addEventListener("entry", ({ detail: { at, type, text, tone } }) => {
    const following = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
    list.querySelector(".events-empty")?.remove();
    list.append(
      element(
        "li",
        { class: `event event-${tone}` },
        element("time", { datetime: new Date(at).toISOString() }, clock(at)),
        element("b", {}, type),
        element("span", {}, text),
      ),
    );
    if (list.childElementCount > KEPT) list.firstElementChild.remove();
    if (following) list.scrollTop = list.scrollHeight;
  });
  byId("events-clear").addEventListener("click", () => list.replaceChildren(empty()));
}
