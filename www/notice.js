/** Shows an explained error in a panel's slot, and takes it away again. */
import { element } from "./dom.js";

/** Characters. Longer words of the client are for who wants to know more. */
const LONG = 140;

export function showError(slot, { title, code, text, words, advice }) {
  const box = element("div", { class: "notice", role: "alert" }, element("p", { class: "notice-title" }, title));
  if (text) box.append(element("p", {}, text));
  if (words && words.length <= LONG) box.append(element("p", {}, words));
  if (advice) box.append(element("p", {}, advice));
  if (code) box.append(element("p", { class: "notice-code" }, "Code ", element("code", {}, code)));
  if (words.length > LONG) {
    box.append(element("details", {}, element("summary", {}, "What the client says"), element("p", {}, words)));
  }
  slot.replaceChildren(box);
  box.scrollIntoView({ block: "nearest" });
}

export function clearError(slot) {
  slot.replaceChildren();
}
