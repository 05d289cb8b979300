// `signal`: what is under way is given up when it is aborted, here and on the server; what has ended listens no more.

import { connect, type NatsConnection, nuid, RequestStrategy, StorageType } from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { subjects } from "../harness/frameworks.ts";
import { TestPeer } from "../harness/peer.ts";
import { useServer } from "../harness/server.ts";
import { delay, until } from "../harness/until.ts";

const server = useServer({ config: "jetstream" });
const opened: NatsConnection[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function open(): Promise<NatsConnection> {
  const nc = await connect({ servers: server().url });
  opened.push(nc);
  return nc;
}

const REASON = new Error("no longer wanted");

/** A signal that is aborted in a moment; it knows how many listen. */
function soon(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(REASON), 50);
  return controller.signal;
}

function counted(): { signal: AbortSignal; abort(): void; listeners(): number } {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  return { signal, abort: () => controller.abort(REASON), listeners: () => listeners };
}

describe("connect", () => {
  test("an aborted dial rejects with the reason, and nothing dials on", async () => {
    const peer = await TestPeer.start({ greeting: [] });
    try {
      const dial = connect({ servers: peer.url, waitOnFirstConnect: true, reconnectTimeWait: 20, signal: soon() });
      await expect(dial).rejects.toBe(REASON);
      const { length } = await peer.connections();
      await delay(200);
      expect((await peer.connections()).length).toBe(length);
    } finally {
      await peer.stop();
    }
  });

  test("later it is not listened to", async () => {
    const { signal, abort, listeners } = counted();
    const nc = await connect({ servers: server().url, signal });
    opened.push(nc);
    expect(listeners()).toBe(0);
    abort();
    await nc.flush();
  });
});

describe.each([{ noMux: false }, { noMux: true }])("requests, noMux: $noMux", ({ noMux }) => {
  test("a request rejects with the reason; a late reply harms nobody", async () => {
    const nc = await open();
    let answer = () => {};
    nc.subscribe("slow", {
      callback: (_, message) => {
        answer = () => message.respond("late");
      },
    });
    const started = performance.now();
    await expect(nc.request("slow", "", { timeout: 10_000, noMux, signal: soon() })).rejects.toBe(REASON);
    expect(performance.now() - started).toBeGreaterThanOrEqual(49);
    answer();
    await nc.flush();
    expect((await subjects(server(), nc)).filter((subject) => !subject.endsWith(".*"))).toEqual(["slow"]);
  });

  test("one that is answered listens no more", async () => {
    const nc = await open();
    nc.subscribe("echo", { callback: (_, message) => void message.respond(message.data) });
    const { signal, abort, listeners } = counted();
    expect((await nc.request("echo", "x", { timeout: 1000, noMux, signal })).string()).toBe("x");
    expect(listeners()).toBe(0);
    abort();
    const { outMsgs } = nc.stats();
    await expect(nc.request("echo", "x", { timeout: 1000, noMux, signal })).rejects.toBe(REASON);
    await expect(nc.requestMany("echo", "x", { noMux, signal })).rejects.toBe(REASON);
    expect(nc.stats().outMsgs).toBe(outMsgs);
  });

  test("requestMany throws the reason after the replies there were", async () => {
    const nc = await open();
    nc.subscribe("echo", { callback: (_, message) => void message.respond("1") });
    const replies = await nc.requestMany("echo", "", {
      strategy: RequestStrategy.Timer,
      maxWait: 10_000,
      noMux,
      signal: soon(),
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const reply of replies) seen.push(reply.string());
    })();
    await expect(reading).rejects.toBe(REASON);
    expect(seen).toEqual(["1"]);
    await nc.flush();
    expect((await subjects(server(), nc)).filter((subject) => !subject.endsWith(".*"))).toEqual(["echo"]);
  });
});

test("a subscription ends as by unsubscribe()", async () => {
  const nc = await open();
  const { signal, abort, listeners } = counted();
  const sub = nc.subscribe("s", { signal });
  nc.publish("s", "1");
  await nc.flush();
  abort();
  const seen: string[] = [];
  for await (const message of sub) seen.push(message.string());
  expect(seen).toEqual(["1"]);
  await nc.flush();
  expect(await subjects(server(), nc)).toEqual([]);
  expect(() => nc.subscribe("s", { signal })).toThrow(REASON);

  const other = counted();
  const brief = nc.subscribe("s", { max: 1, signal: other.signal, callback: () => {} });
  nc.publish("s");
  await brief.closed;
  expect([listeners(), other.listeners()]).toEqual([0, 0]);
});

test("flush rejects with the reason, and the next one is answered", async () => {
  const nc = await open();
  await server().pause();
  try {
    await expect(nc.flush({ signal: soon() })).rejects.toBe(REASON);
  } finally {
    await server().resume();
  }
  await nc.flush();
});

describe("JetStream", () => {
  async function consumer(count: number) {
    const nc = await open();
    const jsm = await nc.jetstreamManager();
    const name = nuid.next();
    await jsm.streams.add({ name, subjects: [name], storage: StorageType.Memory });
    await jsm.consumers.add(name, { durable_name: "c", ack_policy: "none" as never });
    const js = nc.jetstream();
    for (let number = 1; number <= count; number++) await js.publish(name, `${number}`);
    return js.consumers.get(name, "c");
  }

  test("consume stops", async () => {
    const { signal, abort } = counted();
    const messages = await (await consumer(3)).consume({ signal });
    const seen: string[] = [];
    for await (const message of messages) if (seen.push(message.string()) === 3) abort();
    expect(seen).toEqual(["1", "2", "3"]);
    await expect((await consumer(1)).consume({ signal })).rejects.toBe(REASON);
  });

  test("fetch stops before its time", async () => {
    const messages = await (await consumer(2)).fetch({ max_messages: 10, expires: 30_000, signal: soon() });
    const seen: string[] = [];
    for await (const message of messages) seen.push(message.string());
    expect(seen).toEqual(["1", "2"]);
  });

  test("next rejects with the reason", async () => {
    const empty = await consumer(0);
    await expect(empty.next({ expires: 30_000, signal: soon() })).rejects.toBe(REASON);
    const { signal, listeners } = counted();
    expect(await empty.next({ expires: 1000, signal })).toBeNull();
    await until(() => listeners() === 0);
  });
});
