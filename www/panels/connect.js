/** The Connection panel: where to, as whom, and what the server says of itself. */
import { byId, fillFacts } from "../dom.js";
import { explain, explainConnect, refuse } from "../errors.js";
import { bytes, duration } from "../format.js";
import { clearError, showError } from "../notice.js";

/** The websocket port that nats-server's own documentation uses. */
const USUAL_PORT = 9222;

export function mountConnect(link) {
  const form = byId("connect-form");
  const url = byId("url");
  const auth = byId("auth");
  const connect = byId("connect");
  const redial = byId("redial");
  const disconnect = byId("disconnect");
  const slot = byId("connect-error");
  const facts = byId("server-facts");

  const asked = new URLSearchParams(location.search).get("server");
  url.value = asked ?? `ws://${location.hostname || "127.0.0.1"}:${USUAL_PORT}`;

  connect.disabled = false;
  auth.addEventListener("change", () => {
    for (const part of document.querySelectorAll("[data-auth]")) part.hidden = part.dataset.auth !== auth.value;
  });

  async function open() {
    clearError(slot);
    const target = url.value.trim();
    if (target === "") {
      showError(slot, refuse("There is no server URL", "", "Enter one such as ws://127.0.0.1:9222."));
      url.focus();
      return;
    }
    try {
      await link.connect(target, readOptions);
    } catch (error) {
      showError(slot, explainConnect(error, target));
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void open();
  });
  disconnect.addEventListener("click", () => void link.close());
  redial.addEventListener("click", async () => {
    try {
      await link.reconnect();
    } catch (error) {
      showError(slot, explain(error, "Could not reconnect"));
    }
  });

  link.addEventListener("state", () => {
    const open = link.isOpen;
    connect.hidden = open || link.state === "connecting";
    redial.hidden = !open;
    disconnect.hidden = !open && link.state !== "connecting";
    disconnect.textContent = open ? "Disconnect" : "Give up";
    facts.hidden = !open;
    if (link.state === "connected") {
      clearError(slot);
      fillFacts(facts, serverFacts(link));
    }
  });

  // A link that names its server is meant to be followed.
  if (asked !== null) void open();
}

function serverFacts({ connection, timing }) {
  const info = connection.info;
  const facts = [
    ["Server", `${serverName(info)}, ${info.version}`],
    ["Max payload", bytes(info.max_payload)],
    ["JetStream", info.jetstream ? "yes" : "no"],
    ["Client id", String(info.client_id)],
    ["Client loaded in", duration(timing.load)],
    ["Import to connected", duration(timing.load + timing.connect)],
  ];
  if (info.cluster) facts.splice(1, 0, ["Cluster", info.cluster]);
  return facts;
}

/** A server without a name of its own goes by its key, 56 characters of which a few tell it from others. */
function serverName({ server_name, server_id }) {
  return server_name && server_name !== server_id ? server_name : `${server_id.slice(0, 8)}…`;
}

/** Everything but the address, as the client takes it. */
function readOptions(nats) {
  const options = {};
  const name = byId("name").value.trim();
  if (name) options.name = name;
  switch (byId("auth").value) {
    case "user":
      options.user = byId("user").value;
      options.pass = byId("pass").value;
      break;
    case "token":
      options.token = byId("token").value;
      break;
    case "creds":
      options.authenticator = nats.credsAuthenticator(new TextEncoder().encode(byId("creds").value));
      break;
  }
  return options;
}
