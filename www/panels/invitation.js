/** What the empty message list says: the next step, or one button that takes the first three at once. */
import { byId, setText } from "../dom.js";
import { explain } from "../errors.js";
import { showError } from "../notice.js";

const DEMO = "demo.>";

export function mountInvitation(link, subscriptions) {
  const button = byId("try-it");

  link.addEventListener("state", () => {
    button.hidden = !link.isOpen;
    setText(
      byId("empty-text"),
      link.isOpen
        ? "Subscribe to a subject, or let the page show you:"
        : "Connect to a server, then subscribe to a subject.",
    );
  });

  button.addEventListener("click", () => {
    try {
      if (!subscriptions.has(DEMO)) subscriptions.add(DEMO, "");
      for (let i = 1; i <= 100; i += 1) {
        link.connection.publish(
          `demo.room.${(i % 4) + 1}`,
          JSON.stringify({ n: i, text: "hello", at: new Date().toISOString() }),
        );
      }
    } catch (error) {
      showError(byId("subscribe-error"), explain(error, "The demonstration failed"));
    }
  });
}
