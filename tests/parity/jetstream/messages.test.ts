// Delivered messages: what they say of themselves, and their acknowledgements.

import type { JsMsg, Msg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { TestPeer } from "../../browser/harness/peer.ts";
import { useServer } from "../../browser/harness/server.ts";
import { streamOf } from "../../browser/harness/streams.ts";
import { until } from "../../browser/harness/until.ts";

const server = useServer({ config: "jetstream" });

describe.each(clients)("$name", ({ client }) => {
  const { AckPolicy, nanos } = client;

  async function ready(messages = 0) {
    const nc = await connected(client, { servers: server().url });
    const jsm = await nc.jetstreamManager();
    return { nc, jsm, name: await streamOf(jsm, messages) };
  }

  /** What a pull consumer delivers. */
  async function delivered(count: number, more: object = {}) {
    const { nc, jsm, name } = await ready(count);
    await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit, ...more });
    const consumer = await nc.jetstream().consumers.get(name, "d");
    const messages = await collect(await consumer.fetch({ max_messages: count, expires: 1000 }));
    return { nc, jsm, name, consumer, messages, first: messages[0] as JsMsg };
  }

  test("says where it comes from", async () => {
    const { first, name, messages } = await delivered(2);
    expect(first.info).toMatchObject({
      domain: "",
      stream: name,
      consumer: "d",
      deliveryCount: 1,
      redelivered: false,
    });
    expect(first.info).toMatchObject({ redeliveryCount: 1, streamSequence: 1, deliverySequence: 1, pending: 1 });
    expect(Math.abs(first.info.timestampNanos / 1e6 - Date.now())).toBeLessThan(600_000);
    expect([first.seq, first.redelivered, first.subject, first.string()]).toEqual([1, false, `${name}.1`, "1"]);
    expect([first.json<number>(), [...first.data], first.headers, first.sid > 0]).toEqual([1, [49], undefined, true]);
    expect(messages[1]?.info).toMatchObject({ streamSequence: 2, deliverySequence: 2, pending: 0 });
  });

  /** What a pull delivers of a message with this reply subject. No client may publish such a one through a server. */
  async function pulled(reply: string): Promise<JsMsg> {
    const peer = await TestPeer.start({ pongs: true });
    try {
      const nc = await connected(client, { servers: peer.url });
      const pulling = nc.jetstream().pull("S", "C", 1000);
      await peer.hears("CONSUMER.MSG.NEXT.S.C ");
      const [, inbox, sid] = [...(await peer.heard()).matchAll(/SUB (\S+) (\d+)\r/g)].at(-1) ?? [];
      await peer.send([`MSG ${inbox} ${sid} ${reply}${reply && " "}1\r\nx\r\n`]);
      return await pulling;
    } finally {
      await peer.stop();
    }
  }

  test.each([
    ["9 tokens", "$JS.ACK.S.C.3.20.10.1600000000000000000.7", { domain: "", account_hash: "" }],
    ["11 tokens", "$JS.ACK.hub.HASH.S.C.3.20.10.1600000000000000000.7", { domain: "hub", account_hash: "HASH" }],
    ["no domain", "$JS.ACK._.HASH.S.C.3.20.10.1600000000000000000.7", { domain: "", account_hash: "HASH" }],
    ["12 tokens", "$JS.ACK._.HASH.S.C.3.20.10.1600000000000000000.7.random", { domain: "", account_hash: "HASH" }],
  ])("a reply subject of %s", async (_, reply, more) => {
    const message = await pulled(reply);
    expect(message.info).toEqual({
      ...{ ...more, stream: "S", consumer: "C", deliveryCount: 3, redeliveryCount: 3, redelivered: true },
      ...{ streamSequence: 20, deliverySequence: 10, timestampNanos: 1_600_000_000_000_000_000, pending: 7 },
    });
    expect([message.seq, message.redelivered]).toEqual([20, true]);
  });

  test.each(["", "$JS.ACK.S.C.3", "a.b.c.d.e.f.g.h.i"])("a reply subject of %j is no consumer's", async (reply) => {
    const message = await pulled(reply);
    expect(() => message.info).toThrow(/not .*message/);
    if (!reply) expect(await message.ackAck()).toBe(false);
  });

  test("of ack, nak and term the first counts", async () => {
    const { nc, first, consumer } = await delivered(1);
    const acks: string[] = [];
    nc.subscribe("$JS.ACK.>", { callback: (_, message) => acks.push(message.string()) });
    await nc.flush();
    first.working();
    first.working();
    first.ack();
    first.ack();
    first.nak();
    first.term("why");
    first.working();
    expect(await first.ackAck()).toBe(false);
    await nc.flush();
    expect(acks).toEqual(["+WPI", "+WPI", "+ACK"]);
    expect(await consumer.info()).toMatchObject({ num_ack_pending: 0, ack_floor: { stream_seq: 1 } });
  });

  test("nak and term, with and without what they can say", async () => {
    const { nc, messages } = await delivered(4);
    const acks: string[] = [];
    nc.subscribe("$JS.ACK.>", { callback: (_, message) => acks.push(message.string()) });
    await nc.flush();
    messages[0]?.nak();
    messages[1]?.nak(1500);
    messages[2]?.term();
    messages[3]?.term("broken");
    await nc.flush();
    expect(acks).toEqual(["-NAK", '-NAK {"delay":1500000000}', "+TERM", "+TERM broken"]);
  });

  test("nak delivers again after so long", async () => {
    const { first, consumer } = await delivered(1);
    const start = performance.now();
    first.nak(300);
    const again = await consumer.next({ expires: 5000 });
    expect(performance.now() - start).toBeGreaterThan(295);
    expect(again?.info).toMatchObject({
      deliveryCount: 2,
      redelivered: true,
      streamSequence: 1,
      deliverySequence: 2,
    });
    expect(again?.redelivered).toBe(true);
  });

  test("working begins ack_wait anew", async () => {
    const { first, consumer } = await delivered(1, { ack_wait: nanos(600) });
    for (let beat = 0; beat < 5; beat++) {
      await client.delay(250);
      first.working();
    }
    expect(await consumer.info()).toMatchObject({ num_ack_pending: 1, num_redelivered: 0 });
    first.ack();
    await expect.poll(async () => (await consumer.info()).num_ack_pending).toBe(0);
  });

  test("ackAck: the server knows when it resolves", async () => {
    const { jsm, name, first } = await delivered(1);
    expect(await first.ackAck()).toBe(true);
    expect((await jsm.consumers.info(name, "d")).num_ack_pending).toBe(0);
    expect(await first.ackAck()).toBe(false);
  });

  test("ackAck: the time limit, of the options and of the call", async () => {
    const { nc, jsm, name } = await ready(2);
    await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
    const consumer = await nc.jetstream({ timeout: 700 }).consumers.get(name, "d");
    const [one, two] = [await consumer.next(), await consumer.next()];
    await server().pause();
    const start = performance.now();
    const failures = Promise.all([
      rejection(one?.ackAck({ timeout: 300 }) as never),
      rejection(two?.ackAck() as never),
    ]);
    expect((await failures).map((error) => error.code)).toEqual(["TIMEOUT", "TIMEOUT"]);
    expect(performance.now() - start).toBeGreaterThan(695);
    await server().resume();
    await nc.flush();
  });

  test("next: done, and the next one to where it is wanted", async () => {
    const { nc, jsm, name } = await ready(3);
    await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
    const consumer = await nc.jetstream().consumers.get(name, "d");
    const first = await consumer.next();
    const heard: Msg[] = [];
    nc.subscribe("more", { callback: (_, message) => heard.push(message) });
    first?.next("more", { batch: 2, expires: 1000 });
    await until(() => heard.length === 2);
    expect(heard.map((message) => message.string())).toEqual(["2", "3"]);
    expect((await consumer.info()).ack_floor.stream_seq).toBe(1);
  });
});
