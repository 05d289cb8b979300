/** Codecs: conversions between values and payloads. */
import { decoder, encoder } from "../../engine/text";
import { ErrorCode } from "../../base/enums";
import { asError, errorFromCode } from "../../base/errors";
import type { Codec, ReviverFn } from "../types";

/** Makes a codec for text in UTF-8. Malformed bytes become U+FFFD. */
export function StringCodec(): Codec<string> {
  return {
    encode: (text) => encoder.encode(text),
    decode: (payload) => decoder.decode(payload),
  };
}

/**
 * Makes a codec for values as JSON. `undefined` is encoded as `null`. Both of its methods throw NatsError BAD_JSON.
 *
 * @param reviver the second argument of `JSON.parse`. Default: none.
 */
export function JSONCodec<T = unknown>(reviver?: ReviverFn): Codec<T> {
  return {
    encode: (value) => orBadJson(() => encoder.encode(JSON.stringify(value === undefined ? null : value))),
    decode: (payload) => orBadJson(() => JSON.parse(decoder.decode(payload), reviver)),
  };
}

function orBadJson<R>(convert: () => R): R {
  try {
    return convert();
  } catch (error) {
    throw errorFromCode(ErrorCode.BadJson, `Bad JSON: ${asError(error).message}`, asError(error));
  }
}
