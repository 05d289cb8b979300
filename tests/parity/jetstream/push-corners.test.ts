// What is easy to miss about `js.subscribe()`: acknowledgements as the server sees them, flow control, the words of a server
// that are not messages, the ends, and what is refused. On nats.ws, on ours, and ours on a connection of nats.ws.

import * as natsWs from "nats.ws";
import type { ConsumerOpts, ConsumerOptsBuilder, JetStreamSubscription, JsMsg, NatsError } from "nats.ws";
import { describe, expect, test } from "vitest";
import { connected, said } from "../../browser/harness/clients.ts";
import { filledStream, numbers } from "../../browser/harness/filled.ts";
import { rejection, subjects } from "../../browser/harness/frameworks.ts";
import { contestants, uncaught } from "../../browser/harness/jetstream.ts";
import { TestServer, useServer } from "../../browser/harness/server.ts";
import { delay, until, untilAsync } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

async function take(subscription: JetStreamSubscription, count: number): Promise<number[]> {
  const taken: number[] = [];
  for await (const { seq } of subscription) if (taken.push(seq) === count) break;
  return taken;
}

/** Payloads that get lost on their way to a subscription of this connection, once. */
function loseOnce(nc: natsWs.NatsConnection): Set<number> {
  const lost = new Set<number>();
  const subscribe = nc.subscribe.bind(nc);
  nc.subscribe = (subject, options = {}) => {
    const { callback } = options;
    if (callback === undefined) return subscribe(subject, options);
    return subscribe(subject, {
      ...options,
      callback: (error, message) =>
        !error && lost.delete(Number(message.string())) ? undefined : callback(error, message),
    });
  };
  return lost;
}

describe.each(contestants)("$name", ({ client, ours, isMixed, open }) => {
  const { consumerOpts, createInbox, AckPolicy, nuid } = client;

  async function ready(count: number) {
    const nc = await open({ servers: server().url });
    const stream = await filledStream(nc, nuid.next(), count);
    return { nc, js: nc.jetstream(), ...stream };
  }

  const pushed = () => consumerOpts().deliverTo(createInbox());

  describe("acknowledging", () => {
    const kinds: [string, (builder: ConsumerOptsBuilder) => ConsumerOptsBuilder, number, number][] = [
      ["ackExplicit acknowledges each", (b) => b.ackExplicit(), 4, 0],
      ["ackAll acknowledges each", (b) => b.ackAll(), 4, 0],
      ["ackNone acknowledges nothing", (b) => b.ackNone(), 0, 0],
      ["manualAck acknowledges nothing", (b) => b.ackExplicit().manualAck(), 0, 4],
    ];
    test.each(kinds)("%s", async (_, set, acks, pending) => {
      const { js, jsm, name } = await ready(4);
      const outside = await server().outside();
      const listener = await outside.listen(`$JS.ACK.${name}.>`);
      const seen: number[] = [];
      const options = set(pushed().durable("d")).callback((_, message) => seen.push((message as JsMsg).seq));
      const subscription = await js.subscribe(`${name}.>`, options);
      await until(() => seen.length === 4);
      if (acks > 0) await listener.waitFor(acks);
      else await delay(200);
      expect((await listener.heard()).map(({ text }) => text)).toEqual(Array(acks).fill("+ACK"));
      expect((await jsm.consumers.info(name, "d")).num_ack_pending).toBe(pending);
      subscription.unsubscribe();
      await outside.close();
    });

    test("what the application said before is what counts", async () => {
      const { js, jsm, name } = await ready(2);
      const options = pushed()
        .durable("d")
        .maxDeliver(2)
        .ackWait(60_000)
        .callback((_, message) => {
          if (!message?.redelivered) message?.nak();
        });
      const subscription = await js.subscribe(`${name}.>`, options);
      await untilAsync(async () => (await jsm.consumers.info(name, "d")).delivered.consumer_seq === 4);
      await untilAsync(async () => (await jsm.consumers.info(name, "d")).ack_floor.consumer_seq === 4);
      subscription.unsubscribe();
    });

    test("an ordered subscription acknowledges nothing", async () => {
      const { js, name } = await ready(4);
      const outside = await server().outside();
      const listener = await outside.listen(`$JS.ACK.${name}.>`);
      expect(await take(await js.subscribe(`${name}.>`, consumerOpts().orderedConsumer()), 4)).toEqual(numbers(1, 4));
      await delay(200);
      expect(await listener.heard()).toEqual([]);
      await outside.close();
    });
  });

  describe("what is no message", () => {
    /** A connection that speaks as a server does. */
    async function speaker() {
      const nc = await connected(natsWs, { servers: server().url });
      return (subject: string, code: number, description: string, more: Record<string, string> = {}) => {
        const headers = natsWs.headers(code, description);
        for (const [name, value] of Object.entries(more)) headers.set(name, value);
        nc.publish(subject, natsWs.Empty, { headers });
        return nc.flush();
      };
    }

    test("flow control is answered when what came before it was read, not when it comes", async () => {
      const { js, name } = await ready(0);
      const outside = await server().outside();
      await outside.flood(`${name}.x`, 4000, 1024);
      const listener = await outside.listen(`$JS.FC.${name}.>`);
      const options = pushed().ackNone().flowControl().idleHeartbeat(30_000).durable("slow");
      const subscription = await js.subscribe(`${name}.>`, options);
      await until(() => subscription.getReceived() > 100);
      await delay(500);
      expect(await listener.heard()).toEqual([]);
      expect(await take(subscription, 4000)).toEqual(numbers(1, 4000));
      expect((await listener.heard()).length).toBeGreaterThan(0);
      await outside.close();
    });

    test("a heartbeat is not a message, and says where a stalled server waits", async () => {
      const { js, name, fill } = await ready(1);
      const say = await speaker();
      const outside = await server().outside();
      const stalled = `stalled.${name}`;
      const listener = await outside.listen(stalled);
      const subject = createInbox();
      const seen: number[] = [];
      const options = consumerOpts()
        .deliverTo(subject)
        .callback((error, message) => seen.push(error ? -1 : (message as JsMsg).seq));
      const plain = await js.subscribe(`${name}.>`, options);
      await until(() => seen.length === 1);
      await say(subject, 100, "Idle Heartbeat", { "Nats-Consumer-Stalled": stalled });
      await fill(2, 2);
      await until(() => seen.length === 2);
      expect(seen).toEqual([1, 2]);
      await delay(100);
      // nats.ws leaves the server waiting.
      expect((await listener.heard()).length).toBe(ours ? 1 : 0);
      plain.unsubscribe();

      const ordered = await js.subscribe(
        `${name}.>`,
        consumerOpts()
          .orderedConsumer()
          .callback(() => {}),
      );
      await until(() => ordered.getReceived() === 2);
      const more = { "Nats-Consumer-Stalled": stalled, "Nats-Last-Consumer": "2" };
      await say(ordered.getSubject(), 100, "Idle Heartbeat", more);
      await listener.waitFor(ours ? 2 : 1);
      ordered.unsubscribe();
      await outside.close();
    });

    test("a status is told to a callback; an iterator ends with what is final and goes on after what is not", async () => {
      const { js, name, fill } = await ready(0);
      const say = await speaker();
      const told: unknown[] = [];
      const [first, second] = [createInbox(), createInbox()];
      const options = consumerOpts()
        .deliverTo(first)
        .callback((error, message) => told.push(error ? [error.code, error.message, message] : message?.seq));
      const callback = await js.subscribe(`${name}.>`, options);
      await say(first, 408, "Request Timeout");
      await say(first, 409, "Consumer Deleted");
      await until(() => told.length === 2);
      expect(told).toEqual([
        ["408", said(ours, "408", "request timeout"), null],
        ["409", said(ours, "409", "consumer deleted"), null],
      ]);
      expect(callback.isClosed()).toBe(false);
      const iterated = await js.subscribe(`${name}.>`, consumerOpts().deliverTo(second));
      const iterator = iterated[Symbol.asyncIterator]();
      await say(second, 404, "No Messages");
      await say(second, 409, "Leadership Change");
      await fill(1, 1);
      expect(((await iterator.next()).value as JsMsg).seq).toBe(1);
      const end = rejection(iterator.next());
      await say(second, 409, "Consumer Deleted");
      expect(await end).toMatchObject({ code: "409", message: said(ours, "409", "consumer deleted") });
      await iterated.closed;
      callback.unsubscribe();
    });

    test("ordered: a gap makes another consumer, behind the last message", async () => {
      const { nc, js, name, fill } = await ready(3);
      const say = await speaker();
      const lost = loseOnce(nc);
      const seen: number[] = [];
      const options = consumerOpts()
        .orderedConsumer()
        .callback((error, message) => seen.push(error ? -1 : (message as JsMsg).seq));
      const subscription = await js.subscribe(`${name}.>`, options);
      await until(() => seen.length === 3);
      const inboxes = [subscription.getSubject()];
      const replaced = async (next: number) => {
        await until(() => !inboxes.includes(subscription.getSubject()));
        inboxes.push(subscription.getSubject());
        // Made, and not only asked for.
        await untilAsync(async () => (await subscription.consumerInfo()).config.deliver_subject === inboxes.at(-1));
        expect((await subscription.consumerInfo()).config).toMatchObject({
          deliver_policy: "by_start_sequence",
          opt_start_seq: next,
          ack_policy: "none",
          max_deliver: 1,
          mem_storage: true,
          num_replicas: 1,
        });
      };
      // The server says that it has delivered more.
      await say(inboxes[0] as string, 100, "Idle Heartbeat", { "Nats-Last-Consumer": "7" });
      await replaced(4);
      await fill(4, 5);
      await until(() => seen.length === 5);
      // A message is lost.
      lost.add(6);
      await fill(6, 8);
      await replaced(6);
      await until(() => seen.length === 8);
      // What a former consumer still has to say counts for nothing.
      for (const inbox of inboxes.slice(0, 2)) await say(inbox, 100, "Idle Heartbeat", { "Nats-Last-Consumer": "7" });
      await fill(9, 9);
      await until(() => seen.length === 9);
      expect(seen).toEqual(numbers(1, 9));
      expect(subscription.getSubject()).toBe(inboxes[2]);
      subscription.unsubscribe();
    });
  });

  describe("the end", () => {
    test("leaving the loop unsubscribes; a loop after it has nothing", async () => {
      const { nc, js, name } = await ready(3);
      const subscription = await js.subscribe(`${name}.>`, pushed());
      const subject = subscription.getSubject();
      expect(await take(subscription, 1)).toEqual([1]);
      await subscription.closed;
      await nc.flush();
      expect(await subjects(server(), nc)).not.toContain(subject);
      subscription.unsubscribe();
      expect((await rejection(subscription.drain())).code).toBe("SUB_CLOSED");
    });

    test("a connection that is closed ends it, without an error", async () => {
      const { nc, js, name } = await ready(2);
      const ends: Promise<unknown>[] = [];
      for (const options of [pushed(), consumerOpts().orderedConsumer()]) {
        const seen: number[] = [];
        const subscription = await js.subscribe(`${name}.>`, options);
        const read = (async () => {
          for await (const { seq } of subscription) seen.push(seq);
        })();
        await until(() => seen.length === 2);
        ends.push(subscription.closed, read);
      }
      await nc.close();
      await Promise.all(ends);
      expect((await rejection(js.subscribe(`${name}.>`, pushed()))).code).toBe("CONNECTION_CLOSED");
    });
    test("a connection that is drained hands out what is there", async () => {
      const { nc, js, name } = await ready(5);
      const subscription = await js.subscribe(`${name}.>`, pushed());
      await until(() => subscription.getReceived() === 5);
      const read = (async () => {
        const seen: number[] = [];
        for await (const { seq } of subscription) seen.push(seq);
        return seen;
      })();
      await nc.drain();
      expect(await read).toEqual(numbers(1, 5));
    });

    test("drain twice is one drain", async () => {
      const { js, name } = await ready(1);
      for (const options of [pushed(), consumerOpts().orderedConsumer()]) {
        const subscription = await js.subscribe(
          `${name}.>`,
          options.callback(() => {}),
        );
        const [one, other] = [subscription.drain(), subscription.drain()];
        expect(subscription.isDraining()).toBe(true);
        await Promise.all([one, other]);
        expect(subscription.isClosed()).toBe(true);
        await subscription.closed;
      }
    });

    test("maxMessages ends a callback's, of a plain and of an ordered one", async () => {
      const { js, name } = await ready(9);
      for (const options of [pushed(), consumerOpts().orderedConsumer()]) {
        const seen: number[] = [];
        const limited = options.maxMessages(4).callback((_, message) => seen.push((message as JsMsg).seq));
        const subscription = await js.subscribe(`${name}.>`, limited);
        await subscription.closed;
        expect(seen).toEqual([1, 2, 3, 4]);
        if (ours) expect(subscription.getMax()).toBe(4); // nats.ws forgets it with the end
      }
    });

    test("destroy ends it and deletes the consumer, also of one that is closed", async () => {
      const { js, jsm, name } = await ready(1);
      for (const [durable, closed] of [
        ["a", false],
        ["b", true],
      ] as const) {
        const subscription = await js.subscribe(`${name}.>`, pushed().durable(durable));
        if (closed) subscription.unsubscribe();
        await subscription.destroy();
        expect(subscription.isClosed()).toBe(true);
        expect((await rejection(jsm.consumers.info(name, durable))).api_error?.err_code).toBe(10014);
        expect((await rejection(subscription.destroy())).api_error?.err_code).toBe(10014);
      }
    });

    test("ordered: a stream that is gone ends it, and says where it was", async () => {
      const { js, jsm, name } = await ready(3);
      const ordered = () => consumerOpts().orderedConsumer().idleHeartbeat(300);
      const told: (NatsError | null)[] = [];
      const seen: number[] = [];
      const options = ordered().callback((error, message) => (error ? told.push(error) : seen.push(message?.seq ?? 0)));
      await js.subscribe(`${name}.>`, options);
      const subscription = await js.subscribe(`${name}.>`, ordered());
      const ended = rejection(
        (async () => {
          for await (const _ of subscription);
        })(),
      );
      await until(() => seen.length === 3 && subscription.getReceived() >= 3);
      await jsm.streams.delete(name);
      const wanted = { code: "REQUEST_ERROR", message: expect.stringContaining(`ordered consumer ${name} at seq 4`) };
      await until(() => told.length > 0, 15_000);
      expect(told[0]).toMatchObject({ ...wanted, chainedError: { message: said(ours, "404", "stream not found") } });
      expect(await ended).toMatchObject(wanted);
    });

    test("a callback that throws, or whose promise rejects: nats.ws is deaf from then on, ours goes on", async () => {
      const { js, name } = await ready(0);
      const outside = await server().outside();
      const errors = uncaught();
      const seen: number[] = [];
      const options = pushed().callback((_, message) => {
        seen.push((message as JsMsg).seq);
        if (seen.length === 2) throw new Error("thrown");
      });
      const subscription = await js.subscribe(`${name}.>`, options);
      await outside.publishAll(["1", "2", "3", "4"].map((data) => ({ subject: `${name}.x`, data })));
      await until(() => seen.length >= 2);
      if (ours && !isMixed) {
        await until(() => seen.length === 4);
        expect(errors.messages).toEqual(["thrown"]);
        expect([subscription.getReceived(), subscription.getProcessed()]).toEqual([4, 4]);
      } else {
        await delay(200);
        expect(seen).toEqual([1, 2]);
      }
      errors.stop();
      await outside.close();
    });
  });

  test("counters: nats.ws counts for an iterator what came as processed, ours what was read", async () => {
    const { js, name } = await ready(5);
    const subscription = await js.subscribe(`${name}.>`, pushed());
    await until(() => subscription.getReceived() === 5);
    const counts = () => [subscription.getReceived(), subscription.getProcessed(), subscription.getPending()];
    expect(counts()).toEqual(ours ? [5, 0, 5] : [5, 5, 0]);
    for await (const { seq } of subscription) {
      if (seq === 3) {
        expect(counts()).toEqual(ours ? [5, 3, 3] : [5, 5, 0]);
        break;
      }
    }
    expect(subscription.getID()).toBeGreaterThan(0);
    expect(subscription.getMax()).toBeUndefined();
  });

  describe("refused", () => {
    const refusal = async (call: Promise<unknown>) => (await rejection(call)).message;

    test("a consumer of the other kind", async () => {
      const { js, jsm, name } = await ready(1);
      await jsm.consumers.add(name, { durable_name: "pull", ack_policy: AckPolicy.Explicit });
      await jsm.consumers.add(name, {
        durable_name: "push",
        deliver_subject: createInbox(),
        ack_policy: AckPolicy.Explicit,
      });
      const durable = (name: string) => consumerOpts().durable(name);
      expect(await refusal(js.subscribe(`${name}.>`, durable("pull")))).toContain(
        "push consumer requires deliver_subject",
      );
      expect(await refusal(js.pullSubscribe(`${name}.>`, durable("push")))).toContain(
        "pull consumers cannot have deliver_subject set",
      );
    });

    test("an ordered consumer that acknowledges", async () => {
      const { js, name } = await ready(1);
      const options = { ordered: true, stream: name, config: { ack_policy: AckPolicy.Explicit } };
      expect(await refusal(js.subscribe(`${name}.>`, options as Partial<ConsumerOpts>))).toContain(
        "ordered consumer: ack_policy can only be set to 'none'",
      );
    });

    test("what the server refuses, with nothing left behind", async () => {
      const { nc, js, name } = await ready(1);
      const subject = createInbox();
      const error = await rejection(js.subscribe("elsewhere", consumerOpts().deliverTo(subject).bindStream("none")));
      expect(error.api_error?.err_code).toBe(10059);
      const replicated = consumerOpts().deliverTo(subject).durable("d").numReplicas(3).bindStream(name);
      expect((await rejection(js.subscribe(`${name}.>`, replicated))).api_error?.err_code).toBe(10074);
      await nc.flush();
      expect(await subjects(server(), nc)).not.toContain(subject);
    });

    test("isBind of plain options: nats.ws makes the consumer, ours refuses as with bind()", async () => {
      const { js, name } = await ready(1);
      const config = { durable_name: "none", deliver_subject: createInbox(), ack_policy: AckPolicy.Explicit };
      const call = js.subscribe(`${name}.>`, { config, stream: name, isBind: true, mack: false });
      if (ours) expect(await refusal(call)).toContain("unable to bind - durable consumer none doesn't exist");
      else (await call).unsubscribe();
    });

    test("bind to a member of a queue group", async () => {
      const { js, jsm, name } = await ready(6);
      const deliver_subject = createInbox();
      await jsm.consumers.add(name, {
        durable_name: "g",
        deliver_subject,
        deliver_group: "crew",
        ack_policy: AckPolicy.Explicit,
      });
      expect(await refusal(js.subscribe(`${name}.>`, consumerOpts().bind(name, "g")))).toContain(
        "durable requires queue group 'crew'",
      );
      const member = await js.subscribe(`${name}.>`, consumerOpts().bind(name, "g").queue("crew"));
      expect(member.getSubject()).toBe(deliver_subject);
      expect(await take(member, 6)).toEqual(numbers(1, 6));
    });
  });

  test("a subject that is not permitted ends it, with the server's words", async () => {
    const strict = await TestServer.start({
      config: "jetstream",
      conf: `authorization { users: [ { user: u, password: p, permissions: { subscribe: { deny: ["denied.>"] } } } ] }`,
    });
    try {
      const nc = await open({ servers: strict.url, user: "u", pass: "p" });
      const { name } = await filledStream(nc, nuid.next(), 3);
      const told: (NatsError | null)[] = [];
      const iterated = nc.jetstream().subscribe(`${name}.>`, consumerOpts().deliverTo("denied.a"));
      const error = await rejection(
        (async () => {
          for await (const _ of await iterated);
        })(),
      );
      expect(error).toMatchObject({ code: "PERMISSIONS_VIOLATION", permissionContext: { subject: "denied.a" } });
      const options = consumerOpts()
        .deliverTo("denied.b")
        .callback((failure) => told.push(failure));
      const called = await nc.jetstream().subscribe(`${name}.>`, options);
      await until(() => told.length === 1);
      expect(told[0]).toMatchObject({ code: "PERMISSIONS_VIOLATION", permissionContext: { subject: "denied.b" } });
      await called.closed;
    } finally {
      await strict.remove();
    }
  });
});
