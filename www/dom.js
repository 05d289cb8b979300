/** The three things every panel does with elements. Text goes in as text, never as HTML: it may come from anyone. */

/** The element of this id; throws when index.html and a panel disagree. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element "${id}"`);
  return found;
}

/** `element("span", { class: "size" }, "12 B")`: attributes, then text or elements. */
export function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** Fills a `<dl>` with `[term, text]` pairs, each pair in a div of its own. */
export function fillFacts(list, facts) {
  list.replaceChildren(
    ...facts.map(([term, text]) => element("div", {}, element("dt", {}, term), element("dd", {}, text))),
  );
}

/** Writes only when the text is another one, so that a frame without news touches nothing. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
