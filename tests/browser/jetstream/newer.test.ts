// What newer servers can do and nats.ws cannot ask for: batches, times to live, schedules, counters, resets.

import {
  AckPolicy,
  type BatchAck,
  connect,
  headers,
  type JetStreamManager,
  nanos,
  nuid,
  PersistMode,
  RetentionPolicy,
  type StreamConfig,
  startFastIngest,
  StorageType,
} from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { collect, rejection } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer({ config: "jetstream" });
const opened: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function ready(more: Partial<StreamConfig> = {}) {
  const nc = await connect({ servers: server().url });
  opened.push(nc);
  const jsm = await nc.jetstreamManager();
  const name = nuid.next();
  const subjects = [`${name}.>`];
  const { config } = await jsm.streams.add({
    name,
    subjects,
    storage: StorageType.Memory,
    allow_direct: true,
    ...more,
  });
  return { nc, jsm, js: jsm.jetstream(), name, config };
}

const stored = async (jsm: JetStreamManager, name: string) =>
  (await collect(await jsm.direct.getBatch(name, {}))).map((message) => message.string());

describe("atomic batches", () => {
  test("are stored together, when they are committed", async () => {
    const { jsm, js, name } = await ready({ allow_atomic: true });
    const batch = await js.startBatch(`${name}.a`, "1");
    batch.add(`${name}.b`, "2");
    await batch.add(`${name}.c`, "3", { ack: true });
    expect(batch.count).toBe(3);
    expect((await jsm.streams.info(name)).state.messages).toBe(0);
    const ack: BatchAck = await batch.commit(`${name}.d`, "4");
    expect(ack).toEqual({ stream: name, seq: 4, duplicate: false, batch: batch.id, count: 4 });
    expect(await stored(jsm, name)).toEqual(["1", "2", "3", "4"]);
    expect((await rejection(batch.commit(`${name}.e`))).message).toContain("over");
    expect(() => batch.add(`${name}.e`)).toThrow("over");
  });

  test("expectations and headers go with their messages", async () => {
    const { jsm, js, name } = await ready({ allow_atomic: true });
    const given = headers();
    given.set("Key", "value");
    const batch = await js.startBatch(`${name}.a`, "1", { headers: given, expect: { lastSequence: 0 } });
    await batch.commit(`${name}.b`, "2", { expect: { lastSubjectSequence: 0 } });
    const message = await jsm.streams.getMessage(name, { seq: 1 });
    expect(message.header.get("Key")).toBe("value");
    expect(given.keys()).toEqual(["Key"]);
  });

  test("a refused message refuses them all", async () => {
    const { jsm, js, name } = await ready({ allow_atomic: true });
    const batch = await js.startBatch(`${name}.a`, "1");
    batch.add(`${name}.b`, "2", { expect: { lastSubjectSequence: 7 } });
    const error = await rejection(batch.commit(`${name}.c`, "3"));
    expect(error).toMatchObject({ code: "400", api_error: { err_code: 10071 } });
    expect((await jsm.streams.info(name)).state.messages).toBe(0);
  });

  test("a message that is lost is found out: nothing is stored", async () => {
    const { jsm, js, name } = await ready({ allow_atomic: true });
    const batch = await js.startBatch(`${name}.a`, "1");
    // No stream has the subject: as if it were lost.
    batch.add(`elsewhere.${name}`, "2");
    const error = await rejection(batch.commit(`${name}.c`, "3"));
    expect(error.api_error?.err_code).toBe(10176);
    expect((await jsm.streams.info(name)).state.messages).toBe(0);
  });

  test("the time limit, of the options and of the call, and what a batch cannot have", async () => {
    const { nc, js, jsm, name } = await ready({ allow_atomic: true });
    // Nobody but this answers.
    nc.subscribe(`silent.${name}`, { callback: () => {} });
    expect(await rejection(js.startBatch(`silent.${name}`, "1", { timeout: 100 }))).toMatchObject({ code: "TIMEOUT" });
    const batch = await js.startBatch(`${name}.a`, "1");
    const silent = batch.add(`silent.${name}`, "2", { ack: true, timeout: 100 });
    expect(await rejection(silent)).toMatchObject({ code: "TIMEOUT" });
    // What became of the message nobody knows, so nothing may follow it.
    expect((await rejection(batch.commit(`${name}.b`))).message).toContain("over");
    expect((await jsm.streams.info(name)).state.messages).toBe(0);
  });

  test("more messages than the server takes: none is stored", async () => {
    const { js, jsm, name } = await ready({ allow_atomic: true });
    const batch = await js.startBatch(`${name}.a`, "1");
    for (let number = 2; number <= 1000; number++) batch.add(`${name}.a`, `${number}`);
    const error = await rejection(batch.commit(`${name}.a`, "1001"));
    expect(error.api_error).toMatchObject({ code: 400, err_code: 10199 });
    expect((await jsm.streams.info(name)).state.messages).toBe(0);
  });

  test("a stream that does not allow it says so", async () => {
    const { js, name } = await ready();
    expect((await rejection(js.startBatch(`${name}.a`, "1"))).api_error).toMatchObject({ err_code: 10174 });
  });
});

describe("fast ingest", () => {
  test("stores in order, and counts", async () => {
    const { nc, jsm, name } = await ready({ allow_batched: true });
    const ingest = await startFastIngest(nc, `${name}.a`, "1", { ackInterval: 5 });
    for (let number = 2; number < 200; number++) {
      const { batchSeq, ackSeq } = await ingest.add(`${name}.${number}`, `${number}`);
      expect(batchSeq).toBe(number);
      // Never further ahead than was asked for.
      expect(batchSeq - ackSeq).toBeLessThanOrEqual(200);
    }
    const ack = await ingest.last(`${name}.z`, "200");
    expect(ack).toMatchObject({ stream: name, seq: 200, count: 200, batch: ingest.batch, duplicate: false });
    expect(await ingest.done()).toEqual(ack);
    expect(await stored(jsm, name)).toEqual(Array.from({ length: 200 }, (_, index) => `${index + 1}`));
    expect((await rejection(ingest.add(`${name}.b`))).message).toContain("over");
    await nc.flush();
    const mine = (await server().connections()).find((each) => each.cid === nc.info?.client_id);
    expect(mine?.subscriptions_list?.some((subject) => subject.includes(ingest.batch))).toBe(false);
  });

  test("ends without another message, and says how far the server is", async () => {
    const { nc, jsm, name } = await ready({ allow_batched: true });
    const ingest = await startFastIngest(nc, `${name}.a`, "1", { ackInterval: 3 });
    for (let number = 2; number <= 7; number++) await ingest.add(`${name}.b`, `${number}`, { msgID: `${number}` });
    expect(await ingest.ping()).toEqual({ batchSeq: 7, ackSeq: 6 });
    expect(await ingest.end()).toMatchObject({ count: 7, seq: 7 });
    expect((await jsm.streams.getMessage(name, { seq: 7 })).header.get("Nats-Msg-Id")).toBe("7");
  });

  test("answers come where the application wants them", async () => {
    const { nc, name } = await ready({ allow_batched: true });
    const heard: string[] = [];
    nc.subscribe(`answers.${name}.>`, { callback: (_, message) => heard.push(message.subject) });
    const ingest = await startFastIngest(nc, `${name}.a`, "1", { inboxPrefix: `answers.${name}` });
    expect(await ingest.end()).toMatchObject({ count: 1 });
    expect(heard.length).toBeGreaterThan(0);
    const wild = startFastIngest(nc, `${name}.a`, "1", { inboxPrefix: "a.*" });
    expect((await rejection(wild)).message).toContain("'a.*'");
  });

  test("without gaps a lost message ends it; with them it is told and goes on", async () => {
    const { nc, jsm, name } = await ready({ allow_batched: true });
    // Somebody hears it, and no stream does: as if it were lost.
    nc.subscribe(`elsewhere.${name}`, { callback: () => {} });
    const strict = await startFastIngest(nc, `${name}.a`, "1", { ackInterval: 1, timeout: 2000 });
    await strict.add(`elsewhere.${name}`, "lost");
    await strict.add(`${name}.a`, "3").catch(() => {});
    const ended = await strict.done().then(
      (ack) => ack.count,
      (error) => error.code,
    );
    expect(ended).toBe(1);

    const loose = await startFastIngest(nc, `${name}.a`, "1", { ackInterval: 1, allowGaps: true });
    const gaps = collect(loose.gaps());
    loose.add(`elsewhere.${name}`, "lost");
    loose.add(`elsewhere.${name}`, "lost");
    loose.add(`${name}.a`, "4");
    expect(await loose.last(`${name}.a`, "5")).toMatchObject({ count: 5 });
    expect(await gaps).toEqual([{ lastSeq: 2, seq: 4 }]);
    expect(await stored(jsm, name)).toEqual(["1", "1", "4", "5"]);
  });

  test("options out of range name the range", async () => {
    const { nc, name } = await ready({ allow_batched: true });
    for (const options of [{ ackInterval: 0 }, { ackInterval: 1.5 }, { maxOutstandingAcks: 4 }]) {
      const error = await rejection(startFastIngest(nc, `${name}.a`, "1", options));
      expect(error).toMatchObject({ code: "BAD API", message: expect.stringMatching(/from 1 to (3|65535)$/) });
    }
  });

  test("a stream that does not allow it, and one that is not there", async () => {
    const { nc, name } = await ready();
    expect((await rejection(startFastIngest(nc, `${name}.a`, "1"))).api_error?.code).toBe(400);
    expect(await rejection(startFastIngest(nc, `nobody.${name}`, "1", { timeout: 300 }))).toMatchObject({
      code: "503",
    });
  });

  test("the end of the connection is its end", async () => {
    const { nc, name } = await ready({ allow_batched: true });
    const ingest = await startFastIngest(nc, `${name}.a`, "1");
    const done = rejection(ingest.done());
    await nc.close();
    expect(await done).toMatchObject({ code: "CONNECTION_CLOSED" });
  });
});

describe("publish", () => {
  test("ttl: gone after it", async () => {
    const { jsm, js, name } = await ready({ allow_msg_ttl: true });
    await js.publish(`${name}.a`, "short", { ttl: "1s" });
    await js.publish(`${name}.a`, "long", { ttl: "1h" });
    expect((await jsm.streams.getMessage(name, { seq: 1 })).header.get("Nats-TTL")).toBe("1s");
    await expect.poll(() => stored(jsm, name), { timeout: 10_000 }).toEqual(["long"]);
    const bare = await ready();
    expect((await rejection(bare.js.publish(`${bare.name}.a`, "x", { ttl: "1s" }))).api_error?.err_code).toBe(10166);
  });

  test("expect.lastSubjectSequenceSubject: about another subject", async () => {
    const { js, name } = await ready();
    await js.publish(`${name}.a`, "1");
    const about = { lastSubjectSequenceSubject: `${name}.a` };
    const wrong = js.publish(`${name}.b`, "2", { expect: { lastSubjectSequence: 9, ...about } });
    expect((await rejection(wrong)).api_error?.err_code).toBe(10071);
    expect((await js.publish(`${name}.b`, "2", { expect: { lastSubjectSequence: 1, ...about } })).seq).toBe(2);
  });

  test("schedule: delivered later, to another subject", async () => {
    const { jsm, js, name } = await ready({ allow_msg_schedules: true, allow_msg_ttl: true });
    const at = new Date(Date.now() + 1500);
    const schedule = { specification: at, target: `${name}.out` };
    await js.publish(`${name}.schedule.1`, "late", { schedule });
    const waiting = await jsm.streams.getMessage(name, { last_by_subj: `${name}.schedule.1` });
    expect(waiting.header.get("Nats-Schedule")).toBe(`@at ${at.toISOString()}`);
    const out = () => jsm.streams.getMessage(name, { last_by_subj: `${name}.out` }).catch(() => undefined);
    expect(await out()).toBeUndefined();
    await expect.poll(async () => (await out())?.string(), { timeout: 15_000 }).toBe("late");
    expect((await out())?.time.getTime()).toBeGreaterThanOrEqual(at.getTime() - 10);
    expect((await out())?.header.get("Nats-Scheduler")).toBe(`${name}.schedule.1`);
  });

  test.each([
    [{ every: "5m" }, "@every 5m"],
    [{ cron: "0 30 14 * * *" }, "0 30 14 * * *"],
    [{ predefined: "@daily" as const }, "@daily"],
    [{ at: "2099-01-01T00:00:00Z" }, "@at 2099-01-01T00:00:00Z"],
    ["@hourly", "@hourly"],
  ])("schedule %j is %s", async (specification, text) => {
    const { jsm, js, name } = await ready({ allow_msg_schedules: true, allow_msg_ttl: true, allow_rollup_hdrs: true });
    const schedule = { specification, target: `${name}.out`, ttl: "5m" };
    await js.publish(`${name}.s`, "x", { schedule });
    const { header } = await jsm.streams.getMessage(name, { last_by_subj: `${name}.s` });
    expect(header.get("Nats-Schedule")).toBe(text);
    expect(header.get("Nats-Schedule-Target")).toBe(`${name}.out`);
    expect(header.get("Nats-Schedule-TTL")).toBe("5m");
  });

  test("schedule: its time zone, the message it copies, what it replaces, and how long that lives", async () => {
    const allowed = { allow_msg_schedules: true, allow_msg_ttl: true, allow_rollup_hdrs: true };
    const { jsm, js, name } = await ready(allowed);
    await js.publish(`${name}.out`, "before");
    await js.publish(`${name}.source`, "of the source");
    const specification = new Date(Date.now() + 1000);
    const schedule = {
      specification,
      target: `${name}.out`,
      source: `${name}.source`,
      ttl: "1h",
      rollup: "sub" as const,
    };
    await js.publish(`${name}.s`, "its own", { schedule });
    const out = async () => {
      const all = await jsm.direct.getBatch(name, { next_by_subj: `${name}.out` });
      return (await collect(all)).map((message) => [message.string(), message.header.get("Nats-TTL")]);
    };
    await expect.poll(out, { timeout: 15_000 }).toEqual([["of the source", "1h"]]);

    const daily = { specification: { predefined: "@daily" as const }, target: `${name}.out` };
    await js.publish(`${name}.t`, "x", { schedule: { ...daily, timezone: "Europe/Berlin" } });
    const { header } = await jsm.streams.getMessage(name, { last_by_subj: `${name}.t` });
    expect(header.get("Nats-Schedule-Time-Zone")).toBe("Europe/Berlin");
    const nowhere = js.publish(`${name}.t`, "x", { schedule: { ...daily, timezone: "Nowhere" } });
    expect((await rejection(nowhere)).api_error?.err_code).toBe(10223);
  });

  test("schedule: what is no time", async () => {
    const { nc, js, name } = await ready({ allow_msg_schedules: true });
    const target = `${name}.out`;
    for (const specification of ["@every 500ms", "tomorrow"]) {
      const refused = js.publish(`${name}.s`, "x", { schedule: { specification, target } });
      expect((await rejection(refused)).api_error?.err_code).toBe(10189);
    }
    const sent = nc.stats().outMsgs;
    const empty = js.publish(`${name}.s`, "x", { schedule: { specification: {} as { every: string }, target } });
    expect(await rejection(empty)).toMatchObject({
      code: "BAD API",
      message: expect.stringContaining("of {} says no time"),
    });
    expect(nc.stats().outMsgs).toBe(sent);
  });

  test("cancelSchedule: ends it, with a message of its own", async () => {
    const { jsm, js, name } = await ready({ allow_msg_schedules: true, allow_rollup_hdrs: true });
    const schedule = { specification: { every: "1h" }, target: `${name}.out` };
    await js.publish(`${name}.s`, "x", { schedule });
    const cancelSchedule = { scheduleSubject: `${name}.s` };
    await js.publish(`${name}.out`, "the end", { cancelSchedule });
    const gone = await rejection(jsm.streams.getMessage(name, { last_by_subj: `${name}.s` }));
    expect(gone.api_error?.err_code).toBe(10037);
    const itself = js.publish(`${name}.s`, "x", { cancelSchedule });
    expect((await rejection(itself)).message).toContain("its own subject");
    const both = js.publish(`${name}.x`, "x", { cancelSchedule, schedule });
    expect((await rejection(both)).message).toContain("exclude each other");
  });

  test("increment: the sum of a subject, larger than a number can be", async () => {
    const { jsm, js, name, config } = await ready({ allow_msg_counter: true });
    expect(config.allow_msg_counter).toBe(true);
    expect((await js.publish(`${name}.hits`, "", { increment: 5 })).val).toBe("5");
    expect((await js.publish(`${name}.hits`, "", { increment: -7 })).val).toBe("-2");
    expect((await js.publish(`${name}.hits`, "", { increment: 2n ** 70n })).val).toBe(`${2n ** 70n - 2n}`);
    const { val } = (await jsm.direct.getMessage(name, { last_by_subj: `${name}.hits` })).json<{ val: string }>();
    expect(BigInt(val)).toBe(2n ** 70n - 2n);
    const half = js.publish(`${name}.hits`, "", { increment: 0.5 });
    expect(await rejection(half)).toMatchObject({ code: "BAD API", message: expect.stringContaining("0.5") });
  });
});

describe("consumers", () => {
  test("reset: delivers again, from what is not acknowledged or from a sequence", async () => {
    const { nc, jsm, js, name } = await ready();
    for (let number = 1; number <= 5; number++) await js.publish(`${name}.a`, `${number}`);
    await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
    const reply = await nc.request(`$JS.API.CONSUMER.MSG.NEXT.${name}.d`, "", { timeout: 1000, noMux: true });
    expect(reply.string()).toBe("1");
    const info = await jsm.consumers.reset(name, "d");
    expect(info).toMatchObject({ reset_seq: 1, num_pending: 5, num_ack_pending: 0, name: "d" });
    expect(await jsm.consumers.reset(name, "d", 4)).toMatchObject({ reset_seq: 4, num_pending: 2 });
    expect((await nc.request(`$JS.API.CONSUMER.MSG.NEXT.${name}.d`, "", { timeout: 1000, noMux: true })).string()).toBe(
      "4",
    );
    for (const seq of [-1, 0.5]) {
      expect((await rejection(jsm.consumers.reset(name, "d", seq))).message).toContain(`sequence ${seq}`);
    }
    const one = await jsm.streams.get(name);
    expect(await one.resetConsumer("d", 2)).toMatchObject({ reset_seq: 2, num_pending: 4 });
  });

  test("pedantic: what the server would change is refused", async () => {
    const { jsm, name } = await ready({ consumer_limits: { max_ack_pending: 10 } });
    const config = { durable_name: "d", ack_policy: AckPolicy.Explicit };
    const refused = await rejection(jsm.consumers.add(name, { ...config }, { pedantic: true }));
    expect(refused.api_error).toMatchObject({ code: 400, err_code: 10157 });
    expect((await jsm.consumers.add(name, { ...config })).config.max_ack_pending).toBe(10);
  });
});

test("fields of streams that nats.ws does not know reach the server", async () => {
  const { config } = await ready({
    storage: StorageType.File,
    allow_msg_ttl: true,
    allow_msg_schedules: true,
    allow_atomic: true,
    allow_batched: true,
    subject_delete_marker_ttl: nanos(5000),
  });
  expect(config).toMatchObject({
    allow_msg_ttl: true,
    allow_msg_schedules: true,
    subject_delete_marker_ttl: nanos(5000),
  });
  expect(config).toMatchObject({ allow_atomic: true, allow_batched: true });
  const async = await ready({ storage: StorageType.File, persist_mode: PersistMode.Async });
  expect(async.config.persist_mode).toBe("async");
});

test("a stream is fed through a consumer of another, which acknowledges by flow control", async () => {
  const { jsm, js, name } = await ready({ retention: RetentionPolicy.Workqueue });
  const deliver_subject = `feed.${name}`;
  const { config } = await jsm.consumers.add(name, {
    durable_name: "feed",
    deliver_subject,
    ack_policy: AckPolicy.FlowControl,
    flow_control: true,
    idle_heartbeat: nanos(1000),
  });
  expect(config.ack_policy).toBe("flow_control");
  const sources = [{ name, consumer: { name: "feed", deliver_subject } }];
  const fed = nuid.next();
  const info = await jsm.streams.add({ name: fed, storage: StorageType.Memory, sources });
  expect(info.config.sources).toEqual(sources);
  for (let number = 1; number <= 5; number++) await js.publish(`${name}.a`, `${number}`);
  await expect.poll(async () => (await jsm.streams.info(fed)).state.messages, { timeout: 15_000 }).toBe(5);
  // What is acknowledged leaves a work queue.
  await expect.poll(async () => (await jsm.streams.info(name)).state.messages, { timeout: 15_000 }).toBe(0);
});

test("the account: reservations, and the level and load of the API", async () => {
  const { jsm } = await ready({ max_bytes: 12_345 });
  const { reserved_memory, reserved_storage, api } = await jsm.getAccountInfo();
  expect(reserved_memory).toBeGreaterThanOrEqual(12_345);
  expect(reserved_storage).toBeGreaterThanOrEqual(0);
  expect(api.level).toBeGreaterThanOrEqual(2);
});

test("a mirror becomes a stream of its own by an update", async () => {
  const { jsm, js, name } = await ready();
  await js.publish(`${name}.a`, "1");
  const mirror = nuid.next();
  await jsm.streams.add({ name: mirror, storage: StorageType.Memory, mirror: { name } });
  await expect.poll(async () => (await jsm.streams.info(mirror)).state.messages).toBe(1);
  const changed = await jsm.streams.update(mirror, { mirror: undefined, subjects: [`${mirror}.>`] } as object);
  expect([changed.config.mirror, changed.config.subjects]).toEqual([undefined, [`${mirror}.>`]]);
  expect((await js.publish(`${mirror}.a`, "2")).seq).toBe(2);
});
