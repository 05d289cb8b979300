/** Shows an explained error in a panel's slot, and takes it away again. */
export function showError(slot, { title, code, text, advice }) {
  const box = document.createElement("div");
  box.className = "notice notice-error";
  box.setAttribute("role", "alert");
  box.append(line("notice-title", title));
  for (const sentence of text.split("\n").filter(Boolean)) box.append(line("notice-text", sentence));
  if (advice) box.append(line("notice-advice", advice));
  if (code) {
    const tag = document.createElement("code");
    tag.textContent = code;
    const foot = line("notice-code", "Code ");
    foot.append(tag);
    box.append(foot);
  }
  slot.replaceChildren(box);
  box.scrollIntoView({ block: "nearest" });
}

export function clearError(slot) {
  slot.replaceChildren();
}

function line(className, text) {
  const p = document.createElement("p");
  p.className = className;
  p.textContent = text;
  return p;
}
