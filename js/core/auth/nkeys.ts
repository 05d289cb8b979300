/**
 * The `nkeys` namespace: key pairs that sign and verify, with the names of nkeys.js 1.1.0. Synchronous as there, so that
 * its first use compiles the signer at once. Curve keys, which encrypt, are refused: nothing in a connection uses them.
 */
import * as signer from "../../engine/signer";
import { NKeysError, NKeysErrorCode } from "../../base/nkeys-error";

/** What a key is for; in base32 its first letter. */
export enum Prefix {
  Unknown = -1,
  /** `S…`: the secret of a key pair. */
  Seed = 144,
  /** `P…` */
  Private = 120,
  /** `O…` */
  Operator = 112,
  /** `N…` */
  Server = 104,
  /** `C…` */
  Cluster = 16,
  /** `A…` */
  Account = 0,
  /** `U…` */
  User = 160,
  /** `X…`: encrypts; refused here. */
  Curve = 184,
}

/** A key pair, or its public half. All methods throw NKeysError. */
export interface KeyPair {
  /** The encoded public key: `U…` for a user. */
  getPublicKey(): string;
  /** The encoded private key, `P…`. */
  getPrivateKey(): Uint8Array;
  /** The encoded seed, `S…`: all that has to be kept, and to be kept secret. */
  getSeed(): Uint8Array;
  /** Ed25519 signature, 64 bytes. */
  sign(input: Uint8Array): Uint8Array;
  verify(input: Uint8Array, signature: Uint8Array): boolean;
  /** Overwrites the secret; the key pair is of no use afterwards. */
  clear(): void;
  /** For curve keys only: throws. */
  seal(input: Uint8Array, recipient: string, nonce?: Uint8Array): Uint8Array;
  /** For curve keys only: throws. */
  open(message: Uint8Array, sender: string): Uint8Array | null;
}

function createUser(): KeyPair {
  return createPair(Prefix.User);
}

function createAccount(): KeyPair {
  return createPair(Prefix.Account);
}

function createOperator(): KeyPair {
  return createPair(Prefix.Operator);
}

function createServer(): KeyPair {
  return createPair(Prefix.Server);
}

function createCluster(): KeyPair {
  return createPair(Prefix.Cluster);
}

/** A new key pair from the browser's cryptographic source. @throws NKeysError for a prefix that is no role. */
function createPair(prefix: Prefix): KeyPair {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const seed = new TextEncoder().encode(signer.encodeSeed(prefix, random));
  random.fill(0);
  return new SeedPair(seed);
}

/** @param seed an encoded seed. It is kept, and overwritten by `clear()`. @throws NKeysError */
function fromSeed(seed: Uint8Array): KeyPair {
  signer.publicKey(seed);
  return new SeedPair(seed);
}

/** The public half, which can verify. @throws NKeysError */
function fromPublic(publicKey: string): KeyPair {
  signer.checkPublicKey(publicKey);
  return new PublicHalf(publicKey);
}

/** Base64 of bytes. */
function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Bytes of base64. */
function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * All of it as one value, as nats.ws exports it. An object that lists its members, not a module's namespace: bundlers
 * can tell that nobody uses it, and leave the signer out.
 */
export const nkeys = {
  createAccount,
  createCluster,
  createOperator,
  createPair,
  createServer,
  createUser,
  decode,
  encode,
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

/** Its types, under the names they have in nats.ws: `nkeys.KeyPair`. */
export declare namespace nkeys {
  export type KeyPair = Pair;
  export type Prefix = PrefixByte;
  export type NKeysError = KeysError;
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
    return signer.publicKey(this.getSeed());
  }

  getPrivateKey(): Uint8Array {
    return new TextEncoder().encode(signer.privateKey(this.getSeed()));
  }

  sign(input: Uint8Array): Uint8Array {
    return signer.sign(this.getSeed(), input);
  }

  verify(input: Uint8Array, signature: Uint8Array): boolean {
    return signer.verify(this.getPublicKey(), input, signature);
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
    return signer.verify(this.getPublicKey(), input, signature);
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
