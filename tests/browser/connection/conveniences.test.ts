// What applications reach for besides the interface of nats.ws, and what version 3 of the NATS clients added.

import * as core from "nats-wasm/core";
import {
  Bench,
  type ConnectionOptions,
  connect,
  Events,
  Metric,
  type Msg,
  type NatsConnection,
  type NatsError,
  type Status,
  wsconnect,
} from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { TestServer, useServer } from "../harness/server.ts";
import { delay } from "../harness/until.ts";

const server = useServer();
const opened: NatsConnection[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function open(options: ConnectionOptions = {}): Promise<NatsConnection> {
  const nc = await connect({ servers: server().url, ...options });
  opened.push(nc);
  return nc;
}

/** Everything told until the connection ends. */
function record(nc: NatsConnection): { all: Status[]; ended: Promise<void> } {
  const all: Status[] = [];
  const ended = (async () => {
    for await (const status of nc.status()) all.push(status);
  })();
  return { all, ended };
}

describe("a connection", () => {
  test("wsconnect is connect", async () => {
    expect(wsconnect).toBe(connect);
    const nc = await core.wsconnect({ servers: server().url });
    await nc.close();
  });

  test("shows its options, defaults included", async () => {
    const nc = await open({ name: "n", timeout: 5000 });
    expect(nc.options).toMatchObject({ name: "n", timeout: 5000, servers: [server().url] });
    expect(nc.options).toMatchObject({ maxPingOut: 2, pingInterval: 120_000, reconnect: true, inboxPrefix: "_INBOX" });
  });

  test("knows the version and the features of its server", async () => {
    const nc = await open();
    const version = nc.getServerVersion();
    expect(`${version?.major}.${version?.minor}.${version?.micro}`).toBe(nc.info?.version);
    expect(nc.features.get("js_kv")).toEqual({ ok: true, min: "2.6.2" });
    expect(nc.features.get("js_time_travel")).toEqual({ ok: false, min: "unknown" });
    expect(nc.features.supports("js_batch_direct_get")).toBe(true);
    expect(nc.features.require("2.9.0")).toBe(true);
    expect(nc.features.require({ major: 99, minor: 0, micro: 0 })).toBe(false);
    expect(() => nc.features.require("soon")).toThrow('"soon" is not a version number');
    await nc.close();
    expect(nc.getServerVersion()).toBeUndefined();
    expect(nc.features.supports("js_kv")).toBe(true);
  });

  test("asks the server who it is", async () => {
    const nc = await open();
    const { data, server: about } = await nc.context();
    expect(data).toMatchObject({ account: "$G" });
    expect(about.ver).toBe(nc.info?.version);
    expect(about.time).toBeInstanceOf(Date);
  });

  test("await using drains it", async () => {
    const nc = await open();
    const heard: string[] = [];
    {
      await using inner = await connect({ servers: server().url });
      await using sub = inner.subscribe("using");
      await inner.flush();
      nc.publish("using", "1");
      for await (const message of sub) {
        heard.push(message.string());
        break;
      }
      opened.push(inner);
    }
    expect(heard).toEqual(["1"]);
    expect(opened.at(-1)?.isClosed()).toBe(true);
    // A second time there is nothing to do.
    await opened.at(-1)?.[Symbol.asyncDispose]();
  });

  test("await using drains a subscription: what is on its way arrives", async () => {
    const nc = await open();
    let sub: ReturnType<NatsConnection["subscribe"]>;
    {
      await using inner = nc.subscribe("using.sub");
      sub = inner;
      nc.publish("using.sub", "1");
    }
    const heard: string[] = [];
    for await (const message of sub) heard.push(message.string());
    expect(heard).toEqual(["1"]);
    expect(sub.isClosed()).toBe(true);
    await sub[Symbol.asyncDispose]();
  });

  test("close listeners are told once, and one that throws harms nobody", async () => {
    const nc = (await open()) as NatsConnection & {
      addCloseListener(listener: object): void;
      removeCloseListener(listener: object): void;
    };
    const told: unknown[] = [];
    const removed = { connectionClosedCallback: () => told.push("removed") };
    nc.addCloseListener(removed);
    nc.addCloseListener({ connectionClosedCallback: (error: unknown) => told.push(error) });
    nc.removeCloseListener(removed);
    await nc.close();
    await delay(0);
    expect(told).toEqual([undefined]);
  });
});

describe("what @nats-io/jetstream uses for ackAck", () => {
  interface Waiting {
    token: string;
    requestSubject: string;
    resolver(error: NatsError | null, message: Msg): void;
  }
  interface Protocol {
    muxSubscriptions: { baseInbox: string; cancel(request: Waiting): void };
    request(request: Waiting): Waiting;
    publish(subject: string, payload: string, options: { reply: string }): void;
  }

  test("a request that others make and time gets its reply, or why there is none", async () => {
    const nc = await open();
    const { protocol } = nc as unknown as { protocol: Protocol };
    const { baseInbox } = protocol.muxSubscriptions;
    const told: string[] = [];
    const ask = (token: string, requestSubject: string) => {
      const request = protocol.request({
        token,
        requestSubject,
        resolver: (error, message) => told.push(`${token}: ${error === null ? message.string() : error.code}`),
      });
      protocol.publish(requestSubject, "", { reply: `${baseInbox}${token}` });
      return request;
    };
    nc.subscribe("answers", { callback: (_, message) => void message.respond("yes") });
    nc.subscribe("silent");
    ask("a", "answers");
    ask("n", "nobody");
    protocol.muxSubscriptions.cancel(ask("c", "answers"));
    ask("s", "silent");
    await nc.flush();
    await nc.flush();
    expect(told.sort()).toEqual(["a: yes", "n: 503"]);
    await nc.close();
    await delay(0);
    expect(told).toContain("s: CONNECTION_CLOSED");
    expect(told.some((each) => each.startsWith("c"))).toBe(false);
    expect(() => ask("x", "answers")).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
  });
});

describe("status", () => {
  test("close is the last thing told", async () => {
    const nc = await open();
    const { all, ended } = record(nc);
    await nc.close();
    await ended;
    expect(all).toEqual([{ type: Events.Close, data: "" }]);
  });

  test("close tells why", async () => {
    const own = await TestServer.start();
    const nc = await open({ servers: own.url, reconnect: false });
    const { all, ended } = record(nc);
    await own.remove();
    await ended;
    expect(all.map((each) => each.type)).toEqual(["disconnect", "close"]);
    const error = await nc.closed();
    expect(all[1]).toEqual({ type: "close", data: "DISCONNECT", error });
  });

  test("slowConsumer once each time the queue grows over the limit", async () => {
    const nc = await open();
    const { all } = record(nc);
    const sub = nc.subscribe("slow", { slow: 10 });
    for (let count = 0; count < 10; count++) nc.publish("slow");
    await nc.flush();
    expect(all).toEqual([]);
    for (let count = 0; count < 5; count++) {
      nc.publish("slow");
      await nc.flush();
    }
    expect(all).toEqual([{ type: Events.SlowConsumer, data: 11, sub }]);
    expect(sub.getPending()).toBe(15);
    let taken = 0;
    for await (const _ of sub) if (++taken === 15) break;

    const again = nc.subscribe("slow", { slow: 2 });
    for (let round = 0; round < 2; round++) {
      for (let count = 0; count < 3; count++) nc.publish("slow");
      await nc.flush();
      const iterator = again[Symbol.asyncIterator]();
      if (round === 1) break;
      for (let count = 0; count < 3; count++) await iterator.next();
    }
    expect(all).toHaveLength(2);
  });

  test("slow is refused where nothing is queued, and when it is no limit", async () => {
    const nc = await open();
    expect(() => nc.subscribe("slow", { slow: 1, callback: () => {} })).toThrow(
      '"slow" has no meaning with "callback"',
    );
    expect(() => nc.subscribe("slow", { slow: 0 })).toThrow('"slow" cannot be 0');
  });
});

describe("the servers of a running connection", () => {
  test("are shown, in the order they will be tried", async () => {
    const nc = await open({ servers: [server().url, "wss://b.example:9/path?q=1"], noRandomize: true });
    expect(nc.getServers()).toEqual([
      { listen: "b.example:9", hostname: "b.example", port: 9, src: "wss://b.example:9/path?q=1", gossiped: false },
      expect.objectContaining({ listen: server().name, gossiped: false }),
    ]);
  });

  test("can be replaced: the live connection stays, the next one goes to the new server", async () => {
    const other = await TestServer.start();
    try {
      const nc = await open({ reconnectTimeWait: 50, reconnectJitter: 0 });
      const heard: string[] = [];
      nc.subscribe("move", { callback: (_, message) => heard.push(message.string()) });
      nc.setServers([other.url]);
      expect(nc.getServers().map((it) => it.listen)).toEqual([other.name]);
      expect(nc.getServer()).toBe(server().name);
      await nc.flush();

      await nc.reconnect();
      await nc.flush();
      expect(nc.getServer()).toBe(other.name);
      nc.publish("move", "here");
      await nc.flush();
      expect(heard).toEqual(["here"]);
    } finally {
      await other.remove();
    }
  });

  test("brings its credentials with it, and takes none of the servers before", async () => {
    const [first, second] = [
      await TestServer.start({ conf: "authorization { user: a, password: one }" }),
      await TestServer.start({ conf: "authorization { user: b, password: two }" }),
    ];
    try {
      const nc = await open({ servers: first.url.replace("//", "//a:one@") });
      nc.setServers(second.url.replace("//", "//b:two@"));
      await nc.reconnect();
      await nc.flush();
      expect((await nc.context()).data.user).toBe("b");
      nc.setServers(first.url);
      await nc.reconnect();
      const refused = (await nc.closed()) as NatsError;
      expect(refused.code).toBe("AUTHORIZATION_VIOLATION");
    } finally {
      await Promise.all([first.remove(), second.remove()]);
    }
  });

  test("cannot be none, no URL, or those of a closed connection", async () => {
    const nc = await open();
    expect(() => nc.setServers([])).toThrow("the list of servers cannot be empty");
    expect(() => nc.setServers("ftp://a")).toThrow('server "ftp://a" cannot be used');
    expect(nc.getServers()).toHaveLength(1);
    await nc.close();
    expect(() => nc.setServers("ws://a")).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
  });
});

describe("a message", () => {
  test("has a size and a publisher, and tells who sent a request of another account", async () => {
    const nc = await open();
    const sub = nc.subscribe("message");
    nc.publish("message", "12345", { reply: "here" });
    const info = { acc: "A", rtt: 5, start: "2026-01-02T03:04:05Z" };
    const headers = core.headers();
    headers.set("Nats-Request-Info", JSON.stringify(info));
    nc.publish("message", "", { headers });
    const iterator = sub[Symbol.asyncIterator]();
    const [plain, foreign] = [(await iterator.next()).value, (await iterator.next()).value];
    expect(plain.size()).toBe("message".length + "here".length + 5);
    expect(plain.requestInfo()).toBeNull();
    expect(foreign.requestInfo()).toEqual({ ...info, start: new Date(info.start) });
    const heard = nc.subscribe("elsewhere", { max: 1 });
    plain.publisher.publish("elsewhere", "by the message");
    for await (const message of heard) expect(message.string()).toBe("by the message");
  });
});

describe("a subscription", () => {
  test("has its number as sid", async () => {
    const sub = (await open()).subscribe("number");
    expect(sub.sid).toBe(sub.getID());
  });

  test("moves to another subject, and counts max from there", async () => {
    const nc = (await open()) as NatsConnection & { _resub(sub: object, subject: string, max?: number): void };
    const heard: string[] = [];
    const sub = nc.subscribe("from", {
      callback: (_, message) => {
        heard.push(message.subject);
        if (message.string() === "move") nc._resub(sub, "to", 2);
      },
    });
    const before = sub.sid;
    // In one window: what follows the move was meant for the subject before.
    nc.publish("from", "move");
    nc.publish("from", "lost");
    await nc.flush();
    expect(sub.getSubject()).toBe("to");
    expect(sub.sid).not.toBe(before);
    for (let count = 0; count < 3; count++) nc.publish("to");
    await sub.closed;
    expect(heard).toEqual(["from", "to", "to"]);
    expect(() => nc._resub(sub, "again")).toThrow("it is closed");
  });
});

describe("Bench", () => {
  test.each([true, false])(
    "measures publishing, subscribing, requesting and responding (callbacks: %s)",
    async (callbacks) => {
      const nc = await open();
      const pubsub = await new Bench(nc, { callbacks, msgs: 500, size: 16, pub: true, sub: true }).run();
      expect(pubsub.map((metric) => [metric.name, metric.msgs])).toEqual([
        ["pubsub", 1000],
        ["pub", 500],
        ["sub", 500],
      ]);
      expect(pubsub[2]).toMatchObject({ payload: 16, bytes: 500 * 16, lang: "nats-wasm" });

      const other = await open();
      const bench = new Bench(other, { callbacks, msgs: 50, size: 4, req: true, rep: true, asyncRequests: !callbacks });
      const reqrep = await bench.run();
      expect(reqrep.map((metric) => metric.name)).toEqual(["reqrep", "rep", "req"]);
      expect(other.stats().outMsgs).toBe(100);
    },
  );

  test("refuses to measure nothing", async () => {
    const nc = await open();
    expect(() => new Bench(nc)).toThrow("no bench option selected");
  });

  test("the report", () => {
    const metric = Object.assign(new Metric("pub", 2000), {
      msgs: 5000,
      bytes: 4096,
      payload: 8,
      lang: "l",
      version: "v",
    });
    expect(`${metric}`).toBe("pub 2,500 msgs/sec - [2.00 secs] ~ 2.00 KB/sec ");
    const date = new Date(metric.date).toISOString();
    expect(Metric.header() + metric.toCsv()).toBe(
      `Test,Date,Lang,Version,Count,MsgPayload,Bytes,Millis,Async\n"pub",${date},l,v,5000,8,4096,2000,false\n`,
    );
  });
});
