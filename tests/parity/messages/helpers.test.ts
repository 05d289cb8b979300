// The small functions: inboxes, unique names, codecs, waiting, units, and the nkeys namespace.

import { describe, expect, test } from "vitest";
import { clients } from "../../browser/harness/clients.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";

describe.each(clients)("$name", ({ client }) => {
  describe("createInbox", () => {
    test("is the prefix and 22 characters, different each time", () => {
      const { createInbox } = client;
      expect(createInbox()).toMatch(/^_INBOX\.[0-9A-Za-z]{22}$/);
      expect(createInbox("mine.own")).toMatch(/^mine\.own\.[0-9A-Za-z]{22}$/);
      expect(new Set(Array.from({ length: 1000 }, () => createInbox())).size).toBe(1000);
    });

    test.each(["a.*", "a.>", "*.b", ">"])("refuses the prefix %s", (prefix) => {
      expect(() => client.createInbox(prefix)).toThrow("inbox prefixes cannot have wildcards");
    });

    test("refuses a prefix that is no string", () => {
      expect(() => client.createInbox(5 as unknown as string)).toThrow("prefix must be a string");
    });
  });

  test("nuid and Nuid count on from a random beginning", () => {
    const { nuid, Nuid } = client;
    expect(nuid).toBeInstanceOf(Nuid);
    const own = new Nuid();
    const [first, second] = [own.next(), own.next()];
    expect(first).toMatch(/^[0-9A-Za-z]{22}$/);
    expect(second.slice(0, 12)).toBe(first.slice(0, 12));
    expect(second).not.toBe(first);
    own.reset();
    expect(own.next().slice(0, 12)).not.toBe(first.slice(0, 12));
    expect(new Set(Array.from({ length: 10_000 }, () => nuid.next())).size).toBe(10_000);
  });

  test("Empty is an empty Uint8Array", () => {
    expect(client.Empty).toBeInstanceOf(Uint8Array);
    expect(client.Empty.length).toBe(0);
  });

  test("StringCodec", () => {
    const codec = client.StringCodec();
    expect([...codec.encode("é€")]).toEqual([0xc3, 0xa9, 0xe2, 0x82, 0xac]);
    expect(codec.decode(codec.encode("é€"))).toBe("é€");
    expect(codec.decode(client.Empty)).toBe("");
  });

  describe("JSONCodec", () => {
    test("there and back, with a reviver", () => {
      const codec = client.JSONCodec<{ at: string; n: number }>();
      expect(codec.decode(codec.encode({ at: "x", n: 1.5 }))).toEqual({ at: "x", n: 1.5 });
      const reviving = client.JSONCodec<{ at: Date }>((key, value) =>
        key === "at" ? new Date(value as string) : value,
      );
      const at = new Date(0);
      expect(reviving.decode(reviving.encode({ at })).at).toEqual(at);
    });

    test("undefined becomes null", () => {
      const codec = client.JSONCodec();
      expect(new TextDecoder().decode(codec.encode(undefined))).toBe("null");
    });

    test("what is no JSON, and what JSON cannot say, is BAD_JSON", () => {
      const codec = client.JSONCodec<unknown>();
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      expect(() => codec.decode(new TextEncoder().encode("{"))).toThrow(
        expect.objectContaining({ name: "NatsError", code: "BAD_JSON" }),
      );
      expect(() => codec.encode(circle)).toThrow(expect.objectContaining({ name: "NatsError", code: "BAD_JSON" }));
    });
  });

  describe("waiting", () => {
    test("deferred resolves and rejects from outside", async () => {
      const { deferred } = client;
      const [good, bad] = [deferred<number>(), deferred<number>()];
      good.resolve(7);
      bad.reject(new Error("no"));
      expect(await good).toBe(7);
      await expect(bad).rejects.toThrow("no");
    });

    test("delay waits; a cancelled one never ends", async () => {
      const started = performance.now();
      await client.delay(40);
      expect(performance.now() - started).toBeGreaterThanOrEqual(38);
      const cancelled = client.delay(20);
      cancelled.cancel();
      expect(await Promise.race([cancelled.then(() => "ended"), client.delay(60).then(() => "waiting")])).toBe(
        "waiting",
      );
    });

    test("deadline passes a result on, and rejects when there is none in time", async () => {
      expect(await client.deadline(Promise.resolve(3), 1000)).toBe(3);
      await expect(client.deadline(Promise.reject(new Error("own")), 1000)).rejects.toThrow("own");
      const started = performance.now();
      const late = await rejection(client.deadline(new Promise(() => {}), 30));
      expect(performance.now() - started).toBeGreaterThanOrEqual(28);
      expect(late.message).toBe("deadline exceeded");
    });

    test("backoff goes through its steps, half more or less, and stays at the last", () => {
      const own = client.backoff([0, 100, 1000]);
      expect(own.backoff(0)).toBe(0);
      for (let round = 0; round < 100; round++) {
        for (const [attempt, step] of [
          [1, 100],
          [2, 1000],
          [9, 1000],
        ] as const) {
          const wait = own.backoff(attempt);
          expect(wait).toBeGreaterThanOrEqual(step / 2);
          expect(wait).toBeLessThanOrEqual(step * 1.5);
        }
      }
      const standard = client.backoff();
      expect(standard.backoff(0)).toBe(0);
      for (const [attempt, step] of [250, 250, 500, 500, 3000, 5000].entries()) {
        const wait = standard.backoff(attempt + 1);
        expect(wait).toBeGreaterThanOrEqual(step / 2);
        expect(wait).toBeLessThanOrEqual(step * 1.5);
      }
    });
  });

  test("nanos and millis", () => {
    expect(client.nanos(1.5)).toBe(1_500_000);
    expect(client.millis(2_999_999)).toBe(2);
    expect(client.millis(client.nanos(30_000))).toBe(30_000);
  });

  test("syncIterator asks for one value at a time, and says null at the end", async () => {
    const values = client.syncIterator(
      (async function* () {
        yield 1;
        yield 2;
      })(),
    );
    expect([await values.next(), await values.next(), await values.next()]).toEqual([1, 2, null]);
    expect(await collect((async function* () {})())).toEqual([]);
  });

  describe("nkeys", () => {
    test.each([
      ["createUser", "U"],
      ["createAccount", "A"],
      ["createOperator", "O"],
    ] as const)("%s makes a key that begins with %s, and signs", (make, prefix) => {
      const { nkeys } = client;
      const pair = (nkeys as unknown as Record<string, () => ReturnType<typeof nkeys.createUser>>)[make]?.();
      if (!pair) throw new Error(`no ${make}`);
      const publicKey = pair.getPublicKey();
      expect(publicKey).toMatch(new RegExp(`^${prefix}[A-Z2-7]{55}$`));
      const again = nkeys.fromSeed(pair.getSeed());
      expect(again.getPublicKey()).toBe(publicKey);
      const text = new TextEncoder().encode("to be signed");
      const signature = again.sign(text);
      expect(nkeys.fromPublic(publicKey).verify(text, signature)).toBe(true);
      text[0] = 0;
      expect(nkeys.fromPublic(publicKey).verify(text, signature)).toBe(false);
    });

    test("encode and decode are base64", () => {
      const { nkeys } = client;
      const bytes = new Uint8Array([0, 1, 254, 255]);
      expect(nkeys.encode(bytes)).toBe("AAH+/w==");
      expect([...nkeys.decode("AAH+/w==")]).toEqual([...bytes]);
    });
  });

  test("canonicalMIMEHeaderKey", () => {
    const { canonicalMIMEHeaderKey } = client;
    expect(canonicalMIMEHeaderKey("nats-msg-ID")).toBe("Nats-Msg-Id");
    expect(canonicalMIMEHeaderKey("x")).toBe("X");
    for (const bad of ["a b", "a:b", "é", "a\n"]) {
      expect(() => canonicalMIMEHeaderKey(bad)).toThrow(expect.objectContaining({ code: "BAD_HEADER" }));
    }
  });
});
