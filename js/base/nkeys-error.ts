/** Why a key was refused. Codes and class are those of nkeys.js 1.1.0. */

export enum NKeysErrorCode {
  InvalidPrefixByte = "nkeys: invalid prefix byte",
  InvalidKey = "nkeys: invalid key",
  InvalidPublicKey = "nkeys: invalid public key",
  InvalidSeedLen = "nkeys: invalid seed length",
  InvalidSeed = "nkeys: invalid seed",
  InvalidCurveSeed = "nkeys: invalid curve seed",
  InvalidCurveKey = "nkeys: not a valid curve key",
  InvalidCurveOperation = "nkeys: curve key is not valid for sign/verify",
  InvalidNKeyOperation = "keys: only curve key can seal/open",
  InvalidEncoding = "nkeys: invalid encoded key",
  InvalidRecipient = "nkeys: not a valid recipient public curve key",
  InvalidEncrypted = "nkeys: encrypted input is not valid",
  CannotSign = "nkeys: cannot sign, no private key available",
  PublicKeyOnly = "nkeys: no seed or private key available",
  InvalidChecksum = "nkeys: invalid checksum",
  /** Known to nats.ws, not to nkeys.js; thrown by neither client. */
  InvalidSignature = "nkeys: signature verification failed",
  SerializationError = "nkeys: serialization error",
  ApiError = "nkeys: api error",
  ClearedPair = "nkeys: pair is cleared",
}

export class NKeysError extends Error {
  override name = "NKeysError";
  code: string;
  declare chainedError?: Error;

  constructor(code: NKeysErrorCode, chainedError?: Error) {
    super(code, chainedError === undefined ? undefined : { cause: chainedError });
    this.code = code;
    if (chainedError !== undefined) this.chainedError = chainedError;
  }
}
