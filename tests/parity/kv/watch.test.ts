// Watching a bucket, with every option, on nats.ws and on ours.

import type { KV, KvEntry, KvOptions, QueuedIterator } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { collect, rejection, subjects } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { delay, until } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

describe.each(clients)("$name", ({ client, ours }) => {
  const { KvWatchInclude, StorageType, nuid } = client;
  const open = async (options: Partial<KvOptions> = {}) => {
    const nc = await connected(client, { servers: server().url });
    const kv = await nc.jetstream().views.kv(nuid.next(), { storage: StorageType.Memory, history: 10, ...options });
    return { nc, kv };
  };
  /** a=1@1 b=2@2 a=3@3 c=4@4, c deleted @5, d purged @7. */
  const filled = async (): Promise<KV> => {
    const { kv } = await open();
    for (const [key, value] of ["a1", "b2", "a3", "c4"] as const) await kv.put(key as string, value as string);
    await kv.delete("c");
    await kv.put("d", "6");
    await kv.purge("d");
    return kv;
  };
  const line = (entry: KvEntry) => `${entry.key} ${entry.operation} ${entry.string()}@${entry.revision}`;
  /** The next `count` entries; the watch goes on. */
  const take = async (watch: QueuedIterator<KvEntry>, count: number): Promise<string[]> => {
    const lines: string[] = [];
    for await (const entry of watch) {
      lines.push(line(entry));
      if (lines.length === count) break;
    }
    return lines;
  };

  test("begins with the last value of every key, markers included, and goes on with what changes", async () => {
    const kv = await filled();
    const watch = await kv.watch();
    const lines: string[] = [];
    for await (const entry of watch) {
      lines.push(line(entry));
      if (lines.length === 4) await kv.put("a", "8");
      if (lines.length === 5) break;
    }
    expect(lines).toEqual(["b PUT 2@2", "a PUT 3@3", "c DEL @5", "d PURGE @7", "a PUT 8@8"]);
  });

  test("says what is still to come with each entry", async () => {
    const kv = await filled();
    const deltas: (number | undefined)[] = [];
    for await (const entry of await kv.watch()) if (deltas.push(entry.delta) === 4) break;
    expect(deltas).toEqual([3, 2, 1, 0]);
  });

  test("include: all history", async () => {
    const kv = await filled();
    const lines = await take(await kv.watch({ include: KvWatchInclude.AllHistory }), 6);
    expect(lines).toEqual(["a PUT 1@1", "b PUT 2@2", "a PUT 3@3", "c PUT 4@4", "c DEL @5", "d PURGE @7"]);
  });

  test("include: updates only", async () => {
    const kv = await filled();
    const watch = await kv.watch({ include: KvWatchInclude.UpdatesOnly });
    await kv.put("b", "8");
    await kv.delete("a");
    expect(await take(watch, 2)).toEqual(["b PUT 8@8", "a DEL @9"]);
  });

  test("ignoreDeletes hides deletes and not purges", async () => {
    const kv = await filled();
    const watch = await kv.watch({ ignoreDeletes: true });
    await kv.delete("b");
    await kv.put("e", "9");
    const lines = await take(watch, 4);
    // Whether b is still there when the watch begins is the server's business.
    expect(lines.filter((each) => !each.startsWith("b"))).toEqual(["a PUT 3@3", "d PURGE @7", "e PUT 9@9"]);
  });

  test("resumeFromRevision", async () => {
    const kv = await filled();
    expect(await take(await kv.watch({ resumeFromRevision: 3 }), 4)).toEqual([
      "a PUT 3@3",
      "c PUT 4@4",
      "c DEL @5",
      "d PURGE @7",
    ]);
    const later = await kv.watch({ resumeFromRevision: 8 });
    await kv.put("z", "8");
    expect(await take(later, 1)).toEqual(["z PUT 8@8"]);
  });

  test("one key, a pattern, several", async () => {
    const { kv } = await open();
    for (const key of ["a.1", "a.2", "b.1", "c"]) await kv.put(key, "x");
    const keys = async (key: string | string[], count: number) => {
      const watch = await kv.watch({ key });
      return (await take(watch, count)).map((each) => each.split(" ")[0]);
    };
    expect(await keys("b.1", 1)).toEqual(["b.1"]);
    expect(await keys("a.*", 2)).toEqual(["a.1", "a.2"]);
    expect(await keys(["c", "a.>"], 3)).toEqual(["a.1", "a.2", "c"]);
    expect(
      (await rejection(kv.watch({ key: "a b" }))).message.startsWith(said(ours, "BAD API", "invalid key: a b")),
    ).toBe(true);
    const overlapping = await rejection(kv.watch({ key: ["a.1", "a.*"] }));
    expect(overlapping.api_error?.err_code).toBe(10138);
  });

  test("several keys are one consumer", async () => {
    const { nc, kv } = await open();
    for (const key of ["a", "b", "c"]) await kv.put(key, "x");
    const watch = await kv.watch({ key: ["a", "b"] });
    const jsm = await nc.jetstreamManager();
    const consumers = await collect(jsm.consumers.list((await kv.status()).streamInfo.config.name));
    expect(consumers).toHaveLength(1);
    expect(consumers[0]?.config).toMatchObject({ ack_policy: "none", flow_control: true });
    expect(consumers[0]?.config.filter_subjects).toHaveLength(2);
    if (ours) expect(consumers[0]?.name).toMatch(/^KV_WATCHER_/);
    watch.stop();
  });

  test.each([false, true])("values with headers of their own, headers_only %s", async (headers_only) => {
    const { nc, kv } = await open();
    const { bucket } = await kv.status();
    const put = async (key: string, fields: [string, string][]) => {
      const headers = client.headers();
      for (const [name, value] of fields) headers.append(name, value);
      await nc.jetstream().publish(`$KV.${bucket}.${key}`, "x", { headers });
    };
    await put("plain", [["Content-Type", "KV-Operation: DEL"]]);
    await put("kind", [["Kind", "DEL"]]);
    await put("nats", [["Nats-Map", "Nats-Marker-Reason: MaxAge"]]);
    await put("other", [["kv-operation", "DEL"]]);
    await put("deleted", [
      ["Trace", "1"],
      ["KV-Operation", "DEL"],
    ]);
    await put("purged", [
      ["KV-Operation", "PURGE"],
      ["Trace", "1"],
    ]);
    const entries: KvEntry[] = [];
    for await (const entry of await kv.watch({ headers_only })) if (entries.push(entry) === 6) break;
    expect(entries.map((entry) => `${entry.key} ${entry.operation} ${entry.length}`)).toEqual([
      "plain PUT 1",
      "kind PUT 1",
      "nats PUT 1",
      "other PUT 1",
      "deleted DEL 1",
      "purged PURGE 1",
    ]);
    expect(await collect(await kv.keys())).toEqual(["plain", "kind", "nats", "other"]);
  });

  test("headers only: no value, its length, and the markers", async () => {
    const kv = await filled();
    const entries: KvEntry[] = [];
    for await (const entry of await kv.watch({ headers_only: true })) if (entries.push(entry) === 4) break;
    expect(entries.map((entry) => [entry.key, entry.operation, entry.length, entry.value.length])).toEqual([
      ["b", "PUT", 1, 0],
      ["a", "PUT", 1, 0],
      ["c", "DEL", 0, 0],
      ["d", "PURGE", 0, 0],
    ]);
  });

  describe("initializedFn", () => {
    test("is called between what was there and what came after", async () => {
      const kv = await filled();
      const order: string[] = [];
      const watch = await kv.watch({ initializedFn: () => order.push("initialized") });
      await kv.put("e", "8");
      for await (const entry of watch) {
        order.push(line(entry));
        if (entry.key === "e") break;
      }
      const initialized = order.indexOf("initialized");
      expect(order.filter((each) => each === "initialized")).toHaveLength(1);
      expect(order.slice(0, initialized)).toEqual(["b PUT 2@2", "a PUT 3@3", "c DEL @5", "d PURGE @7"]);
      expect(order.slice(initialized + 1)).toEqual(["e PUT 8@8"]);
    });

    test("is called for an empty bucket, before the watch is there", async () => {
      const { kv } = await open();
      let calls = 0;
      const watch = await kv.watch({ initializedFn: () => calls++ });
      expect(calls).toBe(1);
      await kv.put("a", "1");
      expect(await take(watch, 1)).toEqual(["a PUT 1@1"]);
      expect(calls).toBe(1);
    });

    test("is called when there is nothing but updates to wait for", async () => {
      const kv = await filled();
      let calls = 0;
      await kv.watch({ include: KvWatchInclude.UpdatesOnly, initializedFn: () => calls++ });
      expect(calls).toBe(1);
    });

    test("is called for a key that is not there, and with all history", async () => {
      const kv = await filled();
      let calls = 0;
      await kv.watch({ key: "nothing.>", initializedFn: () => calls++ });
      expect(calls).toBe(1);
      const order: string[] = [];
      const watch = await kv.watch({
        key: "a",
        include: KvWatchInclude.AllHistory,
        initializedFn: () => order.push("initialized"),
      });
      await kv.put("a", "8");
      for await (const entry of watch) if (order.push(`${entry.revision}`) === 4) break;
      expect(order).toEqual(["1", "3", "initialized", "8"]);
    });

    test("what it throws ends the iterator with it", async () => {
      const kv = await filled();
      const fail = () => {
        throw new Error("not now");
      };
      const watch = await kv.watch({ initializedFn: fail });
      await kv.put("e", "8");
      const seen: string[] = [];
      const error = await rejection(
        (async () => {
          for await (const entry of watch) seen.push(entry.key);
        })(),
      );
      expect(error.message).toBe("not now");
      expect(seen).toEqual(["b", "a", "c", "d"]);

      const { kv: empty } = await open();
      const none = await empty.watch({ initializedFn: fail });
      expect((await rejection(collect(none))).message).toBe("not now");
    });

    test("deletes that are not told count: nats.ws waits for ever when one is the last", async () => {
      const { kv } = await open();
      await kv.put("a", "1");
      await kv.put("b", "2");
      await kv.delete("b");
      let calls = 0;
      const watch = await kv.watch({ ignoreDeletes: true, initializedFn: () => calls++ });
      const reading = collect(watch);
      await until(() => watch.getReceived() === 1);
      await delay(200);
      expect(calls).toBe(ours ? 1 : 0);
      watch.stop();
      await reading;
    });
  });

  test("stop ends the loop and the server's interest; so does break", async () => {
    const { nc, kv } = await open();
    await kv.put("a", "1");
    const before = (await subjects(server(), nc)).length;
    const watch = await kv.watch();
    expect(await subjects(server(), nc)).toHaveLength(before + 1);
    const reading = collect(watch);
    await until(() => watch.getProcessed() === 1);
    watch.stop();
    expect((await reading).map(line)).toEqual(["a PUT 1@1"]);
    await expect.poll(async () => (await subjects(server(), nc)).length, { timeout: 5000 }).toBe(before);

    const other = await kv.watch();
    expect(await take(other, 1)).toHaveLength(1);
    await expect.poll(async () => (await subjects(server(), nc)).length, { timeout: 5000 }).toBe(before);
  });

  test("stop with an error throws it in the loop", async () => {
    const { kv } = await open();
    const watch = await kv.watch();
    const reading = rejection(collect(watch));
    watch.stop(new Error("enough"));
    expect((await reading).message).toBe("enough");
  });

  test("counts what it received, holds and has given", async () => {
    const kv = await filled();
    const watch = await kv.watch();
    await until(() => watch.getReceived() === 4);
    expect([watch.getPending(), watch.getProcessed()]).toEqual([4, 0]);
    const iterator = watch[Symbol.asyncIterator]();
    await iterator.next();
    expect(watch.getProcessed()).toBe(1);
    await iterator.return?.();
  });

  test("the end of the connection ends the watch without an error", async () => {
    const { nc, kv } = await open();
    await kv.put("a", "1");
    const watch = await kv.watch();
    await until(() => watch.getReceived() === 1);
    await nc.close();
    expect((await collect(watch)).map(line)).toEqual(["a PUT 1@1"]);
  });

  test("a bucket that is not there", async () => {
    const { nc } = await open();
    const kv = await nc.jetstream().views.kv(nuid.next(), { bindOnly: true });
    const notFound = { code: "404", message: said(ours, "404", "stream not found"), api_error: { err_code: 10059 } };
    expect(await rejection(kv.watch())).toMatchObject(notFound);
    expect(await rejection(kv.keys())).toMatchObject(notFound);
    expect(await rejection(kv.history())).toMatchObject(notFound);
  });
});
