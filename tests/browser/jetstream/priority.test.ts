// Priority groups: how several clients share a consumer. Servers from 2.11 on have them; version 3 of the NATS clients
// has them too, nats.ws does not.

import { type ConsumerStatus, type JsMsg, PriorityPolicy } from "nats-wasm";
import { describe, expect, test } from "vitest";
import { durableOf, open, watch } from "../harness/durable.ts";
import { rejection } from "../harness/frameworks.ts";
import { describeReleases } from "../harness/releases.ts";
import { delay, until } from "../harness/until.ts";

describeReleases((release, server) => {
  async function ready(config: object) {
    const { fill, ...more } = await durableOf(await open(server().url), 0, config);
    /** A client of its own. */
    const consumer = async () => (await open(server().url)).jetstream().consumers.get(more.name, "c");
    return { ...more, consumer, fill: (count: number) => fill(1, count) };
  }

  const types = (statuses: ConsumerStatus[]) => statuses.map(({ type }) => `${type}`);
  const hasGroups = !release.startsWith("2.10");

  describe.runIf(!hasGroups)("too old", () => {
    test("is said before anything is sent", async () => {
      const { consumer, manager, name } = await ready({});
      const it = await consumer();
      for (const refused of [
        () => it.consume({ group: "a" }),
        () => it.fetch({ group: "a", min_pending: 1 }),
        () => it.next({ group: "a" }),
        () => manager.consumers.unpin(name, "c", "a"),
        () => manager.consumers.add(name, { priority_groups: ["a"], priority_policy: PriorityPolicy.Overflow }),
      ]) {
        const error = await rejection(refused());
        expect(error).toMatchObject({ code: "SERVER_OPT_NA" });
        expect(error.message).toContain("2.11.0");
      }
    });
  });

  describe.runIf(hasGroups)("overflow", () => {
    const config = { priority_groups: ["a"], priority_policy: PriorityPolicy.Overflow };

    test("helps only when so many messages wait", async () => {
      const { consumer, fill } = await ready(config);
      const helper: JsMsg[] = [];
      const messages = await (await consumer()).consume({
        group: "a",
        min_pending: 10,
        callback: (message) => void helper.push(message),
      });
      await fill(5);
      await delay(300);
      expect(helper).toEqual([]);
      await fill(20);
      await until(() => helper.length >= 15);
      await messages.close();
    });

    test("helps only when so many messages are not acknowledged", async () => {
      const { consumer, fill } = await ready(config);
      const owner = await (await consumer()).consume({ group: "a", max_messages: 3, callback: () => {} });
      const helper: JsMsg[] = [];
      await fill(3);
      await until(() => owner.getReceived() === 3);
      await owner.close();
      const helping = await (await consumer()).fetch({ group: "a", min_ack_pending: 3, max_messages: 2 });
      await fill(2);
      for await (const message of helping) helper.push(message);
      expect(helper.length).toBe(2);
    });

    test("fetch and next say their group", async () => {
      const { consumer, fill } = await ready(config);
      await fill(2);
      const it = await consumer();
      expect((await it.next({ group: "a" }))?.seq).toBe(1);
      for await (const message of await it.fetch({ group: "a", max_messages: 1 })) expect(message.seq).toBe(2);
      expect(await rejection(it.next({ expires: 1000 }))).toMatchObject({
        code: "400",
        message: "400: bad request - priority group missing",
      });
    });
  });

  describe.runIf(hasGroups)("pinned client", () => {
    const config = { priority_groups: ["a"], priority_policy: PriorityPolicy.PinnedClient, priority_timeout: 30e9 };

    test("one gets everything until it is unpinned, then the other does", async () => {
      const { consumer, fill, manager, name } = await ready(config);
      const counts = [0, 0];
      const consume = async (index: number) => {
        const callback = (message: JsMsg) => {
          counts[index] = (counts[index] ?? 0) + 1;
          message.ack();
        };
        const it = await consumer();
        const messages = await it.consume({ group: "a", max_messages: 4, expires: 5000, callback });
        return { it, messages, statuses: await watch(messages) };
      };
      const first = await consume(0);
      await fill(1);
      await until(() => counts[0] === 1);
      const second = await consume(1);
      await fill(20);
      await until(() => counts[0] === 21);
      expect(counts).toEqual([21, 0]);
      const pinned = first.statuses.find(({ type }) => `${type}` === "consumer_pinned");
      expect(pinned?.id).toMatch(/^\S+$/);
      expect(pinned?.data).toBe(pinned?.id);
      // Its requests carry the id it was given.
      const next = first.statuses.findLast(({ type }) => `${type}` === "next");
      expect(next?.data).toMatchObject({ group: "a", id: pinned?.id });

      await manager.consumers.unpin(name, "c", "a");
      await fill(20);
      await until(() => (counts[0] ?? 0) + (counts[1] ?? 0) === 41);
      await until(() => types(first.statuses).includes("consumer_unpinned"));
      expect(counts[1]).toBeGreaterThan(0);
      expect(types(second.statuses)).toContain("consumer_pinned");
      await first.messages.close();
      // The answer comes when the server has read the end of the subscription.
      await first.it.info();
      // The one that is left gets everything again.
      await manager.consumers.unpin(name, "c", "a");
      await fill(10);
      await until(() => (counts[0] ?? 0) + (counts[1] ?? 0) === 51);
      await second.messages.close();
    });

    test("unpin says what is wrong", async () => {
      const { manager, name } = await ready(config);
      expect(await rejection(manager.consumers.unpin(name, "c", ""))).toMatchObject({ code: "BAD API" });
      expect(await rejection(manager.consumers.unpin(name, "c", "b"))).toMatchObject({ code: "400" });
      expect(await rejection(manager.consumers.unpin(name, "none", "a"))).toMatchObject({ code: "404" });
    });
  });

  describe.runIf(hasGroups)("prioritized", () => {
    const config = { priority_groups: ["a"], priority_policy: PriorityPolicy.Prioritized };

    test("the lowest number is served first", async () => {
      const { consumer, fill } = await ready(config);
      const counts = [0, 0];
      const consume = async (priority: number) => {
        const callback = (message: JsMsg) => {
          counts[priority] = (counts[priority] ?? 0) + 1;
          message.ack();
        };
        const it = await consumer();
        const messages = await it.consume({ group: "a", priority, callback });
        // Answered behind the request for messages.
        await it.info();
        return { it, messages };
      };
      const low = await consume(1);
      const high = await consume(0);
      await fill(20);
      await until(() => counts[0] === 20);
      expect(counts).toEqual([20, 0]);
      await high.messages.close();
      await high.it.info();
      await fill(10);
      await until(() => counts[1] === 10);
      await low.messages.close();
    });
  });

  describe.runIf(hasGroups)("what cannot be", () => {
    test.each([
      [{ group: "" }, '""'],
      [{ group: "x".repeat(17) }, "16"],
      [{ group: 7 }, "7"],
      [{ min_pending: 3 }, "min_pending of 3"],
      [{ min_ack_pending: 3 }, "min_ack_pending of 3"],
      [{ priority: 1 }, "priority of 1"],
      [{ group: "a", priority: 10 }, "9"],
      [{ group: "a", priority: -1 }, "-1"],
      [{ group: "a", min_pending: "many" }, "many"],
    ])("%j is refused", async (options, words) => {
      const { consumer } = await ready({});
      const error = await rejection((await consumer()).consume(options as never));
      expect(error).toMatchObject({ code: "BAD API" });
      expect(error.message).toContain(words);
    });
  });
});
