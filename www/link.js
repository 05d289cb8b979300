/**
 * The page's one connection: opens it, follows its life, tells the panels. Holds no subscription and shows nothing.
 *
 * Events, each a CustomEvent: `state` (detail: the new state), `opened` (a new connection is usable; a reconnect is
 * not a new connection), `entry` (detail: `{ at, type, text, tone }`, for the event log).
 */
import { client, importTime } from "./client.js";
import { counted, duration } from "./format.js";

/** Between dials. Short, because somebody is watching. */
const RECONNECT_WAIT = 1000;
const CONNECT_TIMEOUT = 10_000;

export class Link extends EventTarget {
  /** `idle`, `connecting`, `connected`, `reconnecting` or `closed`. */
  state = "idle";
  /** The client's connection, from `opened` until it has closed. */
  connection = undefined;
  url = "";
  /** Milliseconds: loading the client, and from `connect` to a finished greeting. */
  timing = { load: 0, connect: 0 };
  #attempt = 0;
  #dials = 0;

  get isOpen() {
    return this.connection !== undefined;
  }

  /**
   * Closes what was open and connects to `url`. `options(client)` makes the connect options beyond the address.
   * Rejects with the client's error; resolves to false when another call or `close` came in between.
   */
  async connect(url, options) {
    await this.close();
    const attempt = ++this.#attempt;
    this.url = url;
    this.#become("connecting");
    this.#note("connecting", url);
    try {
      const nats = await client;
      const begun = performance.now();
      const connection = await nats.connect({
        servers: url,
        timeout: CONNECT_TIMEOUT,
        reconnectTimeWait: RECONNECT_WAIT,
        maxReconnectAttempts: -1,
        ...options(nats),
      });
      if (attempt !== this.#attempt) {
        await connection.close();
        return false;
      }
      this.timing = { load: await importTime, connect: performance.now() - begun };
      this.#opened(connection);
      return true;
    } catch (error) {
      if (attempt !== this.#attempt) return false;
      this.#become("idle");
      this.#note("failed", error.code ? `${url}, ${error.code}` : url, "bad");
      throw error;
    }
  }

  /** Gives up a connect that is under way, closes a connection that is open. */
  async close() {
    this.#attempt += 1;
    const connection = this.connection;
    if (connection) {
      await connection.close();
      this.#ended(connection, await connection.closed());
    } else if (this.state === "connecting") {
      this.#become("idle");
      this.#note("given up", this.url);
    }
  }

  /** Resolves when the connection is live, or when that is no longer waited for. */
  untilLive(signal) {
    return new Promise((resolve) => {
      const look = () => {
        if (this.state !== "connected" && !signal.aborted) return;
        this.removeEventListener("state", look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.addEventListener("state", look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  /** Drops the socket and dials again at once. */
  async reconnect() {
    await this.connection?.reconnect();
  }

  #opened(connection) {
    this.connection = connection;
    this.#dials = 0;
    this.#become("connected");
    this.#note("connected", `${connection.getServer()} in ${duration(this.timing.connect)}`, "good");
    this.dispatchEvent(new CustomEvent("opened"));
    void this.#follow(connection);
    void this.#awaitEnd(connection);
  }

  async #follow(connection) {
    for await (const status of connection.status()) this.#heard(status);
  }

  #heard({ type, data, error, permissionContext }) {
    switch (type) {
      case "disconnect":
        this.#dials = 0;
        this.#become("reconnecting");
        this.#note(type, String(data), "warn");
        break;
      case "reconnecting":
        this.#dials += 1;
        this.#note(type, `${data}, attempt ${this.#dials}`);
        break;
      case "reconnect":
        this.#become("connected");
        this.#note(type, String(data), "good");
        break;
      case "update":
        this.#note(type, describeUpdate(data));
        break;
      case "error":
        this.#note(type, describeError(data, error, permissionContext), "bad");
        break;
      case "ldm":
        this.#note(type, `${data} is about to shut down`, "warn");
        break;
      case "staleConnection":
        this.#note(type, `${data} no longer answers`, "warn");
        break;
      default:
        this.#note(type, describe(data));
    }
  }

  async #awaitEnd(connection) {
    this.#ended(connection, await connection.closed());
  }

  /** Told by whoever hears of the end first; the second telling is no news. */
  #ended(connection, error) {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.#become("closed");
    this.#note("closed", error ? error.message || error.code : "by this page", error ? "bad" : "plain");
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  #note(type, text, tone = "plain") {
    this.dispatchEvent(new CustomEvent("entry", { detail: { at: Date.now(), type, text, tone } }));
  }
}

function describeUpdate({ added = [], deleted = [] }) {
  const parts = [];
  if (added.length) parts.push(`${counted(added.length, "server")} more: ${added.join(", ")}`);
  if (deleted.length) parts.push(`${counted(deleted.length, "server")} gone: ${deleted.join(", ")}`);
  return parts.join("; ");
}

/** The code, and what else is known: the error's message, which begins with the code, or what was not permitted. */
function describeError(code, error, permission) {
  if (error?.message.startsWith(code)) return error.message;
  const words = error?.message ?? (permission && `${permission.operation} on ${permission.subject}`);
  return words ? `${describe(code)}: ${words}` : describe(code);
}

/** Data of kinds of status this page does not know: shown as it came. */
function describe(data) {
  if (data === undefined || data === null) return "";
  return typeof data === "object" ? JSON.stringify(data) : String(data);
}
