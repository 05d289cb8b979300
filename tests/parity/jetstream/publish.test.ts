// Publishing to streams, the options of JetStream, the account, advisories, and what status messages stand for.

import type { ConnectionOptions, JetStreamManager, Msg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, type Connection, connected, said } from "../../browser/harness/clients.ts";
import { collect, rejection } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";
import { streamOf } from "../../browser/harness/streams.ts";

const server = useServer({ config: "jetstream" });
const plain = useServer();
const hub = useServer({ conf: "jetstream { store_dir: $NATS_STORE, domain: hub }" });
const without = useServer({
  conf: `jetstream { store_dir: $NATS_STORE }
    accounts {
      WITH { jetstream: enabled, users: [{ user: with, password: x }] }
      WITHOUT { users: [{ user: without, password: x }] }
    }`,
});

describe.each(clients)("$name", ({ client, ours }) => {
  const { nuid } = client;
  const open = (more: ConnectionOptions = {}) => connected(client, { servers: server().url, ...more });

  async function ready(messages = 0): Promise<{ nc: Connection; jsm: JetStreamManager; name: string }> {
    const nc = await open();
    const jsm = await nc.jetstreamManager();
    return { nc, jsm, name: await streamOf(jsm, messages) };
  }

  describe("options", () => {
    test("the defaults, and what domain and prefix make of them", async () => {
      const nc = await open();
      expect(nc.jetstream().getOptions()).toEqual({ apiPrefix: "$JS.API", timeout: 5000 });
      expect(nc.jetstream({ domain: "hub" }).apiPrefix).toBe("$JS.hub.API");
      expect(nc.jetstream({ domain: "hub" }).getOptions()).toEqual({ apiPrefix: "$JS.hub.API", timeout: 5000 });
      expect(nc.jetstream({ apiPrefix: "here", timeout: 100 }).getOptions()).toEqual({
        apiPrefix: "here",
        timeout: 100,
      });
      expect(nc.jetstream({ apiPrefix: "a.b." }).apiPrefix).toBe("a.b");
      expect(() => nc.jetstream({ apiPrefix: "" })).toThrow(/empty/);
    });

    test("a domain replaces the prefix, and the options given stay as they were", async () => {
      const nc = await open();
      expect(nc.jetstream({ domain: "hub", apiPrefix: "x" }).apiPrefix).toBe("$JS.hub.API");
      const given = { domain: "hub" };
      nc.jetstream(given);
      // nats.ws turns the domain into a prefix in the object it was given.
      expect(given).toEqual(ours ? { domain: "hub" } : { apiPrefix: "$JS.hub.API" });
    });

    test("client and manager hand their options on to each other", async () => {
      const nc = await open();
      const js = nc.jetstream({ timeout: 1234 });
      const jsm = await js.jetstreamManager();
      expect(jsm.getOptions()).toMatchObject({ apiPrefix: "$JS.API", timeout: 1234 });
      expect(jsm.jetstream().getOptions()).toMatchObject({ apiPrefix: "$JS.API", timeout: 1234 });
      const elsewhere = await nc.jetstream({ domain: "none" }).jetstreamManager(false);
      expect(elsewhere.getOptions().apiPrefix).toBe("$JS.none.API");
      expect(await rejection(nc.jetstream({ domain: "none" }).jetstreamManager())).toMatchObject({ code: "503" });
    });

    test("the time limit is kept", async () => {
      const nc = await open();
      nc.subscribe("slow.>", { callback: () => {} });
      const start = performance.now();
      const jsm = await nc.jetstreamManager({ apiPrefix: "slow", timeout: 200, checkAPI: false });
      expect(await rejection(jsm.getAccountInfo())).toMatchObject({ code: "TIMEOUT" });
      expect(performance.now() - start).toBeGreaterThan(195);
    });

    test("a domain: its API answers, and acks name it", async () => {
      const nc = await connected(client, { servers: hub().url });
      const jsm = await nc.jetstreamManager({ domain: "hub" });
      expect((await jsm.getAccountInfo()).domain).toBe("hub");
      const name = await streamOf(jsm);
      const js = nc.jetstream({ domain: "hub" });
      expect(await js.publish(`${name}.a`, "x")).toEqual({ stream: name, seq: 1, duplicate: false, domain: "hub" });
    });

    test("an account without JetStream is told so by the server", async () => {
      const nc = await connected(client, { servers: without().url, user: "without", pass: "x" });
      const error = await rejection(nc.jetstreamManager());
      expect(error).toMatchObject({ code: "503", api_error: { code: 503, err_code: 10039 } });
    });

    test("a server without JetStream is found out by the manager, unless nobody asks", async () => {
      const nc = await connected(client, { servers: plain().url });
      expect(await rejection(nc.jetstreamManager())).toMatchObject({ code: client.ErrorCode.JetStreamNotEnabled });
      const jsm = await nc.jetstreamManager({ checkAPI: false });
      expect(await rejection(jsm.getAccountInfo())).toMatchObject({ code: "503" });
    });
  });

  describe("publish", () => {
    test("resolves with where it is stored", async () => {
      const { nc, name } = await ready();
      const js = nc.jetstream();
      expect(await js.publish(`${name}.a`, "x")).toEqual({ stream: name, seq: 1, duplicate: false });
      expect(await js.publish(`${name}.a`)).toEqual({ stream: name, seq: 2, duplicate: false });
      expect(await js.publish(`${name}.a`, new Uint8Array([1, 2]))).toEqual({ stream: name, seq: 3, duplicate: false });
    });

    test("msgID: stored once", async () => {
      const { nc, name } = await ready();
      const js = nc.jetstream();
      expect(await js.publish(`${name}.a`, "x", { msgID: "1" })).toMatchObject({ seq: 1, duplicate: false });
      expect(await js.publish(`${name}.a`, "x", { msgID: "1" })).toMatchObject({ seq: 1, duplicate: true });
      expect(await js.publish(`${name}.a`, "x", { msgID: "2" })).toMatchObject({ seq: 2, duplicate: false });
    });

    test.each([
      ["lastMsgID", { lastMsgID: "two" }, { lastMsgID: "one" }, 10070],
      ["streamName", { streamName: "other" }, {}, 10060],
      ["lastSequence", { lastSequence: 5 }, { lastSequence: 1 }, 10071],
      ["lastSequence 0", { lastSequence: 0 }, { lastSequence: 1 }, 10071],
      ["lastSubjectSequence", { lastSubjectSequence: 7 }, { lastSubjectSequence: 1 }, 10071],
      ["lastSubjectSequence 0", { lastSubjectSequence: 0 }, { lastSubjectSequence: 1 }, 10071],
    ])("expect.%s: refused when it is not so", async (_, wrong, right, number) => {
      const { nc, jsm, name } = await ready();
      const js = nc.jetstream();
      await js.publish(`${name}.a`, "x", { msgID: "one" });
      const error = await rejection(js.publish(`${name}.a`, "y", { expect: wrong }));
      expect(error).toMatchObject({ code: "400", api_error: { code: 400, err_code: number } });
      expect(error.message).toBe(said(ours, "400", `${error.api_error?.description.toLowerCase()}`));
      expect((await jsm.streams.info(name)).state.messages).toBe(1);
      expect((await js.publish(`${name}.a`, "y", { expect: { streamName: name, ...right } })).seq).toBe(2);
    });

    test("headers arrive; those given are left alone", async () => {
      const { nc, jsm, name } = await ready();
      const headers = client.headers();
      headers.append("Key", "a");
      headers.append("Key", "b");
      await nc.jetstream().publish(`${name}.a`, "x", { headers, msgID: "one", expect: { streamName: name } });
      const { header } = await jsm.streams.getMessage(name, { seq: 1 });
      expect(header.values("Key")).toEqual(["a", "b"]);
      expect(header.get("Nats-Msg-Id")).toBe("one");
      expect(header.get("Nats-Expected-Stream")).toBe(name);
      // nats.ws writes into them: used again, they say the id of the first message.
      expect(headers.keys()).toEqual(ours ? ["Key"] : ["Key", "Nats-Msg-Id", "Nats-Expected-Stream"]);
    });

    test("a subject no stream has: 503, and so often as is asked for", async () => {
      const { nc } = await ready();
      const js = nc.jetstream();
      const subject = `nobody.${nuid.next()}`;
      expect(await rejection(js.publish(subject, "x"))).toMatchObject({ name: "NatsError", code: "503" });
      const start = performance.now();
      const often = { retries: 3, retry_delay: 100 } as object;
      expect(await rejection(js.publish(subject, "x", often))).toMatchObject({ code: "503" });
      expect(performance.now() - start).toBeGreaterThan(195);
    });

    test("a stream that comes in time gets the message", async () => {
      const { nc, jsm } = await ready();
      const name = nuid.next();
      const publishing = nc.jetstream().publish(`${name}.a`, "x", { retries: 50, retry_delay: 50 } as object);
      await jsm.streams.add({ name, subjects: [`${name}.>`], storage: client.StorageType.Memory });
      expect(await publishing).toMatchObject({ stream: name, seq: 1 });
    });

    test("the time limit is that of the call; nothing but a 503 is tried again", async () => {
      const { nc } = await ready();
      const asked: Msg[] = [];
      nc.subscribe("silent", { callback: (_, message) => asked.push(message) });
      const start = performance.now();
      const options = { timeout: 150, retries: 3, retry_delay: 1 };
      expect(await rejection(nc.jetstream().publish("silent", "x", options))).toMatchObject({ code: "TIMEOUT" });
      expect(performance.now() - start).toBeGreaterThan(145);
      expect(asked).toHaveLength(1);
    });

    test("an answer that is none", async () => {
      const { nc } = await ready();
      nc.subscribe("odd", { callback: (_, message) => message.respond('{"stream":""}') });
      nc.subscribe("words", { callback: (_, message) => message.respond("stored") });
      const js = nc.jetstream();
      expect((await rejection(js.publish("odd", "x"))).code).toBe("JESTREAM_INVALID_ACK");
      expect((await rejection(js.publish("words", "x"))).code).toBe("BAD_JSON");
    });

    test("a payload that is too large is refused by the stream", async () => {
      const { nc, jsm } = await ready();
      const name = await streamOf(jsm, 0, { max_msg_size: 10 });
      const error = await rejection(nc.jetstream().publish(`${name}.a`, "0123456789ab"));
      expect(error.api_error).toMatchObject({ code: 400, err_code: 10054 });
    });
  });

  test("the account: what is used, and how often the API was asked", async () => {
    const { jsm, name } = await ready(3);
    const before = await jsm.getAccountInfo();
    expect(before.memory).toBeGreaterThan(0);
    expect(before.streams).toBeGreaterThan(0);
    expect(before.limits).toMatchObject({ max_streams: -1, max_consumers: -1 });
    await jsm.streams.info(name);
    await rejection(jsm.streams.info("none"));
    const after = await jsm.getAccountInfo();
    expect(after.api.total).toBeGreaterThanOrEqual(before.api.total + 2);
    expect(after.api.errors).toBe(before.api.errors + 1);
  });

  test("advisories are told as they come", async () => {
    const { nc, jsm } = await ready();
    const advisories = jsm.advisories();
    await nc.flush();
    const name = await streamOf(jsm);
    for await (const { kind, data } of advisories) {
      if (kind !== client.AdvisoryKind.StreamAction || (data as { stream: string }).stream !== name) continue;
      expect(data).toMatchObject({ type: "io.nats.jetstream.advisory.v1.stream_action", action: "create" });
      break;
    }
    // nats.ws stays subscribed for good.
    await nc.flush();
    const all = await server().connections();
    const subjects = all.find((each) => each.cid === nc.info?.client_id)?.subscriptions_list ?? [];
    expect(subjects.includes("$JS.EVENT.ADVISORY.>")).toBe(!ours);
  });

  test("advisories of a consumer: made, a message given up, one delivered too often", async () => {
    const { AckPolicy, AdvisoryKind } = client;
    const { nc, jsm, name } = await ready(3);
    const seen = new Set<string>();
    const advisories = jsm.advisories();
    await nc.flush();
    (async () => {
      for await (const { kind, data } of advisories) if ((data as { stream?: string }).stream === name) seen.add(kind);
    })();
    await jsm.consumers.add(name, {
      durable_name: "d",
      ack_policy: AckPolicy.Explicit,
      ack_wait: client.nanos(100),
      max_deliver: 1,
    });
    const consumer = await nc.jetstream().consumers.get(name, "d");
    (await consumer.next({ expires: 2000 }))?.term("unreadable");
    await (await consumer.next({ expires: 2000 }))?.ackAck();
    // Never acknowledged, and delivered once at most.
    await consumer.next({ expires: 2000 });
    await expect
      .poll(() => [...seen].sort(), { timeout: 10_000 })
      .toEqual([AdvisoryKind.ConsumerAction, AdvisoryKind.MaxDeliver, AdvisoryKind.Terminated].sort());
  });

  describe("status messages", () => {
    async function received(code: number, description: string, payload = ""): Promise<Msg> {
      const nc = await open();
      const sub = nc.subscribe("status", { max: 1 });
      nc.publish("status", payload, { headers: code ? client.headers(code, description) : client.headers() });
      const [message] = await collect(sub);
      return message as Msg;
    }

    test.each([
      [404, "No Messages", "404", "no messages"],
      [408, "Request Timeout", "408", "request timeout"],
      [409, "Exceeded MaxWaiting", "409", "exceeded maxwaiting"],
      [409, "Idle Heartbeats Missed: 2", "IDLE_HEARTBEAT", "idle heartbeats missed: 2"],
      [423, "Nats-Pin-Id mismatch", "423", "nats-pin-id mismatch"],
    ])("%i %s", async (status, description, code, message) => {
      const error = client.checkJsError(await received(status, description));
      expect(error).toMatchObject({ name: "NatsError", code, message: said(ours, code, message) });
    });

    test("503 says what the server said", async () => {
      const error = client.checkJsError(await received(503, "No Responders"));
      expect(error).toMatchObject({ code: "503", message: ours ? "503: no responders" : "503" });
      expect(error?.chainedError?.message).toBe("no responders");
    });

    test("a payload, no headers, or a status below 300 is no error", async () => {
      expect(client.checkJsError(await received(404, "No Messages", "payload"))).toBeNull();
      expect(client.checkJsError(await received(0, "", ""))).toBeNull();
      expect(client.checkJsError(await received(204, "EOB"))).toBeNull();
    });

    test("heartbeats and flow control", async () => {
      const [heartbeat, flow] = [await received(100, "Idle Heartbeat"), await received(100, "FlowControl Request")];
      const [stored, missing] = [await received(100, "Idle Heartbeat", "x"), await received(404, "No Messages")];
      const all = [heartbeat, flow, stored, missing];
      expect(all.map((message) => client.isHeartbeatMsg(message))).toEqual([true, false, false, false]);
      expect(all.map((message) => client.isFlowControlMsg(message))).toEqual([true, true, false, false]);
    });
  });
});
