// A nats-server process on loopback: started with a configuration, stopped, restarted on the same ports, paused. Used by
// `npm start`, the browser tests and the benchmark. Every process started here dies with this one.

import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./refusal.mjs";
import { ensureNatsServer } from "./setup/nats-server.mjs";

const READY_MS = 20_000;
const HOST = "127.0.0.1";

// A later block of the same name replaces one of these.
const BASE = `
listen: $NATS_CLIENT
http: $NATS_MONITOR
websocket { listen: $NATS_WEBSOCKET, no_tls: true }
`;

/** @typedef {import("./setup/nats-server.mjs").Release} Release */
/** @typedef {{client: number, websocket: number, monitor: number, cluster: number}} Ports */

/** @type {Set<NatsServer>} */
const running = new Set();
process.on("exit", () => {
  for (const server of running) server.kill();
});

export class NatsServer {
  /** @type {Ports} */ ports;
  /** What the server wrote, all runs together. */
  log = "";
  #conf;
  #environment;
  #release;
  #directory = mkdtempSync(join(tmpdir(), "nats-wasm-server-"));
  /** @type {import("node:child_process").ChildProcess | undefined} */ #child;
  /** @type {Promise<void>} */ #ended = Promise.resolve();

  /**
   * @param {string} conf nats-server configuration; it may use the variables NATS_CLIENT, NATS_MONITOR, NATS_WEBSOCKET
   *   and NATS_CLUSTER (each `host:port`), NATS_STORE (a fresh directory) and those of `environment`
   * @param {Ports} ports
   * @param {Record<string, string>} environment
   * @param {Release} [release] the usual program when left out
   */
  constructor(conf, ports, environment, release) {
    this.#conf = conf;
    this.ports = ports;
    this.#environment = environment;
    this.#release = release;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param {{conf?: string, ports?: Partial<Ports>, environment?: Record<string, string>, version?: Release}} [options]
   *   ports left out are chosen among the free ones; `version` is a release such as "2.10"
   * @throws {Refusal} when it ends, or is not ready after 20 s: with its log
   */
  static async start(options = {}) {
    const { conf = "", environment = {}, version } = options;
    const server = new NatsServer(conf, await choosePorts(options.ports), environment, version);
    try {
      await server.#launch();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Ends the process; its files stay for `restart`. SIGTERM closes connections in order, SIGKILL does not. */
  async stop(/** @type {NodeJS.Signals} */ signal = "SIGTERM") {
    this.#child?.kill("SIGCONT");
    this.#child?.kill(signal);
    await this.#ended;
  }

  /** Starts it again on the same ports with the same stored data, and with another configuration when one is given. */
  async restart(/** @type {string | undefined} */ conf) {
    await this.stop("SIGKILL");
    if (conf !== undefined) this.#conf = conf;
    await this.#launch();
  }

  /** Sends a signal: SIGCONT thaws a frozen server, SIGUSR2 enters lame duck mode. */
  signal(/** @type {NodeJS.Signals} */ signal) {
    this.#child?.kill(signal);
  }

  /**
   * Freezes the server with its sockets open. A busy machine delivers SIGSTOP late, and the server answers until then:
   * this resolves when Linux shows every thread of it as stopped. Other systems do not show threads.
   */
  async freeze() {
    this.signal("SIGSTOP");
    const tasks = `/proc/${this.pid}/task`;
    if (!existsSync(tasks)) return;
    const stopped = (/** @type {string} */ task) => /\) [Tt] /.test(readFileSync(`${tasks}/${task}/stat`, "utf8"));
    while (!readdirSync(tasks).every(stopped)) await sleep(1);
  }

  /** Replaces the configuration and lets the running server read it. */
  reload(/** @type {string} */ conf) {
    this.#conf = conf;
    this.#write();
    this.signal("SIGHUP");
  }

  /** Ends the process at once and deletes its files. */
  async remove() {
    await this.stop("SIGKILL");
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** `remove`, for a process that is itself about to end. */
  kill() {
    this.#child?.kill("SIGKILL");
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** A page of the monitoring port, such as `/connz?subs=1`. */
  async monitor(/** @type {string} */ path) {
    const response = await fetch(`http://${HOST}:${this.ports.monitor}${path}`);
    return response.json();
  }

  #write() {
    const file = join(this.#directory, "nats-server.conf");
    writeFileSync(file, `${BASE}\n${this.#conf}\n`);
    return file;
  }

  async #launch() {
    const program = await ensureNatsServer(this.#release);
    const store = join(this.#directory, "store");
    mkdirSync(store, { recursive: true });
    const { client, websocket, monitor, cluster } = this.ports;
    const child = spawn(program, ["-c", this.#write()], {
      env: {
        ...process.env,
        ...this.#environment,
        NATS_STORE: store,
        NATS_CLIENT: `${HOST}:${client}`,
        NATS_WEBSOCKET: `${HOST}:${websocket}`,
        NATS_MONITOR: `${HOST}:${monitor}`,
        NATS_CLUSTER: `${HOST}:${cluster}`,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    running.add(this);
    this.#ended = new Promise((resolve) => {
      const end = () => {
        running.delete(this);
        resolve();
      };
      child.once("close", end);
      child.once("error", end);
    });
    await this.#ready(child);
  }

  #ready(/** @type {import("node:child_process").ChildProcess} */ child) {
    const from = this.log.length;
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ why) => {
        clearTimeout(timer);
        reject(new Refusal(`nats-server ${why}:\n${this.log.slice(from)}`));
      };
      const timer = setTimeout(fail, READY_MS, `was not ready after ${READY_MS / 1000} s`);
      child.once("error", (error) => fail(`could not be started: ${error.message}`));
      child.once("close", (code) => fail(`ended with code ${code}`));
      child.stderr?.setEncoding("utf8").on("data", (text) => {
        this.log += text;
        if (!this.log.slice(from).includes("Server is ready")) return;
        clearTimeout(timer);
        resolve(undefined);
      });
    });
  }
}

/** @type {Set<number>} */
const chosen = new Set();

/**
 * @param {Partial<Ports>} [given]
 * @returns {Promise<Ports>} the given ports, and free ones for the others
 */
export async function choosePorts(given = {}) {
  return {
    client: given.client ?? (await freePort()),
    websocket: given.websocket ?? (await freePort()),
    monitor: given.monitor ?? (await freePort()),
    cluster: given.cluster ?? (await freePort()),
  };
}

// Below the range the system gives to outgoing connections, so that a restarted server finds its port still free.
async function freePort() {
  for (;;) {
    const port = randomInt(12_000, 30_000);
    if (chosen.has(port) || !(await isFree(port))) continue;
    chosen.add(port);
    return port;
  }
}

/** Whether this process could listen on `port` of the loopback interface now. */
export function isFree(/** @type {number} */ port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}
