// Reading without the stream's leader: one message, consecutive ones, the last ones of several subjects.

import {
  connect,
  type JetStreamManager,
  type NatsError,
  type StoredMsg,
  type StreamConfig,
  StorageType,
  nuid,
} from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { collect, rejection } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer({ config: "jetstream" });
const opened: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function ready(messages: number, more: Partial<StreamConfig> = {}, timeout = 5000) {
  const nc = await connect({ servers: server().url });
  opened.push(nc);
  const jsm = await nc.jetstreamManager({ timeout });
  const name = nuid.next();
  const storage = StorageType.Memory;
  await jsm.streams.add({ name, subjects: [`${name}.>`], storage, allow_direct: true, ...more });
  for (let number = 1; number <= messages; number++) nc.publish(`${name}.${number % 3}`, `${number}`);
  await nc.flush();
  await expect.poll(async () => (await jsm.streams.info(name)).state.messages).toBe(messages);
  return { nc, jsm, name };
}

const texts = async (jsm: JetStreamManager, name: string, options: object) =>
  (await collect(await jsm.direct.getBatch(name, options))).map((message) => message.string());

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);

describe("one message", () => {
  test("by sequence, with where and when it is stored", async () => {
    const { jsm, name } = await ready(3);
    const message = await jsm.direct.getMessage(name, { seq: 2 });
    expect(message).toMatchObject({ seq: 2, subject: `${name}.2`, stream: name, lastSequence: 0, pending: 0 });
    expect(message.string()).toBe("2");
    expect(message.json<number>()).toBe(2);
    expect(message.time.getTime()).toBe(Date.parse(message.timestamp));
    expect(message.timestamp).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test("the last one of a subject, the next one of a subject, the first one since a time", async () => {
    const { jsm, name } = await ready(7);
    expect((await jsm.direct.getMessage(name, { last_by_subj: `${name}.1` })).seq).toBe(7);
    expect((await jsm.direct.getMessage(name, { seq: 2, next_by_subj: `${name}.1` })).seq).toBe(4);
    const { time } = await jsm.direct.getMessage(name, { seq: 1 });
    expect((await jsm.direct.getMessage(name, { start_time: new Date(time.getTime() - 1000) })).seq).toBe(1);
  });

  test("a subject stands in the request's, so that permissions can be given for it", async () => {
    const { nc, jsm, name } = await ready(3);
    const asked: string[] = [];
    nc.subscribe("$JS.API.DIRECT.GET.>", { callback: (_, message) => asked.push(message.subject) });
    await nc.flush();
    await jsm.direct.getMessage(name, { last_by_subj: `${name}.1` });
    await jsm.direct.getMessage(name, { seq: 1 });
    expect(asked).toEqual([`$JS.API.DIRECT.GET.${name}.${name}.1`, `$JS.API.DIRECT.GET.${name}`]);
  });

  test("the publisher's own headers stay, also where they look like the server's", async () => {
    const { nc, jsm, name } = await ready(0);
    const { headers } = await import("nats-wasm");
    const given = headers();
    given.append("Key", "a");
    given.append("Nats-Subject", "forged");
    await nc.jetstream().publish(`${name}.a`, "x", { headers: given });
    const message = await jsm.direct.getMessage(name, { seq: 1 });
    expect([message.header.get("Key"), message.subject]).toEqual(["a", `${name}.a`]);
  });

  test("none, no such stream, a stream that does not allow it", async () => {
    const { jsm, name } = await ready(1);
    expect(await rejection(jsm.direct.getMessage(name, { seq: 9 }))).toMatchObject({ code: "404" });
    expect(await rejection(jsm.direct.getMessage("none", { seq: 1 }))).toMatchObject({ code: "503" });
    const closed = await ready(1, { allow_direct: false });
    expect(await rejection(jsm.direct.getMessage(closed.name, { seq: 1 }))).toMatchObject({ code: "503" });
    expect(await rejection(jsm.direct.getMessage("a.b", { seq: 1 }))).toMatchObject({ code: "BAD API" });
  });
});

describe("consecutive messages", () => {
  test("from the first, from a sequence, so many, of one subject, since a time", async () => {
    const { jsm, name } = await ready(10);
    expect(await texts(jsm, name, {})).toEqual(numbers(1, 10));
    expect(await texts(jsm, name, { seq: 4 })).toEqual(numbers(4, 10));
    expect(await texts(jsm, name, { seq: 4, batch: 3 })).toEqual(numbers(4, 6));
    expect(await texts(jsm, name, { seq: 2, batch: 2, next_by_subj: `${name}.1` })).toEqual(["4", "7"]);
    const { time } = await jsm.direct.getMessage(name, { seq: 1 });
    expect(await texts(jsm, name, { start_time: new Date(time.getTime() - 1000), batch: 2 })).toEqual(["1", "2"]);
  });

  test("by bytes", async () => {
    const { jsm, name } = await ready(10);
    const found = await texts(jsm, name, { max_bytes: 200, batch: 10 });
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(10);
    expect(found).toEqual(numbers(1, found.length));
  });

  test("each says what came before and what follows", async () => {
    const { jsm, name } = await ready(4);
    const messages = await collect(await jsm.direct.getBatch(name, { batch: 3 }));
    expect(messages.map((message) => message.lastSequence)).toEqual([0, 1, 2]);
    expect(messages.map((message) => message.pending)).toEqual([3, 2, 1]);
  });

  test("empty payloads do not end it", async () => {
    const { nc, jsm, name } = await ready(0);
    for (const payload of ["a", "", "b"]) await nc.jetstream().publish(`${name}.x`, payload);
    expect(await texts(jsm, name, {})).toEqual(["a", "", "b"]);
  });

  test("nothing to be had is an empty batch", async () => {
    const { jsm, name } = await ready(2);
    expect(await texts(jsm, name, { seq: 50 })).toEqual([]);
  });

  test("more than one limit of the server: 2000 messages", async () => {
    const { jsm, name } = await ready(2000);
    expect(await texts(jsm, name, { batch: 1000 })).toEqual(numbers(1, 1000));
    expect(await texts(jsm, name, { seq: 1001 })).toEqual(numbers(1001, 2000));
  });
});

describe("by callback", () => {
  test("every message, then the end; the iterator has nothing and ends with it", async () => {
    const { jsm, name } = await ready(4);
    for (const options of [{ batch: 3 }, { multi_last: [`${name}.>`] }]) {
      const heard: unknown[] = [];
      const callback = (done: { err?: Error } | null, message: StoredMsg) => heard.push(done ?? message.seq);
      expect(await collect(await jsm.direct.getBatch(name, { ...options, callback }))).toEqual([]);
      expect(heard).toEqual("batch" in options ? [1, 2, 3, {}] : [2, 3, 4, {}]);
    }
  });

  test("what goes wrong is told at the end, and thrown by the iterator", async () => {
    const { jsm } = await ready(0);
    const heard: unknown[] = [];
    const batch = await jsm.direct.getBatch("none", { callback: (done) => heard.push(done) });
    expect(await rejection(collect(batch))).toMatchObject({ code: "503" });
    expect(heard).toEqual([{ err: expect.objectContaining({ code: "503" }) }]);
  });

  test("stopping the iterator ends it", async () => {
    const { nc, jsm, name } = await ready(50);
    const heard: unknown[] = [];
    const batch = await jsm.direct.getBatch(name, {
      callback: (done, { seq }) => {
        heard.push(done ?? seq);
        if (seq === 3) (batch as unknown as { stop(): void }).stop();
      },
    });
    await expect.poll(() => heard.length).toBe(4);
    await nc.flush();
    expect(heard).toEqual([1, 2, 3, {}]);
  });
});

describe("the last messages", () => {
  test("of several subjects, as they are and as they were", async () => {
    const { jsm, name } = await ready(9);
    const last = async (options: object) =>
      (await collect(await jsm.direct.getLastMessagesFor(name, { multi_last: [`${name}.>`], ...options }))).map(
        (message) => message.seq,
      );
    expect(await last({})).toEqual([7, 8, 9]);
    expect(await last({ multi_last: [`${name}.0`, `${name}.2`] })).toEqual([8, 9]);
    expect(await last({ up_to_seq: 5 })).toEqual([3, 4, 5]);
    expect(await last({ batch: 2 })).toEqual([7, 8]);
    expect(await last({ up_to_time: new Date(Date.now() + 60_000) })).toEqual([7, 8, 9]);
    // As nats.ws has it.
    const found = await collect(await jsm.direct.getBatch(name, { multi_last: [`${name}.1`] }));
    expect(found.map((message) => message.seq)).toEqual([7]);
  });

  test("of no subject is refused; of subjects nobody used it is empty", async () => {
    const { jsm, name } = await ready(1);
    expect(await rejection(jsm.direct.getLastMessagesFor(name, { multi_last: [] }))).toMatchObject({
      code: "BAD API",
      message: expect.stringContaining("multi_last"),
    });
    expect(await collect(await jsm.direct.getLastMessagesFor(name, { multi_last: [`${name}.none`] }))).toEqual([]);
  });

  test("too many: what the server says", async () => {
    const { nc, jsm, name } = await ready(0);
    for (let number = 0; number < 1100; number++) nc.publish(`${name}.s.${number}`);
    await nc.flush();
    await expect.poll(async () => (await jsm.streams.info(name)).state.messages).toBe(1100);
    const batch = await jsm.direct.getLastMessagesFor(name, { multi_last: [`${name}.>`] });
    expect(await rejection(collect(batch))).toMatchObject({ code: "413", message: "413: too many results" });
  });
});

describe("how a batch ends early", () => {
  test("nobody answers: not an empty batch", async () => {
    const { jsm } = await ready(0);
    expect(await rejection(collect(await jsm.direct.getBatch("none", {})))).toMatchObject({ code: "503" });
  });

  test("the server falls silent: TIMEOUT, not a short batch", async () => {
    const { nc, jsm } = await ready(0, {}, 300);
    nc.subscribe("$JS.API.DIRECT.GET.silent", {
      callback: async (_, message) => {
        const { headers } = await import("nats-wasm");
        const given = headers();
        given.set("Nats-Num-Pending", "5");
        message.respond("one", { headers: given });
      },
    });
    const heard: string[] = [];
    const failure = (async () => {
      for await (const message of await jsm.direct.getBatch("silent", {})) heard.push(message.string());
    })();
    const error: NatsError = await rejection(failure);
    expect([error.code, heard]).toEqual(["TIMEOUT", ["one"]]);
  });

  test("leaving the loop and the end of the connection leave nothing behind", async () => {
    const { nc, jsm, name } = await ready(50);
    for await (const message of await jsm.direct.getBatch(name, {})) if (message.seq === 3) break;
    await nc.flush();
    const mine = (await server().connections()).find((each) => each.cid === nc.info?.client_id);
    expect(mine?.subscriptions_list?.length).toBe(1);
    const batch = await jsm.direct.getBatch(name, {});
    await nc.close();
    expect((await collect(batch)).length).toBeLessThanOrEqual(50);
  });
});
