// What the reply subject of a delivery says, read whole and read for its numbers only: both by the same vectors.

import { expect, test } from "vitest";
import type { Msg } from "../../js/core/types";
import { parseInfo } from "../../js/jetstream/messages/msg.ts";
import { DeliveryReader, deliveriesOf, sequenceOf, storedAt } from "../../js/jetstream/messages/delivery.ts";
import { vectors } from "../vectors/acks.json";

/** A message of another client; one of ours, whose reply lies between other bytes. */
const foreign = (reply: string | undefined) => ({ reply }) as Msg;
const own = (reply: string) => {
  const bytes = new TextEncoder().encode(`1.${reply}.1`);
  return { readReply: (read: (...given: unknown[]) => unknown) => read(bytes, 2, bytes.length - 2) } as unknown as Msg;
};

test.each(vectors)("$reply", ({ reply, says }) => {
  if (says === null) {
    for (const message of [foreign(reply), own(reply)]) {
      expect([sequenceOf(message), deliveriesOf(message)]).toEqual([0, 0]);
    }
    expect(new DeliveryReader().read(foreign(reply))).toBeUndefined();
    expect(new DeliveryReader().read(own(reply))).toBeUndefined();
    expect(() => parseInfo(reply)).toThrow(expect.objectContaining({ code: "BAD API" }));
    return;
  }
  expect(parseInfo(reply)).toMatchObject(says);
  const { deliveryCount, streamSequence, deliverySequence, timestampNanos, pending } = says;
  const numbers = { streamSequence, deliverySequence, pending };
  expect(new DeliveryReader().read(foreign(reply))).toEqual(numbers);
  expect(new DeliveryReader().read(own(reply))).toEqual(numbers);
  for (const message of [foreign(reply), own(reply)]) {
    expect([sequenceOf(message), deliveriesOf(message)]).toEqual([streamSequence, deliveryCount]);
  }
  expect(storedAt(foreign(reply))).toBe(timestampNanos / 1e6);
  expect(parseInfo(reply)).toMatchObject({ redelivered: deliveryCount > 1, redeliveryCount: deliveryCount });
});

test("the deliveries of one consumer, with what else comes to its inbox between them", () => {
  const reader = new DeliveryReader();
  const replies = [
    ["$JS.FC.KV_a.name.token", undefined],
    ["$JS.ACK.KV_a.name_1.1.7.1.1700000000000000000.12", [7, 1, 12]],
    ["$JS.FC.KV_a.name.token", undefined],
    ["", undefined],
    ["$JS.ACK.KV_a.name_1.11.1000007.20.1700000000000000001.0", [1_000_007, 20, 0]],
    ["$JS.ACK.KV_a.name_1.1.9007199254740991.9007199254740991.1.1", [2 ** 53 - 1, 2 ** 53 - 1, 1]],
  ] as const;
  for (const [reply, numbers] of replies) {
    for (const message of [own(reply), foreign(reply)]) {
      const delivery = reader.read(message);
      expect(delivery && [delivery.streamSequence, delivery.deliverySequence, delivery.pending]).toEqual(numbers);
    }
  }
});

test.each([own, foreign])("of two consumers that share an inbox, those of one", (message) => {
  const reader = new DeliveryReader("name_2");
  const numbersOf = (reply: string) => reader.read(message(reply))?.deliverySequence;
  // Before the first of its own, and after; a longer name that ends alike; a stream of that name.
  for (let round = 0; round < 2; round++) {
    expect(numbersOf("$JS.ACK.S.name_1.1.7.1.1700000000000000000.12")).toBeUndefined();
    expect(numbersOf("$JS.ACK.S.other-name_2.1.7.1.1700000000000000000.12")).toBeUndefined();
    expect(numbersOf("$JS.ACK.name_2.name_1.1.7.1.1700000000000000000.12")).toBeUndefined();
    expect(numbersOf("$JS.ACK.hub.HASH.name_2.name_1.1.7.1.1700000000000000000.12")).toBeUndefined();
    expect(numbersOf("$JS.ACK.S.name_2.1.7.3.1700000000000000000.12")).toBe(3);
  }
});

test("a message without a reply subject is not from a consumer", () => {
  expect(new DeliveryReader().read(foreign(undefined))).toBeUndefined();
});
