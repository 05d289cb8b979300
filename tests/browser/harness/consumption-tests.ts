// What must be true of everything that read and wrote while the servers went through something.

import { expect, test } from "vitest";
import type { Consumption } from "./consumption.ts";

/** Declares the tests. */
export function testConsumption(consumption: () => Consumption): void {
  test("the publishers went on, and no reader ended", () => {
    const { failures, orders, keys } = consumption();
    expect(failures).toEqual([]);
    expect(orders.length).toBeGreaterThan(30);
    expect(keys.length).toBeGreaterThan(30);
  });

  test.each(["consumed", "fetched", "next", "pushed"] as const)(
    "%s with acknowledgements: every message, and again only as redelivered",
    (kind) => {
      const numbers = consumption().orders;
      expect(consumption().inspectAcknowledged(kind)).toEqual({ numbers, repeated: [] });
    },
  );

  test.each(["ordered pull", "ordered push"] as const)("%s: every message once, in order", (kind) => {
    expect(consumption().inOrder[kind]).toEqual(consumption().orders);
  });

  test("a watch of a bucket: every revision once, in order", () => {
    expect(consumption().watched).toEqual(consumption().keys);
  });

  test("what was put and stored reads back; what was read without an error was whole", async () => {
    const { put, stored, objectReads } = consumption();
    expect(put.length).toBeGreaterThan(10);
    expect(stored.length).toBeGreaterThan(1);
    expect(objectReads.whole).toBeGreaterThan(1);
    expect(objectReads.wrong).toBe(0);
    expect(await consumption().unreadable()).toEqual({ values: [], objects: [] });
  }, 60_000);
}
