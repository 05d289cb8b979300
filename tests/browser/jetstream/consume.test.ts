// Messages of a pull consumer without end, where ours promises more than nats.ws: what becomes of them when the server,
// the connection or a callback fails. What both do is in tests/parity/jetstream/pull.test.ts.

import { type ConsumerMessages, type ConsumerStatus, headers, type JsMsg, type NatsConnection } from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { durableOf, open, ownServer, watch } from "../harness/durable.ts";
import { numbers } from "../harness/filled.ts";
import { describeReleases } from "../harness/releases.ts";
import { useServer } from "../harness/server.ts";
import { delay, until, untilAsync } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });

const ready = async (count: number) => durableOf(await open(server().url), count);

const ofType = (statuses: ConsumerStatus[], type: string) => statuses.filter((status) => `${status.type}` === type);

describe("a server that", () => {
  test("is killed and started again is asked at once, and every message is there", async () => {
    const own = await ownServer();
    const { nc, name, consumer } = await durableOf(await open(own.url), 20, { ack_wait: 1e9 });
    const seen = new Set<number>();
    const callback = (message: JsMsg) => {
      seen.add(Number(message.string()));
      message.ack();
    };
    const messages = await consumer.consume({ max_messages: 5, callback });
    await until(() => seen.size === 20);
    const statuses = await watch(messages);
    await own.stop();
    await own.restart();
    for (let number = 21; number <= 40; number++) nc.publish(`${name}.${number}`, `${number}`);
    await until(() => seen.size === 40, 10_000);
    expect([...seen].sort((a, b) => a - b)).toEqual(numbers(1, 40));
    // It did not wait for heartbeats to be missed, which takes 30 s.
    expect(ofType(statuses, "heartbeats_missed")).toEqual([]);
    expect(ofType(statuses, "next").length).toBeGreaterThan(0);
  });

  test("falls silent is noticed; when it speaks again everything goes on", async () => {
    const own = await ownServer();
    const { nc, name, consumer } = await durableOf(await open(own.url), 1);
    const got: string[] = [];
    const callback = (message: JsMsg) => void got.push(message.string());
    const messages = await consumer.consume({ expires: 2000, idle_heartbeat: 500, callback });
    const statuses = await watch(messages);
    await until(() => got.length === 1);
    await own.pause();
    await until(() => ofType(statuses, "heartbeats_missed").length >= 2);
    await own.resume();
    const [first, second] = ofType(statuses, "heartbeats_missed");
    expect(first?.data).toBe(2);
    expect(first?.count).toBe(2);
    expect(Number(second?.data)).toBeGreaterThan(2);
    nc.publish(`${name}.2`, "2");
    await until(() => got.length === 2);
    await messages.close();
  });

  test("sends heartbeats is not thought to be silent", async () => {
    const { consumer } = await ready(0);
    const messages = await consumer.consume({ expires: 4000, idle_heartbeat: 500, callback: () => {} });
    const statuses = await watch(messages);
    await until(() => ofType(statuses, "heartbeat").length >= 4);
    expect(ofType(statuses, "heartbeat")[0]).toMatchObject({ lastConsumerSequence: 0, lastStreamSequence: 0 });
    expect(ofType(statuses, "heartbeats_missed")).toEqual([]);
    await messages.close();
  });
});

describe("a message", () => {
  test("larger than max_bytes is asked for with patience, and told", async () => {
    const { nc, name, manager, consumer } = await ready(0);
    await nc.jetstream().publish(`${name}.1`, "x".repeat(5000));
    await nc.jetstream().publish(`${name}.2`, "small");
    const got: string[] = [];
    const callback = (message: JsMsg) => void got.push(message.string());
    const messages = await consumer.consume({ max_bytes: 1000, callback });
    const statuses = await watch(messages);
    await delay(2000);
    expect(ofType(statuses, "exceeded_limits").length).toBeGreaterThan(0);
    // At once, and after 250, 500 and 1000 ms, and not thousands of times.
    expect(ofType(statuses, "next").length).toBeLessThan(8);
    await manager.streams.deleteMessage(name, 1);
    await until(() => got.length === 1);
    expect(got).toEqual(["small"]);
    await messages.close();
  });
});

describe("a callback", () => {
  test("whose promise rejects is reported, and the rest is delivered", async () => {
    const { nc, consumer } = await ready(3);
    const reported: string[] = [];
    void (async () => {
      for await (const status of nc.status()) if (status.error) reported.push(status.error.message);
    })();
    const ignore = (event: ErrorEvent) => event.preventDefault();
    addEventListener("error", ignore);
    const got: number[] = [];
    const callback = async (message: JsMsg) => {
      got.push(message.seq);
      if (message.seq === 1) throw new Error("not today");
    };
    const messages = await consumer.consume({ callback });
    await until(() => got.length === 3 && reported.length === 1);
    expect(reported).toEqual(["not today"]);
    expect(await messages.close()).toBeUndefined();
    removeEventListener("error", ignore);
  });

  test("may end it, and gets nothing after that", async () => {
    const { nc, consumer } = await ready(10);
    let calls = 0;
    const messages: ConsumerMessages = await consumer.consume({
      callback: () => {
        calls++;
        if (calls === 3) messages.stop();
      },
    });
    expect(await messages.closed()).toBeUndefined();
    await nc.flush();
    expect([calls, messages.getReceived()]).toEqual([3, 3]);
  });

  test("excludes an iterator", async () => {
    const { consumer } = await ready(0);
    const messages = await consumer.consume({ callback: () => {} });
    expect(() => messages[Symbol.asyncIterator]()).toThrow("unsupported iterator");
    await messages.close();
  });
});

describe("acks of a loop", () => {
  const send = WebSocket.prototype.send;
  afterEach(() => {
    WebSocket.prototype.send = send;
  });

  async function sendsWhile(count: number, work: () => void): Promise<number> {
    const { consumer } = await ready(count);
    let sends = 0;
    WebSocket.prototype.send = function (data) {
      sends++;
      send.call(this, data);
    };
    const messages = await consumer.consume({ max_messages: 1000 });
    let seen = 0;
    for await (const message of messages) {
      work();
      message.ack();
      if (++seen === count) break;
    }
    WebSocket.prototype.send = send;
    await untilAsync(async () => (await consumer.info()).num_ack_pending === 0);
    return sends;
  }

  test("leave together", async () => {
    expect(await sendsWhile(500, () => {})).toBeLessThan(250);
  });

  test("do not wait for each other when the loop takes its time", async () => {
    const busy = () => {
      const end = performance.now() + 3;
      while (performance.now() < end);
    };
    expect(await sendsWhile(30, busy)).toBeGreaterThanOrEqual(15);
  });
});

describe("the end", () => {
  test("comes with the connection's", async () => {
    const { nc, consumer } = await ready(2);
    const got: number[] = [];
    const messages = await consumer.consume();
    const reading = (async () => {
      for await (const message of messages) got.push(message.seq);
    })();
    await until(() => got.length === 2);
    await nc.close();
    await reading;
    await messages.closed();
    expect(got).toEqual([1, 2]);
  });

  test("ends those who listen to its status, and leaves nothing behind", async () => {
    const { nc, consumer } = await ready(0);
    const messages = await consumer.consume();
    const statuses = await messages.status();
    const listening = (async () => {
      for await (const _ of statuses);
    })();
    await nc.flush();
    const before = await subscriptions(nc);
    await messages.close();
    await listening;
    await nc.flush();
    expect(await subscriptions(nc)).toBe(before - 1);
    // A status asked for too late ends at once.
    for await (const status of await messages.status()) expect(status).toBeUndefined();
  });

  async function subscriptions(nc: NatsConnection): Promise<number> {
    const all = await server().connections();
    return all.find(({ cid }) => cid === nc.info?.client_id)?.subscriptions ?? -1;
  }
});

describeReleases((release, own) => {
  test("a message that looks like a status is a message", async () => {
    const { nc, name, consumer } = await durableOf(await open(own().url), 0);
    const js = nc.jetstream();
    await js.publish(`${name}.1`, "", { headers: headers(409, "Consumer Deleted") });
    await js.publish(`${name}.2`, "", { headers: headers(400, "Bad Request") });
    const got: [string, number | undefined][] = [];
    for await (const message of await consumer.consume()) {
      got.push([message.subject, message.headers?.code]);
      if (got.length === 2) break;
    }
    // Newer servers store no status.
    const codes = release === "2.10" ? [409, 400] : [];
    expect(got).toEqual([
      [`${name}.1`, codes[0]],
      [`${name}.2`, codes[1]],
    ]);
  });
});
