// The hooks of typed subscriptions, as subscribe() takes them: filters in front of an iterator and behind it, and who is
// told.

import type { Connection } from "../../browser/harness/clients.ts";
import type { Msg, Subscription, SubscriptionOptions, TypedSubscriptionOptions } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { collect } from "../../browser/harness/frameworks.ts";
import { useServer } from "../../browser/harness/server.ts";

const server = useServer();

function subscribe(nc: Connection, hooks: Partial<TypedSubscriptionOptions<Msg>>): Subscription {
  return nc.subscribe("hooked", hooks as SubscriptionOptions);
}

describe.each(clients)("$name", ({ client, ours }) => {
  const open = () => connected(client, { servers: server().url });

  async function publish(nc: Connection, ...texts: string[]): Promise<void> {
    for (const text of texts) nc.publish("hooked", text);
    await nc.flush();
  }

  test("ingestionFilterFn keeps messages out of the iterator; they count as received", async () => {
    const nc = await open();
    const sources: unknown[] = [];
    const sub = subscribe(nc, {
      max: 4,
      ingestionFilterFn: (message, source) => {
        sources.push(source);
        return { ingest: message?.string() !== "no", protocol: false };
      },
    });
    await publish(nc, "1", "no", "2", "no");
    expect([sub.getReceived(), sub.getPending()]).toEqual([4, ours ? 2 : 3]);
    expect((await collect(sub)).map((message) => message.string())).toEqual(["1", "2"]);
    expect(sub.getProcessed()).toBe(2);
    expect(sources).toEqual([sub, sub, sub, sub]);
  });

  test("protocolFilterFn hides messages, which count neither as processed nor, told as protocol, as received", async () => {
    const nc = await open();
    const isProtocol = (message: Msg | null) => message?.string().startsWith("protocol") ?? false;
    const sub = subscribe(nc, {
      ingestionFilterFn: (message) => ({ ingest: true, protocol: isProtocol(message) }),
      protocolFilterFn: (message) => !isProtocol(message),
    });
    await publish(nc, "protocol 1", "1", "protocol 2", "2");
    expect([sub.getReceived(), sub.getProcessed(), sub.getPending()]).toEqual([2, 0, 2]);
    const heard: string[] = [];
    for await (const message of sub) {
      heard.push(message.string());
      if (heard.length === 2) break;
    }
    expect(heard).toEqual(["1", "2"]);
    expect([sub.getReceived(), sub.getProcessed()]).toEqual([2, 2]);
  });

  test("dispatchedFn is told of a message when the loop is done with it", async () => {
    const nc = await open();
    const order: string[] = [];
    const sub = subscribe(nc, { max: 2, dispatchedFn: (message) => void order.push(`done ${message?.string()}`) });
    await publish(nc, "1", "2");
    for await (const message of sub) order.push(message.string());
    expect(order).toEqual(["1", "done 1", "2", "done 2"]);
  });

  test.each(["iterator", "callback"])("cleanupFn is told once, before closed resolves (%s)", async (kind) => {
    const nc = await open();
    const order: unknown[] = [];
    const sub = subscribe(nc, {
      max: 1,
      cleanupFn: (subscription) => void order.push(subscription),
      ...(kind === "callback" ? { callback: () => {} } : {}),
    });
    const closed = sub.closed.then(() => order.push("closed"));
    await publish(nc, "1");
    if (kind === "iterator") await collect(sub);
    await closed;
    sub.unsubscribe();
    await nc.flush();
    expect(order).toEqual([sub, "closed"]);
  });

  test("subscribe() uses no adapter, and a callback gets its messages unfiltered", async () => {
    const nc = await open();
    const heard: string[] = [];
    const never = () => {
      throw new Error("not to be called");
    };
    subscribe(nc, {
      adapter: never,
      ingestionFilterFn: never,
      protocolFilterFn: never,
      dispatchedFn: never,
      callback: (_, message) => void heard.push(message?.string() ?? ""),
    });
    await publish(nc, "1", "2");
    expect(heard).toEqual(["1", "2"]);
  });

  test("a filter behind the iterator that throws ends it with that error", async () => {
    const nc = await open();
    const sub = subscribe(nc, {
      protocolFilterFn: () => {
        throw new Error("mine");
      },
    });
    await publish(nc, "1");
    await expect(collect(sub)).rejects.toThrow("mine");
    await sub.closed;
    expect(sub.isClosed()).toBe(true);
  });

  test.runIf(ours)("a filter in front of it that throws is reported, and the others are heard", async () => {
    const nc = await open();
    const errors: unknown[] = [];
    void (async () => {
      for await (const status of nc.status()) errors.push((status as { error?: Error }).error?.message);
    })();
    const catchUncaught = (event: ErrorEvent) => event.preventDefault();
    addEventListener("error", catchUncaught);
    const sub = subscribe(nc, {
      ingestionFilterFn: (message) => {
        if (message?.string() === "1") throw new Error("mine");
        return { ingest: true, protocol: false };
      },
    });
    await publish(nc, "1", "2");
    sub.unsubscribe();
    expect((await collect(sub)).map((message) => message.string())).toEqual(["2"]);
    removeEventListener("error", catchUncaught);
    expect(errors).toEqual(["mine"]);
  });
});
