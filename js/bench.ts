/**
 * A small benchmark on one connection, with the interface and the report of nats.ws. Measures from the first message to
 * the last of each kind, and counts payload bytes only. (docs/bench.md is the comparison with other clients.)
 */
import { deferred } from "./core/helpers/deferred";
import { Empty } from "./base/empty";
import { LANG, VERSION } from "./core/connection/connect-line";
import { nuid } from "./core/helpers/nuid";
import type { BaseConnection, Msg } from "./core/types";

/** Options of `Bench`; at least one of `pub`, `sub`, `req` and `rep` must be true. */
export interface BenchOpts {
  /** Receives by callbacks instead of iterators. Default false. */
  callbacks?: boolean;
  /** Messages of each kind. Default 100000 when there are no options at all, otherwise 0. */
  msgs?: number;
  /** Bytes of a payload. Default 128 when there are no options at all, otherwise 0. */
  size?: number;
  /** Subject of all messages. Default: a unique one. */
  subject?: string;
  /** Makes all requests at once, instead of one after the other. Default false. */
  asyncRequests?: boolean;
  /** Publishes. Default false. */
  pub?: boolean;
  /** Subscribes. Default false. */
  sub?: boolean;
  /** Replies to requests. Default false. */
  rep?: boolean;
  /** Requests. Default false. */
  req?: boolean;
}

/** A stopwatch with named marks. Times are in milliseconds. */
export class Perf {
  readonly #marks = new Map<string, number>();
  readonly #measures = new Map<string, { name: string; startTime: number; duration: number; entryType: string }>();

  /** Sets a mark: now. A mark of the same name is replaced. */
  mark(name: string): void {
    this.#marks.set(name, performance.now());
  }

  /** Measures the time between two marks. @throws Error when one of the marks was never set. */
  measure(name: string, start: string, end: string): void {
    const [from, to] = [this.#marks.get(start), this.#marks.get(end)];
    if (from === undefined) throw new Error(`${start} is not defined`);
    if (to === undefined) throw new Error(`${end} is not defined`);
    this.#measures.set(name, { name, startTime: from, duration: to - from, entryType: "measure" });
  }

  /** All measurements, in the order of their names' first use: start and duration in ms. */
  getEntries(): { name: string; startTime: number; duration: number; entryType: string }[] {
    return [...this.#measures.values()];
  }
}

/** One row of the report. */
export class Metric {
  /** Name of the measurement: `pub`, `sub`, `req`, `rep`, `pubsub` or `reqrep`. */
  name: string;
  /** Duration in ms. */
  duration: number;
  /** When the row was made, in ms since 1970. */
  date = Date.now();
  /** Bytes of one payload. */
  payload = 0;
  /** Number of messages. */
  msgs = 0;
  /** Name of the client. */
  lang = "";
  /** Version of the client. */
  version = "";
  /** Payload bytes in all. */
  bytes = 0;
  /** True when all requests were made at once. */
  asyncRequests?: boolean;
  /** Slowest rate of several rows, in messages per second. Undefined for one row. */
  min?: number;
  /** Fastest rate of several rows, in messages per second. Undefined for one row. */
  max?: number;

  /** @param duration in ms. */
  constructor(name: string, duration: number) {
    this.name = name;
    this.duration = duration;
  }

  /** The row as a line for people: messages per second, seconds, bytes per second. */
  toString(): string {
    const seconds = this.duration / 1000;
    const rate = Math.round(this.msgs / seconds).toLocaleString("en-US");
    const range = this.max ? `${this.min}/${this.max}` : "";
    const label = this.asyncRequests ? " [asyncRequests]" : "";
    return `${this.name}${label} ${rate} msgs/sec - [${seconds.toFixed(2)} secs] ~ ${throughput(this.bytes, seconds)} ${range}`;
  }

  /** The row as a line of the CSV table that begins with `header()`. */
  toCsv(): string {
    const { name, date, lang, version, msgs, payload, bytes, duration, asyncRequests = false } = this;
    const cells = [
      `"${name}"`,
      new Date(date).toISOString(),
      lang,
      version,
      msgs,
      payload,
      bytes,
      duration,
      asyncRequests,
    ];
    return `${cells.join(",")}\n`;
  }

  /** The first line of the CSV table. */
  static header(): string {
    return "Test,Date,Lang,Version,Count,MsgPayload,Bytes,Millis,Async\n";
  }
}

/** Publishes, subscribes, requests and replies on one connection as fast as possible. */
export class Bench {
  /** The connection. */
  readonly nc: BaseConnection;
  /** As `BenchOpts.callbacks`. */
  callbacks: boolean;
  /** As `BenchOpts.msgs`. */
  msgs: number;
  /** As `BenchOpts.size`. */
  size: number;
  /** As `BenchOpts.subject`. */
  subject: string;
  /** As `BenchOpts.asyncRequests`. */
  asyncRequests: boolean;
  /** As `BenchOpts.pub`. */
  pub: boolean;
  /** As `BenchOpts.sub`. */
  sub: boolean;
  /** As `BenchOpts.req`. */
  req: boolean;
  /** As `BenchOpts.rep`. */
  rep: boolean;
  /** The stopwatch. */
  perf = new Perf();
  /** The payload of every message: zeros. */
  payload: Uint8Array;

  /**
   * @param options default: 100000 messages of 128 bytes, and nothing to do with them, which throws.
   * @throws Error when none of `pub`, `sub`, `req` and `rep` is true.
   */
  constructor(nc: BaseConnection, options: BenchOpts = { msgs: 100_000, size: 128 }) {
    this.nc = nc;
    this.callbacks = options.callbacks ?? false;
    this.msgs = options.msgs ?? 0;
    this.size = options.size ?? 0;
    this.subject = options.subject || nuid.next();
    this.asyncRequests = options.asyncRequests ?? false;
    this.pub = options.pub ?? false;
    this.sub = options.sub ?? false;
    this.req = options.req ?? false;
    this.rep = options.rep ?? false;
    this.payload = this.size > 0 ? new Uint8Array(this.size) : Empty;
    if (!this.pub && !this.sub && !this.req && !this.rep) throw new Error("no bench option selected");
  }

  /**
   * Runs the benchmark, and resolves with one row for each thing that was measured.
   *
   * @throws NatsError, as a rejection: what `publish()`, `subscribe()` and `request()` fail with. Error when the
   * connection ends meanwhile.
   */
  async run(): Promise<Metric[]> {
    const done = this.callbacks ? this.runCallbacks() : this.runAsync();
    const lost = this.nc.closed().then((error) => {
      throw error ?? new Error("the connection was closed during the benchmark");
    });
    await Promise.race([done, lost]);
    return this.processMetrics();
  }

  /** Runs with callbacks. Rejects as `run()`; does not notice the end of the connection. */
  async runCallbacks(): Promise<void> {
    await this.#run((name, respond) => this.#receiveByCallback(name, respond));
  }

  /** Runs with iterators. Rejects as `run()`; does not notice the end of the connection. */
  async runAsync(): Promise<void> {
    await this.#run((name, respond) => this.#receiveByIterator(name, respond));
  }

  /** The rows of everything that was measured so far. */
  processMetrics(): Metric[] {
    if (this.pub && this.sub) this.perf.measure("pubsub", "pubStart", "subStop");
    if (this.req && this.rep) this.perf.measure("reqrep", "reqStart", "reqStop");
    const { inBytes, outBytes } = this.nc.stats();
    const both = inBytes + outBytes;
    const bytes: Record<string, number> = {
      pubsub: both,
      reqrep: both,
      pub: outBytes,
      sub: inBytes,
      rep: both,
      req: both,
    };
    const measured = this.perf.getEntries();
    return Object.keys(bytes).flatMap((name) => {
      const found = measured.find((entry) => entry.name === name);
      if (found === undefined) return [];
      const metric = new Metric(name, found.duration);
      const isPair = name === "pubsub" || name === "reqrep";
      const msgs = isPair ? this.msgs * 2 : this.msgs;
      return Object.assign(metric, {
        ...{ msgs, bytes: bytes[name], lang: LANG, version: VERSION, payload: this.payload.length },
        ...(name.startsWith("req") && this.asyncRequests ? { asyncRequests: true } : {}),
      });
    });
  }

  async #run(receive: (name: "sub" | "rep", respond: boolean) => Promise<void>): Promise<void> {
    const jobs: Promise<void>[] = [];
    if (this.rep) jobs.push(receive("rep", true));
    if (this.sub) jobs.push(receive("sub", false));
    if (this.pub) jobs.push(this.#publish());
    if (this.req) jobs.push(this.#request());
    await Promise.all(jobs);
  }

  async #receiveByCallback(name: "sub" | "rep", respond: boolean): Promise<void> {
    const done = deferred<void>();
    let count = 0;
    this.nc.subscribe(this.subject, {
      max: this.msgs,
      callback: (error, msg) => {
        if (error !== null) return done.reject(error);
        this.#receive(name, respond, msg, ++count);
        if (count === this.msgs) done.resolve();
      },
    });
    await done;
    await this.#stop(name);
  }

  async #receiveByIterator(name: "sub" | "rep", respond: boolean): Promise<void> {
    let count = 0;
    for await (const msg of this.nc.subscribe(this.subject, { max: this.msgs })) {
      this.#receive(name, respond, msg, ++count);
    }
    await this.#stop(name);
  }

  #receive(name: "sub" | "rep", respond: boolean, msg: Msg, count: number): void {
    if (count === 1) this.perf.mark(`${name}Start`);
    if (respond) msg.respond(this.payload);
  }

  /** What responders still have to send counts too. */
  async #stop(name: "sub" | "rep"): Promise<void> {
    if (name === "rep") await this.nc.flush();
    this.perf.mark(`${name}Stop`);
    this.perf.measure(name, `${name}Start`, `${name}Stop`);
  }

  async #publish(): Promise<void> {
    this.perf.mark("pubStart");
    for (let sent = 0; sent < this.msgs; sent++) this.nc.publish(this.subject, this.payload);
    await this.nc.flush();
    this.perf.mark("pubStop");
    this.perf.measure("pub", "pubStart", "pubStop");
  }

  async #request(): Promise<void> {
    const once = () => this.nc.request(this.subject, this.payload, { timeout: 20_000 });
    this.perf.mark("reqStart");
    if (this.asyncRequests) await Promise.all(Array.from({ length: this.msgs }, once));
    else for (let sent = 0; sent < this.msgs; sent++) await once();
    this.perf.mark("reqStop");
    this.perf.measure("req", "reqStart", "reqStop");
  }
}

function throughput(bytes: number, seconds: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let rate = bytes / seconds;
  let unit = 0;
  for (; rate >= 1024 && unit < units.length - 1; unit++) rate /= 1024;
  return `${rate.toFixed(2)} ${units[unit]}/sec`;
}
