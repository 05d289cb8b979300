/**
 * The credentials: the wasm module that signs with nkeys and reads creds files. Owns the loading of the module, and makes errors of
 * its refusals. The module lies in an import of this file and is compiled without waiting, because the `nkeys` namespace is
 * synchronous. Authenticators, which can wait, import this file late; pages that never sign never fetch the module.
 */
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode } from "../base/errors";
import { NKeysError, type NKeysErrorCode } from "../base/nkeys-error";
import * as exported from "./generated/credentials.js";
import { wasm } from "./generated/credentials.inline";
import { decodeHex } from "./hex";

/** The members of CONNECT that prove an identity. */
export interface Proof {
  jwt?: string;
  /** The public key; empty without a seed. */
  nkey: string;
  /** The signature of the nonce in base64url without padding; empty without a seed or a nonce. */
  sig: string;
}

/** An answer of the module (src/web/credentials.rs): a proof, or the fault of a key or a file. */
type Answer = Proof | { nkeys: NKeysErrorCode } | { creds: string };

let loaded = false;

/**
 * Shows a JWT, if there is one, and proves with a seed, if there is one, to own the nkey. Each may be the value, a promise or
 * another thenable of it, or a function that returns either; both are awaited together.
 *
 * @throws NKeysError for an invalid seed; the error of a user's function, unchanged.
 */
export async function authenticate(jwt: unknown, seed: unknown, nonce: string | undefined): Promise<Proof> {
  return proof(await module().authenticate(jwt, seed, nonce));
}

/**
 * Shows the JWT of a creds file, and proves with its seed to own the nkey. `file`: its bytes, or where they come from, as in
 * `authenticate`.
 *
 * @throws NatsError BAD_CREDS, which names the missing part and shows no secret; NKeysError for an invalid seed; the error of a
 * user's function, unchanged.
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

/** Calls the module, which throws the code of a refused key as a string. */
function keys<R>(use: (module: typeof exported) => R): R {
  const ready = module();
  try {
    return use(ready);
  } catch (thrown) {
    throw typeof thrown === "string" ? new NKeysError(thrown as NKeysErrorCode) : thrown;
  }
}

/** The module, compiled by the first call; when that fails, the next call tries again. */
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
