/** Why a goal is not met, where it is not: measured causes only, by `group: name`. */
const COPIED_TWICE =
  "Payloads are copied twice, into wasm memory and by the socket, where the bare socket's bytes are copied once";
const PER_EVENT =
  "Each event of 4096 bytes costs about 4 us over the floor whatever is in it, each message about 0.09 us: reading the clock (up to 1 us when cold), the " +
  "wasm-bindgen closure and its handles, and fresh memory for the op that is cut (0.65 us per KiB, docs/decisions/0002)";
const FRESH_MEMORY =
  "Payloads longer than an event are gathered into fresh memory, at about 0.65 us per KiB (docs/decisions/0002), and every 4096 " +
  "bytes cost a reading of the clock and a crossing";
const QUEUED =
  "What a queue holds needs rows and events that stay: fresh memory again (docs/decisions/0002), and garbage collection";
const NARROWED =
  "Events over 256 KiB are copied window by window, so that a kept message does not keep megabytes: fresh memory for every payload";
const FLOOR_OF_EVENTS =
  "A bare socket that counts the same bytes takes .47 of nats.ws's CPU: events of 4096 bytes, 17 messages each (docs/decisions/0031)";
const MODULE_SIZE =
  "The wasm module alone is 43 KB of brotli, after docs/decisions/0020 took 17 off it; TypeScript and wasm-bindgen's glue are 21";

export const CAUSES = {
  "publish: 16 B": COPIED_TWICE,
  "publish: 128 B": COPIED_TWICE,
  "publish: 256 KiB":
    "Line, payload and line end are sends of their own; the figure scatters by more than what is missing",
  "callback: 16 B": PER_EVENT,
  "callback: 128 B": PER_EVENT,
  "callback: 1 KiB": PER_EVENT,
  "callback: 16 KiB": FRESH_MEMORY,
  "callback: 256 KiB": FRESH_MEMORY,
  "for await: 16 B": QUEUED,
  "for await: 128 B": QUEUED,
  "for await: 1 KiB": QUEUED,
  "for await: 16 KiB": QUEUED,
  "callback, server compression: 16 B": NARROWED,
  "callback, server compression: 128 B": NARROWED,
  "callback, server compression: 1 KiB": NARROWED,
  "callback, server compression: 16 KiB": NARROWED,
  "request: 100 in flight, 16 B":
    "Answers come a few to an event, so each request carries a large share of an event and of a send of its own (a third of its CPU in the profile)",
  "request: 1 000 in flight, 16 B":
    "Answers come a few to an event, so each request carries a large share of an event and of a send of its own",
  "publish: 16 KiB": COPIED_TWICE,
  "request: one at a time, 16 B":
    "The figure scatters: quieter rounds of the same build gave a CPU of .60 and a p50 of .84 of the best peer",
  "jetstream consume: callback, no acks, 128 B": FLOOR_OF_EVENTS,
  "memory: subscription with a callback":
    "170 to 206 of the bytes are growth of wasm memory: tables that double, and their predecessors that cannot be given back",
  "memory: subscription with an iterator":
    "170 to 206 of the bytes are growth of wasm memory: tables that double, and their predecessors that cannot be given back",
  "import to connected: module and wasm from loopback":
    "Reading and compiling a module of 171 KB, and running all of it cold; see docs/decisions/0007 for what was saved",
  "nats-wasm/core: connect": MODULE_SIZE,
  "nats-wasm: everything, nkeys loaded": MODULE_SIZE,
};
