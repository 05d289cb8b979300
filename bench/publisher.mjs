/**
 * The other side of the conversation, in a process of its own: publishes prebuilt bytes over plain TCP, and answers
 * requests. Must never be what limits a workload, so it builds nothing while the clock runs.
 *
 * Commands come over the process channel: `{ id, do, ... }`; each is answered with `{ id, result }` or `{ id, error }`.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { buildBlock } from "./traffic.mjs";

let socket;
let block;

const commands = {
  /** Connects to a server; a second call replaces the connection. */
  async connect({ port }) {
    socket?.destroy();
    socket = await dial(port);
    socket.resume();
  },

  load({ spec, prefix }) {
    block = buildBlock(spec, prefix);
  },

  /** Writes `count` messages as fast as the server takes them. */
  async publish({ count }) {
    await write(count);
  },

  /** The same in bursts, each after a pause: many small runs on one connection. */
  async burst({ count, size, pause }) {
    for (let sent = 0; sent < count; sent += size) {
      await write(Math.min(size, count - sent));
      await sleep(pause);
    }
  },

  /** Writes `count` messages at `rate` per second, a few every millisecond. */
  async pace({ count, rate }) {
    const start = performance.now();
    for (let sent = 0; sent < count; ) {
      const due = Math.min(count, Math.floor(((performance.now() - start) * rate) / 1000));
      for (; sent < due; ) {
        const at = sent % block.ends.length;
        const messages = Math.min(due - sent, block.ends.length - at);
        socket.write(slice(at, messages));
        sent += messages;
      }
      await sleep(1);
    }
  },

  /** One message outside the block, to tell a page that everything before it has arrived. */
  mark({ subject }) {
    socket.write(`PUB ${subject} 0\r\n\r\n`);
  },

  /** Answers every message on `<pattern>.request`, whose first part always has `prefixLength` characters. */
  async respond({ port, pattern, prefixLength, size }) {
    const responder = await dial(port);
    answerRequests(responder, prefixLength, size);
    responder.write(`SUB ${pattern}.request 1\r\nPING\r\n`);
    await new Promise((resolve) => {
      responder.afterPong = resolve;
    });
    return responders.push(responder) - 1;
  },

  hangUp({ responder }) {
    responders[responder].destroy();
  },
};

const responders = [];

async function write(count) {
  const messages = block.ends.length;
  for (let left = count; left > 0; ) {
    const now = Math.min(left, messages);
    if (!socket.write(slice(0, now))) await new Promise((resolve) => socket.once("drain", resolve));
    left -= now;
  }
}

/** Bytes of `messages` messages of the block from index `at` on. */
function slice(at, messages) {
  return block.bytes.subarray(at === 0 ? 0 : block.ends[at - 1], block.ends[at + messages - 1]);
}

function dial(port) {
  return new Promise((resolve, reject) => {
    const opened = connect({ host: "127.0.0.1", port, noDelay: true });
    opened.once("error", reject);
    opened.once("data", () => {
      opened.write(
        'CONNECT {"verbose":false,"pedantic":false,"echo":false,"headers":true,"lang":"bench","version":"1"}\r\n',
      );
      resolve(opened);
    });
  });
}

/** Reads `MSG <prefix>.request 1 <reply> <size>\r\n<payload>\r\n` and writes one answer each, a write per chunk. */
function answerRequests(responder, prefixLength, size) {
  const replyAt = "MSG ".length + prefixLength + ".request 1 ".length;
  const tail = Buffer.from(` ${size}\r\n${"r".repeat(size)}\r\n`);
  const sizeDigits = String(size).length;
  let rest = Buffer.alloc(0);
  responder.on("data", (chunk) => {
    const data = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    const answers = Buffer.allocUnsafe(data.length * 2 + 64 * 1024);
    let written = 0;
    let at = 0;
    while (at < data.length) {
      const lineEnd = data.indexOf(10, at);
      if (lineEnd < 0) break;
      if (data[at] !== 77 /* M */) {
        if (data[at + 1] === 79 /* PONG */) responder.afterPong?.();
        else if (data[at + 1] === 73 /* PING */) responder.write("PONG\r\n");
        at = lineEnd + 1;
        continue;
      }
      const next = lineEnd + 1 + size + 2;
      if (next > data.length) break;
      const replyEnd = lineEnd - 1 - sizeDigits - 1;
      written += answers.write("PUB ", written, "latin1");
      written += data.copy(answers, written, at + replyAt, replyEnd);
      written += tail.copy(answers, written);
      at = next;
    }
    rest = data.subarray(at);
    if (written) responder.write(answers.subarray(0, written));
  });
}

process.on("disconnect", () => process.exit(0));
process.on("message", async ({ id, do: name, ...parameters }) => {
  try {
    process.send({ id, result: await commands[name](parameters) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
