import { readFileSync } from "node:fs";
import * as natsWs from "nats.ws";
import { describe, expect, it } from "vitest";
import { nkeys as ours } from "../../js/core/auth/nkeys";

type Namespace = typeof ours;
interface Vector {
  prefix: number;
  seed: string;
  publicKey: string;
  privateKey: string;
  signatures: { message: string; signature: string }[];
}

const theirs = natsWs.nkeys as unknown as Namespace;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const vectors: Vector[] = JSON.parse(readFileSync("tests/vectors/nkeys.json", "utf8")).keys;
const user = vectors.find((vector) => vector.prefix === ours.Prefix.User) as Vector;
const code = (code: ours.NKeysErrorCode) => expect.objectContaining({ name: "NKeysError", code, message: code });
const { NKeysErrorCode } = ours;

/** nats.ws needs a second for each signature: one vector must do for it. */
describe.each([
  ["nats-wasm", ours, vectors],
  ["nats.ws", theirs, [{ ...user, signatures: user.signatures.slice(1, 2) }]],
] as const)("nkeys of %s", (_name, nkeys, known) => {
  it("reads, signs and verifies as the vectors say", () => {
    expect(vectors).toHaveLength(15);
    for (const vector of known) {
      const pair = nkeys.fromSeed(bytes(vector.seed));
      const publicHalf = nkeys.fromPublic(vector.publicKey);
      expect(pair.getPublicKey()).toBe(vector.publicKey);
      expect(text(pair.getSeed())).toBe(vector.seed);
      expect(text(pair.getPrivateKey())).toBe(vector.privateKey);
      expect(publicHalf.getPublicKey()).toBe(vector.publicKey);
      for (const { message, signature } of vector.signatures) {
        const signed = pair.sign(bytes(message));
        expect(base64url(signed)).toBe(signature);
        expect(pair.verify(bytes(message), signed)).toBe(true);
        expect(publicHalf.verify(bytes(message), signed)).toBe(true);
        expect(publicHalf.verify(bytes(`${message}!`), signed)).toBe(false);
      }
    }
  });

  it.each([
    ["createUser", "U"],
    ["createAccount", "A"],
    ["createOperator", "O"],
  ] as const)("%s makes new key pairs", (create, letter) => {
    const [one, two] = [nkeys[create](), nkeys[create]()];
    expect(one.getPublicKey()).toMatch(new RegExp(`^${letter}[A-Z2-7]{55}$`));
    expect(text(one.getSeed())).toMatch(new RegExp(`^S${letter}[A-Z2-7]{56}$`));
    expect(one.getPublicKey()).not.toBe(two.getPublicKey());
    const read = nkeys.fromSeed(one.getSeed());
    expect(nkeys.fromPublic(one.getPublicKey()).verify(bytes("x"), read.sign(bytes("x")))).toBe(true);
  });

  it("refuses what is no key, and says what is wrong with it", () => {
    const { seed, publicKey } = user;
    expect(() => nkeys.fromSeed(bytes(""))).toThrow(code(NKeysErrorCode.InvalidEncoding));
    expect(() => nkeys.fromSeed(bytes(seed.toLowerCase()))).toThrow(code(NKeysErrorCode.InvalidEncoding));
    expect(() => nkeys.fromSeed(bytes(seed.slice(1)))).toThrow(code(NKeysErrorCode.InvalidChecksum));
    expect(() => nkeys.fromSeed(bytes(publicKey))).toThrow(code(NKeysErrorCode.InvalidSeed));
    expect(() => nkeys.fromPublic(seed)).toThrow(code(NKeysErrorCode.InvalidPublicKey));
    expect(() => nkeys.fromPublic(publicKey.slice(0, -1))).toThrow(code(NKeysErrorCode.InvalidChecksum));
    expect(() => nkeys.fromPublic("")).toThrow(code(NKeysErrorCode.InvalidEncoding));
    expect(() => nkeys.createPair(nkeys.Prefix.Seed)).toThrow(code(NKeysErrorCode.InvalidPrefixByte));
  });

  it("does with a public half only what it can", () => {
    const half = nkeys.fromPublic(user.publicKey);
    expect(() => half.getSeed()).toThrow(code(NKeysErrorCode.PublicKeyOnly));
    expect(() => half.getPrivateKey()).toThrow(code(NKeysErrorCode.PublicKeyOnly));
    expect(() => half.sign(bytes("x"))).toThrow(code(NKeysErrorCode.CannotSign));
    half.clear();
    for (const use of [() => half.getPublicKey(), () => half.getSeed(), () => half.verify(bytes("x"), bytes("x"))]) {
      expect(use).toThrow(code(NKeysErrorCode.ClearedPair));
    }
  });

  it("forgets a cleared seed and overwrites it", () => {
    const seed = bytes(user.seed);
    const pair = nkeys.fromSeed(seed);
    pair.clear();
    pair.clear();
    expect(seed).toEqual(new Uint8Array(seed.length));
    expect(() => pair.getSeed()).toThrow(code(NKeysErrorCode.ClearedPair));
    expect(() => pair.sign(bytes("x"))).toThrow(code(NKeysErrorCode.ClearedPair));
  });

  it("codes base64", () => {
    expect(nkeys.encode(new Uint8Array([251, 255, 1]))).toBe("+/8B");
    expect(nkeys.decode("+/8B")).toEqual(new Uint8Array([251, 255, 1]));
  });
});

describe("the namespace", () => {
  it("has every name of nats.ws's, with the same constants", () => {
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(natsWs.nkeys)));
    expect(ours.NKeysErrorCode).toMatchObject(theirs.NKeysErrorCode);
    expect(ours.Prefix).toMatchObject(theirs.Prefix);
  });

  it("has the key pairs of servers and clusters of nkeys.js too", () => {
    expect(ours.createServer().getPublicKey()).toMatch(/^N/);
    expect(ours.createCluster().getPublicKey()).toMatch(/^C/);
  });

  it("calls a signature of a wrong length wrong, where nats.ws throws", () => {
    const pair = ours.fromSeed(bytes(user.seed));
    expect(pair.verify(bytes("x"), new Uint8Array(63))).toBe(false);
    expect(() => theirs.fromSeed(bytes(user.seed)).verify(bytes("x"), new Uint8Array(63))).toThrow();
  });

  it("refuses curve keys, as nats.ws does: nothing in a connection uses them", () => {
    expect(() => ours.createPair(ours.Prefix.Curve)).toThrow(code(NKeysErrorCode.InvalidCurveOperation));
    for (const half of [ours.fromSeed(bytes(user.seed)), ours.fromPublic(user.publicKey)]) {
      expect(() => half.seal(bytes("x"), user.publicKey)).toThrow(code(NKeysErrorCode.InvalidNKeyOperation));
      expect(() => half.open(bytes("x"), user.publicKey)).toThrow(code(NKeysErrorCode.InvalidNKeyOperation));
    }
  });
});
