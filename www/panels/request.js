/** The Request tab: one request, its reply, and how long that took. */
import { client } from "../client.js";
import { byId, setText } from "../dom.js";
import { explain } from "../errors.js";
import { bytes, duration } from "../format.js";
import { headersFromLines } from "../header-lines.js";
import { clearError, showError } from "../notice.js";
import { asHex, asJson, asText, bestView } from "../payload.js";
import { notConnected } from "./subscriptions.js";

const RENDER = { json: asJson, text: asText, hex: asHex };

export function mountRequest(link) {
  const slot = byId("request-error");
  const reply = byId("reply");
  const button = byId("request");

  async function send() {
    clearError(slot);
    reply.hidden = true;
    const subject = byId("req-subject").value.trim();
    if (!link.isOpen) {
      showError(slot, notConnected(`Could not send a request to ${subject}`));
      return;
    }
    button.disabled = true;
    try {
      const headers = headersFromLines(byId("req-headers").value, (await client).headers);
      const timeout = byId("req-timeout").valueAsNumber;
      const begun = performance.now();
      const answer = await link.connection.request(subject, byId("req-payload").value, {
        timeout,
        ...(headers && { headers }),
      });
      show(answer, performance.now() - begun);
    } catch (error) {
      showError(slot, explain(error, `No reply from “${subject}”`));
    } finally {
      button.disabled = false;
    }
  }

  function show({ data, headers }, took) {
    setText(byId("reply-latency"), `after ${duration(took)}, ${bytes(data.length)}`);
    const lines = headers
      ? Array.from(headers, ([name, values]) => values.map((value) => `${name}: ${value}`)).flat()
      : [];
    const body = data.length === 0 ? "(empty)" : RENDER[bestView(data)](data);
    byId("reply-body").textContent = lines.length > 0 ? `${lines.join("\n")}\n\n${body}` : body;
    reply.hidden = false;
    reply.scrollIntoView({ block: "nearest" });
  }

  byId("pane-request").addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
}
