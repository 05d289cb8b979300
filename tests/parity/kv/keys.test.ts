// Keys of a bucket: reading, writing, comparing and deleting, on nats.ws and on ours.

import type { KvEntry, KvOptions, NatsError, QueuedIterator } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";

const server = useServer({ config: "jetstream" });

describe.each(clients)("$name", ({ client, ours }) => {
  const { StorageType, nuid } = client;
  const open = async (options: Partial<KvOptions> = {}, name = nuid.next()) => {
    const nc = await connected(client, { servers: server().url });
    return nc.jetstream().views.kv(name, { storage: StorageType.Memory, history: 5, ...options });
  };
  const wrongSequence = { code: "400", api_error: { err_code: 10071, code: 400 } };

  test("a value is read back with all there is to say of it", async () => {
    const name = nuid.next();
    const kv = await open({}, name);
    const before = Date.now();
    expect(await kv.put("a.b/c=d-e_f", "blue")).toBe(1);
    expect(await kv.put("a.b/c=d-e_f", new TextEncoder().encode(`{"n":1}`))).toBe(2);
    const entry = (await kv.get("a.b/c=d-e_f")) as KvEntry;
    expect(entry).toMatchObject({
      bucket: name,
      key: "a.b/c=d-e_f",
      revision: 2,
      operation: "PUT",
      delta: 0,
      length: 7,
    });
    expect(entry.string()).toBe(`{"n":1}`);
    expect(entry.json()).toEqual({ n: 1 });
    expect(new TextDecoder().decode(entry.value)).toBe(`{"n":1}`);
    expect(entry.created).toBeInstanceOf(Date);
    expect(entry.created.getTime()).toBeGreaterThanOrEqual(before - 1000);
  });

  test("an earlier revision is read by its number, and only as this key's", async () => {
    const kv = await open();
    await kv.put("a", "1");
    await kv.put("b", "2");
    await kv.put("a", "3");
    expect((await kv.get("a", { revision: 1 }))?.string()).toBe("1");
    expect(await kv.get("a", { revision: 2 })).toBeNull();
    expect(await kv.get("a", { revision: 99 })).toBeNull();
    expect((await kv.get("a", { revision: 0 }))?.string()).toBe("3");
    expect(await kv.get("never")).toBeNull();
  });

  test.each([true, false])("get with allow_direct %s", async (allow_direct) => {
    const kv = await open({ allow_direct });
    expect((await kv.status()).streamInfo.config.allow_direct).toBe(allow_direct);
    await kv.put("a", "1");
    await kv.delete("a");
    expect(await kv.get("a")).toMatchObject({ key: "a", revision: 2, operation: "DEL", length: 0 });
    expect(await kv.get("a", { revision: 1 })).toMatchObject({ key: "a", revision: 1, operation: "PUT", length: 1 });
    expect(await kv.get("b")).toBeNull();
    expect(await kv.get("b", { revision: 1 })).toBeNull();
    expect(await kv.get("b", { revision: 7 })).toBeNull();
  });

  test("an empty value is a value", async () => {
    const kv = await open();
    await kv.put("a", "");
    expect(await kv.get("a")).toMatchObject({ operation: "PUT", length: 0, revision: 1 });
    expect((await kv.get("a"))?.string()).toBe("");
  });

  test("create needs a key without a value; a deleted or purged one has none", async () => {
    const kv = await open();
    expect(await kv.create("a", "1")).toBe(1);
    expect(await rejection(kv.create("a", "2"))).toMatchObject(wrongSequence);
    await kv.delete("a");
    expect(await kv.create("a", "3")).toBe(3);
    await kv.purge("a");
    expect(await kv.create("a", "5")).toBe(5);
    expect((await kv.get("a"))?.string()).toBe("5");
  });

  test("update needs the last revision", async () => {
    const kv = await open();
    await kv.put("a", "1");
    await kv.put("b", "2");
    expect(await kv.update("a", "3", 1)).toBe(3);
    expect(await rejection(kv.update("a", "4", 1))).toMatchObject({
      ...wrongSequence,
      message: said(ours, "400", "wrong last sequence: 3"),
    });
    expect((await kv.get("a"))?.string()).toBe("3");
    for (const version of [0, -1]) {
      const error = await rejection(Promise.resolve().then(() => kv.update("a", "5", version)));
      expect(error.message.startsWith(said(ours, "BAD API", "version must be greater than 0"))).toBe(true);
    }
  });

  test("put with previousSeq, 0 included", async () => {
    const kv = await open();
    expect(await kv.put("a", "1", { previousSeq: 0 })).toBe(1);
    expect(await rejection(kv.put("a", "2", { previousSeq: 0 }))).toMatchObject(wrongSequence);
    expect(await kv.put("a", "2", { previousSeq: 1 })).toBe(2);
    expect(await rejection(kv.put("b", "x", { previousSeq: 1 }))).toMatchObject(wrongSequence);
  });

  test("delete leaves a marker, purge takes the history with it; both compare", async () => {
    const kv = await open();
    await kv.put("a", "1");
    await kv.put("a", "2");
    expect(await rejection(kv.delete("a", { previousSeq: 1 }))).toMatchObject(wrongSequence);
    await kv.delete("a", { previousSeq: 2 });
    expect(await kv.get("a")).toMatchObject({ operation: "DEL", revision: 3 });
    expect((await collect(await kv.history({ key: "a" }))).map((entry) => entry.operation)).toEqual([
      "PUT",
      "PUT",
      "DEL",
    ]);
    expect(await rejection(kv.purge("a", { previousSeq: 2 }))).toMatchObject(wrongSequence);
    await kv.purge("a", { previousSeq: 3 });
    expect(await kv.get("a")).toMatchObject({ operation: "PURGE", revision: 4 });
    expect((await collect(await kv.history({ key: "a" }))).map((entry) => entry.operation)).toEqual(["PURGE"]);
  });

  test("a wildcard deletes every key that matches and has a value", async () => {
    const kv = await open();
    for (const key of ["a.1", "a.2", "a.b.3", "b.1"]) await kv.put(key, key);
    await kv.delete("a.2");
    await kv.delete("a.*");
    const all = await collect(await kv.history({ key: ">" }));
    const shown = all.map((entry) => `${entry.key} ${entry.operation}`);
    expect(shown).toEqual(["a.1 PUT", "a.2 PUT", "a.b.3 PUT", "b.1 PUT", "a.2 DEL", "a.1 DEL"]);
    await kv.purge("a.>");
    expect(await collect(await kv.keys())).toEqual(["b.1"]);
    expect((await kv.get("a.b.3"))?.operation).toBe("PURGE");
  });

  test("remove is purge, and close does nothing", async () => {
    const kv = (await open()) as Awaited<ReturnType<typeof open>> & { remove(key: string): Promise<void> };
    await kv.put("a", "1");
    await kv.remove("a");
    await kv.close();
    expect((await kv.get("a"))?.operation).toBe("PURGE");
  });

  test.each(["", ".a", "a.", "a b", "a*", "*", ">", "a.>", "ä", "a\n", "a>b"])("%j is no key", async (key) => {
    const kv = await open();
    const calls = [kv.put(key, "1"), kv.create(key, "1"), kv.get(key)];
    for (const call of calls) {
      const error = await rejection(call);
      expect(error.message.startsWith(said(ours, "BAD API", `invalid key: ${key}`))).toBe(true);
      if (ours) expect(error.code).toBe("BAD API");
    }
    expect((await kv.status()).values).toBe(0);
  });

  test.each([".a", "a.", "a b", "a.>.b", ""])("%j is no key to delete", async (key) => {
    const kv = await open();
    await kv.put("a", "1");
    const error = await rejection(Promise.resolve().then(() => kv.delete(key)));
    expect(error.message.startsWith(said(ours, "BAD API", `invalid key: ${key}`))).toBe(true);
    expect((await kv.status()).values).toBe(1);
  });

  test("an empty token is refused by ours; nats.ws sends it and nobody answers", async () => {
    const kv = await open();
    const error: NatsError = await rejection(kv.put("a..b", "1"));
    if (ours)
      expect(error).toMatchObject({ code: "BAD API", message: "BAD API: invalid key: a..b - no token can be empty" });
    else expect(error.code).toBe("503");
  });

  test("keys: those with a value, filtered by one pattern or several", async () => {
    const kv = await open();
    const keys = async (filter?: string | string[]) =>
      (await collect((await kv.keys(filter)) as QueuedIterator<string>)).sort();
    expect(await keys()).toEqual([]);
    for (const key of ["a.1", "a.2", "b.1", "c"]) await kv.put(key, key);
    await kv.put("a.1", "again");
    await kv.delete("b.1");
    expect(await keys()).toEqual(["a.1", "a.2", "c"]);
    expect(await keys("a.*")).toEqual(["a.1", "a.2"]);
    expect(await keys(["a.2", "c"])).toEqual(["a.2", "c"]);
    expect(await keys("none.>")).toEqual([]);
    expect((await rejection(kv.keys("a b"))).message.startsWith(said(ours, "BAD API", "invalid key: a b"))).toBe(true);
  });

  test("history: all values in order, of one key or several, and nothing of an empty bucket", async () => {
    const kv = await open();
    expect(await collect(await kv.history())).toEqual([]);
    for (const value of ["1", "2", "3", "4", "5", "6"]) await kv.put("a", value);
    await kv.put("b", "x");
    await kv.put("c", "y");
    const shown = async (options?: { key?: string | string[] }) =>
      (await collect(await kv.history(options))).map((entry) => `${entry.key}=${entry.string()}@${entry.revision}`);
    expect(await shown({ key: "a" })).toEqual(["a=2@2", "a=3@3", "a=4@4", "a=5@5", "a=6@6"]);
    expect(await shown({ key: ["b", "c"] })).toEqual(["b=x@7", "c=y@8"]);
    expect(await shown()).toHaveLength(7);
    expect(await shown({ key: "none" })).toEqual([]);
  });

  test("history with headers only knows the length of each value", async () => {
    const kv = await open();
    await kv.put("a", "blue");
    await kv.delete("a");
    const options = { key: "a", headers_only: true };
    const entries = await collect(await kv.history(options));
    expect(entries.map(({ length, operation }) => ({ length, operation }))).toEqual([
      { length: 4, operation: "PUT" },
      { length: 0, operation: "DEL" },
    ]);
    expect(entries[0]?.value.length).toBe(0);
    expect(entries.map((entry) => entry.delta)).toEqual([1, 0]);
  });

  test("of many that compare at once one wins each time, and nothing is lost", async () => {
    const name = nuid.next();
    const all = await Promise.all([1, 2, 3].map(() => open({}, name)));
    const created = await Promise.allSettled(all.map((kv) => kv.create("count", "0")));
    expect(created.filter((each) => each.status === "fulfilled")).toHaveLength(1);
    const increment = async (kv: (typeof all)[number]): Promise<void> => {
      for (;;) {
        const entry = (await kv.get("count")) as KvEntry;
        try {
          await kv.update("count", String(Number(entry.string()) + 1), entry.revision);
          return;
        } catch (error) {
          expect(error).toMatchObject(wrongSequence);
        }
      }
    };
    await Promise.all(all.flatMap((kv) => [increment(kv), increment(kv), increment(kv)]));
    const entry = await all[0]?.get("count");
    expect(entry?.string()).toBe("9");
    expect(entry?.revision).toBe(10);
  });

  test("a value the bucket does not take is refused with the server's number", async () => {
    const kv = await open({ maxValueSize: 10 });
    const error = await rejection(kv.put("a", "x".repeat(11)));
    expect(error).toMatchObject({ code: "400", api_error: { err_code: 10054 } });
    const full = await open({ max_bytes: 100 });
    expect(await rejection(full.put("a", "x".repeat(200)))).toMatchObject({ api_error: { err_code: 10077 } });
  });

  test("json of what is none is BAD_JSON", async () => {
    const kv = await open();
    await kv.put("a", "no json");
    const entry = (await kv.get("a")) as KvEntry;
    let error: NatsError | undefined;
    try {
      entry.json();
    } catch (thrown) {
      error = thrown as NatsError;
    }
    if (ours) expect(error?.code).toBe("BAD_JSON");
    else expect(error).toBeInstanceOf(Error);
  });
});
