/** The Responder tab: an echo service that can be switched on and off. It outlives a connection, as subscriptions do. */
import { byId, setText } from "../dom.js";
import { explain } from "../errors.js";
import { counted } from "../format.js";
import { clearError, showError } from "../notice.js";
import { eachFrame } from "../pulse.js";
import { notConnected } from "./subscriptions.js";

export function mountResponder(link) {
  const toggle = byId("responder");
  const slot = byId("responder-error");
  const subject = byId("resp-subject");
  const queue = byId("resp-queue");
  const result = byId("responder-result");
  let subscription;
  let answered = 0;

  function show(on) {
    toggle.checked = on;
    subject.disabled = on;
    queue.disabled = on;
    byId("responder-lamp").hidden = !on;
  }

  function start() {
    clearError(slot);
    const doing = `Could not answer requests on “${subject.value.trim()}”`;
    if (!link.isOpen) {
      show(false);
      showError(slot, notConnected(doing));
      return;
    }
    try {
      const group = queue.value.trim();
      subscription = link.connection.subscribe(subject.value.trim(), {
        ...(group && { queue: group }),
        callback(error, message) {
          if (error) {
            show(false);
            showError(slot, explain(error, doing));
          } else if (message.respond(message.data, message.headers ? { headers: message.headers } : {})) {
            answered += 1;
          }
        },
      });
      show(true);
    } catch (error) {
      show(false);
      showError(slot, explain(error, doing));
    }
  }

  toggle.addEventListener("change", () => {
    if (toggle.checked) start();
    else {
      if (link.isOpen) subscription.unsubscribe();
      show(false);
    }
  });
  link.addEventListener("opened", () => {
    if (toggle.checked) start();
  });
  // Enter in a field switches it on or off, as it submits the other forms.
  byId("pane-responder").addEventListener("submit", (event) => {
    event.preventDefault();
    toggle.click();
  });
  eachFrame(() => {
    setText(result, toggle.checked || answered > 0 ? `${counted(answered, "request")} answered` : "");
  });
}
