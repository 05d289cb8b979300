/** The Publish tab: one message, or many at a rate. */
import { client } from "../client.js";
import { byId, setText } from "../dom.js";
import { explain } from "../errors.js";
import { count, counted, duration, rate } from "../format.js";
import { headersFromLines } from "../header-lines.js";
import { clearError, showError } from "../notice.js";
import { sendPaced } from "../pace.js";
import { notConnected } from "./subscriptions.js";

const NUMBER = "{{i}}";

export function mountPublish(link) {
  const slot = byId("publish-error");
  const button = byId("publish");
  const stop = byId("publish-stop");
  const result = byId("publish-result");
  let running;

  async function publish() {
    clearError(slot);
    const subject = byId("pub-subject").value.trim();
    if (!link.isOpen) {
      showError(slot, notConnected(`Could not publish to ${subject}`));
      return;
    }
    running = new AbortController();
    button.disabled = true;
    const begun = performance.now();
    try {
      const total = readCount();
      stop.hidden = total === 1;
      const connection = link.connection;
      const options = await readOptions();
      const payloadOf = numbered(byId("pub-payload").value);
      const perSecond = Number(byId("pub-rate").value);
      const sent = await sendPaced({
        total,
        perSecond,
        send: (i) => connection.publish(subject, payloadOf(i), options()),
        flush: (sent) => untilTaken(link, sent < total, running.signal),
        onProgress: (n) => setText(result, `${count(n)} of ${count(total)}`),
        signal: running.signal,
      });
      const took = performance.now() - begun;
      setText(result, link.state === "reconnecting" ? held(sent) : outcome(sent, took));
    } catch (error) {
      setText(result, "");
      showError(slot, explain(error, `Could not publish to “${subject}”`));
    } finally {
      button.disabled = false;
      stop.hidden = true;
    }
  }

  byId("pane-publish").addEventListener("submit", (event) => {
    event.preventDefault();
    void publish();
  });
  stop.addEventListener("click", () => running.abort());
  link.addEventListener("state", () => {
    if (!link.isOpen) running?.abort();
  });
}

function readCount() {
  const total = byId("pub-count").valueAsNumber;
  if (!Number.isInteger(total) || total < 1) throw new Error("the number of messages must be a whole number from 1 on");
  return total;
}

/** Each message gets its own options, since a client may keep what it is given. */
async function readOptions() {
  const nats = await client;
  const headers = headersFromLines(byId("pub-headers").value, nats.headers);
  const reply = byId("pub-reply").value.trim();
  return () => ({ ...(headers && { headers }), ...(reply && { reply }) });
}

/** The payload of message i. Encoded once when it does not depend on i. */
function numbered(template) {
  const encoder = new TextEncoder();
  if (!template.includes(NUMBER)) {
    const same = encoder.encode(template);
    return () => same;
  }
  const parts = template.split(NUMBER);
  return (i) => encoder.encode(parts.join(String(i + 1)));
}

/**
 * Resolves when the server has what was published so far. While it is away the client holds it; then this waits only
 * if there is `more`, because what is held has a bound.
 */
async function untilTaken(link, more, signal) {
  if (link.state === "connected") {
    try {
      await link.connection.flush();
      return;
    } catch (error) {
      if (error.code !== "DISCONNECT") throw error;
    }
  }
  if (more) await link.untilLive(signal);
}

function held(sent) {
  return `${counted(sent, "message")} held until the reconnect`;
}

function outcome(sent, took) {
  if (sent < 2) return `${counted(sent, "message")} published`;
  return `${counted(sent, "message")} in ${duration(took)}, ${rate((sent / took) * 1000)}/s`;
}
