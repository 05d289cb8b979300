// Names nobody else has: their form, that they differ, and what is random in them.

import { describe, expect, test } from "vitest";
import { Nuid, nuid } from "../../js/core/helpers/nuid.ts";

describe("nuid", () => {
  test("a name is 22 characters of base 62", () => {
    for (let count = 0; count < 1000; count++) expect(nuid.next()).toMatch(/^[0-9A-Za-z]{22}$/);
  });

  test("no two names are the same, of one source and of several", () => {
    const sources = Array.from({ length: 10 }, () => new Nuid());
    const names = sources.flatMap((source) => Array.from({ length: 10_000 }, () => source.next()));
    expect(new Set(names).size).toBe(100_000);
  });

  test("names of one source share the random part and grow, until a reset", () => {
    const source = new Nuid();
    const [one, two] = [source.next(), source.next()];
    expect(two.slice(0, 14)).toBe(one.slice(0, 14));
    expect(two.slice(14) > one.slice(14)).toBe(true);
    source.reset();
    expect(source.next().slice(0, 14)).not.toBe(one.slice(0, 14));
  });

  test("every character is as likely as the others at every random place", () => {
    const counts = new Map<string, number>();
    const source = new Nuid();
    for (let draw = 0; draw < 10_000; draw++) {
      source.reset();
      for (const char of source.next().slice(0, 14)) counts.set(char, (counts.get(char) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // 140 000 characters, 2258 of each expected: 300 is more than six standard deviations.
    for (const [char, count] of counts) expect(Math.abs(count - 140_000 / 62), char).toBeLessThan(300);
  });
});
