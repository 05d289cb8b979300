// The JetStream manager: streams, consumers and what is refused, on nats.ws and on ours.

import type { JetStreamManager, NatsError, StreamConfig } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../browser/harness/clients.ts";
import { collect, rejection } from "../browser/harness/frameworks.ts";
import { useServer } from "../browser/harness/server.ts";

const server = useServer({ config: "jetstream" });

describe.each(clients)("$name", ({ client, ours }) => {
  const { AckPolicy, DeliverPolicy, StorageType, nanos, nuid } = client;
  const open = () => connected(client, { servers: server().url });
  const manager = async () => (await open()).jetstreamManager();

  /** A stream of its own, with messages 1, 2, … on `<name>.<number>`. */
  async function stream(jsm: JetStreamManager, messages = 0, more: Partial<StreamConfig> = {}): Promise<string> {
    const name = nuid.next();
    await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.Memory, ...more });
    const js = jsm.jetstream();
    for (let number = 1; number <= messages; number++) await js.publish(`${name}.${number}`, `${number}`);
    return name;
  }

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
      const name = await stream(jsm, 0, { max_msgs: 10, description: "before" });
      const { config } = await jsm.streams.update(name, { max_msgs: 20 });
      expect(config).toMatchObject({ max_msgs: 20, description: "before", subjects: [`${name}.>`] });
    });

    test("what the server refuses carries its words in lower case, its code as a string, and its number", async () => {
      const jsm = await manager();
      const error: NatsError = await rejection(jsm.streams.info("none"));
      expect(error).toMatchObject({ name: "NatsError", code: "404", message: "stream not found" });
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
      const name = await stream(jsm, 3);
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
  });
});
