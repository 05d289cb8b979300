/**
 * The credentials: the wasm module that signs with nkeys and reads creds files. Owns its loading, and makes errors of what
 * the module refuses. The module lies in this file's import and is compiled without waiting, because the `nkeys` namespace is
 * synchronous; who can wait imports this file late, and pages that never sign never fetch it.
 */
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode } from "../base/errors";
import { NKeysError, type NKeysErrorCode } from "../base/nkeys-error";
import * as exported from "./generated/credentials.js";
import { wasm } from "./generated/credentials.inline";
import { decodeHex } from "./hex";

/** What CONNECT says of who we are. */
export interface Proof {
  jwt?: string;
  /** The public key; empty without a seed. */
  nkey: string;
  /** The signature of the nonce in base64url without padding; empty without a seed or a nonce. */
  sig: string;
}

/** What the module answers (src/web/credentials.rs): a proof, or what is wrong with a key or a file. */
type Answer = Proof | { nkeys: NKeysErrorCode } | { creds: string };

let loaded = false;

/**
 * Shows a JWT, if there is one, and proves with a seed, if there is one, to own the nkey. Each may be the value, a promise or
 * another thenable of it, or a function that returns either; they are waited for together.
 *
 * @throws NKeysError for a seed that is none; what a function of the user threw, unchanged.
 */
export async function authenticate(jwt: unknown, seed: unknown, nonce: string | undefined): Promise<Proof> {
  return proof(await module().authenticate(jwt, seed, nonce));
}

/**
 * Shows the JWT of a creds file, and proves with its seed to own the nkey. `file`: its bytes, or where they come from, as in
 * `authenticate`.
 *
 * @throws NatsError BAD_CREDS, which says what is missing and shows nothing; NKeysError for a seed that is none; what a
 * function of the user threw, unchanged.
 */
export async function authenticateWithCreds(file: unknown, nonce: string | undefined): Promise<Proof> {
  return proof(await module().authenticate_with_creds(file, nonce));
}

/** @throws NKeysError */
export function sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return keys((module) => module.sign(seed, message));
}

/** @throws NKeysError when the public key is none. */
export function verify(publicKey: string, message: Uint8Array, signature: Uint8Array): boolean {
  return keys((module) => module.verify(publicKey, message, signature));
}

/** @throws NKeysError */
export function publicKey(seed: Uint8Array): string {
  return keys((module) => module.public_key(seed));
}

/** @throws NKeysError */
export function privateKey(seed: Uint8Array): string {
  return keys((module) => module.private_key(seed));
}

/** @throws NKeysError */
export function checkPublicKey(publicKey: string): void {
  keys((module) => module.check_public_key(publicKey));
}

/** The seed of a new key pair; `prefix` says whose. @throws NKeysError */
export function encodeSeed(prefix: number, random: Uint8Array): string {
  return keys((module) => module.encode_seed(prefix, random));
}

function proof(answer: Answer): Proof {
  if ("nkeys" in answer) throw new NKeysError(answer.nkeys);
  if ("creds" in answer) throw errorFromCode(ErrorCode.BadCreds, answer.creds);
  return answer;
}

/** A key that is refused is thrown by the module as the string that is its code. */
function keys<R>(use: (module: typeof exported) => R): R {
  const ready = module();
  try {
    return use(ready);
  } catch (thrown) {
    throw typeof thrown === "string" ? new NKeysError(thrown as NKeysErrorCode) : thrown;
  }
}

/** Compiled by the first call, and by the next one when that fails. */
function module(): typeof exported {
  if (loaded) return exported;
  try {
    exported.initSync({ module: decodeHex(wasm) });
  } catch (thrown) {
    const cause = asError(thrown);
    throw errorFromCode(ErrorCode.Unknown, `the credentials module could not be compiled: ${cause.message}`, cause);
  }
  loaded = true;
  return exported;
}
