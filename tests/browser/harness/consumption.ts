// Everything that reads from and writes to JetStream, all at once, while a test does something to the servers: a publisher
// outside numbers messages and values from 1, and each kind of reader keeps the numbers it was given, in their order.

import {
  AckPolicy,
  connect,
  consumerOpts,
  type Consumer,
  createInbox,
  type JetStreamClient,
  type JsMsg,
  type KV,
  nanos,
  type NatsConnection,
  type ObjectStore,
} from "nats-wasm";
import { expect } from "vitest";
import { bytesOf, digestText, sourceOf } from "./objects.ts";
import type { StreamPublisher } from "./publisher.ts";
import { delay, until, untilAsync } from "./until.ts";

export interface Delivery {
  number: number;
  redelivered: boolean;
  /** When, by `performance.now()`. */
  at: number;
}

const STREAM = "ORDERS";
const BUCKET = "settings";
const OBJECTS = "files";
const ACK_WAIT_MS = 4000;
/** How late a server tells at most what a consumer has delivered. */
const TOLD_LATE_MS = 3000;
const OBJECT_BYTES = 300_000;

/** What servers need to have for it: streams, with their consumers. */
export const PLACES = [[STREAM], [`KV_${BUCKET}`], [`OBJ_${OBJECTS}`], [STREAM, "consumed"]] as const;

export class Consumption {
  /** With explicit acks, by durable: each message must come, and again only as redelivered. */
  readonly acknowledged: Record<"consumed" | "fetched" | "next" | "pushed", Delivery[]> = {
    consumed: [],
    fetched: [],
    next: [],
    pushed: [],
  };
  /** Each message once, in order. */
  readonly inOrder: Record<"ordered pull" | "ordered push", number[]> = { "ordered pull": [], "ordered push": [] };
  readonly watched: number[] = [];
  /** Values this client put and got a revision for. */
  readonly put: { key: string; value: string; revision: number }[] = [];
  /** Objects this client stored, by number; and how often one that had been stored was read, whole or otherwise. */
  readonly stored: number[] = [];
  readonly objectReads = { whole: 0, refused: 0, wrong: 0 };
  /** Errors of readers that must not end. */
  readonly failures: unknown[] = [];
  /** The numbers of the publishers as the servers have kept them, once they have ended. */
  orders: number[] = [];
  keys: number[] = [];
  readonly nc: NatsConnection;
  readonly kv: KV;
  readonly objects: ObjectStore;
  readonly #writing: Promise<void>[] = [];
  readonly #publishers: StreamPublisher[];
  readonly #troubles: { from: number; to: number }[] = [];
  #stopping = false;

  private constructor(nc: NatsConnection, kv: KV, objects: ObjectStore, publishers: StreamPublisher[]) {
    this.nc = nc;
    this.kv = kv;
    this.objects = objects;
    this.#publishers = publishers;
  }

  /**
   * Connects, makes what is needed with so many replicas, and begins.
   *
   * @param publisher starts one on a subject in which # is the number
   * @param settled waits until what was made is on all members
   */
  static async start(
    urls: string[],
    num_replicas: number,
    publisher: (subject: string) => Promise<StreamPublisher>,
    settled: () => Promise<unknown> = async () => {},
  ): Promise<Consumption> {
    const nc = await connect({ servers: urls, reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 });
    const manager = await nc.jetstreamManager();
    const js = nc.jetstream({ timeout: 2000 });
    // A cluster that has just begun may not have heard of all its members yet.
    const add = manager.streams.add.bind(manager.streams, { name: STREAM, subjects: ["orders.>"], num_replicas });
    await untilAsync(() =>
      add().then(
        () => true,
        (error) => {
          expect(error.message).toContain("no suitable peers");
          return false;
        },
      ),
    );
    const config = { ack_policy: AckPolicy.Explicit, ack_wait: nanos(ACK_WAIT_MS) };
    for (const durable_name of ["consumed", "fetched", "next"]) {
      await manager.consumers.add(STREAM, { ...config, durable_name });
    }
    const push = { deliver_subject: createInbox(), idle_heartbeat: nanos(1000), flow_control: true };
    await manager.consumers.add(STREAM, { ...config, ...push, durable_name: "pushed" });
    const kv = await js.views.kv(BUCKET, { replicas: num_replicas });
    const objects = await js.views.os(OBJECTS, { replicas: num_replicas });
    await settled();
    const publishers = [await publisher("orders.#"), await publisher(`$KV.${BUCKET}.key#`)];
    const consumption = new Consumption(nc, kv, objects, publishers);
    await consumption.#begin(js);
    return consumption;
  }

  async #begin(js: JetStreamClient): Promise<void> {
    const [consumed, fetched, next] = (await Promise.all(
      ["consumed", "fetched", "next"].map((durable) => js.consumers.get(STREAM, durable)),
    )) as [Consumer, Consumer, Consumer];
    this.#must(this.#acknowledge("consumed", await consumed.consume({ max_messages: 50, expires: 3000 })));
    this.#write(async () => this.#acknowledge("fetched", await fetched.fetch({ max_messages: 20, expires: 1000 })));
    this.#write(async () => {
      const message = await next.next({ expires: 1000 });
      if (message) this.#take("next", message);
    });
    // Missed heartbeats are told to the callback as errors, and it goes on: what counts are the messages.
    const pushed = consumerOpts().bind(STREAM, "pushed").manualAck();
    pushed.callback((_error, message) => {
      if (message) this.#take("pushed", message);
    });
    await js.subscribe("orders.>", pushed);

    const ordered = await js.consumers.get(STREAM);
    this.#must(this.#takeInOrder("ordered pull", await ordered.consume({ max_messages: 50, expires: 3000 })));
    const options = consumerOpts();
    options.orderedConsumer();
    this.#must(this.#takeInOrder("ordered push", await js.subscribe("orders.>", options)));
    this.#must(this.#watch());

    let value = 0;
    this.#write(async () => {
      const [key, text] = [`own.${++value % 10}`, String(value)];
      this.put.push({ key, value: text, revision: await this.kv.put(key, text) });
      await delay(20);
    });
    let object = 0;
    this.#write(async () => {
      const number = ++object;
      await this.objects.put({ name: `object${number}` }, sourceOf(objectBytes(number), 50_000), { timeout: 2000 });
      this.stored.push(number);
      await delay(50);
    });
    this.#write(async () => {
      await delay(50);
      const number = this.stored[Math.floor(Math.random() * this.stored.length)];
      if (number !== undefined) await this.#readObject(number);
    });
  }

  /** Ends the publishers and writers, and waits until every reader has everything. */
  async end(): Promise<void> {
    await Promise.all(this.#publishers.map((each) => each.stop()));
    this.orders = await this.#kept(STREAM, "orders.");
    this.keys = await this.#kept(`KV_${BUCKET}`, `$KV.${BUCKET}.key`);
    await until(
      () => this.#complete(),
      90_000,
      `${this.orders.length} orders and ${this.keys.length} keys; ${this.#tally()}`,
    );
    // What comes twice comes late.
    await delay(500);
    this.#stopping = true;
    await Promise.all(this.#writing);
  }

  async #kept(stream: string, prefix: string): Promise<number[]> {
    const manager = await this.nc.jetstreamManager({ timeout: 20_000 });
    const { state } = await manager.streams.info(stream, { subjects_filter: ">" });
    const subjects = Object.keys(state.subjects ?? {}).filter((subject) => subject.startsWith(prefix));
    return subjects.map((subject) => Number(subject.slice(prefix.length))).sort((one, other) => one - other);
  }

  /**
   * Ends the server that leads the consumers, or makes it lead no more. What it delivered last it may not have told the
   * others, or its disk: that comes again and is not flagged, which nobody but the server can do anything about.
   */
  async through<T>(trouble: () => Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await trouble();
    } finally {
      this.#troubles.push({ from: from - TOLD_LATE_MS, to: performance.now() });
    }
  }

  /** Of a reader with acks: the numbers it got, sorted, and what came again without being flagged. */
  inspectAcknowledged(kind: keyof Consumption["acknowledged"]) {
    const first = new Map<number, number>();
    const repeated = this.acknowledged[kind].filter(({ number, redelivered, at }) => {
      const before = first.get(number);
      first.set(number, at);
      return before !== undefined && !redelivered && !this.#forgotten(before, at);
    });
    return { numbers: [...first.keys()].sort((one, other) => one - other), repeated };
  }

  /** Of what was put and stored, all that does not read back as it was written. */
  async unreadable(): Promise<{ values: string[]; objects: number[] }> {
    const values: string[] = [];
    const latest = new Map(this.put.map((entry) => [entry.key, entry]));
    for (const { key, value, revision } of latest.values()) {
      const entry = await this.kv.get(key);
      // A put that was not acknowledged may still have been stored: then the key has gone on from there.
      const whole = entry?.revision === revision ? entry.string() === value : (entry?.revision ?? 0) > revision;
      if (!whole) values.push(`${key}: ${entry?.string()} at ${entry?.revision}, put was ${value} at ${revision}`);
    }
    const objects: number[] = [];
    for (const number of this.stored) {
      const bytes = objectBytes(number);
      const info = await this.objects.info(`object${number}`);
      const read = await this.objects.getBlob(`object${number}`);
      const digest = await digestText(bytes);
      if (info?.digest !== digest || !read || (await digestText(read)) !== digest) objects.push(number);
    }
    return { values, objects };
  }

  #complete(): boolean {
    const has = (kind: keyof Consumption["acknowledged"]) =>
      new Set(this.acknowledged[kind].map(({ number }) => number)).size >= this.orders.length;
    return (
      (["consumed", "fetched", "next", "pushed"] as const).every(has) &&
      Object.values(this.inOrder).every((numbers) => numbers.length >= this.orders.length) &&
      this.watched.length >= this.keys.length
    );
  }

  #forgotten(before: number, again: number): boolean {
    return this.#troubles.some(({ from, to }) => from < before && before < to && from + TOLD_LATE_MS < again);
  }

  #tally(): string {
    const counts = { ...this.acknowledged, ...this.inOrder, watched: this.watched };
    return Object.entries(counts)
      .map(([kind, numbers]) => `${kind} has ${numbers.length}`)
      .join(", ");
  }

  async #acknowledge(kind: keyof Consumption["acknowledged"], messages: AsyncIterable<JsMsg>): Promise<void> {
    for await (const message of messages) this.#take(kind, message);
  }

  #take(kind: keyof Consumption["acknowledged"], message: JsMsg): void {
    this.acknowledged[kind].push({
      number: Number(message.string()),
      redelivered: message.redelivered,
      at: performance.now(),
    });
    message.ack();
  }

  async #takeInOrder(kind: keyof Consumption["inOrder"], messages: AsyncIterable<JsMsg>): Promise<void> {
    for await (const message of messages) this.inOrder[kind].push(Number(message.string()));
  }

  async #watch(): Promise<void> {
    for await (const entry of await this.kv.watch({ key: "*" })) this.watched.push(Number(entry.string()));
  }

  /** Reading may be refused while there is no leader; what it gives without an error must be the object. */
  async #readObject(number: number): Promise<void> {
    this.objectReads.refused++;
    const result = await this.objects.get(`object${number}`);
    const bytes = result && (await bytesOf(result.data));
    if (!result || (await result.error)) return;
    this.objectReads.refused--;
    const whole = bytes && (await digestText(bytes)) === (await digestText(objectBytes(number)));
    this.objectReads[whole ? "whole" : "wrong"]++;
  }

  /** A loop that ends with an error fails the tests. */
  #must(loop: Promise<void>): void {
    loop.catch((error) => this.failures.push(error));
  }

  /** Again and again until the end. It may be refused: there is no leader, or no server, for the moment. */
  #write(once: () => Promise<void>): void {
    const loop = async () => {
      while (!this.#stopping) await once().catch(() => delay(50));
    };
    this.#writing.push(loop());
  }
}

function objectBytes(number: number): Uint8Array {
  const bytes = new Uint8Array(OBJECT_BYTES);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31 + number * 17 + (at >> 8)) & 255;
  return bytes;
}
