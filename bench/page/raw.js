/**
 * The floor: a bare WebSocket. Inbound it counts bytes and parses nothing; outbound it sends bytes that were built
 * before the clock started. No client can do with less, on this thread, over this socket.
 */
import { percentiles } from "./peer.js";

/** Outbound bytes go in messages of about this size, as this client sends them. */
const SEND_BYTES = 128 * 1024;

/** Eleven characters, a dot and a ticket in 62 digits (docs/decisions/0012). */
const OUR_INBOX = 11 + 1 + 3;

const encoder = new TextEncoder();

export async function open(_client, url, spec, prefix) {
  const socket = await dial(url);
  socket.onclose = () => {
    globalThis.failure = "the connection closed";
  };
  return kinds[spec.kind](socket, spec, prefix);
}

export async function start(_client, url) {
  await dial(url);
}

const kinds = {
  async callback(socket, spec, prefix) {
    const bytes = new Bytes(socket);
    subscribe(socket, spec, prefix);
    await roundTrip(socket, bytes);
    return { arm: (count, expected) => bytes.arm(count, expected), wait: () => bytes.wait() };
  },

  iterate(socket, spec, prefix) {
    return kinds.callback(socket, spec, prefix);
  },

  publish(socket, spec, prefix) {
    const bytes = new Bytes(socket);
    const subjects = Array.from({ length: spec.subjects }, (_, i) => `${prefix}.out.${i}`);
    const block = messages((i) => `PUB ${subjects[i % subjects.length]} ${spec.sizes[0]}\r\n`, spec.sizes[0]);
    return {
      run: timed(async (count) => {
        for (let sent = 0; sent < count; ) {
          const end = Math.min(count, sent + spec.perFlush);
          for (; sent < end; sent += block.count) block.send(socket, Math.min(block.count, end - sent));
          sent = end;
          await roundTrip(socket, bytes);
        }
      }),
    };
  },

  async echo(socket, spec, prefix) {
    const bytes = new Bytes(socket);
    const [size] = spec.sizes;
    const delivered = `MSG ${prefix}.echo 1 ${size}\r\n`.length + size + 2;
    const block = messages(() => `PUB ${prefix}.echo ${size}\r\n`, size);
    socket.send(`SUB ${prefix}.echo 1\r\n`);
    await roundTrip(socket, bytes);
    return {
      run: timed(async (count) => {
        for (let sent = 0; sent < count; ) {
          const end = Math.min(count, sent + spec.perFlush);
          bytes.arm(end - sent, (end - sent) * delivered);
          for (; sent < end; sent += block.count) block.send(socket, Math.min(block.count, end - sent));
          sent = end;
          await bytes.wait();
        }
      }),
    };
  },

  /** As many new requests go out with each incoming WebSocket message as answers were complete in it. */
  async request(socket, spec, prefix) {
    const { block, delivered } = await requests(socket, spec, prefix);
    return {
      run: timed(
        (count) =>
          new Promise((resolve) => {
            let received = 0;
            let answered = 0;
            let sent = Math.min(count, spec.inFlight);
            socket.onmessage = (event) => {
              received += event.data.byteLength;
              const complete = Math.floor(received / delivered);
              const more = Math.min(complete - answered, count - sent);
              answered = complete;
              if (more > 0) {
                sent += more;
                block.send(socket, more);
              } else if (answered >= count) {
                resolve();
              }
            };
            block.send(socket, sent);
          }),
      ),
    };
  },

  async latency(socket, spec, prefix) {
    const { block, delivered } = await requests(socket, spec, prefix);
    return {
      run: (count) =>
        new Promise((resolve) => {
          const took = new Float64Array(count);
          const start = performance.now();
          let answered = 0;
          let received = 0;
          let sent = start;
          socket.onmessage = (event) => {
            received += event.data.byteLength;
            if (received < delivered) return;
            received -= delivered;
            const now = performance.now();
            took[answered++] = now - sent;
            if (answered === count) {
              resolve({ milliseconds: now - start, count, ...percentiles(took) });
            } else {
              sent = performance.now();
              block.send(socket, 1);
            }
          };
          block.send(socket, 1);
        }),
    };
  },
};

async function dial(url) {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onmessage = resolve; // INFO comes first
    socket.onerror = () => reject(new Error(`no WebSocket connection to ${url}`));
  });
  socket.send(
    'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true,"protocol":1,"lang":"raw","version":"1"}\r\nPING\r\n',
  );
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  return socket;
}

async function requests(socket, spec, prefix) {
  const [size] = spec.sizes;
  const inbox = `_INBOX.${spec.longInbox ? prefix.padEnd(OUR_INBOX, "x") : prefix}`;
  const bytes = new Bytes(socket);
  socket.send(`SUB ${inbox} 1\r\n`);
  await roundTrip(socket, bytes);
  return {
    block: messages(() => `PUB ${prefix}.request ${inbox} ${size}\r\n`, size, spec.inFlight),
    delivered: `MSG ${inbox} 1 ${size}\r\n`.length + size + 2,
  };
}

function subscribe(socket, spec, prefix) {
  let lines = "";
  for (let i = 0; i < spec.subscriptions; i++) {
    const tail = spec.subjects === 1 ? "" : spec.subscriptions === 1 ? ".>" : `.${i}`;
    lines += `SUB ${prefix}.data${tail} ${i + 1}\r\n`;
    if (lines.length > SEND_BYTES) {
      socket.send(lines);
      lines = "";
    }
  }
  socket.send(lines);
}

/** PING and the PONG that answers it. */
async function roundTrip(socket, bytes) {
  bytes.arm(0, "PONG\r\n".length);
  socket.send("PING\r\n");
  await bytes.wait();
}

/** Prebuilt messages, `send`able by number. At least `least` of them. */
function messages(lineOf, size, least = 1) {
  const lines = [];
  const ends = [];
  let length = 0;
  while (length < SEND_BYTES || lines.length < least) {
    const line = encoder.encode(lineOf(lines.length));
    lines.push(line);
    length += line.length + size + 2;
    ends.push(length);
  }
  const bytes = new Uint8Array(length).fill(120);
  lines.forEach((line, i) => {
    bytes.set(line, i === 0 ? 0 : ends[i - 1]);
    bytes.set([13, 10], ends[i] - 2);
  });
  return {
    count: lines.length,
    send: (socket, count) => socket.send(count === lines.length ? bytes : bytes.subarray(0, ends[count - 1])),
  };
}

/** Counts bytes up to the armed figure. */
class Bytes {
  #socket;
  #all;

  constructor(socket) {
    this.#socket = socket;
  }

  arm(count, expected) {
    this.#all = new Promise((resolve) => {
      const start = performance.now();
      let seen = 0;
      this.#socket.onmessage = (event) => {
        // The server measures its round trip once, two seconds in. That PING is no data, and often comes alone.
        if (event.data.byteLength === 6 && new Uint8Array(event.data)[1] === 73 /* I */) return;
        seen += event.data.byteLength;
        if (seen >= expected) resolve({ milliseconds: performance.now() - start, count, sum: seen });
      };
    });
  }

  wait() {
    return this.#all;
  }
}

function timed(work) {
  return async (count) => {
    const start = performance.now();
    await work(count);
    return { milliseconds: performance.now() - start, count };
  };
}
