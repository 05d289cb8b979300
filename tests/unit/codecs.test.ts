import * as natsWs from "nats.ws";
import { describe, expect, it } from "vitest";
import * as codecs from "../../js/core/helpers/codecs";
import { Empty } from "../../js/base/empty";

describe.each([
  ["nats-wasm", codecs],
  ["nats.ws", natsWs],
] as const)("codecs of %s", (name, client) => {
  const { JSONCodec, StringCodec } = client as typeof codecs;
  const badJson = expect.objectContaining({
    name: "NatsError",
    code: "BAD_JSON",
    message: name === "nats.ws" ? "Bad JSON" : expect.stringMatching(/^BAD_JSON: Bad JSON: ./),
    chainedError: expect.any(Error),
  });

  it.each(["", "plain", "ünïcode ✓ 🚀"])("string %j there and back", (text) => {
    const codec = StringCodec();
    expect(codec.encode(text)).toEqual(new TextEncoder().encode(text));
    expect(codec.decode(codec.encode(text))).toBe(text);
  });

  it.each([null, 0, "x", [1, 2], { a: { b: true } }])("json %j there and back", (value) => {
    const codec = JSONCodec();
    expect(codec.decode(codec.encode(value))).toEqual(value);
  });

  it("sends undefined as null", () => {
    expect(JSONCodec().encode(undefined)).toEqual(new TextEncoder().encode("null"));
  });

  it("uses the reviver", () => {
    const codec = JSONCodec<number>((_key, value) => (typeof value === "number" ? value + 1 : value));
    expect(codec.decode(new TextEncoder().encode("41"))).toBe(42);
  });

  it("reports what cannot be converted as BAD_JSON", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => JSONCodec().encode(circle)).toThrow(badJson);
    expect(() => JSONCodec().decode(new TextEncoder().encode("{"))).toThrow(badJson);
  });
});

describe("Empty", () => {
  it("has no bytes", () => expect(Empty).toEqual(natsWs.Empty));
});
