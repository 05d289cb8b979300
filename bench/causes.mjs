/** Why a goal is not met, where it is not, by `group: name`. Each is a cause that was measured, and says where. */
const FOUR_STEPS =
  "The bare socket sends bytes that lie ready. What is over it is compiled code, two thirds of it, and V8's `set`, a quarter " +
  "(docs/decisions/0014): 185 instructions of the core (instruction-budget.json, 0013), the subject that is told apart from the one before " +
  "(21 ns, 0001), the payload put into wasm memory (25 ns, 0006)";
const COPIED_TWICE =
  "Payloads are copied twice, into wasm memory (84 ns for 4 KiB, docs/decisions/0006) and by the socket, where the bare " +
  "socket's bytes are copied once";
const PER_EVENT =
  "Of what is over the bare socket at 16 B half is our compiled code and a fifth V8's for it; at 128 B a fifth and an eighth; the rest is " +
  "code that the bare socket runs too, whose time differs by a fifth from run to run (docs/decisions/0014)";
const GATHERED =
  "A payload longer than an event is gathered into memory of its own, which is fresh each time. At 16 KiB nearly half of what is over " +
  "the bare socket is the kernel's and the C library's, for its pages; our compiled code is 3 % of the row, V8's for it as much " +
  "(docs/decisions/0014)";
const QUEUED =
  "A promise for each message that is there costs 79 ns, an async generator 137 (docs/decisions/0004): of what is over the bare socket at " +
  "16 B a third is V8's (promises and the collector), a third our compiled code (docs/decisions/0014)";
const COMPRESSED =
  "The bare socket alone takes .78 to .97 of the best peer at 1 KiB, .89 to 1.02 at 16: the browser decompresses and copies. Our compiled " +
  "code is 2 % of the row at 1 KiB, V8's for it as much; 0.5 % and 1 % at 16 KiB (docs/decisions/0011, 0014)";
const ROUND_TRIPS =
  "Events and sends are six tenths of what is over the bare socket with 100 in flight, four tenths with 1 000 (docs/decisions/0014). Answers to our inbox are 51 bytes long (65 before " +
  "0012) and the bare socket's 38, of which a hundred fit one event. The row \"the bare socket's inbox as long as ours\" has them alike; " +
  "docs/decisions/0008 and 0012 have what was tried";
const FLOOR_OF_EVENTS =
  "Of 4.96 us a bare socket that asks for the same messages and counts their bytes takes 3.07 (.37 of nats.ws), the core 1.23 more (.52): events " +
  "of 4096 bytes, 18 messages each; most of the rest are 160 requests for more at 50 us (docs/decisions/0031)";
const MODULE_SIZE = "docs/decisions/0046 says what the bytes are, and what was taken off them";

export const CAUSES = {
  "publish: 16 B": FOUR_STEPS,
  "publish: 128 B": FOUR_STEPS,
  "publish: 1 KiB": COPIED_TWICE,
  "publish: 16 KiB": COPIED_TWICE,
  "publish: 256 KiB":
    "Line, payload and line end are sends of their own, and a send is 99 us with the profiler on (docs/decisions/0008); on a quiet machine the figure was 0.94 of the bare socket's",
  "callback: 16 B": PER_EVENT,
  "callback: 128 B": PER_EVENT,
  "callback: 1 KiB": PER_EVENT,
  "callback: 16 KiB": GATHERED,
  "callback: 256 KiB": GATHERED,
  "for await: 16 B": QUEUED,
  "for await: 128 B": QUEUED,
  "for await: 1 KiB": `${PER_EVENT}. ${QUEUED}`,
  "for await: 16 KiB": GATHERED,
  "callback, server compression: 16 B":
    "The bare socket parses nothing. A message costs 254 instructions of the core (instruction-budget.json) and 10 ns for its object " +
    "(docs/decisions/0003): about the 0.09 us that are over",
  "callback, server compression: 128 B": COMPRESSED,
  "callback, server compression: 1 KiB": COMPRESSED,
  "callback, server compression: 16 KiB": COMPRESSED,
  "callback, server compression: 256 KiB": COMPRESSED,
  "request: 100 in flight, 16 B": ROUND_TRIPS,
  "request: 1 000 in flight, 16 B": ROUND_TRIPS,
  "request: one at a time, 16 B":
    "Of 41 us over the bare socket 13 are our compiled code, 13 V8's for it and 16 the browser's (docs/decisions/0014). In a loop the core's part is " +
    "2 300 instructions (instruction-budget.json), under 1 us; here it runs once a millisecond, with cold caches. On a quiet machine the row was 0.62 of the best peer's, with a p50 of 0.78",
  "memory: unread message of 16 B": "Within one byte: a row is 32 bytes, the bytes of the wire are kept as they came",
  "jetstream consume: callback, no acks, 16 B":
    "Of 2.77 us a bare socket that asks for the same messages and counts their bytes takes 1.63 (.33 of nats.ws), the core .82 more (.50): the " +
    "row moves between .46 and .57 from run to run (docs/decisions/0031)",
  "jetstream consume: callback, no acks, 128 B": FLOOR_OF_EVENTS,
  "import to connected: module and wasm from loopback":
    "The import alone takes half of the time of nats.ws to the connection. Over nats.ws: the module's text is read, " +
    "and V8 compiles the functions of the handshake one by one, 4 to 5 ms; docs/decisions/0009 has each step",
  "nats-wasm/core: connect": MODULE_SIZE,
  "nats-wasm: everything, nkeys loaded": MODULE_SIZE,
};
