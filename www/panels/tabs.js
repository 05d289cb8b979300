/** The Publish, Request and Responder tabs: one visible at a time, moved through with the arrow keys. */
import { byId } from "../dom.js";

const TABS = ["publish", "request", "responder"];

export function mountTabs() {
  const select = (name, focus) => {
    for (const other of TABS) {
      const tab = byId(`tab-${other}`);
      const chosen = other === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(`pane-${other}`).hidden = !chosen;
      if (chosen && focus) tab.focus();
    }
  };
  for (const [i, name] of TABS.entries()) {
    const tab = byId(`tab-${name}`);
    tab.addEventListener("click", () => select(name, false));
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step) select(TABS[(i + step + TABS.length) % TABS.length], true);
    });
  }
}
