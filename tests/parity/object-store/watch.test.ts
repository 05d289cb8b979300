// Watching an object store: what was there, the null behind it, and what comes.

import type { ObjectInfo, QueuedIterator } from "nats.ws";
import { describe, expect, test } from "vitest";
import { pattern } from "../../browser/harness/bytes.ts";
import { clients, connected } from "../../browser/harness/clients.ts";
import { newStore } from "../../browser/harness/objects.ts";
import { useServer } from "../../browser/harness/server.ts";

/** Names as they come, null for null, `-name` for what is deleted. */
async function take(iterator: QueuedIterator<ObjectInfo | null>, count: number): Promise<(string | null)[]> {
  const taken: (string | null)[] = [];
  for await (const info of iterator) {
    taken.push(info && (info.deleted ? `-${info.name}` : info.name));
    if (taken.length === count) break;
  }
  return taken;
}

describe.each(clients)("$name", ({ client, ours }) => {
  const server = useServer({ config: "jetstream" });
  const connect = () => connected(client, { servers: server().url });

  test("an empty store is initialised at once", async () => {
    const os = await newStore(await connect());
    for (const options of [{}, { includeHistory: true }]) {
      const watch = take(await os.watch(options), 2);
      await os.putBlob({ name: "a" }, pattern(10));
      expect(await watch).toEqual([null, "a"]);
      await os.destroy();
      Object.assign(os, await newStore(await connect()));
    }
  }, 30_000);

  test("without history only what comes", async () => {
    const os = await newStore(await connect());
    await os.putBlob({ name: "a" }, pattern(10));
    const watch = take(await os.watch(), 3);
    await os.putBlob({ name: "b" }, pattern(10));
    await os.delete("a");
    await os.putBlob({ name: "c" }, pattern(10));
    expect(await watch).toEqual(["b", "-a", "c"]);
  });

  test("with history what is there, null, and what comes", async () => {
    const os = await newStore(await connect());
    for (const name of ["a", "b", "c", "a"]) await os.putBlob({ name }, pattern(10));
    await os.delete("b");
    const watch = take(await os.watch({ includeHistory: true }), 6);
    await os.putBlob({ name: "d" }, pattern(10));
    await os.update("d", { description: "e" });
    expect(await watch).toEqual(["c", "a", "-b", null, "d", "d"]);
  });

  test("what is there and what comes can be told apart", async () => {
    const os = await newStore(await connect());
    await os.putBlob({ name: "a" }, pattern(10));
    await os.putBlob({ name: "b" }, pattern(10));
    const seen: (boolean | undefined | null)[] = [];
    const revisions: (number | undefined)[] = [];
    const watch = await os.watch({ includeHistory: true });
    for await (const info of watch) {
      seen.push(info && (info as { isUpdate?: boolean }).isUpdate);
      revisions.push(info?.revision);
      if (info === null) await os.putBlob({ name: "a" }, pattern(5));
      if (seen.length === 4) break;
    }
    // As in version 3; nats.ws has neither.
    expect(seen).toEqual(ours ? [false, false, null, true] : [undefined, undefined, null, undefined]);
    expect(revisions).toEqual(ours ? [2, 4, undefined, 6] : [undefined, undefined, undefined, undefined]);
  });

  test("deletes can be left out, also as the last of what was there", async () => {
    const os = await newStore(await connect());
    for (const name of ["a", "b"]) await os.putBlob({ name }, pattern(10));
    await os.delete("b");
    const watch = take(await os.watch({ includeHistory: true, ignoreDeletes: true }), 3);
    await os.delete("a");
    await os.putBlob({ name: "c" }, pattern(10));
    expect(await watch).toEqual(["a", null, "c"]);
  });

  test("stopping ends it", async () => {
    const os = await newStore(await connect());
    const watch = await os.watch({ includeHistory: true });
    const taken = take(watch, 100);
    await os.putBlob({ name: "a" }, pattern(10));
    watch.stop();
    expect((await taken)[0]).toBe(null);
  });

  test("it ends with the connection", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const taken = take(await os.watch(), 100).then(
      (all) => all,
      (error: Error) => error,
    );
    await os.putBlob({ name: "a" }, pattern(10));
    await nc.flush();
    await nc.close();
    await taken;
  });

  test("a store that is not there cannot be watched", async () => {
    const os = await newStore(await connect());
    await os.destroy();
    await expect(os.watch()).rejects.toThrow(ours ? "stream not found" : "no stream matches subject");
  });
});
