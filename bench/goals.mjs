/**
 * What this client aims for, and the verdict. Each goal compares one figure of one row with the best peer and with
 * the bare socket.
 *
 * figure   "cpu" (us per message, main thread), "p50" (ms), "bytes", "milliseconds"
 * peer     ours must be at most the best peer's figure times this
 * raw      ours must be at most the bare socket's figure times this
 * most     ours must be at most this
 */
const times = (factor) => 1 / factor;

function goals(group, figure, table) {
  return table.map(([name, peer, raw]) => ({ group, name, figure, peer, raw }));
}

export const GOALS = [
  ...goals("publish", "cpu", [
    ["16 B", times(12), 1.8],
    ["128 B", times(7), 1.4],
    ["1 KiB", times(2.5), 1.2],
    ["16 KiB", times(1.25), 1.15],
    ["256 KiB", times(1.25), 1.15],
  ]),
  ...goals("callback", "cpu", [
    ["16 B", times(2.5), 1.3],
    ["128 B", times(1.8), 1.2],
    ["1 KiB", times(1.2), 1.4],
    ["16 KiB", times(1.3), 1.2],
    ["256 KiB", times(1.15), 1.25],
  ]),
  ...goals("for await", "cpu", [
    ["16 B", times(2.5), 1.5],
    ["128 B", times(1.9), 1.35],
    ["1 KiB", times(1.1), 1.2],
    ["16 KiB", times(1.1), 1.2],
  ]),
  ...goals("callback, server compression", "cpu", [
    ["16 B", times(2), 1.3],
    ["128 B", times(2), 1.3],
    ["1 KiB", times(1.4), 1.3],
    ["16 KiB", 1, 1.3],
    ["256 KiB", 1, 1.3],
  ]),
  ...goals("request", "cpu", [
    ["100 in flight, 16 B", times(7), 1.8],
    ["1 000 in flight, 16 B", times(12), 2.5],
    ["one at a time, 16 B", 0.65, undefined],
  ]),
  ...goals("request", "p50", [["one at a time, 16 B", 0.9, 1.15]]),
  ...goals("jetstream consume", "cpu", [
    ["for await, ack each, 16 B", times(2)],
    ["for await, ack each, 128 B", times(2)],
    ["for await, ack each, 1 KiB", 1],
    ["for await, ack each, 16 B, 100 at a time (the default)", times(2)],
    ["callback, no acks, 16 B", times(2)],
    ["callback, no acks, 128 B", times(2)],
    ["callback, no acks, 1 KiB", 1],
    ["ordered, for await, 128 B", times(2)],
  ]),
  ...goals("jetstream publish", "cpu", [
    ["1 in flight, 128 B", 1],
    ["100 in flight, 128 B", times(2)],
    ["1 000 in flight, 128 B", 1],
  ]),
  ...goals("jetstream kv", "cpu", [
    ["watch of 100 000 keys", 1],
    ["keys() of 100 000 keys", 1],
    ["history() of 100 000 values", 1],
    ["put, 100 in flight", 1],
    ["get, 100 in flight", 1],
  ]),
  ...goals("jetstream object", "cpu", [
    ["put of 64 MiB", 1],
    ["get of 64 MiB", 1],
  ]),
  ...goals("memory", "bytes", [
    ["subscription with a callback", times(4)],
    ["subscription with an iterator", times(4)],
    ["unread message of 16 B", times(3)],
  ]),
  ...goals("import to connected", "milliseconds", [["module and wasm from loopback", 0.65, 1.5]]),
];

/** Bytes of brotli an entry may have at most. */
export const SIZE_GOALS = [
  { name: "nats-wasm/core: connect", most: 30_000 },
  { name: "nats-wasm: everything, nkeys loaded", most: 62_000 },
];

/** Goals of what there is not yet, in the words of the table: at most this much of the best peer and of the bare socket. */
export const NOT_BUILT = [
  { goal: "worker mode, main thread, 16 B", peer: "(at most 0.10)", raw: "(below 1)" },
  { goal: "worker mode, main thread, 1 KiB and up", peer: "(at most 0.25)", raw: "(below 1)" },
].map((goal) => ({
  ...goal,
  ours: "",
  met: false,
  verdict: 'not built; ARCHITECTURE.md, "Where a worker would cut", says where it would go',
}));

/** An unread message is its wire bytes and at most this much more. */
const UNREAD_OVERHEAD = 35;
/** `MSG c2.data 1 16\r\n`, the payload, `\r\n`. */
const UNREAD_WIRE = 36;

/**
 * What a goal comes to: `{ ours, peer, raw }` (the latter two as the factor reached, undefined where there is no such goal)
 * and `met`.
 */
export function judge(goal, row) {
  const ours = row.clients["nats-wasm"]?.[goal.figure];
  if (ours === undefined) return undefined;
  const peers = ["nats.ws", "nats-core"]
    .map((name) => row.clients[name]?.[goal.figure])
    .filter((value) => value !== undefined);
  // "Import to connected" is against nats.ws, by the goal's own words.
  const best = goal.figure === "milliseconds" ? row.clients["nats.ws"][goal.figure] : Math.min(...peers);
  const floor = row.clients.raw?.[goal.figure];
  const peer = goal.peer === undefined ? undefined : ours / best;
  const raw = goal.raw === undefined ? undefined : ours / floor;
  const most = goal.name.startsWith("unread") ? UNREAD_WIRE + UNREAD_OVERHEAD : undefined;
  const met = !(peer > goal.peer) && !(raw > goal.raw) && !(ours > most);
  return { ours, best, floor, peer, raw, most, met };
}
