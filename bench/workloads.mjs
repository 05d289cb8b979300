/**
 * What is measured. Every row of performance.md's tables, and what its issue adds.
 *
 * kind           the code in page/peer.js and page/raw.js
 * sizes          payload bytes, in turn
 * subjects       how many distinct subjects the messages have
 * subscriptions  1: one subscription (a wildcard if there are more subjects); otherwise one per subject
 * read           what the callback does with each message
 * count          messages per sample
 * from           "outside": the publisher process writes them; "page": the page does
 * compression    the server's websocket compression
 * jetstream      the server has JetStream, the page what the clients have for it (jetstream-workloads.mjs)
 * longInbox      the bare socket names its inbox in as many bytes as this client does
 * whole          a sample is always of `count`, also with --quick
 */
import { JETSTREAM_WORKLOADS } from "./jetstream-workloads.mjs";

const defaults = {
  sizes: [16],
  subjects: 1,
  subscriptions: 1,
  headers: false,
  read: "nothing",
  from: "page",
  compression: false,
  jetstream: false,
  clients: null,
};

const SIZES = [
  { name: "16 B", bytes: 16, publish: 400_000, receive: 400_000 },
  { name: "128 B", bytes: 128, publish: 250_000, receive: 200_000 },
  { name: "1 KiB", bytes: 1024, publish: 100_000, receive: 50_000 },
  { name: "16 KiB", bytes: 16 * 1024, publish: 8000, receive: 4000 },
  { name: "256 KiB", bytes: 256 * 1024, publish: 600, receive: 300 },
];

/** Messages between two flushes: what a page can hand over before it must wait for the server. */
function perFlush(size) {
  return Math.max(1, Math.min(100_000, Math.floor((8 * 1024 * 1024) / (size + 40))));
}

function workload(group, name, fields) {
  return { ...defaults, group, name, perFlush: perFlush((fields.sizes ?? defaults.sizes)[0]), ...fields };
}

export const WORKLOADS = [
  ...SIZES.map((size) => workload("publish", size.name, { kind: "publish", sizes: [size.bytes], count: size.publish })),
  workload("publish", "16 B over 1 000 subjects", { kind: "publish", subjects: 1000, count: 400_000 }),

  ...SIZES.map((size) =>
    workload("callback", size.name, {
      kind: "callback",
      from: "outside",
      sizes: [size.bytes],
      count: size.receive,
    }),
  ),
  ...SIZES.slice(0, 4).map((size) =>
    workload("callback reading data", size.name, {
      kind: "callback",
      from: "outside",
      sizes: [size.bytes],
      count: size.receive,
      read: "data",
    }),
  ),
  ...SIZES.slice(0, 4).map((size) =>
    workload("for await", size.name, {
      kind: "iterate",
      from: "outside",
      sizes: [size.bytes],
      count: size.receive,
    }),
  ),
  ...SIZES.map((size) =>
    workload("callback, server compression", size.name, {
      kind: "callback",
      from: "outside",
      sizes: [size.bytes],
      count: size.receive,
      compression: true,
    }),
  ),

  workload("publish and receive on one connection", "16 B", { kind: "echo", perFlush: 20_000, count: 200_000 }),

  workload("request", "100 in flight, 16 B", { kind: "request", inFlight: 100, count: 50_000 }),
  workload("request", "100 in flight, 1 KiB", { kind: "request", inFlight: 100, sizes: [1024], count: 20_000 }),
  workload("request", "1 000 in flight, 16 B", { kind: "request", inFlight: 1000, count: 50_000 }),
  workload("request", "1 000 in flight, 1 KiB", { kind: "request", inFlight: 1000, sizes: [1024], count: 20_000 }),
  ...[100, 1000].map((inFlight) =>
    workload(
      "request",
      `${inFlight === 100 ? "100" : "1 000"} in flight, 16 B, the bare socket's inbox as long as ours`,
      {
        kind: "request",
        inFlight,
        longInbox: true,
        count: 50_000,
      },
    ),
  ),
  workload("request", "one at a time, 16 B", { kind: "latency", inFlight: 1, count: 2000 }),
  workload("request", "one at a time, 1 KiB", { kind: "latency", inFlight: 1, sizes: [1024], count: 2000 }),

  ...[10, 1000, 100_000].map((subjects) =>
    workload("wildcard subscription, subject read", `${subjects.toLocaleString("en").replaceAll(",", " ")} subjects`, {
      kind: "callback",
      from: "outside",
      subjects,
      read: "subject",
      count: 200_000,
    }),
  ),
  workload("many subscriptions", "10 000, one message each in turn", {
    kind: "callback",
    from: "outside",
    subjects: 10_000,
    subscriptions: 10_000,
    count: 200_000,
  }),
  workload("headers on every message", "unread", {
    kind: "callback",
    from: "outside",
    headers: true,
    count: 150_000,
  }),
  workload("headers on every message", "one value read", {
    kind: "callback",
    from: "outside",
    headers: true,
    read: "header",
    count: 150_000,
  }),
  workload("mixed sizes", "16 B to 16 KiB", {
    kind: "callback",
    from: "outside",
    sizes: [16, 128, 16, 1024, 64, 128, 16, 512, 16, 16 * 1024, 200, 32],
    read: "data",
    count: 30_000,
  }),
  workload("dashboard", "100 subjects, 10 000 msg/s, json() or string()", {
    kind: "callback",
    from: "outside",
    subjects: 100,
    subscriptions: 100,
    read: "json or string",
    rate: 10_000,
    count: 20_000,
  }),

  workload("import to connected", "module and wasm from loopback", { kind: "start", count: 1, repetitions: 3 }),

  workload("memory", "subscription with a callback", {
    kind: "subscribe",
    measure: "heap",
    count: 20_000,
    clients: "peers",
  }),
  workload("memory", "subscription with an iterator", {
    kind: "subscribe",
    iterator: true,
    measure: "heap",
    count: 20_000,
    clients: "peers",
  }),
  workload("memory", "unread message of 16 B", {
    kind: "unread",
    from: "outside",
    measure: "heap",
    count: 1_000_000,
    clients: "peers",
  }),
];

WORKLOADS.push(...JETSTREAM_WORKLOADS);

/** Does the cost per message stay the same, however many there are? Run with `--linear`. */
export const LINEARITY = [
  ...[1e3, 1e4, 1e5, 1e6, 1e7].map((messages) =>
    workload("linear in messages", `${messages}`, {
      kind: "callback",
      from: "outside",
      rounds: messages < 1e7 ? undefined : 1,
      // A thousand messages take less time than reading the clock is worth, so short runs are repeated.
      count: Math.max(messages, 1e5),
      burst: messages < 1e5 ? { size: messages, pause: 20 } : null,
      x: messages,
    }),
  ),
  ...[1, 10, 100, 1e3, 1e4, 1e5].map((subscriptions) =>
    workload("linear in subscriptions", `${subscriptions}`, {
      kind: "callback",
      from: "outside",
      subjects: subscriptions,
      subscriptions,
      count: 200_000,
      x: subscriptions,
    }),
  ),
];
