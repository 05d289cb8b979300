/**
 * The `nkeys` namespace: key pairs that sign and verify, with the names of nkeys.js 1.1.0. Synchronous as in nkeys.js, so that
 * its first use compiles the credentials module at once. Curve keys, which encrypt, are refused: nothing in a connection uses them.
 */
import { decodeBase64, encodeBase64 } from "../../engine/base64";
import * as credentials from "../../engine/credentials";
import { encoder } from "../../engine/text";
import { NKeysError, NKeysErrorCode } from "../../base/nkeys-error";

/** The role of a key, which the first letter of the encoded key shows. */
export enum Prefix {
  /** Not a role. */
  Unknown = -1,
  /** `S…`: the secret of a key pair. */
  Seed = 144,
  /** `P…`: a private key. */
  Private = 120,
  /** `O…`: an operator's key. */
  Operator = 112,
  /** `N…`: a server's key. */
  Server = 104,
  /** `C…`: a cluster's key. */
  Cluster = 16,
  /** `A…`: an account's key. */
  Account = 0,
  /** `U…`: a user's key. */
  User = 160,
  /** `X…`: a curve key, which encrypts. Refused with `InvalidCurveOperation`. */
  Curve = 184,
}

/** A key pair, or its public half. All methods throw NKeysError `ClearedPair` after `clear()`. */
export interface KeyPair {
  /** The encoded public key: `U…` for a user. */
  getPublicKey(): string;
  /** The encoded private key, `P…`. @throws NKeysError `PublicKeyOnly` for a public half. */
  getPrivateKey(): Uint8Array;
  /** The encoded seed, `S…`: the secret of the pair. @throws NKeysError `PublicKeyOnly` for a public half. */
  getSeed(): Uint8Array;
  /** Signs bytes with Ed25519; returns 64 bytes. @throws NKeysError `CannotSign` for a public half. */
  sign(input: Uint8Array): Uint8Array;
  /** True when `signature` is this key's signature of `input`. */
  verify(input: Uint8Array, signature: Uint8Array): boolean;
  /** Overwrites the secret. Every later call throws. */
  clear(): void;
  /** Throws NKeysError `InvalidNKeyOperation`: only curve keys encrypt. */
  seal(input: Uint8Array, recipient: string, nonce?: Uint8Array): Uint8Array;
  /** Throws NKeysError `InvalidNKeyOperation`: only curve keys decrypt. */
  open(message: Uint8Array, sender: string): Uint8Array | null;
}

/** Makes a user's key pair, `U…`. */
function createUser(): KeyPair {
  return createPair(Prefix.User);
}

/** Makes an account's key pair, `A…`. */
function createAccount(): KeyPair {
  return createPair(Prefix.Account);
}

/** Makes an operator's key pair, `O…`. */
function createOperator(): KeyPair {
  return createPair(Prefix.Operator);
}

/** Makes a server's key pair, `N…`. */
function createServer(): KeyPair {
  return createPair(Prefix.Server);
}

/** Makes a cluster's key pair, `C…`. */
function createCluster(): KeyPair {
  return createPair(Prefix.Cluster);
}

/** Makes a key pair from the browser's cryptographic source. @throws NKeysError for a prefix that is not a role. */
function createPair(prefix: Prefix): KeyPair {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const seed = encoder.encode(credentials.encodeSeed(prefix, random));
  random.fill(0);
  return new SeedPair(seed);
}

/**
 * Makes the key pair of an encoded seed, which the pair keeps and `clear()` overwrites.
 *
 * @throws NKeysError for other bytes.
 */
function fromSeed(seed: Uint8Array): KeyPair {
  credentials.publicKey(seed);
  return new SeedPair(seed);
}

/** Makes the public half of a pair, which can verify. @throws NKeysError for a text that is not a public key. */
function fromPublic(publicKey: string): KeyPair {
  credentials.checkPublicKey(publicKey);
  return new PublicHalf(publicKey);
}

/**
 * The namespace as one value, as nats.ws exports it. An object that lists its members, not a module's namespace: bundlers
 * can tell that nobody uses the object, and leave the credentials module out.
 */
export const nkeys = {
  createAccount,
  createCluster,
  createOperator,
  createPair,
  createServer,
  createUser,
  decode: decodeBase64 as (base64: string) => Uint8Array,
  encode: encodeBase64,
  fromPublic,
  fromSeed,
  NKeysError,
  NKeysErrorCode,
  Prefix,
};

type Pair = KeyPair;
type PrefixByte = Prefix;
type KeysError = NKeysError;
type KeysErrorCode = NKeysErrorCode;

/** The types of the `nkeys` value, under the names they have in nats.ws: `nkeys.KeyPair`. */
export declare namespace nkeys {
  /** A key pair, or its public half. */
  export type KeyPair = Pair;
  /** The role of a key. */
  export type Prefix = PrefixByte;
  /** A refusal of this namespace. */
  export type NKeysError = KeysError;
  /** The values of `NKeysError.code`. */
  export type NKeysErrorCode = KeysErrorCode;
}

class SeedPair implements KeyPair {
  #seed: Uint8Array | undefined;

  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  getSeed(): Uint8Array {
    return present(this.#seed);
  }

  getPublicKey(): string {
    return credentials.publicKey(this.getSeed());
  }

  getPrivateKey(): Uint8Array {
    return encoder.encode(credentials.privateKey(this.getSeed()));
  }

  sign(input: Uint8Array): Uint8Array {
    return credentials.sign(this.getSeed(), input);
  }

  verify(input: Uint8Array, signature: Uint8Array): boolean {
    return credentials.verify(this.getPublicKey(), input, signature);
  }

  clear(): void {
    this.#seed?.fill(0);
    this.#seed = undefined;
  }

  seal(): never {
    throw new NKeysError(NKeysErrorCode.InvalidNKeyOperation);
  }

  open(): never {
    throw new NKeysError(NKeysErrorCode.InvalidNKeyOperation);
  }
}

class PublicHalf implements KeyPair {
  #publicKey: string | undefined;

  constructor(publicKey: string) {
    this.#publicKey = publicKey;
  }

  getPublicKey(): string {
    return present(this.#publicKey);
  }

  getPrivateKey(): Uint8Array {
    return this.#refuse(NKeysErrorCode.PublicKeyOnly);
  }

  getSeed(): Uint8Array {
    return this.#refuse(NKeysErrorCode.PublicKeyOnly);
  }

  sign(): Uint8Array {
    return this.#refuse(NKeysErrorCode.CannotSign);
  }

  verify(input: Uint8Array, signature: Uint8Array): boolean {
    return credentials.verify(this.getPublicKey(), input, signature);
  }

  clear(): void {
    this.#publicKey = undefined;
  }

  seal(): never {
    throw new NKeysError(NKeysErrorCode.InvalidNKeyOperation);
  }

  open(): never {
    throw new NKeysError(NKeysErrorCode.InvalidNKeyOperation);
  }

  #refuse(code: NKeysErrorCode): never {
    present(this.#publicKey);
    throw new NKeysError(code);
  }
}

function present<T>(key: T | undefined): T {
  if (key === undefined) throw new NKeysError(NKeysErrorCode.ClearedPair);
  return key;
}
