/** Errors of keys and signatures. Codes and class are those of nkeys.js 1.1.0. */

/**
 * The values of `NKeysError.code`, which are its messages too. "Not thrown" marks a code that this client has no use
 * for.
 */
export enum NKeysErrorCode {
  /** The prefix names no role: it is none of `nkeys.Prefix`, or it is `Seed`, `Private` or `Unknown`. */
  InvalidPrefixByte = "nkeys: invalid prefix byte",
  /** Not thrown: nkeys.js defines the code. */
  InvalidKey = "nkeys: invalid key",
  /** The text is not a public key. */
  InvalidPublicKey = "nkeys: invalid public key",
  /** The secret of a seed does not have 32 bytes. */
  InvalidSeedLen = "nkeys: invalid seed length",
  /** The text is not a seed. */
  InvalidSeed = "nkeys: invalid seed",
  /** Not thrown: this client has no curve keys. */
  InvalidCurveSeed = "nkeys: invalid curve seed",
  /** Not thrown: this client has no curve keys. */
  InvalidCurveKey = "nkeys: not a valid curve key",
  /** The key is a curve key, which this client refuses. */
  InvalidCurveOperation = "nkeys: curve key is not valid for sign/verify",
  /** `seal()` or `open()` was called, which only curve keys have. */
  InvalidNKeyOperation = "keys: only curve key can seal/open",
  /** The text is not base32. */
  InvalidEncoding = "nkeys: invalid encoded key",
  /** Not thrown: this client has no curve keys. */
  InvalidRecipient = "nkeys: not a valid recipient public curve key",
  /** Not thrown: this client has no curve keys. */
  InvalidEncrypted = "nkeys: encrypted input is not valid",
  /** The pair is a public half, which cannot sign. */
  CannotSign = "nkeys: cannot sign, no private key available",
  /** The pair is a public half: it has neither a seed nor a private key. */
  PublicKeyOnly = "nkeys: no seed or private key available",
  /** The checksum of a key is wrong: the text was changed or cut. */
  InvalidChecksum = "nkeys: invalid checksum",
  /** Not thrown: nats.ws defines the code, nkeys.js does not. */
  InvalidSignature = "nkeys: signature verification failed",
  /** Not thrown: nkeys.js defines the code. */
  SerializationError = "nkeys: serialization error",
  /** Not thrown: nkeys.js defines the code. */
  ApiError = "nkeys: api error",
  /** The pair was cleared: its key is gone. */
  ClearedPair = "nkeys: pair is cleared",
}

/** A refusal of the `nkeys` namespace, and of authenticators that sign. */
export class NKeysError extends Error {
  /** Always "NKeysError". */
  override name = "NKeysError";
  /** One of the values of `NKeysErrorCode`; the message is the same text. */
  code: string;
  /** The error that led to this one; the same object as the standard `cause`. */
  declare chainedError?: Error;

  /** @param code the message too. @param chainedError the error that led to this one. */
  constructor(code: NKeysErrorCode, chainedError?: Error) {
    super(code, chainedError === undefined ? undefined : { cause: chainedError });
    this.code = code;
    if (chainedError !== undefined) this.chainedError = chainedError;
  }
}
