// What buckets can do beyond nats.ws: times to live, codecs for keys and values, the Kvm of version 3, and mirrors and sources
// across domains.

import { connect, type KvEntry, type NatsConnection, type NatsError, StorageType } from "nats-wasm";
import { Base64KeyCodec, Bucket, defaultBucketOpts, type KV, type KvOptions, Kvm, NoopKvCodecs } from "nats-wasm/kv";
import { connect as connectCore } from "nats-wasm/core";
import { afterEach, describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { collect, rejection } from "../harness/frameworks.ts";
import { describeReleases } from "../harness/releases.ts";
import { TestServer, useServer } from "../harness/server.ts";
import { until } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((connection) => connection.close()));
});

async function connected(url = server().url): Promise<NatsConnection> {
  const nc = await connect({ servers: url });
  opened.push(nc);
  return nc;
}

let buckets = 0;
const newName = () => `bucket${++buckets}`;
const inMemory = (options: Partial<KvOptions> = {}) => ({ storage: StorageType.Memory, history: 5, ...options });

describe("time to live", () => {
  test("a key created with one goes by itself, which a watch is told as a purge; then it can be created again", async () => {
    const kv = await new Kvm(await connected()).create(newName(), inMemory({ markerTTL: 2000 }));
    expect(await kv.status()).toMatchObject({ markerTTL: 2000 });
    const entries: KvEntry[] = [];
    void (async () => {
      for await (const entry of await kv.watch()) entries.push(entry);
    })();
    expect(await kv.create("a", "1", "1s")).toBe(1);
    expect(await rejection(kv.create("a", "2", "1s"))).toMatchObject({ api_error: { err_code: 10071 } });
    await until(() => entries.length === 2, 10_000);
    expect(entries.map((entry) => [entry.key, entry.operation, entry.length])).toEqual([
      ["a", "PUT", 1],
      ["a", "PURGE", 0],
    ]);
    expect(await kv.get("a")).toMatchObject({ operation: "PURGE" });
    expect(await collect(await kv.keys())).toEqual([]);
    expect(await kv.create("a", "3", "5s")).toBe((entries[1] as KvEntry).revision + 1);
    expect((await kv.get("a"))?.string()).toBe("3");
  });

  test("a purge's marker goes by itself", async () => {
    const kv = await new Kvm(await connected()).create(newName(), inMemory({ markerTTL: 1000 }));
    await kv.put("a", "1");
    await kv.purge("a", { ttl: "1s", previousSeq: 1 });
    expect((await kv.get("a"))?.operation).toBe("PURGE");
    await expect.poll(() => kv.get("a"), { timeout: 10_000 }).toBeNull();
    expect((await kv.status()).values).toBe(0);
  });

  test("a bucket without markerTTL refuses keys with a time to live, and nonsense is refused", async () => {
    const kv = await new Kvm(await connected()).create(newName(), inMemory());
    expect(await kv.status()).toMatchObject({ markerTTL: 0 });
    expect((await rejection(kv.create("a", "1", "10s"))).api_error?.err_code).toBe(10166);
    expect((await rejection(kv.purge("a", { ttl: "10s" }))).api_error?.err_code).toBe(10166);
    const other = await new Kvm(await connected()).create(newName(), inMemory({ markerTTL: 1000 }));
    expect((await rejection(other.create("a", "1", "soon"))).api_error?.err_code).toBe(10165);
    expect(await other.get("a")).toBeNull();
  });
});

describeReleases((release, server) => {
  test("what the server is too old for is refused with both versions; the rest works", async () => {
    const nc = await connected(server().url);
    const kv = await new Kvm(nc).create(newName(), inMemory());
    await kv.put("a", "1");
    await kv.delete("a");
    expect(await kv.create("a", "3")).toBe(3);
    expect((await collect(await kv.history())).map((entry) => entry.operation)).toEqual(["PUT", "DEL", "PUT"]);
    if (release !== "2.10") {
      await new Kvm(nc).create(newName(), inMemory({ markerTTL: 1000 }));
      return;
    }
    const version = nc.info?.version;
    for (const [call, feature] of [
      [new Kvm(nc).create(newName(), { markerTTL: 1000 }), 'bucket option "markerTTL"'],
      [kv.create("b", "1", "10s"), 'publish option "ttl"'],
      [kv.purge("a", { ttl: "10s" }), 'publish option "ttl"'],
    ] as const) {
      const error: NatsError = await rejection(call);
      expect(error.code).toBe("SERVER_OPT_NA");
      expect(error.message).toBe(`SERVER_OPT_NA: ${feature} requires server 2.11.0, this one is ${version}`);
    }
  });
});

describe("codecs", () => {
  const flipped = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
  const codec = { key: Base64KeyCodec(), value: { encode: flipped, decode: flipped } };

  test("keys and values are stored encoded and read decoded, by every call", async () => {
    const nc = await connected();
    const name = newName();
    const kv = (await new Kvm(nc).create(name, inMemory({ codec }))) as KV & Bucket;
    const plain = await new Kvm(nc).open(name);
    await kv.put("ä b.c", "blue");
    await kv.put("ä b.d", new TextEncoder().encode("{}"));
    await kv.create("other", "x");
    await kv.update("other", "y", 3);

    const raw = `${btoa("ä b")}.${btoa("c")}`;
    const entry = (await kv.get("ä b.c")) as KvEntry;
    expect(entry).toMatchObject({ key: "ä b.c", rawKey: raw, length: 4 });
    expect(entry.string()).toBe("blue");
    expect((await kv.get("ä b.d"))?.json()).toEqual({});
    expect((await plain.get(raw))?.value).toEqual(flipped(new TextEncoder().encode("blue")));

    expect(await collect(await kv.keys("ä b.*"))).toEqual(["ä b.c", "ä b.d"]);
    const seen: string[] = [];
    for await (const each of await kv.watch({ key: ["ä b.>", "other"] })) {
      if (seen.push(`${each.key}=${each.string()}`) === 3) break;
    }
    expect(seen).toEqual(["ä b.c=blue", "ä b.d={}", "other=y"]);

    await kv.delete("ä b.*");
    expect((await kv.get("ä b.c"))?.value).toEqual(new Uint8Array());
    expect(await collect(await kv.keys())).toEqual(["other"]);
    expect(await kv.purgeDeletes()).toMatchObject({ purged: 2 });
    expect((await collect(await kv.history())).map((each) => each.operation)).toEqual(["PUT", "PUT", "DEL", "DEL"]);
  });

  test("what a key codec throws ends the list of keys with it", async () => {
    const nc = await connected();
    const name = newName();
    await (await new Kvm(nc).create(name, inMemory())).put("no-base64", "x");
    const kv = await new Kvm(nc).open(name, { codec: { ...NoopKvCodecs(), key: Base64KeyCodec() } });
    const error = await rejection(collect(await kv.keys()));
    expect(error.name).toBe("InvalidCharacterError");
  });

  test("a codec whose keys are none is refused before anything is sent", async () => {
    const key = { encode: (token: string) => `${token} `, decode: (token: string) => token.trim() };
    const kv = await new Kvm(await connected()).create(newName(), inMemory({ codec: { ...NoopKvCodecs(), key } }));
    const error = await rejection(kv.put("a", "1"));
    expect(error).toMatchObject({ code: "BAD API" });
    expect(error.message).toMatch(/^BAD API: invalid key: a {2}- letters/);
  });

  test("those that do nothing", () => {
    const { key, value } = NoopKvCodecs();
    expect([key.encode("a.b"), key.decode("a.b")]).toEqual(["a.b", "a.b"]);
    const bytes = Uint8Array.of(1);
    expect([value.encode(bytes), value.decode(bytes)]).toEqual([bytes, bytes]);
    const base64 = Base64KeyCodec();
    expect(base64.encode("a b.*.>")).toBe(`${btoa("a b")}.*.>`);
    expect(base64.decode(base64.encode("a b.c"))).toBe("a b.c");
    expect(defaultBucketOpts()).toMatchObject({
      replicas: 1,
      history: 1,
      timeout: 2000,
      max_bytes: -1,
      maxValueSize: -1,
    });
  });
});

describe("Kvm", () => {
  test("creates, opens and lists; what is not there shows in the first call", async () => {
    const nc = await connected();
    const kvm = new Kvm(nc);
    const name = newName();
    const absent = await kvm.open(name);
    expect(await rejection(absent.status())).toMatchObject({ code: "404", api_error: { err_code: 10059 } });
    const kv = await kvm.create(name, inMemory());
    expect(kv).toBeInstanceOf(Bucket);
    await absent.put("a", "1");
    expect((await kv.get("a"))?.string()).toBe("1");
    const all = await collect(kvm.list());
    expect(all.find((status) => status.bucket === name)).toMatchObject({ values: 1, history: 5 });
  });

  test("takes a connection of the core alone, and a client of JetStream with its options", async () => {
    const nc = await connectCore({ servers: server().url });
    opened.push(nc);
    const name = newName();
    await (await new Kvm(nc).create(name, inMemory())).put("a", "1");
    const js = (await connected()).jetstream({ timeout: 1234 });
    const kv = await new Kvm(js).open(name);
    expect((await kv.get("a"))?.string()).toBe("1");
    const broken = await new Kvm((await connected()).jetstream({ apiPrefix: "$JS.nowhere.API" })).open(name);
    expect((await rejection(broken.get("a"))).code).toBe("503");
  });

  test("timeout is how long an answer may take", async () => {
    const nc = await connected();
    const sub = nc.subscribe("$KV.silent.>", { callback: () => {} });
    const kv = await new Kvm(nc).open("silent", { timeout: 200 });
    const before = performance.now();
    expect((await rejection(kv.put("a", "1"))).code).toBe("TIMEOUT");
    expect(performance.now() - before).toBeGreaterThanOrEqual(195);
    expect((await rejection(kv.put("a", "1", { timeout: 20 }))).code).toBe("TIMEOUT");
    expect((await rejection(kv.update("a", "1", 1, 20))).code).toBe("TIMEOUT");
    sub.unsubscribe();
  });
});

describe("domains", () => {
  test("a bucket of another domain, a mirror of it, and one that takes its values in", async () => {
    const address = await commands.startServer({
      conf: "server_name: hub\njetstream { domain: hub, store_dir: $NATS_STORE }\nleafnodes { listen: $NATS_CLUSTER }",
    });
    const hub = new TestServer(address);
    const leaf = await TestServer.start({
      conf: `server_name: leaf
jetstream { domain: leaf, store_dir: $NATS_STORE }
leafnodes { remotes: [{ url: "nats://127.0.0.1:${address.ports.cluster}" }] }`,
    });
    try {
      const atHub = await connected(hub.url);
      const atLeaf = await connected(leaf.url);
      const original = await new Kvm(atHub).create("colors", inMemory());
      await original.put("sky", "blue");
      // The leaf node has found its hub when the hub's API answers there.
      const far = atLeaf.jetstream({ domain: "hub" });
      await expect
        .poll(
          () =>
            far.views.kv("colors").then(
              () => true,
              () => false,
            ),
          { timeout: 15_000 },
        )
        .toBe(true);

      const direct = await far.views.kv("colors");
      expect((await direct.get("sky"))?.string()).toBe("blue");
      expect(await direct.put("grass", "green")).toBe(2);
      expect((await original.get("grass"))?.string()).toBe("green");

      const mirror = await new Kvm(atLeaf).create("near", inMemory({ mirror: { name: "colors", domain: "hub" } }));
      await expect.poll(async () => (await mirror.status()).values, { timeout: 15_000 }).toBe(2);
      expect(await mirror.get("sky")).toMatchObject({ bucket: "near", key: "sky", revision: 1 });
      const seen: string[] = [];
      const watch = await mirror.watch();
      const reading = (async () => {
        for await (const entry of watch) if (seen.push(`${entry.key}=${entry.string()}`) === 3) break;
      })();
      expect(await mirror.put("rose", "red")).toBe(3);
      await reading;
      expect(seen).toEqual(["sky=blue", "grass=green", "rose=red"]);
      expect((await original.get("rose"))?.string()).toBe("red");
      await mirror.delete("rose");
      expect((await original.get("rose"))?.operation).toBe("DEL");
      expect((await collect(await mirror.keys())).sort()).toEqual(["grass", "sky"]);
      // Opened anew, by what the server says of it; and by what the application says.
      const again = await new Kvm(atLeaf).create("near");
      expect(await again.put("rose", "pink")).toBe(5);
      const bound = await new Kvm(atLeaf).open("near", { mirror: { name: "colors", domain: "hub" } });
      expect((await bound.get("sky"))?.string()).toBe("blue");
      expect(await bound.update("rose", "white", 5)).toBe(6);

      const sourced = await new Kvm(atLeaf).create("mine", inMemory({ sources: [{ name: "colors", domain: "hub" }] }));
      await expect.poll(async () => (await sourced.get("rose"))?.string(), { timeout: 15_000 }).toBe("white");
      await sourced.put("own", "1");
      expect(await original.get("own")).toBeNull();
    } finally {
      await Promise.all([hub.remove(), leaf.remove()]);
    }
  }, 60_000);
});
