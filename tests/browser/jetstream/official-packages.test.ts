// The packages of version 3 of the NATS clients, as npm has them, on a connection of ours.

import { type ConsumerMessages, jetstream, type JsMsg, jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import type { NatsConnection as OfficialConnection } from "@nats-io/nats-core";
import { Objm } from "@nats-io/obj";
import { Svcm } from "@nats-io/services";
import { type ConnectionOptions, connect, type NatsConnection, nuid } from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { useServer } from "../harness/server.ts";
import { until } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });
const opened: NatsConnection[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function open(options: ConnectionOptions = {}): Promise<{ nc: NatsConnection; official: OfficialConnection }> {
  const nc = await connect({ servers: server().url, ...options });
  opened.push(nc);
  // Their declarations name their own status events and errors; what they use of a connection is here.
  return { nc, official: nc as unknown as OfficialConnection };
}

/** A stream of its own, with `count` messages 1, 2, … on `<name>.<number>`. */
async function streamOf(official: OfficialConnection, count: number): Promise<string> {
  const name = nuid.next();
  await (await jetstreamManager(official)).streams.add({ name, subjects: [`${name}.>`] });
  const js = jetstream(official);
  for (let number = 1; number <= count; number++) await js.publish(`${name}.${number}`, `${number}`);
  return name;
}

async function take(messages: ConsumerMessages, count: number): Promise<JsMsg[]> {
  const taken: JsMsg[] = [];
  for await (const message of messages) {
    taken.push(message);
    message.ack();
    if (taken.length === count) break;
  }
  return taken;
}

const texts = (messages: JsMsg[]) => messages.map((message) => message.string());
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);

describe("@nats-io/jetstream", () => {
  test("creates, lists, purges and deletes a stream", async () => {
    const { official } = await open();
    const manager = await jetstreamManager(official);
    const name = await streamOf(official, 3);
    expect((await manager.streams.info(name)).state.messages).toBe(3);
    const names: string[] = [];
    for await (const stream of manager.streams.list()) names.push(stream.config.name);
    expect(names).toContain(name);
    await manager.streams.purge(name, { filter: `${name}.1` });
    expect((await manager.streams.info(name)).state.messages).toBe(2);
    expect((await manager.streams.getMessage(name, { seq: 2 }))?.string()).toBe("2");
    expect(await manager.streams.delete(name)).toBe(true);
    await expect(manager.streams.info(name)).rejects.toThrow("stream not found");
  });

  test("publishes with an ack, and knows a duplicate", async () => {
    const { official } = await open();
    const name = await streamOf(official, 0);
    const js = jetstream(official);
    expect(await js.publish(`${name}.a`, "x", { msgID: "one" })).toMatchObject({ seq: 1, duplicate: false });
    expect(await js.publish(`${name}.a`, "x", { msgID: "one" })).toMatchObject({ seq: 1, duplicate: true });
    await expect(js.publish(`${name}.a`, "y", { expect: { lastSequence: 9 } })).rejects.toThrow("wrong last sequence");
  });

  test("what the connection rejects with is an error of ours; what the API refuses is one of theirs", async () => {
    const { official } = await open();
    const js = jetstream(official);
    await expect(js.publish(`nobody.${nuid.next()}`, "x")).rejects.toMatchObject({ name: "NatsError", code: "503" });
    await expect(js.consumers.get(await streamOf(official, 0), "none")).rejects.toMatchObject({
      name: "ConsumerNotFoundError",
    });
  });

  test("fetches, gets the next one, and acknowledges", async () => {
    const { official } = await open();
    const manager = await jetstreamManager(official);
    const name = await streamOf(official, 5);
    await manager.consumers.add(name, { durable_name: "d", ack_policy: "explicit" });
    const consumer = await jetstream(official).consumers.get(name, "d");
    const first = await consumer.next();
    expect(first?.string()).toBe("1");
    expect(first?.info).toMatchObject({ stream: name, consumer: "d", streamSequence: 1, pending: 4 });
    expect(await first?.ackAck()).toBe(true);
    expect(await first?.ackAck()).toBe(false);
    expect(texts(await take(await consumer.fetch({ max_messages: 4, expires: 2000 }), 4))).toEqual([
      "2",
      "3",
      "4",
      "5",
    ]);
    await expect.poll(async () => (await consumer.info()).num_ack_pending).toBe(0);
    expect((await consumer.info()).ack_floor.stream_seq).toBe(5);
  });

  test("a fetch that finds nothing ends by itself", async () => {
    const { official } = await open();
    const name = await streamOf(official, 1);
    const manager = await jetstreamManager(official);
    await manager.consumers.add(name, { durable_name: "d", ack_policy: "explicit" });
    const consumer = await jetstream(official).consumers.get(name, "d");
    const found: JsMsg[] = [];
    for await (const message of await consumer.fetch({ max_messages: 10, expires: 1000 })) found.push(message);
    expect(texts(found)).toEqual(["1"]);
  });

  test("consumes more than one pull, by iterator and by callback", async () => {
    const { official } = await open();
    const manager = await jetstreamManager(official);
    const name = await streamOf(official, 30);
    const js = jetstream(official);
    for (const durable_name of ["i", "c"]) await manager.consumers.add(name, { durable_name, ack_policy: "explicit" });
    const byIterator = await (await js.consumers.get(name, "i")).consume({ max_messages: 8 });
    expect(texts(await take(byIterator, 30))).toEqual(numbers(30));

    const heard: string[] = [];
    const byCallback = await (await js.consumers.get(name, "c")).consume({
      max_messages: 8,
      callback: (message) => {
        heard.push(message.string());
        message.ack();
      },
    });
    await until(() => heard.length === 30);
    expect(heard).toEqual(numbers(30));
    await byCallback.close();
  });

  test("counts bytes as the server does", async () => {
    const { official } = await open();
    const manager = await jetstreamManager(official);
    const name = await streamOf(official, 20);
    await manager.consumers.add(name, { durable_name: "d", ack_policy: "explicit" });
    const consumer = await jetstream(official).consumers.get(name, "d");
    expect(texts(await take(await consumer.consume({ max_bytes: 1024 }), 20))).toEqual(numbers(20));
  });

  test("an ordered consumer starts over on the same subscription when its consumer is gone", async () => {
    const { nc, official } = await open();
    const name = await streamOf(official, 3);
    const js = jetstream(official);
    const consumer = await js.consumers.get(name);
    const messages = await consumer.consume({ max_messages: 2, idle_heartbeat: 500, expires: 1000 });
    const recreated = (async () => {
      for await (const status of messages.status()) if (status.type === "ordered_consumer_recreated") return true;
      return false;
    })();
    const heard: JsMsg[] = [];
    const reading = (async () => {
      for await (const message of messages) {
        heard.push(message);
        if (heard.length === 5) break;
      }
    })();
    await until(() => heard.length === 3);
    await consumer.delete();
    await js.publish(`${name}.4`, "4");
    expect(await recreated).toBe(true);
    await js.publish(`${name}.5`, "5");
    await reading;
    expect(texts(heard)).toEqual(numbers(5));
    expect(nc.isClosed()).toBe(false);
  });

  test("goes on after the server was away", async () => {
    const { official } = await open({ reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 });
    const name = await streamOf(official, 2);
    const manager = await jetstreamManager(official);
    await manager.consumers.add(name, { durable_name: "d", ack_policy: "explicit" });
    const messages = await (await jetstream(official).consumers.get(name, "d")).consume();
    const heard: string[] = [];
    const reading = (async () => {
      for await (const message of messages) {
        heard.push(message.string());
        message.ack();
        if (heard.length === 3) break;
      }
    })();
    await until(() => heard.length === 2);
    await server().stop("SIGTERM");
    await server().restart();
    await official.flush();
    await jetstream(official).publish(`${name}.3`, "3");
    await reading;
    expect(heard).toEqual(["1", "2", "3"]);
  });

  test("a push consumer delivers", async () => {
    const { official } = await open();
    const name = await streamOf(official, 3);
    const manager = await jetstreamManager(official);
    const deliver_subject = `deliver.${name}`;
    await manager.consumers.add(name, {
      durable_name: "p",
      ack_policy: "explicit",
      deliver_subject,
      idle_heartbeat: 1e9,
    });
    const messages = await (await jetstream(official).consumers.getPushConsumer(name, "p")).consume();
    const heard: string[] = [];
    for await (const message of messages) {
      heard.push(message.string());
      message.ack();
      if (heard.length === 3) break;
    }
    expect(heard).toEqual(["1", "2", "3"]);
  });

  test("the end of the connection ends a consumer", async () => {
    const { nc, official } = await open();
    const name = await streamOf(official, 1);
    const messages = await (await jetstream(official).consumers.get(name)).consume();
    const heard: string[] = [];
    const reading = (async () => {
      for await (const message of messages) heard.push(message.string());
    })();
    await until(() => heard.length === 1);
    await nc.close();
    await reading;
    expect(heard).toEqual(["1"]);
  });
});

describe("@nats-io/kv", () => {
  test("puts, gets, updates, deletes, and lists keys", async () => {
    const { official } = await open();
    const kv = await new Kvm(official).create(nuid.next(), { history: 5 });
    const revision = await kv.put("a", "1");
    expect((await kv.get("a"))?.string()).toBe("1");
    await kv.update("a", "2", revision);
    await expect(kv.update("a", "3", revision)).rejects.toThrow("wrong last sequence");
    await kv.create("b", "b");
    const keys: string[] = [];
    for await (const key of await kv.keys()) keys.push(key);
    expect(keys.sort()).toEqual(["a", "b"]);
    await kv.delete("b");
    expect((await kv.get("b"))?.operation).toBe("DEL");
    const history: string[] = [];
    for await (const entry of await kv.history({ key: "a" })) history.push(entry.string());
    expect(history).toEqual(["1", "2"]);
    expect((await kv.status()).values).toBe(4);
    await kv.destroy();
  });

  test("watches", async () => {
    const { official } = await open();
    const kv = await new Kvm(official).create(nuid.next());
    await kv.put("a", "1");
    const watch = await kv.watch();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const entry of watch) {
        seen.push(`${entry.key}=${entry.string()} ${entry.operation}`);
        if (seen.length === 3) break;
      }
    })();
    await until(() => seen.length === 1);
    await kv.put("b", "2");
    await kv.delete("a");
    await reading;
    expect(seen).toEqual(["a=1 PUT", "b=2 PUT", "a= DEL"]);
  });
});

describe("@nats-io/obj", () => {
  test("puts, gets, lists, watches and deletes", async () => {
    const { official } = await open();
    const store = await new Objm(official).create(nuid.next());
    // More than one chunk of 128 KiB.
    const bytes = new Uint8Array(500_000).map((_, index) => index % 251);
    const info = await store.putBlob({ name: "big", description: "numbers" }, bytes);
    expect(info).toMatchObject({ size: 500_000, chunks: 4 });
    expect(await store.getBlob("big")).toEqual(bytes);
    await store.putBlob({ name: "small" }, new TextEncoder().encode("text"));
    expect((await store.list()).map((each) => each.name).sort()).toEqual(["big", "small"]);
    await store.delete("big");
    expect(await store.getBlob("big")).toBeNull();
    const found = await store.get("small");
    expect(await new Response(found?.data).text()).toBe("text");
    expect(await found?.error).toBeFalsy();
  });
});

describe("@nats-io/services", () => {
  test("answers requests, and is found by ping, info and stats", async () => {
    const { nc, official } = await open();
    // Of another version of nats-core than the others: 3.0.0-25 is what npm has.
    const services = new Svcm(official as never);
    const name = `s${nuid.next()}`;
    const service = await services.add({ name, version: "1.2.3", description: "doubles" });
    service.addGroup("math").addEndpoint("double", (error, message) => {
      if (error) throw error;
      message.respond(`${2 * Number(message.string())}`);
    });
    expect((await nc.request("math.double", "21")).string()).toBe("42");

    const client = services.client();
    const [pings, stats] = [[] as unknown[], [] as unknown[]];
    for await (const ping of await client.ping(name)) pings.push(ping);
    expect(pings).toMatchObject([{ name, version: "1.2.3", id: service.info().id }]);
    for await (const found of await client.stats(name)) stats.push(found);
    expect(stats).toMatchObject([{ name, endpoints: [{ name: "double", num_requests: 1 }] }]);
    // Ours and theirs find each other.
    const infos: unknown[] = [];
    for await (const info of await nc.services.client().info(name)) infos.push(info);
    expect(infos).toMatchObject([{ description: "doubles" }]);
    await service.stop();
    await expect(nc.request("math.double", "21")).rejects.toMatchObject({ code: "503" });
  });
});
