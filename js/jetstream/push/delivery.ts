/**
 * The numbers in the reply subject of a message from a consumer. Owns reading them without cutting the subject in
 * pieces: ordered consumers do it for every message. `DeliveryInfo` has the names as well.
 */

export interface Delivery {
  /** Of this message so far: 1 for the first. */
  readonly deliveryCount: number;
  readonly streamSequence: number;
  readonly deliverySequence: number;
  /** When it was stored, since 1970. Exact to a few hundred nanoseconds. */
  readonly timestampNanos: number;
  /** Messages that were still to be delivered then. */
  readonly pending: number;
}

const PREFIX = "$JS.ACK.";

/** Dots that matter: up to the one after the eleventh token. */
const dots = /* @__PURE__ */ new Int32Array(11);

/**
 * Of `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<delivery seq>.<time>.<pending>`, which newer servers write
 * with domain and account hash before the stream, and may continue. Undefined for any other subject.
 */
export function deliveryOf(reply: string | undefined): Delivery | undefined {
  if (!reply?.startsWith(PREFIX)) return undefined;
  let count = 0;
  for (let at = reply.indexOf("."); at >= 0 && count < dots.length; at = reply.indexOf(".", at + 1)) dots[count++] = at;
  // Nine tokens, or eleven and more; the deliveries are the fifth or the seventh.
  if (count < 8 || count === 9) return undefined;
  const first = count === 8 ? 4 : 6;
  const number = (token: number) =>
    Number(reply.slice((dots[token - 1] as number) + 1, token < count ? dots[token] : undefined));
  return {
    deliveryCount: number(first),
    streamSequence: number(first + 1),
    deliverySequence: number(first + 2),
    timestampNanos: number(first + 3),
    pending: number(first + 4),
  };
}
