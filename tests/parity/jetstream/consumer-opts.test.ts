// `consumerOpts()`: what each call puts into the options of a subscription.

import type { ConsumerOpts, ConsumerOptsBuilder } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients } from "../../browser/harness/clients.ts";

const START = new Date("2026-01-02T03:04:05.678Z");
const noop = () => {};

describe.each(clients)("$name", ({ client, ours }) => {
  /** Only what is set: nats.ws has the rest as undefined. */
  const made = (build: (builder: ConsumerOptsBuilder) => unknown, config?: object) => {
    const builder = client.consumerOpts(config);
    build(builder);
    const { config: found, ...rest } = (builder as unknown as { getOpts(): ConsumerOpts }).getOpts();
    const set = (fields: object) =>
      Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    return { config: set(found), ...set(rest) };
  };
  const defaults = {
    name: "",
    deliver_policy: "all",
    ack_policy: "explicit",
    ack_wait: 30_000_000_000,
    replay_policy: "instant",
  };

  test("begins with the defaults, under what is given", () => {
    expect(made(noop)).toEqual({
      config: defaults,
      mack: false,
      stream: "",
      ordered: false,
      isBind: expect.anything(),
    });
    expect(made(noop, { ack_policy: client.AckPolicy.None, description: "d" }).config).toEqual({
      ...defaults,
      ack_policy: "none",
      description: "d",
    });
  });

  test.each<[string, (builder: ConsumerOptsBuilder) => unknown, object]>([
    ["description", (b) => b.description("d"), { description: "d" }],
    ["deliverTo", (b) => b.deliverTo("s"), { deliver_subject: "s" }],
    ["durable", (b) => b.durable("d"), { durable_name: "d" }],
    ["startSequence", (b) => b.startSequence(5), { deliver_policy: "by_start_sequence", opt_start_seq: 5 }],
    ["startTime", (b) => b.startTime(START), { deliver_policy: "by_start_time", opt_start_time: START.toISOString() }],
    ["deliverAll", (b) => b.deliverNew().deliverAll(), { deliver_policy: "all" }],
    ["deliverLastPerSubject", (b) => b.deliverLastPerSubject(), { deliver_policy: "last_per_subject" }],
    ["deliverLast", (b) => b.deliverLast(), { deliver_policy: "last" }],
    ["deliverNew", (b) => b.deliverNew(), { deliver_policy: "new" }],
    ["headersOnly", (b) => b.headersOnly(), { headers_only: true }],
    ["ackNone", (b) => b.ackNone(), { ack_policy: "none" }],
    ["ackAll", (b) => b.ackAll(), { ack_policy: "all" }],
    ["ackExplicit", (b) => b.ackNone().ackExplicit(), { ack_policy: "explicit" }],
    ["ackWait", (b) => b.ackWait(5), { ack_wait: 5_000_000 }],
    ["maxDeliver", (b) => b.maxDeliver(5), { max_deliver: 5 }],
    ["filterSubject", (b) => b.filterSubject("a"), { filter_subject: "a" }],
    ["filterSubject twice", (b) => b.filterSubject("a").filterSubject("b"), { filter_subjects: ["a", "b"] }],
    ["replayInstantly", (b) => b.replayOriginal().replayInstantly(), { replay_policy: "instant" }],
    ["replayOriginal", (b) => b.replayOriginal(), { replay_policy: "original" }],
    ["sample", (b) => b.sample(12.7), { sample_freq: "12%" }],
    ["limit", (b) => b.limit(1000), { rate_limit_bps: 1000 }],
    ["maxWaiting", (b) => b.maxWaiting(5), { max_waiting: 5 }],
    ["maxAckPending", (b) => b.maxAckPending(5), { max_ack_pending: 5 }],
    ["idleHeartbeat", (b) => b.idleHeartbeat(5), { idle_heartbeat: 5_000_000 }],
    ["flowControl", (b) => b.flowControl(), { flow_control: true }],
    ["maxPullBatch", (b) => b.maxPullBatch(5), { max_batch: 5 }],
    ["maxPullRequestExpires", (b) => b.maxPullRequestExpires(5), { max_expires: 5_000_000 }],
    ["inactiveEphemeralThreshold", (b) => b.inactiveEphemeralThreshold(5), { inactive_threshold: 5_000_000 }],
    ["memory", (b) => b.memory(), { mem_storage: true }],
    ["numReplicas", (b) => b.numReplicas(3), { num_replicas: 3 }],
    ["consumerName", (b) => b.consumerName("n"), { name: "n" }],
  ])("%s", (_, build, wanted) => {
    expect(made(build).config).toEqual({ ...defaults, ...wanted });
  });

  test("what is not the consumer's stands beside its configuration", () => {
    expect(made((b) => b.manualAck().maxMessages(5).callback(noop))).toMatchObject({ mack: true, max: 5 });
    expect(made((b) => b.callback(noop))).toHaveProperty("callbackFn", noop);
    for (const build of [(b: ConsumerOptsBuilder) => b.queue("q"), (b: ConsumerOptsBuilder) => b.deliverGroup("q")]) {
      expect(made(build)).toMatchObject({ queue: "q", config: { deliver_group: "q" } });
    }
    expect(made((b) => b.orderedConsumer())).toMatchObject({ ordered: true, config: { ack_policy: "none" } });
    expect(made((b) => b.bindStream("s"))).toMatchObject({ stream: "s" });
    // nats.ws forgets that it was asked to bind.
    expect(made((b) => b.bind("s", "d"))).toMatchObject({ stream: "s", config: { durable_name: "d" }, isBind: ours });
  });

  test("filters of the configuration and of calls are one list", () => {
    expect(
      made((b) => b.filterSubject("b"), { filter_subject: "a" })
        .config.filter_subjects?.toString()
        .split(",")
        .sort(),
    ).toEqual(["a", "b"]);
    expect(made(noop, { filter_subjects: ["a"] }).config).toEqual({ ...defaults, filter_subject: "a" });
  });

  test("startAtTimeDelta counts from now", () => {
    const { opt_start_time } = made((b) => b.startAtTimeDelta(60_000)).config as { opt_start_time: string };
    expect(Date.now() - Date.parse(opt_start_time)).toBeGreaterThanOrEqual(60_000);
  });

  test("what cannot be is refused", () => {
    const builder = client.consumerOpts();
    expect(() => builder.durable("a.b")).toThrow("cannot contain '.'");
    expect(() => builder.durable("")).toThrow("durable name required");
    expect(() => builder.startSequence(0)).toThrow("must be greater than 0");
    expect(() => builder.sample(101)).toThrow("between 0-100");
    expect(() => builder.sample(-1)).toThrow("between 0-100");
  });
});
