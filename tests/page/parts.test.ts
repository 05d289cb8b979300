// The parts of the playground that compute: what they make of plain values.

import { describe, expect, it } from "vitest";
import { explain, explainConnect } from "../../www/errors.js";
import { bytes, count, duration, rate } from "../../www/format.js";
import { parseHeaderLines } from "../../www/header-lines.js";
import { MessageLog } from "../../www/message-log.js";
import { sendPaced } from "../../www/pace.js";
import { asHex, asJson, asText, bestView, preview } from "../../www/payload.js";
import { Rate } from "../../www/pulse.js";
import { logBins, summary } from "../../www/samples.js";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("format", () => {
  it("keeps numbers short and exact where they are small", () => {
    expect([count(1234567), rate(0), rate(0.5), rate(9.96), rate(12_345.6)]).toEqual([
      "1,234,567",
      "0",
      "0.5",
      "10",
      "12,346",
    ]);
    expect([bytes(0), bytes(1023), bytes(1536), bytes(1024 * 1024)]).toEqual(["0 B", "1023 B", "1.5 KiB", "1.0 MiB"]);
    expect([duration(0.42), duration(12.34), duration(432.1), duration(3210)]).toEqual([
      "0.42 ms",
      "12.3 ms",
      "432 ms",
      "3.21 s",
    ]);
  });
});

describe("payload", () => {
  it("tells text, JSON and bytes apart", () => {
    expect(bestView(utf8('{"a":1}'))).toBe("json");
    expect(bestView(utf8('{"a":'))).toBe("text");
    expect(bestView(utf8("grüße"))).toBe("text");
    expect(bestView(new Uint8Array([0xff, 0x00]))).toBe("hex");
    expect(asText(new Uint8Array([0x61, 0x00]))).toBeUndefined();
    expect(asJson(utf8("no"))).toBeUndefined();
  });

  it("dumps hex with offset and ASCII, and says what it left out", () => {
    expect(asHex(utf8("0123456789abcdefX"))).toBe(
      "000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n" +
        `000010  58 ${"   ".repeat(7)} ${"   ".repeat(8)} X`,
    );
    expect(asHex(new Uint8Array(40), 16)).toContain("… 24 more bytes");
  });

  it("previews one line, cut text included, and bytes as hex", () => {
    expect(preview(utf8("a\n  b"))).toBe("a b");
    expect(preview(utf8("ü".repeat(100)), 7)).toBe("üüü\ufffd");
    expect(preview(new Uint8Array([1, 2, 255]))).toBe("01 02 ff");
  });
});

describe("header lines", () => {
  it("reads pairs, repeated names and values with colons", () => {
    expect(parseHeaderLines("A: 1\n\nA: 2\nUrl: ws://x")).toEqual([
      ["A", "1"],
      ["A", "2"],
      ["Url", "ws://x"],
    ]);
  });

  it("names the line it cannot read", () => {
    expect(() => parseHeaderLines("A: 1\nnonsense")).toThrow('header line 2 is "nonsense"');
  });
});

describe("message log", () => {
  it("counts all, keeps the latest, and holds a snapshot still", () => {
    const log = new MessageLog(3);
    for (const n of [0, 1, 2]) log.push(`m${n}`, "sub", n);
    const snapshot = log.snapshot();
    for (const n of [3, 4]) log.push(`m${n}`, "sub", n);
    expect([log.total, log.oldest]).toEqual([5, 2]);
    expect(log.at(1)).toBeUndefined();
    expect(log.at(4)).toEqual({ number: 4, message: "m4", source: "sub", at: 4 });
    expect(snapshot.map((entry) => entry?.message)).toEqual(["m0", "m1", "m2"]);
    log.clear();
    expect([log.total, log.snapshot().length]).toEqual([0, 0]);
  });
});

describe("samples", () => {
  it("ranks without interpolating", () => {
    const times = Float64Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(summary(times)).toEqual({ p50: 50, p90: 90, p99: 99, min: 1, max: 100 });
    expect(() => summary(new Float64Array(0))).toThrow("no samples");
  });

  it.each([
    ["one value", [2, 2, 2]],
    ["below the clock's step", [0, 0.1, 0.1]],
    ["far apart", [0.1, 0.2, 0.3, 5, 5000]],
  ])("puts every time in a bin no narrower than the clock: %s", (_, times) => {
    const bins = logBins(Float64Array.from(times), 16, 0.1);
    expect(bins.reduce((all, bin) => all + bin.count, 0)).toBe(times.length);
    expect(Math.min(...bins.map((bin) => bin.to - bin.from))).toBeGreaterThan(0.0999);
    expect(bins.length).toBeLessThanOrEqual(18);
  });
});

describe("rate", () => {
  it("covers the latest second, and begins anew with the count", () => {
    const measured = new Rate();
    expect(measured.sample(100, 0.5)).toBe(200);
    expect(measured.sample(100, 0.5)).toBe(100);
    expect(measured.sample(100, 0.5)).toBe(0);
    expect(measured.sample(10, 0.5)).toBe(10);
  });
});

describe("pace", () => {
  const plain = { flush: async () => undefined, onProgress: () => undefined };

  it("sends all, in order, flushing as it goes", async () => {
    const sent: number[] = [];
    let flushes = 0;
    const flush = async () => {
      flushes += 1;
    };
    const signal = new AbortController().signal;
    expect(
      await sendPaced({ ...plain, flush, total: 1000, perSecond: 0, send: (i: number) => sent.push(i), signal }),
    ).toBe(1000);
    expect(sent).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(flushes).toBeGreaterThan(0);
  });

  it("takes the time the rate asks for", async () => {
    const begun = performance.now();
    const signal = new AbortController().signal;
    await sendPaced({ ...plain, total: 21, perSecond: 100, send: () => undefined, signal });
    expect(performance.now() - begun).toBeGreaterThan(190);
  });

  it("stops when told to, and lets an error end it", async () => {
    const stop = new AbortController();
    const send = (i: number) => i === 2 && stop.abort();
    expect(await sendPaced({ ...plain, total: 100, perSecond: 1000, send, signal: stop.signal })).toBeLessThan(100);
    const refuse = () => {
      throw new Error("refused");
    };
    const signal = new AbortController().signal;
    await expect(sendPaced({ ...plain, total: 1, perSecond: 0, send: refuse, signal })).rejects.toThrow("refused");
  });
});

describe("errors", () => {
  it("keeps code, own words and advice apart", () => {
    const error = Object.assign(new Error("503"), { code: "503" });
    expect(explain(error, "No reply")).toEqual({
      title: "No reply",
      code: "503",
      text: "Nobody listens on that subject.",
      words: "",
      advice: "Switch on the responder, or check the subject.",
    });
  });

  it("always has something to say about a failed connect", () => {
    for (const said of ["MAX_PAYLOAD_EXCEEDED: cannot publish: too large", "cannot publish: too large"]) {
      const wordy = Object.assign(new Error(said), { code: "MAX_PAYLOAD_EXCEEDED" });
      expect(explain(wordy, "No").words).toBe("cannot publish: too large");
    }
    const empty = Object.assign(new Error(""), { code: "UNKNOWN_ERROR" });
    const told = explainConnect(empty, "ws://x", { protocol: "http:" } as Location);
    expect([told.title, told.text, told.advice].every((text) => text !== "")).toBe(true);
    const mixed = explainConnect(empty, "ws://x", { protocol: "https:" } as Location);
    expect(mixed.advice).toContain("wss://");
  });
});
