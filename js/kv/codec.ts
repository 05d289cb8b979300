/** Between keys and values as the application has them, and as the bucket stores them. */
import type { KvCodecs, KvKeyCodec } from "../jetstream/types/kv";

const encoder = /* @__PURE__ */ new TextEncoder();

/** Keys as they are. The same object always, so that a bucket can tell that there is nothing to do. */
export const PLAIN_KEYS: KvKeyCodec = { encode: (key) => key, decode: (key) => key };

/** Keys and values as they are. */
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
 * Every token of a key in base64, for keys with characters a subject cannot have. They must be Latin-1: a call with another
 * one rejects with the browser's `InvalidCharacterError`.
 */
export function Base64KeyCodec(): KvKeyCodec {
  return { encode: (key) => byToken(key, btoa), decode: (key) => byToken(key, atob) };
}

/** The key with each token converted; wildcards stay. */
export function byToken(key: string, convert: (token: string) => string): string {
  return key
    .split(".")
    .map((token) => (token === "*" || token === ">" ? token : convert(token)))
    .join(".");
}
