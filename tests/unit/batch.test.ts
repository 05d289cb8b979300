// Rows and the slab they lie in: what is queued survives, what was taken makes room.
import { describe, expect, it } from "vitest";
import { type Batch, RowDelivery, ROW_WORDS, Run, runEnd, sidOf, type Slab } from "../../js/engine/batch";
import { MsgImpl } from "../../js/core/messages/msg";
import { MsgQueue } from "../../js/core/messages/queue";
import {
  BODY_AT,
  FLAG_JOINED,
  FLAGS,
  HEADER_LEN,
  KEY,
  NAMES,
  PAYLOAD_LEN,
  SID,
  SUBJECT_AT,
} from "../../js/engine/rows";

type Deliver = (batch: Batch, slab: Slab, at: number, end: number) => void;

/** Takes messages as each test says, and answers none. */
class Stage {
  deliver: Deliver = () => {};
  readonly publisher = { publish: () => {} };
  readonly frames = new RowDelivery(this);

  respondTo(): void {}

  take(rows: Int32Array, event: ArrayBuffer, joined: Uint8Array | undefined, generation: number, to: Deliver): void {
    this.deliver = to;
    const count = rows.length / ROW_WORDS;
    const slab = this.frames.reserve(count);
    slab.words.set(rows, slab.used);
    this.frames.deliver(count, event, joined, generation);
  }
}

const encoder = new TextEncoder();

interface Wire {
  sid: number;
  subject: string;
  payload: string;
  key?: number;
  reply?: string;
}

/** An event and its rows, as the scanner would make them of `MSG subject sid reply length\r\npayload\r\n`. */
function frame(messages: Wire[], padding = 0): { event: ArrayBuffer; rows: Int32Array } {
  const rows = new Int32Array(messages.length * ROW_WORDS);
  const bytes: number[] = Array.from({ length: padding }, () => 0);
  messages.forEach(({ sid, subject, payload, key = 0, reply = "" }, index) => {
    const at = index * ROW_WORDS;
    const subjectAt = bytes.length;
    bytes.push(...encoder.encode(subject), ...encoder.encode(reply));
    const bodyAt = bytes.length;
    const body = encoder.encode(payload);
    bytes.push(...body);
    const lengths = encoder.encode(subject).length;
    rows[at + SID] = sid;
    rows[at + KEY] = key;
    rows[at + FLAGS] = lengths << 16;
    rows[at + NAMES] = lengths | (reply.length << 16);
    rows[at + SUBJECT_AT] = subjectAt;
    rows[at + BODY_AT] = bodyAt;
    rows[at + HEADER_LEN] = 0;
    rows[at + PAYLOAD_LEN] = body.length;
  });
  return { event: new Uint8Array(bytes).buffer, rows };
}

function deliver(stage: Stage, messages: Wire[], to: Deliver, generation = 0, padding = 0) {
  const { event, rows } = frame(messages, padding);
  stage.take(rows, event, undefined, generation, to);
}

describe("a message", () => {
  it("has subject, reply, payload and size", () => {
    const stage = new Stage();
    deliver(stage, [{ sid: 7, subject: "a.ü", payload: "grüße", reply: "r.1" }], (batch, { words }, at) => {
      const msg = new MsgImpl(batch, words, at);
      expect([msg.sid, msg.subject, msg.reply, msg.string(), msg.size()]).toEqual([7, "a.ü", "r.1", "grüße", 14]);
      expect(msg.headers).toBeUndefined();
      expect(msg.data).toBe(msg.data);
    });
  });

  it("keeps its words when the slab is used again", () => {
    const stage = new Stage();
    const kept: MsgImpl[] = [];
    for (let i = 0; i < 1000; i++) {
      deliver(stage, [{ sid: 1, subject: `s.${i}`, payload: `p${i}` }], (batch, { words }, at) => {
        kept.push(new MsgImpl(batch, words, at));
      });
    }
    expect(kept.map((msg) => [msg.subject, msg.string()])).toEqual(kept.map((_, i) => [`s.${i}`, `p${i}`]));
  });

  it("decodes an interned subject once a generation", () => {
    const stage = new Stage();
    const seen: string[] = [];
    const read = (batch: Batch, { words }: Slab, at: number) => seen.push(new MsgImpl(batch, words, at).subject);
    deliver(stage, [{ sid: 1, subject: "one", payload: "", key: 3 }], read);
    // The bytes differ here only to show that they are not read again.
    deliver(stage, [{ sid: 1, subject: "two", payload: "", key: 3 }], read);
    deliver(stage, [{ sid: 1, subject: "two", payload: "", key: 3 }], read, 1);
    expect(seen).toEqual(["one", "one", "two"]);
  });

  const padding = 300 * 1024;
  const two = [
    { sid: 1, subject: "a", payload: "first", key: 1 },
    { sid: 1, subject: "b", payload: "second", reply: "r", key: 2 },
  ];

  it("takes its bytes out of a huge event when it is touched", () => {
    for (const touch of ["subject", "data", "reply"] as const) {
      const stage = new Stage();
      deliver(
        stage,
        two,
        (batch, { words }, at) => {
          const second = new MsgImpl(batch, words, at + ROW_WORDS);
          expect(second[touch]).toBeDefined();
          expect([second.subject, second.reply, second.string(), second.size()]).toEqual(["b", "r", "second", 8]);
          expect(second.data.buffer.byteLength).toBe(8);
        },
        0,
        padding,
      );
    }
  });

  it("keeps no huge event when it is queued", async () => {
    const stage = new Stage();
    const queue = new MsgQueue();
    deliver(stage, two, (batch, slab, at, end) => queue.pushRun(new Run(batch, slab, at, end)), 0, padding);
    const seen = [(await queue.next()).value as MsgImpl, (await queue.next()).value as MsgImpl];
    expect(seen.map((msg) => [msg.subject, msg.string()])).toEqual([
      ["a", "first"],
      ["b", "second"],
    ]);
    expect(seen.map((msg) => msg.data.buffer.byteLength)).toEqual([14, 14]);
  });

  it("is found in the joined buffer when its row says so", () => {
    const stage = new Stage();
    const { event, rows } = frame([{ sid: 1, subject: "joined", payload: "whole" }]);
    rows[FLAGS] = (rows[FLAGS] as number) | FLAG_JOINED;
    // The joiner's slab: this op is not at its beginning.
    const slab = new Uint8Array(100);
    slab.set(new Uint8Array(event), 50);
    stage.take(rows, new ArrayBuffer(0), slab.subarray(50), 0, (batch, { words }, at) => {
      const msg = new MsgImpl(batch, words, at);
      expect([msg.subject, msg.string()]).toEqual(["joined", "whole"]);
    });
  });
});

describe("the slab", () => {
  it("stays where it is while nothing is queued", () => {
    const stage = new Stage();
    const places = new Set<number>();
    const slabs = new Set<Slab>();
    for (let i = 0; i < 5000; i++) {
      deliver(stage, [{ sid: 1, subject: "s", payload: "" }], (_batch, slab, at) => {
        places.add(at);
        slabs.add(slab);
      });
    }
    expect([places.size, slabs.size]).toEqual([1, 1]);
  });

  it("keeps what is queued, whoever takes it and whenever", async () => {
    // Consumers that wait, consumers that lag, and callbacks, in one stream: a small generator decides who gets what.
    let seed = 42;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return (seed >>> 8) % below;
    };
    const stage = new Stage();
    const queues = [new MsgQueue(), new MsgQueue(), new MsgQueue()];
    const expected: string[][] = [[], [], []];
    const taken: string[][] = [[], [], []];
    const take = async (index: number) => {
      const { value } = await (queues[index] as MsgQueue).next();
      (taken[index] as string[]).push((value as MsgImpl).string());
    };
    const waiting: Promise<void>[] = [];
    let serial = 0;
    for (let round = 0; round < 3000; round++) {
      // The first consumer always waits already, so it takes in the middle of a delivery.
      if ((expected[0] as string[]).length === (taken[0] as string[]).length) waiting.push(take(0));
      const messages = Array.from({ length: 1 + random(6) }, () => ({
        sid: random(4),
        subject: "s",
        payload: `${serial++}`,
      }));
      for (const { sid, payload } of messages) expected[sid]?.push(payload);
      deliver(stage, messages, (batch, slab, at, end) => {
        for (let from = at; from < end; ) {
          const to = runEnd(slab.words, from, end);
          queues[sidOf(slab.words, from)]?.pushRun(new Run(batch, slab, from, to));
          from = to;
        }
      });
      const lagging = 1 + random(2);
      if (random(3) > 0 && (queues[lagging] as MsgQueue).getPending() > 1) await take(lagging);
      await undefined;
      if ((queues[0] as MsgQueue).getPending() > 1) await take(0);
    }
    for (const index of [0, 1, 2]) {
      while ((taken[index] as string[]).length < (expected[index] as string[]).length) await take(index);
    }
    expect(taken).toEqual(expected);
  });
});
