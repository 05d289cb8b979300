/**
 * What is measured of JetStream. The bare socket has none, so only the clients are compared.
 *
 * inFlight   publishes that wait for their ack at once
 * maxMessages, ack  what consume() asks for at a time, and whether each message is acknowledged
 * unit       what `count` counts, where it is not messages
 */
const SIZES = [
  { name: "16 B", bytes: 16, count: 40_000 },
  { name: "128 B", bytes: 128, count: 40_000 },
  { name: "1 KiB", bytes: 1024, count: 20_000 },
];

const defaults = {
  clients: "peers",
  from: "page",
  compression: false,
  jetstream: true,
  subjects: 1,
  storage: "memory",
};

function workload(group, name, fields) {
  return { ...defaults, group: `jetstream ${group}`, name, ...fields };
}

export const JETSTREAM_WORKLOADS = [
  ...SIZES.map(({ name, bytes, count }) =>
    workload("consume", `for await, ack each, ${name}`, {
      kind: "consume",
      sizes: [bytes],
      count,
      ack: true,
      maxMessages: 1000,
    }),
  ),
  ...SIZES.map(({ name, bytes, count }) =>
    workload("consume", `callback, no acks, ${name}`, {
      kind: "consumeByCallback",
      sizes: [bytes],
      count,
      ack: false,
      maxMessages: 1000,
    }),
  ),
  workload("consume", "for await, ack each, 16 B, 100 at a time (the default)", {
    kind: "consume",
    sizes: [16],
    count: 20_000,
    ack: true,
  }),
  workload("consume", "ordered, for await, 128 B", {
    kind: "consumeInOrder",
    sizes: [128],
    count: 40_000,
    maxMessages: 1000,
  }),

  workload("publish", "1 in flight, 128 B", { kind: "publishToStream", sizes: [128], count: 2000, waiting: 1 }),
  workload("publish", "100 in flight, 128 B", { kind: "publishToStream", sizes: [128], count: 20_000, waiting: 100 }),
  workload("publish", "1 000 in flight, 128 B", {
    kind: "publishToStream",
    sizes: [128],
    count: 50_000,
    waiting: 1000,
  }),

  workload("kv", "watch of 100 000 keys", { kind: "watch", sizes: [32], count: 100_000, whole: true }),
  workload("kv", "keys() of 100 000 keys", { kind: "keys", sizes: [32], count: 100_000, whole: true }),
  workload("kv", "history() of 100 000 values", { kind: "history", sizes: [32], count: 100_000, whole: true }),
  workload("kv", "put, 100 in flight", { kind: "putKeys", sizes: [32], count: 20_000, waiting: 100 }),
  workload("kv", "get, 100 in flight", { kind: "getKeys", sizes: [32], count: 20_000, waiting: 100 }),

  workload("object", "put of 64 MiB", { kind: "putObject", sizes: [1], count: 64, whole: true, unit: "MiB" }),
  workload("object", "get of 64 MiB", { kind: "getObject", sizes: [1], count: 64, whole: true, unit: "MiB" }),
  workload("object", "memory while 500 MB are put", {
    kind: "putObject",
    sizes: [1],
    count: 477,
    whole: true,
    unit: "MiB",
    measure: "peak",
    storage: "file",
    rounds: 1,
  }),
  workload("object", "memory while 500 MB are read", {
    kind: "getObject",
    sizes: [1],
    count: 477,
    whole: true,
    unit: "MiB",
    measure: "peak",
    storage: "file",
    rounds: 1,
  }),
];
