// The servers of the other tests: that a release is the one it is called, and that the cluster of three does what it is
// told.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JetStreamCluster } from "../harness/jetstream-cluster.ts";
import { StreamPublisher } from "../harness/publisher.ts";
import { describeReleases } from "../harness/releases.ts";

describeReleases((release, server) => {
  test("runs, with JetStream", async () => {
    const page = (await server().monitor("/varz")) as { version: string; jetstream: { config?: object } };
    expect(page.version.split(".").slice(0, 2).join(".")).toBe(release);
    expect(page.jetstream.config).toBeDefined();
  });
});

describe("a JetStream cluster", () => {
  let cluster: JetStreamCluster;
  beforeAll(async () => {
    cluster = await JetStreamCluster.start();
  }, 60_000);
  afterAll(() => cluster?.remove());

  test("moves a stream's leader when told, or when its member is killed, while a publisher goes on", async () => {
    const outside = await cluster.member(0).outside();
    const config = { name: "S", subjects: ["s"], num_replicas: 3 };
    const created = JSON.parse(
      (await outside.request("$JS.API.STREAM.CREATE.S", JSON.stringify(config), 10_000)) ?? "",
    );
    expect(created.error).toBeUndefined();
    await cluster.current("S");
    const publisher = await StreamPublisher.start(cluster.members, "s", 2);

    const first = await cluster.leader("S");
    const second = await cluster.stepDown("S");
    expect(second).not.toBe(first);
    await cluster.stop(second);
    const third = await cluster.leader("S");
    expect(third).not.toBe(second);
    await cluster.restart(second);
    await cluster.current("S");
    await cluster.stepDownCluster();

    const last = await publisher.stop();
    expect(last).toBeGreaterThan(0);
    const info = JSON.parse((await outside.request("$JS.API.STREAM.INFO.S")) ?? "");
    expect(info.state.messages).toBeGreaterThanOrEqual(last);
    await outside.close();
  }, 60_000);
});
