// `js.pull()`, `js.fetch()` and `js.pullSubscribe()`: pulling as it was before `Consumer`, on nats.ws and on ours.

import type { JetStreamPullSubscription, JsMsg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { filledStream, numbers } from "../../browser/harness/filled.ts";
import { delay, until, untilAsync } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

const seqs = (messages: JsMsg[]) => messages.map(({ seq }) => seq);

describe.each(clients)("$name", ({ client, ours }) => {
  const { consumerOpts, createInbox, AckPolicy, nuid } = client;

  /** A stream with `count` messages and a pull consumer "d". */
  async function ready(count: number, more: object = {}) {
    const nc = await connected(client, { servers: server().url });
    const stream = await filledStream(nc, nuid.next(), count);
    await stream.jsm.consumers.add(stream.name, { durable_name: "d", ack_policy: AckPolicy.Explicit, ...more });
    return { nc, js: nc.jetstream(), ...stream };
  }

  describe("pull", () => {
    test("gets one message, or says that there is none", async () => {
      const { js, jsm, name } = await ready(1);
      const message = await js.pull(name, "d");
      expect([message.seq, message.string()]).toEqual([1, "1"]);
      message.ack();
      await jsm.consumers.info(name, "d");
      expect(await rejection(js.pull(name, "d"))).toMatchObject({
        code: "404",
        message: said(ours, "404", "no messages"),
      });
    });

    test("waits so long for one", async () => {
      const { js, name, fill } = await ready(0);
      const waiting = js.pull(name, "d", 5000);
      await fill(1, 1);
      expect((await waiting).seq).toBe(1);
      const started = performance.now();
      expect(await rejection(js.pull(name, "d", 300))).toMatchObject({ code: "408" });
      expect(performance.now() - started).toBeGreaterThan(290);
    });

    test("refuses what cannot be a name, and a consumer that is not there", async () => {
      const { js, name } = await ready(0);
      expect((await rejection(js.pull("a.b", "d"))).message).toContain("invalid stream name");
      expect((await rejection(js.pull(name, ""))).message).toContain("name required");
      expect(await rejection(js.pull(name, "none"))).toMatchObject({ code: "503" });
    });
  });

  describe("fetch", () => {
    test("ends with the last of so many messages", async () => {
      const { js, name } = await ready(10);
      expect(seqs(await collect(js.fetch(name, "d", { batch: 4, expires: 5000 })))).toEqual([1, 2, 3, 4]);
      expect(seqs(await collect(js.fetch(name, "d", { batch: 4, no_wait: true })))).toEqual([5, 6, 7, 8]);
      expect(seqs(await collect(js.fetch(name, "d", { batch: 4, no_wait: true })))).toEqual([9, 10]);
      expect(seqs(await collect(js.fetch(name, "d", { batch: 4, no_wait: true })))).toEqual([]);
    });

    test("ends when the time is up, with what came", async () => {
      const { js, name, fill } = await ready(2);
      const started = performance.now();
      const fetched = collect(js.fetch(name, "d", { batch: 10, expires: 1000 }));
      await delay(200);
      await fill(3, 3);
      expect(seqs(await fetched)).toEqual([1, 2, 3]);
      expect(performance.now() - started).toBeGreaterThan(900);
    });

    test("gets no more than the bytes that were asked for", async () => {
      const { js, nc, name } = await ready(0);
      for (let number = 0; number < 5; number++) nc.publish(`${name}.x`, new Uint8Array(1000));
      await nc.flush();
      const seen: number[] = [];
      const all = (async () => {
        for await (const message of js.fetch(name, "d", { batch: 10, max_bytes: 2500, expires: 1000 })) {
          seen.push(message.seq);
        }
      })();
      // The server says so when it has a message that does not fit any more.
      expect(await rejection(all)).toMatchObject({
        code: "409",
        message: said(ours, "409", "message size exceeds maxbytes"),
      });
      expect(seen.length).toBeLessThanOrEqual(2);
      const exact = js.fetch(name, "d", { batch: 10, max_bytes: 1000, expires: 1000 });
      expect(await rejection(collect(exact))).toMatchObject({ code: "409" });
    });

    test("throws what is final, after the messages", async () => {
      const { js, jsm, name } = await ready(0, { max_batch: 2 });
      expect(await rejection(collect(js.fetch(name, "d", { batch: 5, expires: 1000 })))).toMatchObject({
        code: "409",
        message: said(ours, "409", "exceeded maxrequestbatch of 2"),
      });
      const error = rejection(collect(js.fetch(name, "d", { batch: 2, expires: 5000 })));
      await delay(100);
      await jsm.consumers.delete(name, "d");
      expect(await error).toMatchObject({ code: "409", message: said(ours, "409", "consumer deleted") });
    });

    test("missing heartbeats end it", async () => {
      const { js, nc } = await ready(0);
      // Nobody answers for a stream that is somewhere else: the request is taken and forgotten.
      nc.subscribe("$JS.API.CONSUMER.MSG.NEXT.elsewhere.d");
      const fetched = collect(js.fetch("elsewhere", "d", { batch: 1, expires: 10_000, idle_heartbeat: 500 }));
      expect(await rejection(fetched)).toMatchObject({
        code: "IDLE_HEARTBEAT",
        message: said(ours, "IDLE_HEARTBEAT", "idle heartbeats missed: 2"),
      });
    });

    test("too many that wait: the last one ends without a word, the others go on", async () => {
      const { js, name, fill } = await ready(0, { max_waiting: 1 });
      const first = collect(js.fetch(name, "d", { batch: 1, expires: 3000 }));
      const second = collect(js.fetch(name, "d", { batch: 1, expires: 3000 }));
      expect(seqs(await second)).toEqual([]);
      await fill(1, 1);
      expect(seqs(await first)).toEqual([1]);
    });

    test("no_wait with a limit of its time does not wait either, when there is something", async () => {
      const { js, name, fill } = await ready(1);
      const fetched = collect(js.fetch(name, "d", { batch: 2, no_wait: true, expires: 1500 }));
      await delay(200);
      await fill(2, 2);
      expect(seqs(await fetched)).toEqual([1]);
    });

    test("the end of the connection is its end; after it nothing is fetched", async () => {
      const { nc, js, name } = await ready(1);
      const fetched = collect(js.fetch(name, "d", { batch: 5, expires: 10_000 }));
      await nc.flush();
      await nc.drain();
      expect(seqs(await fetched)).toEqual([1]);
      expect(() => js.fetch(name, "d", { batch: 1, expires: 1000 })).toThrow(
        expect.objectContaining({ code: "CONNECTION_CLOSED" }),
      );
      expect((await rejection(js.pull(name, "d"))).code).toBe("CONNECTION_CLOSED");
    });

    test("needs a limit of its time, and names", async () => {
      const { js, name } = await ready(0);
      expect(() => js.fetch(name, "d", { batch: 1 })).toThrow("expires or no_wait is required");
      expect(() => js.fetch("a b", "d", { no_wait: true })).toThrow("invalid stream name");
      expect(() => js.fetch(name, "a.b", { no_wait: true })).toThrow("name");
    });

    test("leaving the loop unsubscribes", async () => {
      const { js, nc, name } = await ready(5);
      for await (const message of js.fetch(name, "d", { batch: 5, expires: 10_000 })) {
        message.ack();
        break;
      }
      await nc.flush();
      const connections = await server().connections();
      const mine = connections.find(({ cid }) => cid === nc.info?.client_id);
      expect(mine?.subscriptions_list?.length ?? 0).toBeLessThanOrEqual(1);
    });
  });

  describe("pullSubscribe", () => {
    test("delivers what is asked for, again and again, and acknowledges it", async () => {
      const { js, jsm, name, fill } = await ready(3);
      const subscription = await js.pullSubscribe(`${name}.>`, consumerOpts().durable("d").bindStream(name));
      const seen: number[] = [];
      subscription.pull({ batch: 2 });
      for await (const message of subscription) {
        seen.push(message.seq);
        if (seen.length === 2) subscription.pull({ batch: 5, expires: 5000 });
        if (seen.length === 3) await fill(4, 7);
        if (seen.length === 7) break;
      }
      expect(seen).toEqual(numbers(1, 7));
      await until(() => subscription.isClosed());
      // The last one was left with `break`.
      await untilAsync(async () => (await jsm.consumers.info(name, "d")).ack_floor.stream_seq === 6);
    });

    test("makes a consumer when there is none, with limits for pulls", async () => {
      const { js, name } = await ready(2);
      const options = consumerOpts()
        .durable("made")
        .ackExplicit()
        .maxWaiting(7)
        .maxPullBatch(3)
        .maxPullRequestExpires(9000)
        .manualAck();
      const subscription = await js.pullSubscribe(`${name}.1`, options);
      const info = await subscription.consumerInfo();
      expect(info.config).toMatchObject({
        durable_name: "made",
        filter_subject: `${name}.1`,
        max_waiting: 7,
        max_batch: 3,
        max_expires: 9e9,
      });
      await subscription.destroy();
      expect((await rejection(subscription.consumerInfo())).api_error?.err_code).toBe(10014);
    });

    test("what is not final is told to a callback and hidden from an iterator", async () => {
      const { js, name, fill } = await ready(0);
      const told: (string | number)[] = [];
      const options = consumerOpts()
        .durable("d")
        .bindStream(name)
        .callback((error, message) => told.push(error?.code ?? (message as JsMsg).seq));
      const callback = await js.pullSubscribe(`${name}.>`, options);
      callback.pull({ batch: 1, no_wait: true });
      await until(() => told.length === 1);
      callback.pull({ batch: 1, expires: 300 });
      await until(() => told.length === 2);
      expect(told).toEqual(["404", "408"]);
      callback.unsubscribe();

      const iterated = await js.pullSubscribe(`${name}.>`, consumerOpts().durable("d").bindStream(name));
      iterated.pull({ batch: 1, no_wait: true });
      await delay(200);
      await fill(1, 1);
      iterated.pull({ batch: 1, expires: 5000 });
      expect((await first(iterated)).seq).toBe(1);
    });

    test("no more bytes than were asked for", async () => {
      const { js, nc, name } = await ready(0);
      for (let number = 0; number < 3; number++) nc.publish(`${name}.x`, new Uint8Array(1000));
      await nc.flush();
      const told: (string | number)[] = [];
      const options = consumerOpts()
        .durable("d")
        .bindStream(name)
        .callback((error, message) => told.push(error?.message ?? (message as JsMsg).seq));
      const subscription = await js.pullSubscribe(`${name}.>`, options);
      subscription.pull({ batch: 3, max_bytes: 2500, expires: 2000 });
      await until(() => told.length === 3);
      expect(told).toEqual([1, 2, said(ours, "409", "message size exceeds maxbytes")]);
      subscription.unsubscribe();
    });

    test("manualAck and maxMessages", async () => {
      const { js, jsm, name } = await ready(6);
      const options = consumerOpts().durable("d").bindStream(name).manualAck().maxMessages(3);
      const subscription = await js.pullSubscribe(`${name}.>`, options);
      subscription.pull({ batch: 6, expires: 2000 });
      const seen: number[] = [];
      for await (const { seq } of subscription) seen.push(seq);
      expect(seen).toEqual([1, 2, 3]);
      await subscription.closed;
      expect((await jsm.consumers.info(name, "d")).ack_floor.stream_seq).toBe(0);
      await subscription.destroy();
    });

    test("what is final ends an iterator", async () => {
      const { js, name } = await ready(0, { max_batch: 2 });
      const subscription = await js.pullSubscribe(`${name}.>`, consumerOpts().durable("d").bindStream(name));
      subscription.pull({ batch: 3, expires: 1000 });
      expect(await rejection(first(subscription))).toMatchObject({ code: "409" });
      expect(subscription.isClosed()).toBe(true);
    });

    test("missing heartbeats end an iterator, within the time of the pull", async () => {
      const { js, nc, jsm, name } = await ready(0);
      const subscription = await js.pullSubscribe(`${name}.>`, consumerOpts().durable("d").bindStream(name));
      // The request is taken by somebody else, and forgotten.
      await jsm.streams.delete(name);
      nc.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${name}.d`);
      const error = rejection(first(subscription));
      subscription.pull({ batch: 1, expires: 10_000, idle_heartbeat: 500 });
      expect(await error).toMatchObject({
        code: "IDLE_HEARTBEAT",
        message: said(ours, "IDLE_HEARTBEAT", "idle heartbeats missed: 2"),
      });
    });

    test("refuses what does not fit a consumer that is asked", async () => {
      const { js, name } = await ready(0);
      const refused = async (options: ReturnType<typeof consumerOpts>) =>
        (await rejection(js.pullSubscribe(`${name}.>`, options))).message;
      expect(await refused(consumerOpts().orderedConsumer())).toContain("pull subscribers cannot be");
      expect(await refused(consumerOpts().deliverTo(createInbox()))).toContain(
        "pull consumers cannot have deliver_subject set",
      );
      expect(await refused(consumerOpts().ackAll())).toContain("ack policy for pull consumers must be explicit");
      expect(await refused(consumerOpts().ackNone())).toContain("ack policy for pull consumers must be explicit");
      const subscription = await js.pullSubscribe(`${name}.>`, consumerOpts().durable("d").bindStream(name));
      expect(() => subscription.pull({ idle_heartbeat: 1000 })).toThrow("idle_heartbeat requires expires");
      expect(() => subscription.pull({ idle_heartbeat: 1000, expires: 900 })).toThrow(
        "expires must be greater than idle_heartbeat",
      );
      subscription.unsubscribe();
    });
  });

  async function first(subscription: JetStreamPullSubscription): Promise<JsMsg> {
    for await (const message of subscription) return message;
    throw new Error("the subscription ended without a message");
  }
});
