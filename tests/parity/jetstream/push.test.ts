// `js.subscribe()`: push consumers as they were before `Consumer`, on nats.ws and on ours.

import type { ConsumerOptsBuilder, JetStreamSubscription, JsMsg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { rejection } from "../../browser/harness/frameworks.ts";
import { TestServer, useServer } from "../../browser/harness/server.ts";
import { filledStream, numbers } from "../../browser/harness/filled.ts";
import { delay, until, untilAsync } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

async function take(subscription: JetStreamSubscription, count: number): Promise<JsMsg[]> {
  const taken: JsMsg[] = [];
  for await (const message of subscription) {
    taken.push(message);
    if (taken.length === count) break;
  }
  return taken;
}

describe.each(clients)("$name", ({ client, ours }) => {
  const { consumerOpts, createInbox, AckPolicy, DeliverPolicy, ReplayPolicy, nuid } = client;
  const open = () => connected(client, { servers: server().url });

  async function ready(count: number) {
    const nc = await open();
    const stream = await filledStream(nc, nuid.next(), count);
    return { nc, js: nc.jetstream(), ...stream };
  }

  const pushed = () => consumerOpts().deliverTo(createInbox());

  test("an iterator gets what is stored and what comes, and acknowledges what it is done with", async () => {
    const { js, jsm, name, fill } = await ready(5);
    const subscription = await js.subscribe(`${name}.>`, pushed().ackExplicit().durable("d"));
    const taken: string[] = [];
    for await (const message of subscription) {
      taken.push(message.string());
      if (taken.length === 5) await fill(6, 8);
      if (taken.length === 8) break;
    }
    expect(taken).toEqual(numbers(1, 8).map(String));
    await subscription.closed;
    expect(subscription.isClosed()).toBe(true);
    // The one that was left with `break` is not done.
    await untilAsync(async () => (await jsm.consumers.info(name, "d")).ack_floor.stream_seq === 7);
    expect((await jsm.consumers.info(name, "d")).num_ack_pending).toBe(1);
  });

  test("a callback gets the messages and acknowledges them when it returns", async () => {
    const { js, jsm, name } = await ready(4);
    const seen: number[] = [];
    const options = pushed()
      .durable("d")
      .callback((error, message) => {
        expect(error).toBeNull();
        seen.push((message as JsMsg).seq);
      });
    const subscription = await js.subscribe(`${name}.>`, options);
    await untilAsync(async () => (await jsm.consumers.info(name, "d")).ack_floor.stream_seq === 4);
    expect(seen).toEqual([1, 2, 3, 4]);
    // Ours says so at once, nats.ws with the first message that is asked for.
    const iterate = async () => subscription[Symbol.asyncIterator]().next();
    expect((await rejection(iterate())).message).toBe(said(ours, "BAD API", "unsupported iterator"));
    await subscription.drain();
  });

  test("manualAck leaves acknowledging to the application", async () => {
    const { js, jsm, name } = await ready(3);
    const subscription = await js.subscribe(`${name}.>`, pushed().manualAck().ackExplicit().durable("d"));
    const [first] = await take(subscription, 3);
    await delay(100);
    expect((await jsm.consumers.info(name, "d")).num_ack_pending).toBe(3);
    expect(await first?.ackAck()).toBe(true);
    expect((await jsm.consumers.info(name, "d")).num_ack_pending).toBe(2);
  });

  const settings: [string, (builder: ConsumerOptsBuilder) => ConsumerOptsBuilder, object][] = [
    ["description", (b) => b.description("hello"), { description: "hello" }],
    ["durable", (b) => b.durable("me"), { durable_name: "me" }],
    ["consumerName", (b) => b.consumerName("named"), { name: "named" }],
    ["startSequence", (b) => b.startSequence(2), { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: 2 }],
    [
      "startTime",
      (b) => b.startTime(new Date(1_700_000_000_000)),
      { deliver_policy: DeliverPolicy.StartTime, opt_start_time: "2023-11-14T22:13:20Z" },
    ],
    ["startAtTimeDelta", (b) => b.startAtTimeDelta(60_000), { deliver_policy: DeliverPolicy.StartTime }],
    ["deliverAll", (b) => b.deliverAll(), { deliver_policy: DeliverPolicy.All }],
    ["deliverLastPerSubject", (b) => b.deliverLastPerSubject(), { deliver_policy: DeliverPolicy.LastPerSubject }],
    ["deliverLast", (b) => b.deliverLast(), { deliver_policy: DeliverPolicy.Last }],
    ["deliverNew", (b) => b.deliverNew(), { deliver_policy: DeliverPolicy.New }],
    ["headersOnly", (b) => b.headersOnly(), { headers_only: true }],
    ["ackNone", (b) => b.ackNone(), { ack_policy: AckPolicy.None }],
    ["ackAll", (b) => b.ackAll(), { ack_policy: AckPolicy.All }],
    ["ackExplicit", (b) => b.ackExplicit(), { ack_policy: AckPolicy.Explicit }],
    ["ackWait", (b) => b.ackWait(7000), { ack_wait: 7e9 }],
    ["maxDeliver", (b) => b.maxDeliver(3), { max_deliver: 3 }],
    ["replayInstantly", (b) => b.replayInstantly(), { replay_policy: ReplayPolicy.Instant }],
    ["replayOriginal", (b) => b.replayOriginal(), { replay_policy: ReplayPolicy.Original }],
    ["sample", (b) => b.sample(30), { sample_freq: "30%" }],
    ["limit", (b) => b.limit(64_000), { rate_limit_bps: 64_000 }],
    ["maxAckPending", (b) => b.maxAckPending(17), { max_ack_pending: 17 }],
    ["idleHeartbeat", (b) => b.idleHeartbeat(2000), { idle_heartbeat: 2e9 }],
    ["flowControl", (b) => b.flowControl().idleHeartbeat(2000), { flow_control: true }],
    ["deliverGroup", (b) => b.deliverGroup("crew"), { deliver_group: "crew" }],
    ["queue", (b) => b.queue("crew"), { deliver_group: "crew" }],
    ["memory", (b) => b.memory(), { mem_storage: true }],
    ["numReplicas", (b) => b.numReplicas(1), { num_replicas: 1 }],
    ["inactiveEphemeralThreshold", (b) => b.inactiveEphemeralThreshold(9000), { inactive_threshold: 9e9 }],
  ];
  test.each(settings)("%s reaches the consumer", async (_, set, config) => {
    const { js, name } = await ready(3);
    const subscription = await js.subscribe(`${name}.>`, set(pushed()));
    const info = await subscription.consumerInfo();
    expect(info.config).toMatchObject(config);
    expect(info.config.deliver_subject).toBe(subscription.getSubject());
    await subscription.destroy();
    expect((await rejection(subscription.consumerInfo())).api_error?.err_code).toBe(10014);
  });

  test("the subject of the call is the filter, unless filters are given", async () => {
    const { js, name, nc } = await ready(9);
    const one = await js.subscribe(`${name}.1`, pushed());
    expect((await one.consumerInfo()).config.filter_subject).toBe(`${name}.1`);
    expect((await take(one, 3)).map(({ seq }) => seq)).toEqual([1, 4, 7]);
    const options = pushed().filterSubject(`${name}.0`).filterSubject(`${name}.2`).bindStream(name);
    const two = await js.subscribe("", options);
    expect((await two.consumerInfo()).config.filter_subjects).toEqual([`${name}.0`, `${name}.2`]);
    expect((await take(two, 6)).map(({ seq }) => seq)).toEqual([2, 3, 5, 6, 8, 9]);
    await nc.flush();
  });

  test("maxMessages ends it", async () => {
    const { js, name } = await ready(9);
    const subscription = await js.subscribe(`${name}.>`, pushed().maxMessages(4));
    const seen: number[] = [];
    for await (const message of subscription) seen.push(message.seq);
    expect(seen).toEqual([1, 2, 3, 4]);
    await subscription.closed;
  });

  test("options may be an object", async () => {
    const { js, name } = await ready(2);
    const config = { deliver_subject: createInbox(), ack_policy: AckPolicy.None };
    const subscription = await js.subscribe(`${name}.>`, { config, stream: name });
    expect((await take(subscription, 2)).map((message) => message.string())).toEqual(["1", "2"]);
  });

  test("a push consumer needs a subject, a stream and what fits together", async () => {
    const { js, name } = await ready(1);
    const refused = async (subject: string, options: ConsumerOptsBuilder) =>
      (await rejection(js.subscribe(subject, options))).message;
    expect(await refused(`${name}.>`, consumerOpts())).toContain("push consumer requires deliver_subject");
    expect(await refused("nobody", pushed())).toContain("no stream matches subject");
    expect(await refused(`${name}.>`, consumerOpts().bind(name, "none"))).toContain(
      `unable to bind - durable consumer none doesn't exist in ${name}`,
    );
    const grouped = pushed().queue("crew").flowControl();
    expect(await refused(`${name}.>`, grouped)).toContain("flow control is not supported with queue groups");
    const ordered = () => consumerOpts().orderedConsumer();
    expect(await refused(`${name}.>`, ordered().durable("d"))).toContain(
      "ordered consumer: durable_name cannot be set",
    );
    expect(await refused(`${name}.>`, ordered().deliverTo("there"))).toContain(
      "ordered consumer: deliver_subject cannot be set",
    );
    expect(await refused(`${name}.>`, ordered().maxDeliver(2))).toContain(
      "ordered consumer: max_deliver cannot be set",
    );
    expect(await refused(`${name}.>`, ordered().queue("crew"))).toContain(
      "ordered consumer: deliver_group cannot be set",
    );
  });

  test("a durable is attached to when subject, group and binding allow it", async () => {
    const { js, jsm, name } = await ready(3);
    const deliver_subject = createInbox();
    await jsm.consumers.add(name, {
      durable_name: "d",
      deliver_subject,
      filter_subject: `${name}.1`,
      ack_policy: AckPolicy.All,
    });
    const refused = async (subject: string, options: ConsumerOptsBuilder) =>
      (await rejection(js.subscribe(subject, options))).message;
    expect(await refused(`${name}.2`, consumerOpts().durable("d"))).toContain("subject does not match consumer");
    expect(await refused(`${name}.1`, consumerOpts().durable("d").queue("q"))).toContain("requires no queue group");
    const subscription = await js.subscribe(`${name}.1`, consumerOpts().durable("d"));
    expect(subscription.getSubject()).toBe(deliver_subject);
    expect((await take(subscription, 1)).map(({ seq }) => seq)).toEqual([1]);
    await untilAsync(async () => !(await jsm.consumers.info(name, "d")).push_bound);
    const again = await js.subscribe(`${name}.1`, consumerOpts().bind(name, "d"));
    await untilAsync(async () => (await jsm.consumers.info(name, "d")).push_bound);
    expect(await refused(`${name}.1`, consumerOpts().durable("d"))).toContain("duplicate subscription");
    await again.destroy();

    await jsm.consumers.add(name, {
      durable_name: "g",
      deliver_subject,
      deliver_group: "crew",
      ack_policy: AckPolicy.All,
    });
    expect(await refused(`${name}.>`, consumerOpts().durable("g"))).toContain("durable requires queue group 'crew'");
    const member = await js.subscribe(`${name}.>`, consumerOpts().durable("g").queue("crew"));
    const other = await js.subscribe(`${name}.>`, consumerOpts().durable("g").queue("crew"));
    member.unsubscribe();
    other.unsubscribe();
  });

  test("the members of a queue group share the messages", async () => {
    const { nc, js, name } = await ready(0);
    const seen: number[][] = [[], []];
    const options = (at: number) =>
      consumerOpts()
        .deliverTo(`deliver.${name}`)
        .durable("g")
        .queue("crew")
        .callback((_, message) => seen[at]?.push((message as JsMsg).seq));
    await js.subscribe(`${name}.>`, options(0));
    await js.subscribe(`${name}.>`, options(1));
    for (let number = 1; number <= 60; number++) nc.publish(`${name}.x`, `${number}`);
    await until(() => (seen[0] as number[]).length + (seen[1] as number[]).length >= 60);
    expect(seen.flat().sort((one, other) => one - other)).toEqual(numbers(1, 60));
    expect(seen.every((each) => each.length > 0)).toBe(true);
  });

  test("a slow reader is not sent more than the server's window ahead of it", async () => {
    const { nc, js, jsm, name } = await ready(0);
    const outside = await server().outside();
    const count = 12_000;
    await outside.flood(`${name}.x`, count, 1024);
    const options = pushed().ackNone().flowControl().idleHeartbeat(500).durable("slow");
    const subscription = await js.subscribe(`${name}.>`, options);
    const iterator = subscription[Symbol.asyncIterator]();
    const seen = [((await iterator.next()).value as JsMsg).seq];
    await delay(1500);
    const { delivered } = await jsm.consumers.info(name, "slow");
    // nats.ws answers a request for flow control when it is read, too; what it holds is the window as well.
    expect(delivered.stream_seq).toBeLessThan(count);
    while (seen.length < count) seen.push(((await iterator.next()).value as JsMsg).seq);
    expect(seen).toEqual(numbers(1, count));
    await iterator.return?.();
    await outside.close();
    await nc.flush();
  });

  test("missing heartbeats end an iterator", async () => {
    const { js, jsm, name } = await ready(1);
    const subscription = await js.subscribe(`${name}.>`, pushed().durable("d").idleHeartbeat(500));
    const seen: number[] = [];
    const ended = (async () => {
      for await (const message of subscription) {
        seen.push(message.seq);
        await jsm.consumers.delete(name, "d");
      }
    })();
    const error = await rejection(ended);
    expect(seen).toEqual([1]);
    expect(error).toMatchObject({
      code: "IDLE_HEARTBEAT",
      message: said(ours, "IDLE_HEARTBEAT", "idle heartbeats missed: 2"),
    });
    expect(subscription.isClosed()).toBe(true);
  });

  test("missing heartbeats are told to a callback, again and again", async () => {
    const { js, jsm, name } = await ready(0);
    const told: string[] = [];
    const options = pushed()
      .durable("d")
      .idleHeartbeat(500)
      .callback((error) => told.push(`${error?.code} ${error?.message}`));
    const subscription = await js.subscribe(`${name}.>`, options);
    await jsm.consumers.delete(name, "d");
    await until(() => told.length >= 2, 10_000);
    expect(told.slice(0, 2)).toEqual(
      ["idle heartbeats missed: 2", "idle heartbeats missed: 3"].map(
        (words) => `IDLE_HEARTBEAT ${said(ours, "IDLE_HEARTBEAT", words)}`,
      ),
    );
    expect(subscription.isClosed()).toBe(false);
    subscription.unsubscribe();
  });

  test("unsubscribe(max) counts from the beginning; drain() waits for what is on its way", async () => {
    const { js, name, fill } = await ready(3);
    const seen: number[] = [];
    const options = () => pushed().callback((_, message) => seen.push((message as JsMsg).seq));
    const first = await js.subscribe(`${name}.>`, options());
    await until(() => seen.length === 3);
    first.unsubscribe(5);
    await fill(4, 9);
    await first.closed;
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    seen.length = 0;
    const second = await js.subscribe(`${name}.>`, options());
    const drained = second.drain();
    expect(second.isDraining()).toBe(true);
    await drained;
    expect(second.isClosed()).toBe(true);
    expect(seen).toEqual(numbers(1, seen.length));
    expect((await rejection(second.drain())).code).toBe("SUB_CLOSED");
  });

  describe("ordered", () => {
    test("every message, with an iterator, from where it was asked to start", async () => {
      const { js, name, fill } = await ready(30);
      const subscription = await js.subscribe(`${name}.>`, consumerOpts().orderedConsumer().startSequence(11));
      const seen: number[] = [];
      for await (const message of subscription) {
        seen.push(message.seq);
        if (seen.length === 20) await fill(31, 35);
        if (seen.length === 25) break;
      }
      expect(seen).toEqual(numbers(11, 35));
      const info = await subscription.consumerInfo();
      expect(info.config).toMatchObject({
        ack_policy: "none",
        flow_control: true,
        idle_heartbeat: 5e9,
        max_deliver: 1,
      });
      expect(subscription.isClosed()).toBe(true);
    });

    test("a consumer that is deleted is replaced", async () => {
      const { js, jsm, name, fill } = await ready(10);
      const seen: number[] = [];
      const options = consumerOpts()
        .orderedConsumer()
        .idleHeartbeat(500)
        .callback((error, message) => seen.push(error ? -1 : (message as JsMsg).seq));
      const subscription = await js.subscribe(`${name}.>`, options);
      await until(() => seen.length === 10);
      const before = await subscription.consumerInfo();
      await jsm.consumers.delete(name, before.name);
      await fill(11, 20);
      await until(() => seen.length >= 20, 10_000);
      expect(seen).toEqual(numbers(1, 20));
      const after = await subscription.consumerInfo();
      expect(after.name).not.toBe(before.name);
      expect(after.config).toMatchObject({ deliver_policy: "by_start_sequence", opt_start_seq: 11 });
      await subscription.destroy();
    });

    test.each([
      ["last", (b: ConsumerOptsBuilder) => b.deliverLast(), [9]],
      ["last per subject", (b: ConsumerOptsBuilder) => b.deliverLastPerSubject(), [7, 8, 9]],
      ["headers only", (b: ConsumerOptsBuilder) => b.headersOnly().maxMessages(2), [1, 2]],
    ])("starts with %s", async (_, set, expected) => {
      const { js, name } = await ready(9);
      const subscription = await js.subscribe(`${name}.>`, set(consumerOpts().orderedConsumer()));
      expect((await take(subscription, expected.length)).map(({ seq }) => seq)).toEqual(expected);
    });

    test("a slow reader gets every message", async () => {
      const { js, name } = await ready(0);
      const outside = await server().outside();
      await outside.flood(`${name}.x`, 8000, 1024);
      const subscription = await js.subscribe(`${name}.>`, consumerOpts().orderedConsumer().idleHeartbeat(500));
      const seen: number[] = [];
      for await (const message of subscription) {
        seen.push(message.seq);
        if (seen.length % 2000 === 1) await delay(700);
        if (seen.length === 8000) break;
      }
      expect(seen).toEqual(numbers(1, 8000));
      await outside.close();
    });
  });

  test("ordered: the server restarts while messages come", async () => {
    const restarting = await TestServer.start({ config: "jetstream" });
    try {
      const nc = await connected(client, { servers: restarting.url, reconnectTimeWait: 100, maxReconnectAttempts: -1 });
      const { fill, name } = await filledStream(nc, "R", 3000, { storage: "file" as never });
      const seen: number[] = [];
      const options = consumerOpts()
        .orderedConsumer()
        .idleHeartbeat(500)
        .callback((_, message) => seen.push((message as JsMsg).seq));
      await nc.jetstream().subscribe(`${name}.>`, options);
      await until(() => seen.length > 100);
      await restarting.restart();
      await untilAsync(
        async () =>
          (await nc.flush().then(
            () => true,
            () => false,
          )) === true,
      );
      await fill(3001, 4000);
      await until(() => seen.at(-1) === 4000, 15_000);
      expect(seen).toEqual(numbers(1, 4000));
    } finally {
      await restarting.remove();
    }
  });
});
