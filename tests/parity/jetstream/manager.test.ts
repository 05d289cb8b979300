// The JetStream manager: streams, consumers and what is refused, on nats.ws and on ours.

import type { NatsError } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, type Connection, connected, said } from "../../browser/harness/clients.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { streamOf } from "../../browser/harness/streams.ts";
import { until } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

/** The subjects that are asked on from now on, of one kind. */
async function heard(nc: Connection, subject: string): Promise<string[]> {
  const subjects: string[] = [];
  nc.subscribe(subject, { callback: (_, message) => subjects.push(message.subject) });
  await nc.flush();
  return subjects;
}

describe.each(clients)("$name", ({ client, ours }) => {
  const { AckPolicy, DeliverPolicy, StorageType, nanos, nuid } = client;
  const open = () => connected(client, { servers: server().url });
  const manager = async () => (await open()).jetstreamManager();

  describe("streams", () => {
    test("are added with what was asked, and say so", async () => {
      const jsm = await manager();
      const name = nuid.next();
      const config = {
        name,
        subjects: [`${name}.a`, `${name}.b.*`],
        description: "orders",
        max_msgs: 10,
        max_age: nanos(60_000),
        storage: StorageType.Memory,
        metadata: { team: "one" },
      };
      const info = await jsm.streams.add({ ...config });
      expect(info.config).toMatchObject({ ...config, num_replicas: 1, retention: "limits" });
      expect(info.config).toMatchObject({ sealed: false, deny_delete: false, deny_purge: false });
      expect(info.config.allow_rollup_hdrs).toBe(false);
      expect(info.state).toMatchObject({ messages: 0, consumer_count: 0, first_seq: 0, last_seq: 0 });
      expect(await jsm.streams.find(`${name}.a`)).toBe(name);
      expect(await jsm.streams.delete(name)).toBe(true);
      expect((await rejection(jsm.streams.info(name))).api_error).toMatchObject({ code: 404, err_code: 10059 });
    });

    test("an update changes what is given and keeps the rest", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 0, { max_msgs: 10, description: "before" });
      const { config } = await jsm.streams.update(name, { max_msgs: 20 });
      expect(config).toMatchObject({ max_msgs: 20, description: "before", subjects: [`${name}.>`] });
    });

    test("what the server refuses carries its words in lower case, its code as a string, and its number", async () => {
      const jsm = await manager();
      const error: NatsError = await rejection(jsm.streams.info("none"));
      expect(error).toMatchObject({ name: "NatsError", code: "404", message: said(ours, "404", "stream not found") });
      expect(error.api_error).toEqual({ code: 404, err_code: 10059, description: "stream not found" });
      expect(error.isJetStreamError()).toBe(true);
      expect(error.jsError()).toEqual(error.api_error);
    });

    test.each([".", "*", ">", "/", "\\", " ", "\t", "\n", "\r"])(
      "a name with %j is refused, and which",
      async (bad) => {
        const jsm = await manager();
        const shown = JSON.stringify(bad).slice(1, -1).replace("\\\\", "\\");
        const calls = [
          () => jsm.streams.add({ name: `a${bad}b` }),
          () => jsm.streams.info(`a${bad}b`),
          () => jsm.streams.delete(`a${bad}b`),
          () => jsm.streams.purge(`a${bad}b`),
          () => jsm.consumers.info("s", `a${bad}b`),
          () => jsm.consumers.delete(`a${bad}b`, "c"),
        ];
        for (const call of calls) {
          const error = await rejection(call());
          expect(error.message).toContain("cannot contain '");
          expect(error.message).toContain(ours ? JSON.stringify(`a${bad}b`) : `'${shown}'`);
          if (ours) expect(error.code).toBe("BAD API");
        }
      },
    );

    test("a configuration without a name is refused before anything is sent", async () => {
      const nc = await open();
      const jsm = await nc.jetstreamManager();
      const sent = nc.stats().outMsgs;
      for (const call of [() => jsm.streams.add({}), () => jsm.streams.update("", {}), () => jsm.streams.info("")]) {
        expect((await rejection(call())).message).toContain("stream name required");
      }
      expect(nc.stats().outMsgs).toBe(sent);
    });

    test("purge: everything, a subject, up to a sequence, all but a few; not two of these", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 10);
      expect(await jsm.streams.purge(name, { filter: `${name}.10` })).toMatchObject({ success: true, purged: 1 });
      expect((await jsm.streams.purge(name, { seq: 3 })).purged).toBe(2);
      expect((await jsm.streams.purge(name, { keep: 4 })).purged).toBe(3);
      expect((await jsm.streams.info(name)).state).toMatchObject({ messages: 4, first_seq: 6, last_seq: 10 });
      expect((await jsm.streams.purge(name)).purged).toBe(4);
      const both = jsm.streams.purge(name, { keep: 1, seq: 2 } as never);
      expect((await rejection(both)).message).toContain("can specify one of keep or seq");
    });

    test("a stored message, by sequence and by subject, with its headers and its time", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 2);
      const given = client.headers();
      given.append("Key", "a");
      given.append("Key", "b");
      await jsm.jetstream().publish(`${name}.json`, JSON.stringify({ id: 3 }), { headers: given });
      const message = await jsm.streams.getMessage(name, { last_by_subj: `${name}.json` });
      expect(message).toMatchObject({ seq: 3, subject: `${name}.json` });
      expect(message.header.values("Key")).toEqual(["a", "b"]);
      expect(message.json<{ id: number }>()).toEqual({ id: 3 });
      expect(message.json((_key, value) => (value === 3 ? 4 : value))).toEqual({ id: 4 });
      expect(message.time.getTime()).toBe(Date.parse(message.timestamp));
      expect(Math.abs(message.time.getTime() - Date.now())).toBeLessThan(600_000);
      const first = await jsm.streams.getMessage(name, { seq: 1 });
      expect([first.string(), [...first.data], first.header.keys()]).toEqual(["1", [49], []]);
      expect((await rejection(jsm.streams.getMessage(name, { seq: 99 }))).api_error?.err_code).toBe(10037);
      // The type allows a number; nats.ws sends it as it is, and the server does not understand.
      if (ours) expect((await jsm.streams.getMessage(name, 2)).string()).toBe("2");
      else expect((await rejection(jsm.streams.getMessage(name, 2))).api_error?.err_code).toBe(10025);
      await jsm.jetstream().publish(`${name}.empty`);
      expect((await jsm.streams.getMessage(name, { seq: 4 })).data.length).toBe(0);
    });

    test("a message is deleted, overwritten or not", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 3);
      expect(await jsm.streams.deleteMessage(name, 1)).toBe(true);
      expect(await jsm.streams.deleteMessage(name, 2, false)).toBe(true);
      const { state } = await jsm.streams.info(name, { deleted_details: true });
      expect(state).toMatchObject({ messages: 1, first_seq: 3 });
      expect((await rejection(jsm.streams.deleteMessage(name, 1))).api_error?.err_code).toBe(10043);
    });

    test("what was deleted in between, and the messages of each subject, are told to who asks", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 5);
      await jsm.streams.deleteMessage(name, 3);
      expect((await jsm.streams.info(name)).state.deleted).toBeUndefined();
      expect((await jsm.streams.info(name, { deleted_details: true })).state.deleted).toEqual([3]);
      const { state } = await jsm.streams.info(name, { subjects_filter: `${name}.*` });
      expect(state.subjects).toEqual(Object.fromEntries(["1", "2", "4", "5"].map((each) => [`${name}.${each}`, 1])));
    });

    test("the subjects of a stream come in pages, and as one", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm);
      const js = jsm.jetstream();
      const count = 100_500;
      const nc = await open();
      for (let number = 0; number < count; number++) nc.publish(`${name}.${number}`);
      await nc.flush();
      await expect.poll(async () => (await jsm.streams.info(name)).state.messages, { timeout: 30_000 }).toBe(count);
      const { state } = await (await js.streams.get(name)).info(false, { subjects_filter: ">" });
      expect(Object.keys(state.subjects ?? {})).toHaveLength(count);
      expect(state.subjects?.[`${name}.${count - 1}`]).toBe(1);
    }, 60_000);

    test("find: the one stream that has the subject", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm);
      expect(await jsm.streams.find(`${name}.anything`)).toBe(name);
      expect((await rejection(jsm.streams.find(`nobody.${name}`))).message).toContain("no stream matches subject");
    });

    test("one stream as an object", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 2);
      const one = await jsm.streams.get(name);
      expect([one.name, (await one.info(true)).state.messages]).toEqual([name, 2]);
      await jsm.jetstream().publish(`${name}.3`, "3");
      expect((await one.info(true)).state.messages).toBe(2);
      expect((await one.info()).state.messages).toBe(3);
      expect((await one.info(true)).state.messages).toBe(3);
      expect((await one.getMessage({ seq: 3 })).string()).toBe("3");
      expect(await one.deleteMessage(3)).toBe(true);
      expect(await one.alternates()).toEqual([]);
      expect((await one.best()).name).toBe(name);
      expect((await rejection(jsm.streams.get("none"))).api_error?.err_code).toBe(10059);
    });

    test("the consumers of one stream: by name, by what is known of one, and ordered", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 3);
      const one = await jsm.streams.get(name);
      const info = await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
      const named = await one.getConsumer("d");
      expect((await named.next({ expires: 2000 }))?.seq).toBe(1);
      expect((await one.getConsumerFromInfo(info).next({ expires: 2000 }))?.seq).toBe(2);
      const ordered = await one.getConsumer({ deliver_policy: DeliverPolicy.Last });
      expect((await ordered.next({ expires: 2000 }))?.seq).toBe(3);
      expect((await (await one.getConsumer()).next({ expires: 2000 }))?.seq).toBe(1);
      expect((await rejection(one.getConsumer("none"))).api_error?.err_code).toBe(10014);
      const push = await jsm.consumers.add(name, { durable_name: "p", deliver_subject: "deliver" });
      expect(() => one.getConsumerFromInfo(push)).toThrow("push consumer not supported");
    });

    test("a stream that does not answer, one that cannot be purged, a mirror that answers for another", async () => {
      const jsm = await manager();
      const js = (await open()).jetstream({ timeout: 200 });
      const silent = nuid.next();
      const storage = StorageType.Memory;
      const { config } = await jsm.streams.add({ name: silent, subjects: [`${silent}.>`], storage, no_ack: true });
      expect(config.no_ack).toBe(true);
      expect(await rejection(js.publish(`${silent}.a`, "x"))).toMatchObject({ code: "TIMEOUT" });
      await expect.poll(async () => (await jsm.streams.info(silent)).state.messages).toBe(1);

      const kept = nuid.next();
      await jsm.streams.add({ name: kept, subjects: [`${kept}.>`], storage, deny_purge: true, allow_direct: true });
      expect((await rejection(jsm.streams.purge(kept))).api_error?.code).toBe(500);

      const mirror = nuid.next();
      const copy = await jsm.streams.add({ name: mirror, storage, mirror: { name: kept }, mirror_direct: true });
      expect(copy.config.mirror_direct).toBe(true);
      expect((await jsm.streams.info(mirror)).mirror?.name).toBe(kept);

      const placement = { cluster: "none", tags: ["a"] };
      const placed = await jsm.streams.add({ name: nuid.next(), storage, placement });
      expect(placed.config.placement).toEqual(placement);
    });

    test("a mirror and a source of another domain, and not by domain and prefix at once", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 2);
      const mirror = nuid.next();
      const info = await jsm.streams.add({ name: mirror, storage: StorageType.Memory, mirror: { name } });
      expect(info.config.mirror).toEqual({ name });
      await expect.poll(async () => (await jsm.streams.info(mirror)).state.messages).toBe(2);
      const away = await jsm.streams.add({
        name: nuid.next(),
        storage: StorageType.Memory,
        sources: [{ name, domain: "leaf", filter_subject: `${name}.1` }],
      });
      expect(away.config.sources).toEqual([
        { name, filter_subject: `${name}.1`, external: { api: "$JS.leaf.API", deliver: "" } },
      ]);
      const both = { name, domain: "leaf", external: { api: "$JS.leaf.API" } };
      const refused = await rejection(jsm.streams.add({ name: nuid.next(), mirror: both }));
      expect(refused.message).toContain("domain and external are both set");
    });

    test("fields of every kind reach the server", async () => {
      const jsm = await manager();
      const name = nuid.next();
      const config = {
        name,
        subjects: [`${name}.*`],
        retention: client.RetentionPolicy.Interest,
        storage: StorageType.File,
        num_replicas: 1,
        max_consumers: 3,
        max_msgs: 100,
        max_msgs_per_subject: 5,
        max_bytes: 1_000_000,
        max_age: nanos(3_600_000),
        max_msg_size: 1000,
        discard: client.DiscardPolicy.New,
        discard_new_per_subject: true,
        duplicate_window: nanos(30_000),
        allow_rollup_hdrs: true,
        allow_direct: true,
        deny_delete: true,
        republish: { src: `${name}.*`, dest: `copy.${name}.{{wildcard(1)}}`, headers_only: true },
        subject_transform: { src: `${name}.*`, dest: `${name}.x{{wildcard(1)}}` },
        compression: client.StoreCompression.S2,
        consumer_limits: { max_ack_pending: 10, inactive_threshold: nanos(60_000) },
        first_seq: 50,
        metadata: { a: "b" },
      };
      const { config: stored } = await jsm.streams.add({ ...config });
      expect(stored).toMatchObject(config);
      expect((await jsm.jetstream().publish(`${name}.1`)).seq).toBe(50);
    });

    test("buckets and object stores are listed", async () => {
      const jsm = await manager();
      const bucket = nuid.next();
      const settings = { max_msgs_per_subject: 5, max_age: nanos(60_000), description: "settings", max_bytes: 100_000 };
      const subjects = [`$KV.${bucket}.>`];
      await jsm.streams.add({ name: `KV_${bucket}`, subjects, storage: StorageType.Memory, ...settings });
      await jsm.streams.add({ name: `OBJ_${bucket}`, subjects: [`$O.${bucket}.>`], max_age: nanos(60_000) });
      await jsm.jetstream().publish(`$KV.${bucket}.a`, "1");
      const kvs = (await collect(jsm.streams.listKvs())).filter((each) => each.bucket === bucket);
      expect(kvs).toHaveLength(1);
      const [kv] = kvs;
      expect(kv).toMatchObject({ bucket, values: 1, history: 5, ttl: 60_000, description: "settings", replicas: 1 });
      expect(kv).toMatchObject({ max_bytes: 100_000, maxBucketSize: 100_000, maxValueSize: -1, storage: "memory" });
      expect(kv).toMatchObject({ backingStore: "memory", compression: false, placementCluster: "" });
      expect([kv?.size, kv?.streamInfo.state.bytes].map(Boolean)).toEqual([true, true]);
      expect([kv?.placement, kv?.republish]).toEqual([
        { cluster: "", tags: [] },
        { src: "", dest: "" },
      ]);
      const stores = (await collect(jsm.streams.listObjectStores())).filter((each) => each.bucket === bucket);
      expect(stores).toHaveLength(1);
      expect(stores[0]).toMatchObject({ bucket, ttl: nanos(60_000), storage: "file", replicas: 1, sealed: false });
      expect(stores[0]).toMatchObject({ backingStore: "JetStream", compression: false, description: "", size: 0 });
      for (const each of [`KV_${bucket}`, `OBJ_${bucket}`]) await jsm.streams.delete(each);
    });

    test("an error ends a list: it is thrown once", async () => {
      const jsm = await manager();
      const pages = jsm.consumers.list("none");
      expect((await rejection(pages.next())).api_error?.err_code).toBe(10059);
      expect(await pages.next()).toEqual([]);
    });

    test("lists are complete, over several pages, one page at a time or as an iterator", async () => {
      const jsm = await manager();
      const prefix = nuid.next();
      const names = Array.from({ length: 300 }, (_, index) => `${prefix}-${index}`);
      for (const name of names) {
        await jsm.streams.add({ name, subjects: [`${prefix}.${name}`], storage: StorageType.Memory });
      }
      const filter = `${prefix}.>`;
      expect((await collect(jsm.streams.names(filter))).sort()).toEqual([...names].sort());
      const infos = await collect(jsm.streams.list(filter));
      expect(infos.map((info) => info.config.name).sort()).toEqual([...names].sort());
      expect(infos.every((info) => info.config.sealed === false)).toBe(true);
      const pages = jsm.streams.list(filter);
      const sizes: number[] = [];
      for (let page = await pages.next(); page.length > 0; page = await pages.next()) sizes.push(page.length);
      expect(sizes).toEqual([256, 44]);
      expect(await pages.next()).toEqual([]);
      for (const name of names) await jsm.streams.delete(name);
    });
  });

  describe("consumers", () => {
    test("are added, found, changed, listed and deleted", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 3);
      const info = await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
      expect(info).toMatchObject({ stream_name: name, name: "d", num_pending: 3, config: { deliver_policy: "all" } });
      expect(info.config).toMatchObject({ ack_policy: "explicit", ack_wait: nanos(30_000), replay_policy: "instant" });
      expect(info.config.deliver_policy).toBe(DeliverPolicy.All);
      const updated = await jsm.consumers.update(name, "d", { max_ack_pending: 7 });
      expect(updated.config).toMatchObject({ max_ack_pending: 7, durable_name: "d", ack_policy: "explicit" });
      expect((await jsm.consumers.info(name, "d")).config.max_ack_pending).toBe(7);
      expect((await collect(jsm.consumers.list(name))).map((each) => each.name)).toEqual(["d"]);
      expect(await jsm.consumers.delete(name, "d")).toBe(true);
      const error = await rejection(jsm.consumers.info(name, "d"));
      expect(error.api_error).toMatchObject({ code: 404, err_code: 10014 });
    });

    test.each([
      ["durable", { durable_name: "d" }, "CREATE.S.d"],
      ["named", { name: "n" }, "CREATE.S.n"],
      ["named, with a filter", { name: "n", filter_subject: "S.1" }, "CREATE.S.n.S.1"],
      ["with a filter for everything", { durable_name: "d", filter_subject: ">" }, "CREATE.S.d"],
      ["without a name", { filter_subject: "S.1" }, "CREATE.S"],
    ])("%s: the subject it is made on", async (_, config, wanted) => {
      const nc = await open();
      const jsm = await nc.jetstreamManager();
      const name = await streamOf(jsm);
      const asked = await heard(await open(), "$JS.API.CONSUMER.>");
      const placed = (text: string) => text.replaceAll("S", name);
      const { filter_subject } = config as { filter_subject?: string };
      const filter = filter_subject === undefined ? {} : { filter_subject: placed(filter_subject) };
      await jsm.consumers.add(name, { ack_policy: AckPolicy.Explicit, ...config, ...filter });
      // The server may answer who asks before it tells those who listen; connections of the tests before may be ending theirs.
      const made = () => asked.filter((subject) => subject.split(".").includes(name));
      await until(() => made().length > 0);
      expect(made()).toEqual([
        `$JS.API.CONSUMER.${wanted
          .split(".")
          .map((t) => (t === "S" ? name : t))
          .join(".")}`,
      ]);
    });

    test("several filters, one or the other", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 5);
      const filter_subjects = [`${name}.1`, `${name}.2`];
      const named = await jsm.consumers.add(name, {
        durable_name: "d",
        ack_policy: AckPolicy.Explicit,
        filter_subjects,
      });
      expect(named).toMatchObject({ name: "d", num_pending: 2, config: { filter_subjects } });
      const both = { ack_policy: AckPolicy.Explicit, filter_subjects, filter_subject: `${name}.1` };
      const error = await rejection(jsm.consumers.add(name, both));
      // nats.ws asks the server.
      if (ours)
        expect(error).toMatchObject({ code: "BAD API", message: expect.stringContaining("exclude each other") });
      else expect(error.api_error?.err_code).toBe(10136);
    });

    test("an ephemeral consumer is given a name", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 1);
      const info = await jsm.consumers.add(name, { ack_policy: AckPolicy.Explicit });
      expect(info.name).toMatch(/^\w{8}$/);
      expect((await jsm.consumers.info(name, info.name)).config.durable_name).toBeUndefined();
    });

    test("another consumer under the same name is refused; the same one is found", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm);
      const config = { durable_name: "d", ack_policy: AckPolicy.Explicit };
      const first = await jsm.consumers.add(name, { ...config });
      expect((await jsm.consumers.add(name, { ...config })).created).toBe(first.created);
      const other = jsm.consumers.add(name, { ...config, max_deliver: 5 });
      expect((await rejection(other)).api_error?.err_code).toBe(10148);
    });

    test("queue groups have neither flow control nor heartbeats", async () => {
      const jsm = await manager();
      const push = { ack_policy: AckPolicy.Explicit, deliver_subject: "d", deliver_group: "g" };
      const flow = jsm.consumers.add("s", { ...push, flow_control: true });
      expect((await rejection(flow)).message).toContain("flow control is not supported with queue groups");
      const heartbeat = jsm.consumers.add("s", { ...push, idle_heartbeat: nanos(1000) });
      expect((await rejection(heartbeat)).message).toContain("idle heartbeat is not supported with queue groups");
    });

    test("fields of every kind reach the server", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm, 3);
      const config = {
        durable_name: "d",
        description: "all of them",
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(5000),
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: 2,
        replay_policy: client.ReplayPolicy.Original,
        max_deliver: 4,
        backoff: [nanos(5000), nanos(6000)],
        filter_subject: `${name}.*`,
        sample_freq: "50%",
        max_waiting: 7,
        max_ack_pending: 8,
        headers_only: true,
        max_batch: 9,
        max_expires: nanos(10_000),
        max_bytes: 10_000,
        inactive_threshold: nanos(60_000),
        num_replicas: 1,
        mem_storage: true,
        metadata: { a: "b" },
      };
      const info = await jsm.consumers.add(name, { ...config });
      expect(info.config).toMatchObject({ ...config, sample_freq: expect.stringMatching(/^50%?$/) });
      expect(info.num_pending).toBe(2);
      const push = { durable_name: "p", deliver_subject: "deliver", flow_control: true, idle_heartbeat: nanos(1000) };
      const rate = { rate_limit_bps: 1024, ack_policy: AckPolicy.None };
      expect((await jsm.consumers.add(name, { ...push, ...rate })).config).toMatchObject({ ...push, ...rate });
    });

    test("pause until, and resume", async () => {
      const jsm = await manager();
      const name = await streamOf(jsm);
      await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
      const until = new Date(Date.now() + 60_000);
      const { paused, pause_until } = await jsm.consumers.pause(name, "d", until);
      expect([paused, Date.parse(pause_until ?? "")]).toEqual([true, until.getTime()]);
      const info = await jsm.consumers.info(name, "d");
      expect([info.paused, info.pause_remaining > nanos(30_000)]).toEqual([true, true]);
      expect(await jsm.consumers.resume(name, "d")).toMatchObject({ paused: false });
      expect((await jsm.consumers.info(name, "d")).paused).toBeFalsy();
    });
  });
});
