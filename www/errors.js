/**
 * What went wrong, in plain words: what failed, the code to look up or match on, and what to do about it.
 * Knows the client's codes; shows nothing (see notice.js).
 */
const ADVICE = {
  CONNECTION_CLOSED: ["The connection is closed.", "Press Connect to open a new one."],
  CONNECTION_DRAINING: [
    "The connection is finishing its work and takes nothing new.",
    "Connect again when it has closed.",
  ],
  CONNECTION_REFUSED: [
    "Nothing answered at that address, or the browser was not allowed to go there.",
    "Check that the server is running, that its configuration has a websocket { } block, and that the port is the websocket port (not 4222).",
  ],
  CONNECTION_TIMEOUT: [
    "The server did not finish the greeting in time.",
    "Check that the address is a NATS websocket port and that no proxy sits in between.",
  ],
  DISCONNECT: [
    "The connection was lost before an answer came.",
    "The client is reconnecting by itself; try again when it is back.",
  ],
  BAD_SUBJECT: [
    "The subject is not valid.",
    "Use tokens separated by dots, without spaces, such as demo.hello. Wildcards are for subscribing only.",
  ],
  BAD_HEADER: ["A header is not valid.", "Names hold no spaces or colons, values no line breaks."],
  MAX_PAYLOAD_EXCEEDED: [
    "The message is larger than this server takes.",
    "Send less at once; the limit stands under Connection as max payload.",
  ],
  RECONNECT_BUFFER_EXCEEDED: [
    "The server is away, and the space for messages waiting for it is used up.",
    "Wait for the reconnect before publishing more.",
  ],
  INVALID_OPTION: ["One of the settings is not valid.", "Check the server URL: it begins with ws:// or wss://."],
  TIMEOUT: ["No reply came in time.", "Someone listens on that subject but did not answer. Give it a longer timeout."],
  503: ["Nobody listens on that subject.", "Switch on the responder, or check the subject."],
  AUTHORIZATION_VIOLATION: [
    "The server refused the credentials, or wants some.",
    "Open “Name and credentials” and check how you sign in.",
  ],
  AUTHENTICATION_EXPIRED: ["The credentials have expired.", "Get new ones and connect again."],
  AUTHENTICATION_TIMEOUT: [
    "The server got no credentials in time.",
    "Connect again; if it repeats, look at the network in between.",
  ],
  ACCOUNT_EXPIRED: ["The account has expired.", "Ask whoever runs the account."],
  PERMISSIONS_VIOLATION: [
    "This user may not do that on that subject.",
    "Use another subject, or ask for the permission.",
  ],
  NATS_PROTOCOL_ERR: [
    "The server did not accept what it was sent.",
    "Its own words stand above; the events list tells what happened around it.",
  ],
  BAD_AUTHENTICATION: ["The credentials could not be used.", "Check what you entered under “Name and credentials”."],
  BAD_CREDS: ["That is not a credentials file.", "Paste all of it, from BEGIN NATS USER JWT to END USER NKEY SEED."],
};

/**
 * `doing` is the sentence that names what failed and on what, such as `Could not connect to ws://…`.
 * Returns `{ title, code, text, words, advice }`, each empty when there is nothing to say: `text` is ours, `words` are
 * the client's own, which know the values.
 */
export function explain(error, doing) {
  const code = typeof error?.code === "string" ? error.code : "";
  const [text, advice] = ADVICE[code] ?? ["", ""];
  const own = typeof error?.message === "string" ? error.message : String(error);
  // The client's messages begin with the code, which stands apart here. Some errors carry no more than that, or their name.
  const words = own === code || own === error?.name ? "" : wordsBehind(code, own);
  return { title: doing, code, text, words, advice };
}

function wordsBehind(code, message) {
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}

/** As `explain`, for connecting: adds what only the page knows about the address it was given. */
export function explainConnect(error, url, page = globalThis.location) {
  const told = explain(error, `Could not connect to ${url}`);
  if (told.text === "") [told.text, told.advice] = ADVICE.CONNECTION_REFUSED;
  if (page?.protocol === "https:" && url.startsWith("ws://")) {
    told.advice =
      "This page came over https, and browsers then allow only wss:// addresses. Use a wss:// URL, or open the page over http.";
  }
  return told;
}

/** The client itself could not be loaded. */
export function explainLoad(error) {
  const told = explain(error, "The client could not be loaded");
  told.advice =
    "Run “npm run build” in the project, then reload. If it is built, the page's content security policy must allow 'wasm-unsafe-eval'.";
  return told;
}

/** For the page's own refusals, where no client was asked. */
export function refuse(title, text, advice) {
  return { title, code: "", text, words: "", advice };
}
