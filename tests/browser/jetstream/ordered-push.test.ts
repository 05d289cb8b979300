// What KV watches, object reads and ordered subscriptions stand on: every message once and in order, whatever happens
// to the consumer, on a connection of nats.ws as well as on ours.

import { describe, expect, test } from "vitest";
import { Api } from "../../../js/jetstream/api.ts";
import { DeliverPolicy } from "../../../js/jetstream/enums.ts";
import { type OrderedPush, openOrdered } from "../../../js/jetstream/push/ordered-push.ts";
import type { ConsumerConfig, ConsumerInfo } from "../../../js/jetstream/types/index.ts";
import { type Connection, clients, connected } from "../harness/clients.ts";
import { TestServer, useServer } from "../harness/server.ts";
import { delay, statusOf, until } from "../harness/until.ts";

const soon = { reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 };

class Reader {
  readonly seen: number[] = [];
  readonly infos: ConsumerInfo[] = [];
  readonly missed: number[] = [];
  readonly errors: string[] = [];
  ordered!: OrderedPush;

  static async open(api: Api, stream: string, config: Partial<ConsumerConfig> = {}, queued = false): Promise<Reader> {
    const reader = new Reader();
    reader.ordered = await openOrdered(
      api,
      stream,
      config,
      {
        onMessage: (_, { streamSequence }) => reader.seen.push(streamSequence),
        onCreated: (info) => reader.infos.push(info),
        onReset: (missed) => reader.missed.push(missed),
        onError: (error) => reader.errors.push(error.code),
      },
      { queued },
    );
    return reader;
  }
}

async function stream(nc: Connection, name: string, more: object = {}): Promise<Api> {
  const api = new Api(nc as never);
  await api.request(`STREAM.CREATE.${name}`, { name, subjects: [`${name}.>`], storage: "file", ...more });
  return api;
}

async function publish(nc: Connection, subject: string, count: number): Promise<void> {
  for (let number = 1; number < count; number++) nc.publish(subject, `${number}`);
  if (count > 0) await nc.request(subject, `${count}`, { timeout: 10_000 });
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe.each(clients)("on a connection of $name", ({ client }) => {
  const server = useServer({ config: "jetstream" });

  test("delivers what is stored and what comes, with the consumer's first words", async () => {
    const nc = await connected(client, { servers: server().url });
    const api = await stream(nc, "A");
    await publish(nc, "A.x", 100);
    const reader = await Reader.open(api, "A");
    await publish(nc, "A.y", 50);
    await until(() => reader.seen.length >= 150);
    reader.ordered.stop();
    await publish(nc, "A.y", 1);
    await nc.flush();
    expect(reader.seen).toEqual(numbers(1, 150));
    expect(reader.infos).toHaveLength(1);
    expect(reader.infos[0]?.config).toMatchObject({
      ack_policy: "none",
      flow_control: true,
      idle_heartbeat: 5e9,
      max_deliver: 1,
      mem_storage: true,
      num_replicas: 1,
    });
    expect(reader.errors).toEqual([]);
    await api.request("STREAM.DELETE.A");
  });

  test("a consumer that is deleted is replaced, behind the last message", async () => {
    const nc = await connected(client, { servers: server().url });
    const api = await stream(nc, "B");
    await publish(nc, "B.x", 10);
    const reader = await Reader.open(api, "B", { idle_heartbeat: 500e6, filter_subject: "B.x" });
    await until(() => reader.seen.length >= 10);
    const { name } = reader.ordered.info;
    await api.request(`CONSUMER.DELETE.B.${name}`);
    await publish(nc, "B.y", 1);
    await publish(nc, "B.x", 10);
    await until(() => reader.seen.length >= 20, 10_000);
    expect(reader.seen).toEqual([...numbers(1, 10), ...numbers(12, 21)]);
    expect(reader.infos.at(-1)?.config).toMatchObject({ deliver_policy: "by_start_sequence", opt_start_seq: 11 });
    expect(reader.missed.length).toBe(reader.infos.length - 1);
    reader.ordered.stop();
    await api.request("STREAM.DELETE.B");
  });

  test("a reader of what is new that has not seen anything misses nothing when its consumer is lost", async () => {
    const nc = await connected(client, { servers: server().url });
    const api = await stream(nc, "N");
    await publish(nc, "N.x", 7);
    const reader = await Reader.open(api, "N", { idle_heartbeat: 500e6, deliver_policy: DeliverPolicy.New });
    await api.request(`CONSUMER.DELETE.N.${reader.ordered.info.name}`);
    await publish(nc, "N.x", 3);
    await until(() => reader.seen.length >= 3, 10_000);
    expect(reader.seen).toEqual([8, 9, 10]);
    reader.ordered.stop();
    await api.request("STREAM.DELETE.N");
  });

  test("a stream that does not exist is refused, one that goes away ends it", async () => {
    const nc = await connected(client, { servers: server().url });
    const api = await stream(nc, "C");
    await expect(Reader.open(api, "NONE")).rejects.toMatchObject({ code: "404", api_error: { err_code: 10059 } });
    const reader = await Reader.open(api, "C", { idle_heartbeat: 500e6 });
    await api.request("STREAM.DELETE.C");
    await until(() => reader.errors.length > 0, 15_000);
    expect(reader.errors).toEqual(["404"]);
    expect(reader.ordered.isStopped).toBe(true);
  });

  test("ends with the connection", async () => {
    const nc = await connected(client, { servers: server().url });
    const api = await stream(nc, "D");
    const reader = await Reader.open(api, "D");
    await nc.close();
    await until(() => reader.errors.length > 0);
    expect(reader.errors).toEqual(["CONNECTION_CLOSED"]);
  });

  test("the server does not send what a reader has no time for", async () => {
    const nc = await connected(client, { servers: server().url });
    const api = await stream(nc, "F");
    const size = 1024;
    const outside = await server().outside();
    await outside.flood("F.x", 20_000, size);
    const reader = await Reader.open(api, "F", { idle_heartbeat: 500e6 }, true);
    // Until nothing has come for a second.
    for (let held = -1; held !== reader.seen.length; await delay(1000)) held = reader.seen.length;
    expect(reader.seen.length).toBeGreaterThan(0);
    expect(reader.seen.length).toBeLessThan(20_000);
    for (let done = 0; done < 20_000; ) {
      if (done === reader.seen.length) await delay(5);
      else {
        reader.ordered.processed();
        done++;
      }
    }
    expect(reader.seen).toEqual(numbers(1, 20_000));
    expect(reader.infos).toHaveLength(1);
    reader.ordered.stop();
    await outside.close();
    await api.request("STREAM.DELETE.F");
  });
});

test.each(clients)("$name: the server restarts while messages are read: no gap, no repeat", async ({ client }) => {
  const server = await TestServer.start({ config: "jetstream" });
  try {
    const nc = await connected(client, { servers: server.url, ...soon });
    const status = statusOf(nc);
    const api = await stream(nc, "R");
    await publish(nc, "R.x", 2000);
    const reader = await Reader.open(api, "R");
    for (let round = 1; round <= 3; round++) {
      await until(() => reader.seen.length > 500 * round);
      await server.stop("SIGKILL");
      await server.restart();
      await until(() => status.types().filter((type) => type === "reconnect").length >= round, 10_000);
      await publish(nc, "R.x", 1000);
    }
    await until(() => reader.seen.at(-1) === 5000, 15_000);
    expect(reader.seen).toEqual(numbers(1, 5000));
    expect(reader.errors).toEqual([]);
    reader.ordered.stop();
  } finally {
    await server.remove();
  }
});
