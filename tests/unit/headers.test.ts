import * as natsWs from "nats.ws";
import { describe, expect, it } from "vitest";
import * as ours from "../../js/core/messages/headers";

const bytes = (text: string) => new TextEncoder().encode(text);
const bad = expect.objectContaining({ name: "NatsError", code: "BAD_HEADER" });

/** The behaviour both clients share: the same lines, run with either. */
describe.each([
  ["nats-wasm", ours],
  ["nats.ws", natsWs],
] as const)("headers of %s", (_name, client) => {
  const { MsgHdrsImpl, Match, canonicalMIMEHeaderKey } = client as typeof ours;
  const headers = client.headers as typeof ours.headers;

  it("keeps values in order and answers for the first, the last and all of them", () => {
    const h = headers();
    h.append("a", "1");
    h.append("a", " 2 ");
    h.set("B", "x");
    expect(h.get("a")).toBe("1");
    expect(h.last("a")).toBe("2");
    expect(h.values("a")).toEqual(["1", "2"]);
    expect(h.keys()).toEqual(["a", "B"]);
    expect([...h]).toEqual([
      ["a", ["1", "2"]],
      ["B", ["x"]],
    ]);
    expect([h.get("none"), h.last("none"), h.values("none"), h.has("none")]).toEqual(["", "", [], false]);
    h.delete("a");
    expect(h.has("a")).toBe(false);
  });

  it("compares keys exactly, canonically, or ignoring case", () => {
    const h = headers();
    h.set("Content-Type", "1");
    h.set("content-type", "2");
    h.set("CONTENT-TYPE", "3");
    expect(h.get("content-TYPE")).toBe("");
    expect(h.get("content-TYPE", Match.CanonicalMIME)).toBe("1");
    expect(h.values("content-TYPE", Match.IgnoreCase)).toEqual(["1", "2", "3"]);
    h.append("conTENT-type", "4", Match.IgnoreCase);
    expect(h.values("Content-Type")).toEqual(["1", "4"]);
    h.append("x-y", "5", Match.CanonicalMIME);
    expect(h.get("X-Y")).toBe("5");
    h.set("cOntent-type", "6", Match.IgnoreCase);
    expect([...h]).toEqual([
      ["X-Y", ["5"]],
      ["cOntent-type", ["6"]],
    ]);
    h.delete("CONTENT-type", Match.IgnoreCase);
    expect(h.keys()).toEqual(["X-Y"]);
    expect(Match).toMatchObject({ Exact: 0, CanonicalMIME: 1, IgnoreCase: 2 });
  });

  it.each(["content-type", "X-NATS-stream", "a", "-a--B-", "1a-2b", "!#$~"])("canonical form of %s", (key) => {
    expect(canonicalMIMEHeaderKey(key)).toBe(natsWs.canonicalMIMEHeaderKey(key));
  });

  it.each(["a b", "a:b", "ä", "a\r", "\x7f"])("refuses the key %j", (key) => {
    expect(() => canonicalMIMEHeaderKey(key)).toThrow(bad);
    expect(() => headers().set(key, "x")).toThrow(bad);
    expect(() => headers().append(key, "x")).toThrow(bad);
  });

  it.each(["a\r\nb", "a\nb", "a\r", "\n"])("refuses the value %j", (value) => {
    expect(() => headers().set("k", value)).toThrow(bad);
    expect(() => headers().append("k", value)).toThrow(bad);
    expect(() => MsgHdrsImpl.validHeaderValue(value)).toThrow(bad);
  });

  it.each([
    ["NATS/1.0\r\n\r\n", 0, ""],
    ["NATS/1.0 503\r\n\r\n", 503, ""],
    ["NATS/1.0 503 No Responders\r\n\r\n", 503, "No Responders"],
    ["NATS/1.0   100   Idle Heartbeat  \r\n\r\n", 100, "Idle Heartbeat"],
    ["NATS/1.0404\r\n\r\n", 404, ""],
    ["NATS/1.0 nonsense\r\n\r\n", 0, "nonsense"],
  ])("reads the status of %j", (block, code, description) => {
    const h = MsgHdrsImpl.decode(bytes(block));
    expect([h.code, h.description, h.hasError]).toEqual([code, description, code >= 300]);
    expect(h.status).toBe(`${code} ${description}`.trim());
  });

  it("reads a block: values trimmed, repeated keys gathered, lines without a colon ignored", () => {
    const h = MsgHdrsImpl.decode(bytes("NATS/1.0\r\na:1\r\na:  2 \r\nb: x:y\r\nnonsense\r\nB:\r\n\r\n"));
    expect(h.toRecord()).toEqual({ a: ["1", "2"], b: ["x:y"], B: [""] });
    expect(h.size()).toBe(3);
  });

  it("writes what it read", () => {
    const block = "NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 5\r\nk: ä\r\n\r\n";
    const h = MsgHdrsImpl.decode(bytes(block));
    expect(h.toString()).toBe(block);
    expect(new TextDecoder().decode(h.encode())).toBe(block);
  });

  it("writes nothing when there is nothing, and leaves a status without description out", () => {
    expect(new MsgHdrsImpl().toString()).toBe("");
    expect(new MsgHdrsImpl().encode()).toHaveLength(0);
    expect(MsgHdrsImpl.decode(bytes("NATS/1.0 503\r\n\r\n")).toString()).toBe("NATS/1.0\r\n\r\n");
  });

  it("wants both or neither of code and description", () => {
    expect(() => headers(503)).toThrow("both code and description");
    expect(() => headers(0, "x")).toThrow("both code and description");
    expect(headers(503, "No").status).toBe("503 No");
    expect(headers().status).toBe("0");
  });

  it("goes to a record and back", () => {
    const record = { a: ["1", "2"], b: ["x"] };
    const h = MsgHdrsImpl.fromRecord(record) as InstanceType<typeof MsgHdrsImpl>;
    expect(h.toRecord()).toEqual(record);
  });

  it("is equal by status code, keys and values in any order", () => {
    const of = (record: Record<string, string[]>) => MsgHdrsImpl.fromRecord(record) as InstanceType<typeof MsgHdrsImpl>;
    expect(of({ a: ["1", "2"], b: [] }).equals(of({ b: [], a: ["2", "1"] }))).toBe(true);
    expect(of({ a: ["1"] }).equals(of({ a: ["1", "1"] }))).toBe(false);
    expect(of({ a: ["1"] }).equals(of({ b: ["1"] }))).toBe(false);
    expect(of({ a: ["1"] }).equals(of({ a: ["1"], b: ["1"] }))).toBe(false);
    expect(new MsgHdrsImpl(1, "x").equals(new MsgHdrsImpl(2, "x"))).toBe(false);
    expect(new MsgHdrsImpl(1, "x").equals(new MsgHdrsImpl(1, "y"))).toBe(true);
  });
});

describe("where headers differ from nats.ws on purpose", () => {
  it("refuses CR and LF in a record, which nats.ws sends as further header lines", () => {
    const record = { a: ["1\r\nInjected: yes"] };
    expect(() => ours.MsgHdrsImpl.fromRecord(record)).toThrow(bad);
    expect(String(natsWs.MsgHdrsImpl.fromRecord(record))).toContain("\r\nInjected: yes");
    expect(() => ours.MsgHdrsImpl.fromRecord({ "a\r\nb": ["1"] })).toThrow(bad);
  });

  it("refuses CR and LF in a status, which nats.ws sends as further header lines", () => {
    expect(() => ours.headers(503, "No\r\nInjected: yes")).toThrow(bad);
    expect(String(natsWs.headers(503, "No\r\nInjected: yes"))).toContain("\r\nInjected: yes");
  });

  it("refuses an empty key, which nats.ws sends as a line nobody can read", () => {
    expect(() => ours.headers().set("", "x")).toThrow(bad);
    expect(() => natsWs.headers().set("", "x")).not.toThrow();
  });

  it("keeps the old value when the new one is refused", () => {
    const h = ours.headers();
    h.set("k", "old");
    expect(() => h.set("k", "a\nb")).toThrow(bad);
    expect(h.get("k")).toBe("old");
  });

  it("ignores a received line with an unusual key, where nats.ws cannot read any header of the message", () => {
    const block = bytes("NATS/1.0\r\nfoo bar: 1\r\nok: 2\r\n: 3\r\n\r\n");
    expect(ours.MsgHdrsImpl.decode(block).toRecord()).toEqual({ ok: ["2"] });
    expect(() => natsWs.MsgHdrsImpl.decode(block)).toThrow();
  });

  it("reads a received block when it is first asked for, not before", () => {
    const block = bytes("NATS/1.0\r\na: 1\r\n\r\n");
    const h = ours.MsgHdrsImpl.decode(block);
    block.set(bytes("2"), 13);
    expect(h.get("a")).toBe("2");
    h.append("a", "3");
    expect(h.values("a")).toEqual(["2", "3"]);
  });
});
