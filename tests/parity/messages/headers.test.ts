// Headers as objects: three ways to compare keys, status, text and record forms.

import { describe, expect, test } from "vitest";
import { clients } from "../../browser/harness/clients.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe.each(clients)("$name", ({ client }) => {
  const { headers, Match, MsgHdrsImpl } = client;

  test("a key that is not there", () => {
    const empty = headers();
    expect(empty.get("No")).toBe("");
    expect(empty.last("No")).toBe("");
    expect(empty.values("No")).toEqual([]);
    expect(empty.has("No")).toBe(false);
    expect(empty.keys()).toEqual([]);
    expect([...empty]).toEqual([]);
    empty.delete("No");
    expect(empty).toMatchObject({ hasError: false, code: 0, description: "" });
  });

  test("exact is how keys are compared unless something else is asked for", () => {
    const all = headers();
    all.set("a-key", "lower");
    all.append("A-Key", "canonical");
    expect(all.keys()).toEqual(["a-key", "A-Key"]);
    expect(all.get("a-key")).toBe("lower");
    expect(all.get("a-key", Match.Exact)).toBe("lower");
    expect(all.has("A-KEY")).toBe(false);
    all.set("a-key", "again");
    expect(all.values("a-key")).toEqual(["again"]);
    all.delete("a-key");
    expect([...all]).toEqual([["A-Key", ["canonical"]]]);
  });

  test("canonical writes and looks for the canonical form", () => {
    const all = headers();
    all.set("a-KEY", "one", Match.CanonicalMIME);
    all.append("A-kEY", "two", Match.CanonicalMIME);
    expect([...all]).toEqual([["A-Key", ["one", "two"]]]);
    expect(all.get("a-key", Match.CanonicalMIME)).toBe("one");
    expect(all.last("a-key", Match.CanonicalMIME)).toBe("two");
    all.append("other", "lower");
    expect(all.has("other", Match.CanonicalMIME)).toBe(false);
    all.delete("a-key", Match.CanonicalMIME);
    expect(all.keys()).toEqual(["other"]);
  });

  test("ignore-case finds every spelling, writes to the first one, and deletes them all", () => {
    const all = headers();
    all.append("a-key", "1");
    all.append("A-Key", "2");
    all.append("A-KEY", "3", Match.IgnoreCase);
    expect([...all]).toEqual([
      ["a-key", ["1", "3"]],
      ["A-Key", ["2"]],
    ]);
    expect(all.values("a-KEY", Match.IgnoreCase)).toEqual(["1", "3", "2"]);
    expect(all.get("a-KEY", Match.IgnoreCase)).toBe("1");
    expect(all.last("a-KEY", Match.IgnoreCase)).toBe("3");
    expect(all.has("a-KEY", Match.IgnoreCase)).toBe(true);
    all.set("a-KEY", "only", Match.IgnoreCase);
    expect([...all]).toEqual([["a-KEY", ["only"]]]);
    all.delete("A-key", Match.IgnoreCase);
    expect(all.keys()).toEqual([]);
  });

  test("keys and values that cannot be sent are BAD_HEADER; values are trimmed", () => {
    const all = headers();
    for (const key of ["a b", "a:b", "a\r", "é"]) {
      expect(() => all.set(key, "x")).toThrow(expect.objectContaining({ name: "NatsError", code: "BAD_HEADER" }));
      expect(() => all.append(key, "x")).toThrow(expect.objectContaining({ code: "BAD_HEADER" }));
    }
    for (const value of ["a\rb", "a\nb", "\r\nEvil: yes"]) {
      expect(() => all.set("Key", value)).toThrow(expect.objectContaining({ code: "BAD_HEADER" }));
      expect(() => all.append("Key", value)).toThrow(expect.objectContaining({ code: "BAD_HEADER" }));
    }
    all.set("Key", "  inside  it ");
    expect(all.get("Key")).toBe("inside  it");
    expect(MsgHdrsImpl.validHeaderValue(" x ")).toBe("x");
    expect(() => MsgHdrsImpl.validHeaderValue("\n")).toThrow(expect.objectContaining({ code: "BAD_HEADER" }));
  });

  test("a status needs code and description", () => {
    expect(() => headers(503)).toThrow("setting status requires both code and description");
    expect(() => headers(0, "words")).toThrow("setting status requires both code and description");
    expect(headers(503, "no responders")).toMatchObject({
      hasError: true,
      code: 503,
      description: "no responders",
      status: "503 no responders",
    });
    expect(headers(299, "fine")).toMatchObject({ hasError: false });
    expect(headers(300, "not fine")).toMatchObject({ hasError: true });
  });

  test("text and bytes", () => {
    const all = new MsgHdrsImpl();
    expect(all.toString()).toBe("");
    expect(all.encode().length).toBe(0);
    all.append("A", "1");
    all.append("A", "2");
    all.append("b", "é");
    expect(all.toString()).toBe("NATS/1.0\r\nA: 1\r\nA: 2\r\nb: é\r\n\r\n");
    expect([...all.encode()]).toEqual([...bytes(all.toString())]);
    expect(new MsgHdrsImpl(404, "nothing here").toString()).toBe("NATS/1.0 404 nothing here\r\n\r\n");
  });

  test("decoding: status, several values, and lines that are none", () => {
    const plain = MsgHdrsImpl.decode(bytes("NATS/1.0\r\nA: 1\r\nA:2\r\nno colon\r\nUrl: http://x:1 \r\nNone:\r\n\r\n"));
    expect([...plain]).toEqual([
      ["A", ["1", "2"]],
      ["Url", ["http://x:1"]],
      ["None", [""]],
    ]);
    expect(plain).toMatchObject({ code: 0, description: "", hasError: false });
    expect(MsgHdrsImpl.decode(bytes("NATS/1.0 503\r\n\r\n"))).toMatchObject({
      code: 503,
      description: "",
      status: "503",
      hasError: true,
    });
    expect(MsgHdrsImpl.decode(bytes("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 3\r\n\r\n"))).toMatchObject({
      code: 100,
      description: "Idle Heartbeat",
      status: "100 Idle Heartbeat",
      hasError: false,
    });
    expect(MsgHdrsImpl.decode(bytes("NATS/1.0   \r\n\r\n"))).toMatchObject({ code: 0, description: "" });
    expect(MsgHdrsImpl.decode(bytes("NATS/1.0 what\r\n\r\n"))).toMatchObject({ code: 0 });
  });

  test("records", () => {
    const all = MsgHdrsImpl.fromRecord({ A: ["1", "2"], b: ["3"] }) as InstanceType<typeof MsgHdrsImpl>;
    expect(all.size()).toBe(2);
    expect(all.values("A")).toEqual(["1", "2"]);
    expect(all.toRecord()).toEqual({ A: ["1", "2"], b: ["3"] });
  });

  test("equality does not look at the order of values", () => {
    const of = (record: Record<string, string[]>) => MsgHdrsImpl.fromRecord(record) as InstanceType<typeof MsgHdrsImpl>;
    expect(of({ A: ["1", "2"] }).equals(of({ A: ["2", "1"] }))).toBe(true);
    expect(of({ A: ["1", "2"] }).equals(of({ A: ["1"] }))).toBe(false);
    expect(of({ A: ["1"] }).equals(of({ a: ["1"] }))).toBe(false);
    expect(of({ A: ["1"] }).equals(of({ A: ["1"], B: ["1"] }))).toBe(false);
    expect(new MsgHdrsImpl(404, "x").equals(new MsgHdrsImpl(503, "x"))).toBe(false);
  });
});
