// What ours promises to those who consume, beyond nats.ws: where it differs, the same body shows both.

import type { ConsumerOptsBuilder, JsMsg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, type Connection, connected } from "../harness/clients.ts";
import { filledStream, numbers } from "../harness/filled.ts";
import { uncaught } from "../harness/jetstream.ts";
import { TestServer, useServer } from "../harness/server.ts";
import { delay, statusOf, until, untilAsync } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });
const soon = { reconnectTimeWait: 50, reconnectJitter: 0, maxReconnectAttempts: -1 };

describe.each(clients)("$name", ({ client, ours }) => {
  const { AckPolicy, consumerOpts, createInbox, nanos, nuid } = client;

  async function ready(count: number) {
    const nc = await connected(client, { servers: server().url });
    const stream = await filledStream(nc, nuid.next(), count);
    return { nc, js: nc.jetstream(), ...stream };
  }

  async function onServerOfItsOwn(body: (restarting: TestServer, nc: Connection) => Promise<void>) {
    const restarting = await TestServer.start({ config: "jetstream" });
    try {
      await body(restarting, await connected(client, { servers: restarting.url, ...soon }));
    } finally {
      await restarting.remove();
    }
  }

  const answers = (nc: Connection) =>
    nc.rtt().then(
      () => true,
      () => false,
    );

  test("acks while the server is away: nats.ws loses them, ours sends them when it is back", () =>
    onServerOfItsOwn(async (restarting, nc) => {
      const { name, jsm } = await filledStream(nc, "A", 5, { storage: "file" as never });
      const ack_wait = nanos(60_000);
      await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit, ack_wait });
      const consumer = await nc.jetstream().consumers.get(name, "d");
      const held: JsMsg[] = [];
      for await (const message of await consumer.fetch({ max_messages: 5, expires: 5000 })) held.push(message);
      const status = statusOf(nc);
      await restarting.stop("SIGTERM");
      await status.told("disconnect");
      for (const message of held) message.ack();
      await restarting.restart();
      await untilAsync(() => answers(nc));
      await untilAsync(async () => (await jsm.consumers.info(name, "d")).num_ack_pending === (ours ? 0 : 5));
      expect((await jsm.consumers.info(name, "d")).ack_floor.stream_seq).toBe(ours ? 5 : 0);
    }));

  test("a consumer that is lost while the server is away: ours looks when it is back, nats.ws when heartbeats are missing", () =>
    onServerOfItsOwn(async (restarting, nc) => {
      const { name, fill } = await filledStream(nc, "L", 5, { storage: "file" as never });
      const seen: number[] = [];
      const options = consumerOpts()
        .orderedConsumer()
        .idleHeartbeat(60_000)
        .callback((error, message) => seen.push(error ? -1 : (message as JsMsg).seq));
      await nc.jetstream().subscribe(`${name}.>`, options);
      await until(() => seen.length === 5);
      // What is in memory only, as the consumer is, is gone.
      await restarting.restart();
      await untilAsync(() => answers(nc));
      await fill(6, 9);
      if (ours) await until(() => seen.length === 9);
      else await delay(1000);
      expect(seen).toEqual(numbers(1, ours ? 9 : 5));
    }));

  test("a link that falls silent: an ordered reader goes on behind the last message", () =>
    onServerOfItsOwn(async (restarting, nc) => {
      const { name, jsm, fill } = await filledStream(nc, "S", 5, { storage: "file" as never });
      const seen: number[] = [];
      const options = consumerOpts()
        .orderedConsumer()
        .idleHeartbeat(300)
        .callback((error, message) => seen.push(error ? -1 : (message as JsMsg).seq));
      const subscription = await nc.jetstream().subscribe(`${name}.>`, options);
      await until(() => seen.length === 5);
      const before = (await subscription.consumerInfo()).name;
      await restarting.pause();
      await delay(1500);
      await restarting.resume();
      await fill(6, 9);
      await until(() => seen.length >= 9, 15_000);
      expect(seen).toEqual(numbers(1, 9));
      // It was given up: who is silent for two heartbeats may have lost something.
      await untilAsync(async () => (await subscription.consumerInfo()).name !== before);
      expect((await jsm.streams.info(name)).state.last_seq).toBe(9);
    }));

  test("a stranger's message in the inbox of an ordered reader: nats.ws reads no more, ours reads on", async () => {
    const { nc, js, name, fill } = await ready(3);
    const outside = await server().outside();
    const seen: number[] = [];
    const options = consumerOpts()
      .orderedConsumer()
      .callback((error, message) => seen.push(error ? -1 : (message as JsMsg).seq));
    const subscription = await js.subscribe(`${name}.>`, options);
    await until(() => seen.length === 3);
    const inbox = subscription.getSubject();
    for (const reply of ["", "elsewhere", `ACK.${name}`]) {
      await outside.publish(inbox, "from a stranger", reply ? { reply } : {});
    }
    if (ours) {
      await fill(4, 6);
      await until(() => seen.length === 6);
      expect(subscription.getSubject()).toBe(inbox);
    } else {
      await outside.publish(`${name}.x`, "4");
      await delay(300);
    }
    expect(seen).toEqual(numbers(1, ours ? 6 : 3));
    await outside.close();
    subscription.unsubscribe();
    void nc.close();
  });

  const kinds: [string, () => ConsumerOptsBuilder][] = [
    ["plain", () => consumerOpts().deliverTo(createInbox())],
    ["ordered", () => consumerOpts().orderedConsumer()],
  ];
  test.each(kinds)("%s: a callback whose promise rejects is reported by ours, and goes on", async (_, begin) => {
    const { nc, js, name } = await ready(4);
    if (!ours) return; // Nobody is told, but for the browser: "unhandledrejection".
    const errors = uncaught();
    const status = statusOf(nc);
    const seen: number[] = [];
    const callback = async (_error: unknown, message: JsMsg | null) => {
      seen.push((message as JsMsg).seq);
      await delay(1);
      if (message?.seq === 2) throw new Error("rejected");
    };
    const subscription = await js.subscribe(`${name}.>`, begin().callback(callback as never));
    await until(() => seen.length === 4 && errors.messages.length === 1);
    expect(seen).toEqual(numbers(1, 4));
    expect(errors.messages).toEqual(["rejected"]);
    expect(status.types()).toContain("error");
    subscription.unsubscribe();
    errors.stop();
  });

  test.each(kinds)("%s: the end of a block drains it, with ours", async (_, begin) => {
    const { nc, js, name } = await ready(2);
    const subscription = await js.subscribe(
      `${name}.>`,
      begin().callback(() => {}),
    );
    const disposable = subscription as unknown as { [Symbol.asyncDispose]?(): Promise<void> };
    expect(typeof disposable[Symbol.asyncDispose]).toBe(ours ? "function" : "undefined");
    await disposable[Symbol.asyncDispose]?.();
    expect(subscription.isClosed()).toBe(ours);
    await disposable[Symbol.asyncDispose]?.();
    expect(nc.isClosed()).toBe(false);
  });
});
