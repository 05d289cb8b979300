/**
 * The small questions behind the data path, each as variants that do the same work. `docs/decisions/` has the answers.
 * Each variant is a function of the number of operations; `sink` keeps the work from being optimised away.
 */
const encoder = new TextEncoder();
const subject = "prices.europe.xetra.sap";
const words = new WebAssembly.Memory({ initial: 16 });
let sink = 0;

const EXPERIMENTS = {
  /** A publish needs its subject in bytes. Operation: one publish of 16 B, without the socket. */
  "subject bytes": () => {
    const out = new Uint8Array(256 * 1024);
    const prepared = new Map(
      Array.from({ length: 1000 }, (_, i) => [`${subject}.${i}`, encoder.encode(`PUB ${subject}.${i} `)]),
    );
    const subjects = [...prepared.keys()];
    const one = encoder.encode(`PUB ${subject} `);
    let at = 0;
    const room = () => {
      if (at > 200_000) at = 0;
    };
    return {
      "encode each time": (n) => {
        for (let i = 0; i < n; i++, room()) {
          const bytes = encoder.encode(`PUB ${subject} `);
          out.set(bytes, at);
          at += bytes.length;
        }
      },
      "encodeInto each time": (n) => {
        for (let i = 0; i < n; i++, room()) {
          out[at] = 80;
          at += 4 + encoder.encodeInto(subject, out.subarray(at + 4)).written;
        }
      },
      "char codes in a loop": (n) => {
        for (let i = 0; i < n; i++, room()) {
          for (let c = 0; c < subject.length; c++) out[at + c] = subject.charCodeAt(c);
          at += subject.length;
        }
      },
      "Map of prepared lines, 1 000 subjects": (n) => {
        for (let i = 0; i < n; i++, room()) {
          const bytes = prepared.get(subjects[i % 1000]);
          out.set(bytes, at);
          at += bytes.length;
        }
      },
      "prepared line, same subject as before": (n) => {
        let last = "";
        let bytes;
        for (let i = 0; i < n; i++, room()) {
          if (subject !== last) [last, bytes] = [subject, one];
          out.set(bytes, at);
          at += bytes.length;
        }
      },
    };
  },

  /** Rows of one event go to JS. Operation: one event of 80 messages, 10 words each. */
  "rows of an event": () => {
    const source = new Int32Array(words.buffer, 4096, 800);
    const keep = new Array(1024);
    const slabs = (length, next) => (n) => {
      let slab = next();
      let used = 0;
      for (let i = 0; i < n; i++) {
        if (used + 800 > length) {
          slab = next();
          used = 0;
        }
        slab.set(source, used);
        keep[i & 1023] = slab;
        used += 800;
      }
    };
    const again = new Int32Array(64 * 1024);
    return {
      "slice of the table": (n) => {
        for (let i = 0; i < n; i++) keep[i & 1023] = source.slice();
      },
      "new array and set": (n) => {
        for (let i = 0; i < n; i++) {
          const copy = new Int32Array(800);
          copy.set(source);
          keep[i & 1023] = copy;
        }
      },
      "slabs of 16 KiB": slabs(4096, () => new Int32Array(4096)),
      "slabs of 64 KiB": slabs(16384, () => new Int32Array(16384)),
      "slabs of 256 KiB": slabs(65536, () => new Int32Array(65536)),
      "slabs of 1 MiB": slabs(262144, () => new Int32Array(262144)),
      "one slab, used again": slabs(65536, () => again),
      "an object per message": (n) => {
        for (let i = 0; i < n; i++) {
          const made = new Array(80);
          for (let m = 0; m < 80; m++) {
            const at = m * 10;
            made[m] = {
              sid: source[at],
              flags: source[at + 1],
              subjectAt: source[at + 2],
              subjectLength: source[at + 3],
              bodyAt: source[at + 6],
              headerLength: source[at + 7],
              payloadLength: source[at + 8],
            };
          }
          keep[i & 1023] = made;
        }
      },
    };
  },

  /** Bytes of an event go into wasm memory. Operation: one event. */
  "event into wasm memory": () => {
    const memory = new Uint8Array(words.buffer);
    const small = new ArrayBuffer(4096);
    const large = new ArrayBuffer(512 * 1024);
    return {
      "4 KiB whole": (n) => {
        for (let i = 0; i < n; i++) memory.set(new Uint8Array(small), 65536);
      },
      "512 KiB whole": (n) => {
        for (let i = 0; i < n; i++) memory.set(new Uint8Array(large), 65536);
      },
      "512 KiB, its first 64 KiB": (n) => {
        for (let i = 0; i < n; i++) memory.set(new Uint8Array(large, 0, 65536), 65536);
      },
      "512 KiB, its first 1 KiB": (n) => {
        for (let i = 0; i < n; i++) memory.set(new Uint8Array(large, 0, 1024), 65536);
      },
    };
  },

  /** A payload of 16 or 128 B goes behind its control line. Operation: one payload. */
  "payload behind its line": () => {
    const memory = new Uint8Array(words.buffer);
    const payloads = {
      "16 B": new Uint8Array(16).fill(1),
      "32 B": new Uint8Array(32).fill(1),
      "128 B": new Uint8Array(128).fill(1),
    };
    return Object.fromEntries(
      Object.entries(payloads).flatMap(([name, payload]) => [
        [
          `${name} set`,
          (n) => {
            for (let i = 0; i < n; i++) memory.set(payload, 65536 + (i & 1023) * 128);
          },
        ],
        [
          `${name} byte loop`,
          (n) => {
            for (let i = 0; i < n; i++) {
              const at = 65536 + (i & 1023) * 128;
              for (let b = 0; b < payload.length; b++) memory[at + b] = payload[b];
            }
          },
        ],
      ]),
    );
  },

  /** `for await` over messages that are already there. Operation: one message. */
  "for await": () => {
    const rows = (n) => ({ left: n });
    class Queue {
      constructor(n) {
        this.left = n;
      }
      [Symbol.asyncIterator]() {
        return this;
      }
      next() {
        return Promise.resolve(this.left-- > 0 ? { done: false, value: this.left } : { done: true, value: undefined });
      }
    }
    async function* generate(source) {
      while (source.left-- > 0) yield source.left;
    }
    async function* generateFromBatches(batches) {
      for (let i = 0; i < batches; i++) yield 80;
    }
    return {
      "async generator": async (n) => {
        for await (const m of generate(rows(n))) sink += m;
      },
      "next() with a resolved promise": async (n) => {
        for await (const m of new Queue(n)) sink += m;
      },
      "batches of 80, inner loop": async (n) => {
        for await (const batch of generateFromBatches(n / 80)) for (let m = 0; m < batch; m++) sink += m;
      },
    };
  },

  /** What comes with a request besides its bytes. Operation: one request that is answered. */
  "bookkeeping of a request": () => ({
    "promise only": async (n) => {
      for (let i = 0; i < n; i++) await new Promise((resolve) => resolve(i));
    },
    "and setTimeout, clearTimeout": async (n) => {
      for (let i = 0; i < n; i++) {
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, 10_000);
          clearTimeout(timer);
          resolve(i);
        });
      }
    },
    "and new Error() for its stack": async (n) => {
      for (let i = 0; i < n; i++) {
        const trace = new Error();
        await new Promise((resolve) => resolve(trace));
      }
    },
    "and performance.now()": async (n) => {
      for (let i = 0; i < n; i++) {
        const now = performance.now();
        await new Promise((resolve) => resolve(now));
      }
    },
    "and getRandomValues of 16 B": async (n) => {
      const bytes = new Uint8Array(16);
      for (let i = 0; i < n; i++) {
        crypto.getRandomValues(bytes);
        await new Promise((resolve) => resolve(bytes));
      }
    },
    "and a string key in a Map": async (n) => {
      const pending = new Map();
      for (let i = 0; i < n; i++) {
        await new Promise((resolve) => {
          pending.set(`_INBOX.ABCDEFGHIJKLMNOPQRSTUV.${i}`, resolve);
          pending.get(`_INBOX.ABCDEFGHIJKLMNOPQRSTUV.${i}`)(i);
          pending.delete(`_INBOX.ABCDEFGHIJKLMNOPQRSTUV.${i}`);
        });
      }
    },
    "and an integer key in a Map": async (n) => {
      const pending = new Map();
      for (let i = 0; i < n; i++) {
        await new Promise((resolve) => {
          pending.set(i, resolve);
          pending.get(i)(i);
          pending.delete(i);
        });
      }
    },
  }),

  /** Subject and payload of a delivered message, made when touched. Operation: one message of 16 B. */
  "what a message is made of": () => {
    const event = new Uint8Array(4096).fill(97);
    const decoder = new TextDecoder();
    const interned = ["prices.europe.xetra.sap"];
    return {
      "nothing touched": (n) => {
        for (let i = 0; i < n; i++) sink += i & 7;
      },
      "payload as a view": (n) => {
        for (let i = 0; i < n; i++) sink += event.subarray(i & 2047, (i & 2047) + 16).length;
      },
      "payload as a copy": (n) => {
        for (let i = 0; i < n; i++) sink += event.slice(i & 2047, (i & 2047) + 16).length;
      },
      "subject decoded": (n) => {
        for (let i = 0; i < n; i++) sink += decoder.decode(event.subarray(i & 2047, (i & 2047) + 23)).length;
      },
      "subject interned": (n) => {
        for (let i = 0; i < n; i++) sink += interned[i & 0].length;
      },
    };
  },

  /** A control line's parts are put behind one another by wasm. Operation: one copy. */
  "small copies in wasm": ({ copies }) =>
    Object.fromEntries(
      [8, 16, 32, 128].flatMap((length) =>
        Object.keys(copies)
          .filter((name) => name !== "memory")
          .map((name) => [`${length} B, ${name.replace("_", ".")}`, (n) => copies[name](n, length)]),
      ),
    ),

  /** Each event asks what time it is. Operation: one answer. */
  "the time": () => {
    const event = new MessageEvent("message");
    return {
      "performance.now()": (n) => {
        for (let i = 0; i < n; i++) sink += performance.now();
      },
      "Date.now()": (n) => {
        for (let i = 0; i < n; i++) sink += Date.now();
      },
      "event.timeStamp": (n) => {
        for (let i = 0; i < n; i++) sink += event.timeStamp;
      },
    };
  },

  /** Bytes go to the socket in WebSocket messages of this size. Operation: 1 KiB. */
  "bytes to the socket": ({ socket }) => {
    const line = encoder.encode(`PUB out.of.the.page 16\r\n${"x".repeat(16)}\r\n`);
    const all = new Uint8Array(1024 * 1024);
    for (let at = 0; at + line.length <= all.length; at += line.length) all.set(line, at);
    const sizes = [4, 16, 32, 64, 128, 256, 512];
    return Object.fromEntries(
      sizes.map((kib) => [
        `${kib} KiB`,
        async (n) => {
          const message = all.subarray(0, Math.floor((kib * 1024) / line.length) * line.length);
          for (let sent = 0; sent < n * 1024; ) {
            for (const end = Math.min(n * 1024, sent + 8 * 1024 * 1024); sent < end; sent += message.length)
              socket.send(message);
            const pong = new Promise((resolve) => {
              socket.onmessage = resolve;
            });
            socket.send("PING\r\n");
            await pong;
          }
        },
      ]),
    );
  },
};

/** `module`: bench/copies.wat, assembled, in base64. */
export async function prepare(name, url, module) {
  const bytes = Uint8Array.from(atob(module), (character) => character.charCodeAt(0));
  const copies = (await WebAssembly.instantiate(bytes)).instance.exports;
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  socket.send('CONNECT {"verbose":false,"lang":"bench","version":"1"}\r\n');
  const variants = EXPERIMENTS[name]({ socket, copies });
  return {
    variants: Object.keys(variants),
    async run(variant, count) {
      await variants[variant](count);
      return sink;
    },
  };
}

export const names = Object.keys(EXPERIMENTS);
