/**
 * The signer: the small second wasm module, which signs with nkeys and reads creds files. Owns its loading. Lies
 * in this file's import and is compiled without waiting, because the `nkeys` namespace is synchronous;
 * whoever can wait imports this file dynamically, and pages that never sign never fetch it.
 */
import { ErrorCode } from "../base/enums";
import { errorFromCode } from "../base/errors";
import { NKeysError, type NKeysErrorCode } from "../base/nkeys-error";
import * as exported from "./generated/signer.js";
import { wasm } from "./generated/signer.inline";
import { decodeHex } from "./hex";

let loaded = false;

/** The signature of the server's nonce as CONNECT carries it: base64url without padding. @throws NKeysError */
export function signNonce(seed: Uint8Array, nonce: string): string {
  return keys(() => exported.sign_nonce(seed, nonce));
}

/** @throws NKeysError */
export function sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return keys(() => exported.sign(seed, message));
}

/** @throws NKeysError when the public key is none. */
export function verify(publicKey: string, message: Uint8Array, signature: Uint8Array): boolean {
  return keys(() => exported.verify(publicKey, message, signature));
}

/** @throws NKeysError */
export function publicKey(seed: Uint8Array): string {
  return keys(() => exported.public_key(seed));
}

/** @throws NKeysError */
export function privateKey(seed: Uint8Array): string {
  return keys(() => exported.private_key(seed));
}

/** @throws NKeysError */
export function checkPublicKey(publicKey: string): void {
  keys(() => exported.check_public_key(publicKey));
}

/** The seed of a new key pair; `prefix` says whose. @throws NKeysError */
export function encodeSeed(prefix: number, random: Uint8Array): string {
  return keys(() => exported.encode_seed(prefix, random));
}

/** JWT and seed of a creds file. @throws NatsError BAD_CREDS, which says what is missing and shows nothing. */
export function splitCreds(file: Uint8Array): { jwt: string; seed: Uint8Array } {
  return call(
    () => ({ jwt: exported.creds_jwt(file), seed: exported.creds_seed(file) }),
    (text) => errorFromCode(ErrorCode.BadCreds, text),
  );
}

function keys<R>(use: () => R): R {
  return call(use, (code) => new NKeysError(code as NKeysErrorCode));
}

/** Refusals are thrown by the module's glue as plain strings: `refusal` makes errors of them. */
function call<R>(use: () => R, refusal: (text: string) => Error): R {
  if (!loaded) {
    exported.initSync({ module: decodeHex(wasm) });
    loaded = true;
  }
  try {
    return use();
  } catch (thrown) {
    throw typeof thrown === "string" ? refusal(thrown) : thrown;
  }
}
