// What the reply subject of a delivery says, read whole and read for its numbers only: both by the same vectors.

import { expect, test } from "vitest";
import { parseInfo } from "../../js/jetstream/msg.ts";
import { deliveryOf } from "../../js/jetstream/push/delivery.ts";
import { vectors } from "../vectors/acks.json";

test.each(vectors)("$reply", ({ reply, says }) => {
  if (says === null) {
    expect(deliveryOf(reply)).toBeUndefined();
    expect(() => parseInfo(reply)).toThrow(expect.objectContaining({ code: "BAD API" }));
    return;
  }
  expect(parseInfo(reply)).toMatchObject(says);
  const { deliveryCount, streamSequence, deliverySequence, timestampNanos, pending } = says;
  expect(deliveryOf(reply)).toEqual({
    deliveryCount,
    streamSequence,
    deliverySequence,
    timestampNanos,
    pending,
  });
  expect(parseInfo(reply)).toMatchObject({ redelivered: deliveryCount > 1, redeliveryCount: deliveryCount });
});

test("a message without a reply subject is not from a consumer", () => {
  expect(deliveryOf(undefined)).toBeUndefined();
});
