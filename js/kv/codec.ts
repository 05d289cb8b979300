/** Codecs: conversions between keys and values of the application and those that the bucket stores. */
import { encoder } from "../engine/text";
import type { KvCodecs, KvKeyCodec } from "../jetstream/types/kv";

/** Leaves keys as they are. One object, so that a bucket can tell that there is nothing to convert. */
export const PLAIN_KEYS: KvKeyCodec = { encode: (key) => key, decode: (key) => key };

/** Makes codecs that leave keys and values as they are. */
export function NoopKvCodecs(): KvCodecs {
  return {
    key: PLAIN_KEYS,
    value: {
      encode: (value: Uint8Array | string) => (typeof value === "string" ? encoder.encode(value) : value),
      decode: (value) => value,
    },
  };
}

/**
 * Makes a codec that writes every token of a key in base64, for keys with characters that a subject cannot have. The
 * characters must be Latin-1: a call with another one rejects with the browser's `InvalidCharacterError`.
 */
export function Base64KeyCodec(): KvKeyCodec {
  return { encode: (key) => byToken(key, btoa), decode: (key) => byToken(key, atob) };
}

/** Converts each token of a key; wildcards stay. */
export function byToken(key: string, convert: (token: string) => string): string {
  return key
    .split(".")
    .map((token) => (token === "*" || token === ">" ? token : convert(token)))
    .join(".");
}
