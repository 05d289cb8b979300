// Servers of several releases: what each can do works, and what it cannot do is refused before it is asked, with feature,
// version needed and version found.

import {
  AckPolicy,
  connect,
  nanos,
  nuid,
  PersistMode,
  PriorityPolicy,
  type StreamConfig,
  startFastIngest,
  StorageType,
} from "nats-wasm";
import { afterEach, expect, test } from "vitest";
import { collect } from "../harness/frameworks.ts";
import { describeReleases } from "../harness/releases.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

describeReleases((release, server) => {
  async function ready(more: Partial<StreamConfig> = {}) {
    const nc = await connect({ servers: server().url });
    opened.push(nc);
    const jsm = await nc.jetstreamManager();
    const name = nuid.next();
    const base = { name, subjects: [`${name}.>`], storage: StorageType.Memory, allow_direct: true };
    const info = await jsm.streams.add({ ...base, ...more });
    return { nc, jsm, js: jsm.jetstream(), name, config: info.config };
  }

  const minor = Number(release.split(".")[1]);

  /** Runs `call` where the release has what it needs; elsewhere it must be refused, and nothing may have been sent. */
  async function since(needed: number, feature: string, nc: { stats(): { outMsgs: number } }, call: () => unknown) {
    const sent = nc.stats().outMsgs;
    const failure = await Promise.resolve()
      .then(call)
      .then(
        () => undefined,
        (error: Error & { code: string }) => error,
      );
    if (minor >= needed) {
      expect(failure?.code).not.toBe("SERVER_OPT_NA");
      return;
    }
    expect(failure).toMatchObject({ name: "NatsError", code: "SERVER_OPT_NA" });
    expect(failure?.message).toMatch(
      new RegExp(`^SERVER_OPT_NA: ${feature} requires server 2.${needed}.0, this one is ${release}.\\d+$`),
    );
    expect(nc.stats().outMsgs).toBe(sent);
  }

  test("streams, consumers, messages and acks", async () => {
    const { jsm, js, name } = await ready({ metadata: { a: "b" } });
    for (let number = 1; number <= 3; number++) await js.publish(`${name}.${number}`, `${number}`);
    expect((await jsm.direct.getMessage(name, { last_by_subj: `${name}.2` })).string()).toBe("2");
    expect((await jsm.streams.getMessage(name, { seq: 3 })).string()).toBe("3");
    const filter_subjects = [`${name}.1`, `${name}.2`];
    const info = await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit, filter_subjects });
    expect(info.num_pending).toBe(2);
    expect((await jsm.consumers.update(name, "d", { max_deliver: 5 })).config.max_deliver).toBe(5);
    expect((await collect(jsm.consumers.list(name))).map((each) => each.name)).toEqual(["d"]);
    expect((await jsm.streams.update(name, { max_msgs: 5 })).config).toMatchObject({ max_msgs: 5, num_replicas: 1 });
    expect((await jsm.streams.purge(name)).purged).toBe(3);
    expect(await jsm.streams.delete(name)).toBe(true);
  });

  test.each([
    ["allow_msg_ttl", 11, true],
    ["subject_delete_marker_ttl", 11, nanos(1000)],
    ["allow_msg_counter", 12, true],
    ["allow_msg_schedules", 12, true],
    ["allow_atomic", 12, true],
    ["persist_mode", 12, PersistMode.Async],
    ["allow_batched", 14, true],
  ])("stream field %s: 2.%i", async (field, needed, value) => {
    const { nc, jsm, name } = await ready();
    await since(needed, `stream '${field}'`, nc, () => jsm.streams.add({ name: nuid.next(), [field]: value }));
    await since(needed, `stream '${field}'`, nc, () => jsm.streams.update(name, { [field]: value }));
  });

  test("a source by a consumer: 2.14", async () => {
    const { nc, jsm, name } = await ready();
    const sources = [{ name, consumer: { name: "d", deliver_subject: "x" } }];
    await since(14, "stream sources 'consumer'", nc, () => jsm.streams.add({ name: nuid.next(), sources }));
  });

  test("consumers: pause, pedantic, priority groups, reset, flow control as acks", async () => {
    const { nc, jsm, name } = await ready();
    const config = { durable_name: "d", ack_policy: AckPolicy.Explicit };
    await jsm.consumers.add(name, { ...config });
    await since(11, "pausing a consumer", nc, () => jsm.consumers.pause(name, "d", new Date()));
    await since(11, "pausing a consumer", nc, () => jsm.consumers.resume(name, "d"));
    await since(11, "pedantic consumer create", nc, () => jsm.consumers.add(name, { ...config }, { pedantic: true }));
    const paused = { ...config, durable_name: "p", pause_until: new Date(Date.now() + 60_000).toISOString() };
    await since(11, "consumer 'pause_until'", nc, () => jsm.consumers.add(name, paused));
    const groups = { ...config, durable_name: "g", priority_groups: ["a"] };
    await since(11, "consumer 'priority_groups'", nc, () => jsm.consumers.add(name, groups));
    const ranked = { ...groups, durable_name: "r", priority_policy: PriorityPolicy.Prioritized };
    await since(12, "consumer 'priority_policy' prioritized", nc, () => jsm.consumers.add(name, ranked));
    await since(11, "unpinning a client", nc, () => jsm.consumers.unpin(name, "d", "a"));
    await since(14, "consumer reset", nc, () => jsm.consumers.reset(name, "d"));
    const flow = { durable_name: "f", ack_policy: AckPolicy.FlowControl };
    await since(14, "ack policy 'flow_control'", nc, () => jsm.consumers.add(name, flow));
  });

  test("publish: ttl, schedules, expectations about another subject, counters, batches", async () => {
    const { nc, js, name } = await ready();
    const subject = `${name}.a`;
    await since(11, 'publish option "ttl"', nc, () => js.publish(subject, "x", { ttl: "1m" }));
    const schedule = { specification: "@daily", target: `${name}.out` };
    const often = 'publish option "schedule @daily"';
    await since(14, often, nc, () => js.publish(subject, "x", { schedule }));
    const at = new Date(Date.now() + 3_600_000);
    await since(12, 'publish option "schedule"', nc, () =>
      js.publish(subject, "x", { schedule: { ...schedule, specification: at } }),
    );
    for (const [option, value] of Object.entries({ source: `${name}.b`, timezone: "Europe/Berlin", rollup: "sub" })) {
      const more = { ...schedule, specification: release === "2.15" ? "@daily" : at, [option]: value };
      const needed = release === "2.10" ? 12 : 14;
      const named = release === "2.10" ? "schedule" : `schedule.${option}`;
      await since(needed, `publish option "${named}"`, nc, () => js.publish(subject, "x", { schedule: more }));
    }
    const cancelSchedule = { scheduleSubject: `${name}.s` };
    await since(12, 'publish option "cancelSchedule"', nc, () => js.publish(subject, "x", { cancelSchedule }));
    const expect = { lastSubjectSequence: 0, lastSubjectSequenceSubject: `${name}.b` };
    const about = 'publish option "expect.lastSubjectSequenceSubject"';
    await since(12, about, nc, () => js.publish(subject, "x", { expect }));
    await since(12, 'publish option "increment"', nc, () => js.publish(subject, "", { increment: 1 }));
    await since(12, "atomic batch publish", nc, () => js.startBatch(subject, "x"));
    await since(14, "fast ingest", nc, () => startFastIngest(nc, subject, "x", { timeout: 500 }));
  });

  test("direct: by time, and batches: 2.11", async () => {
    const { nc, jsm, js, name } = await ready();
    await js.publish(`${name}.a`, "x");
    const start_time = new Date(Date.now() - 60_000);
    await since(11, "direct get by start_time", nc, () => jsm.direct.getMessage(name, { start_time }));
    await since(11, "batch direct get", nc, async () => {
      const found = await collect(await jsm.direct.getBatch(name, {}));
      expect(found.map((message) => message.string())).toEqual(["x"]);
    });
    await since(11, "batch direct get", nc, () => jsm.direct.getLastMessagesFor(name, { multi_last: [">"] }));
  });
});
