// Things by number: found while they are there, forgotten with nothing left behind.
import { describe, expect, it } from "vitest";
import { Numbered } from "../../js/core/messages/numbered";

describe("numbered things", () => {
  it("are found until they are deleted, once", () => {
    const table = new Numbered<string>();
    expect(table.get(0)).toBeUndefined();
    expect(table.delete(7)).toBe(false);
    for (let number = 1; number <= 1000; number++) table.set(number, `n${number}`);
    for (let number = 1; number <= 1000; number++) expect(table.get(number)).toBe(`n${number}`);
    for (let number = 1; number <= 1000; number++) {
      if (number % 10 !== 0) expect([table.delete(number), table.delete(number)]).toEqual([true, false]);
    }
    expect(table.entries()).toEqual(Array.from({ length: 100 }, (_, i) => [(i + 1) * 10, `n${(i + 1) * 10}`]));
  });

  it("may have any number the core gives", () => {
    const table = new Numbered<string>();
    table.set(0x7fffffff, "last");
    table.set(1, "first again");
    expect([table.get(0x7fffffff), table.get(1), table.get(0x7ffffffe)]).toEqual(["last", "first again", undefined]);
  });

  it("of which one was replaced by a later one are not mixed up", () => {
    const table = new Numbered<number>();
    for (let number = 1; number <= 10_000; number++) {
      table.set(number, number);
      if (number > 3) expect(table.delete(number - 3)).toBe(true);
    }
    expect(table.entries().map(([number]) => number)).toEqual([9998, 9999, 10_000]);
  });
});
