/**
 * The bytes of an inbound workload, built before the clock starts: what the publisher writes, and how long the same
 * messages are when the server delivers them (which the raw page must know, as it parses nothing).
 */
const HEADERS = "NATS/1.0\r\ntrace: 5f2d91c07ab34e66\r\nkind: tick\r\n\r\n";

/** Blocks are written whole, so they are made large enough that a write costs next to nothing per message. */
const BLOCK_BYTES = 256 * 1024;

/**
 * One block of messages that is repeated to any count.
 * `ends[i]`: bytes of the block up to and including message i. `delivered[i]`: the same as a subscriber sees it.
 */
export function buildBlock(spec, prefix) {
  const subjects = inboundSubjects(spec, prefix);
  const unit = Math.max(subjects.length, spec.sizes.length);
  const parts = [];
  const ends = [];
  const delivered = [];
  let bytes = 0;
  let deliveredBytes = 0;
  for (let i = 0; bytes < BLOCK_BYTES || i % unit !== 0; i++) {
    const subject = subjects[i % subjects.length];
    const payload = payloadOf(spec, i);
    const [line, deliveredLine] = controlLines(spec, subject, sidOf(spec, i % subjects.length), payload.length);
    const message = Buffer.concat([Buffer.from(line), payload, Buffer.from("\r\n")]);
    parts.push(message);
    bytes += message.length;
    deliveredBytes += message.length - line.length + deliveredLine.length;
    ends.push(bytes);
    delivered.push(deliveredBytes);
  }
  return { bytes: Buffer.concat(parts), ends, delivered };
}

/** Bytes a subscriber receives for the first `count` messages. */
export function deliveredBytes(block, count) {
  const messages = block.delivered.length;
  const whole = Math.floor(count / messages);
  const rest = count % messages;
  return whole * block.delivered[messages - 1] + (rest ? block.delivered[rest - 1] : 0);
}

function inboundSubjects(spec, prefix) {
  if (spec.subjects === 1) return [`${prefix}.data`];
  return Array.from({ length: spec.subjects }, (_, i) => `${prefix}.data.${i}`);
}

function sidOf(spec, subjectIndex) {
  return spec.subscriptions === 1 ? 1 : subjectIndex + 1;
}

function controlLines(spec, subject, sid, size) {
  if (!spec.headers) return [`PUB ${subject} ${size}\r\n`, `MSG ${subject} ${sid} ${size}\r\n`];
  const total = `${HEADERS.length} ${HEADERS.length + size}\r\n${HEADERS}`;
  return [`HPUB ${subject} ${total}`, `HMSG ${subject} ${sid} ${total}`];
}

function payloadOf(spec, index) {
  const size = spec.sizes[index % spec.sizes.length];
  if (spec.read === "json or string") return quote(index);
  return words(size, index);
}

/** What a price board receives: about 120 bytes of JSON. */
function quote(index) {
  return Buffer.from(
    JSON.stringify({
      symbol: `S${String(index % 100).padStart(3, "0")}`,
      bid: 100 + (index % 977) / 100,
      ask: 100.05 + (index % 977) / 100,
      volume: 1000 + ((index * 37) % 9001),
      time: "2026-01-01T12:00:00.000Z",
      venue: "XNYS",
      open: true,
    }),
  );
}

const WORDS =
  "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa".split(" ");

/** Text that compresses about as JSON of mixed content does, and differs from message to message. */
function words(size, seed) {
  let state = ((seed + 1) * 2654435761) >>> 0;
  let text = "";
  while (text.length < size) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += `${WORDS[state >>> 28]}:${state >>> 12},`;
  }
  return Buffer.from(text.slice(0, size));
}
