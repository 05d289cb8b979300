/** The names in an object store: its stream, its subjects, and the text form of digests. Refuses wrong names. */
import { decodeBase64, encodeBase64 } from "../engine/base64";
import { encoder } from "../engine/text";
import { misuse } from "../jetstream/names";
import { OBJECT_STORE_PREFIX } from "../jetstream/manage/object-store-status";

const BUCKET = /^[-\w]+$/;
const DIGEST = "SHA-256=";

/** @throws NatsError "BAD API" for anything but letters, digits, `-` and `_`. */
export function streamOf(bucket: string): string {
  if (!BUCKET.test(bucket)) throw misuse(`invalid bucket name: ${bucket}`);
  return OBJECT_STORE_PREFIX + bucket;
}

/** @throws NatsError "BAD API" */
export function checkObjectName(name: unknown): asserts name is string {
  if (typeof name === "string" && name !== "") return;
  throw misuse(
    name === "" || name === undefined ? "name cannot be empty" : `name must be a string: got ${String(name)}`,
  );
}

/** Subject of an object's chunks. */
export function chunksSubject(bucket: string, nuid: string): string {
  return `$O.${bucket}.C.${nuid}`;
}

/** Subject of an object's info; without a name: the subjects of all infos. */
export function infoSubject(bucket: string, name?: string): string {
  return `$O.${bucket}.M.${name === undefined ? ">" : encodeBase64Url(encoder.encode(name))}`;
}

/**
 * Subject under which nats.ws and version 3 of the NATS clients store an info whose name has letters like `ü`: they
 * encode its code units instead of its UTF-8, and other clients do not find the info. Undefined for a name that they
 * encode as other clients do, or not at all.
 */
export function oldInfoSubject(bucket: string, name: string): string | undefined {
  const units = Array.from({ length: name.length }, (_, at) => name.charCodeAt(at));
  const isTheirs = units.some((unit) => unit > 0x7f) && units.every((unit) => unit <= 0xff);
  return isTheirs ? `$O.${bucket}.M.${encodeBase64Url(Uint8Array.from(units))}` : undefined;
}

/** The text form of a digest, as infos carry it. */
export function formatDigest(sum: Uint8Array): string {
  return DIGEST + encodeBase64Url(sum);
}

/**
 * The 32 bytes of a digest. Other clients write them in base64 of either alphabet, padded or not, or in hexadecimal
 * digits.
 *
 * @throws NatsError "BAD API" for another text.
 */
export function parseDigest(text: string): Uint8Array {
  if (!text?.startsWith(DIGEST)) throw misuse(`unknown digest type: ${text}`);
  const code = text.slice(DIGEST.length);
  if (/^[\da-f]{64}$/i.test(code))
    return Uint8Array.from(code.match(/../g) as string[], (hex) => Number.parseInt(hex, 16));
  const standard = code.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  if (!/^[\w+/]{43}$/.test(standard)) throw misuse(`unable to parse digest: ${text}`);
  return decodeBase64(`${standard}=`);
}

/** Base64url, padded. */
function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_");
}
