/** The bar at the top: the state in a word or two, and what is happening right now. */
import { byId, setText } from "../dom.js";
import { duration, rate } from "../format.js";
import { eachSample, Rate } from "../pulse.js";

const WORDS = {
  idle: () => "Not connected",
  connecting: () => "Connecting…",
  connected: (link) => `Connected to ${link.connection.getServer()}`,
  reconnecting: () => "Connection lost, reconnecting…",
  closed: () => "Disconnected",
};

/** A round trip costs one PING; often enough to notice a change, rarely enough to disturb nothing. */
const RTT_EVERY = 5000;

/** `onRates({ in, out })` hears the message rates this panel shows, about twice a second. */
export function mountState(link, onRates) {
  const state = byId("state");
  link.addEventListener("state", () => {
    state.dataset.state = link.state;
    setText(byId("state-text"), WORDS[link.state](link));
    if (link.state === "connected") void measureRtt();
    else setText(byId("tick-rtt"), "–");
  });

  const into = new Rate();
  const out = new Rate();
  // The totals of a connection stay in sight after its end.
  let stats = { inMsgs: 0, outMsgs: 0, inBytes: 0, outBytes: 0 };
  eachSample((seconds) => {
    stats = link.connection?.stats() ?? stats;
    const rates = { in: into.sample(stats.inMsgs, seconds), out: out.sample(stats.outMsgs, seconds) };
    setText(byId("tick-in"), rate(rates.in));
    setText(byId("tick-out"), rate(rates.out));
    onRates(rates, stats);
  });

  async function measureRtt() {
    if (link.state !== "connected" || document.hidden) return;
    try {
      setText(byId("tick-rtt"), duration(await link.connection.rtt()));
    } catch {
      // The connection went away while the PING was out: the state beside this says so.
      setText(byId("tick-rtt"), "–");
    }
  }
  setInterval(() => void measureRtt(), RTT_EVERY);
}
