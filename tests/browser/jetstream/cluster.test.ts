// A JetStream cluster of each release whose leaders step down and whose members are killed and come back, while readers
// and writers of every kind go on. One ordeal for all of them at once; then each is asked what it got.

import { afterAll, beforeAll } from "vitest";
import { Consumption, PLACES } from "../harness/consumption.ts";
import { testConsumption } from "../harness/consumption-tests.ts";
import { JetStreamCluster } from "../harness/jetstream-cluster.ts";
import { StreamPublisher } from "../harness/publisher.ts";
import { describeReleaseNames } from "../harness/releases.ts";
import { delay } from "../harness/until.ts";

describeReleaseNames((version) => {
  let cluster: JetStreamCluster | undefined;
  let consumption: Consumption | undefined;

  beforeAll(async () => {
    const members = await JetStreamCluster.start({ version });
    cluster = members;
    const publisher = (subject: string) => StreamPublisher.start(members.members, subject, 10);
    const started = await Consumption.start(members.urls, 3, publisher, () => current(members));
    consumption = started;
    await delay(300);
    for (const [stream, consumer] of PLACES) {
      await started.through(() => members.stepDown(stream, consumer));
    }
    await members.stepDownCluster();
    // The member this client is on, then those that lead the consumer and the objects.
    const mine = members.members.findIndex(({ name }) => name === started.nc.getServer());
    await killed(members, started, mine, "SIGKILL");
    await killed(members, started, await members.leader("ORDERS", "consumed"), "SIGTERM");
    await killed(members, started, await members.leader("OBJ_files"), "SIGKILL");
    await started.end();
  }, 300_000);

  afterAll(async () => {
    await consumption?.nc.close();
    await cluster?.remove();
  });

  testConsumption(() => consumption as Consumption);
});

async function killed(
  members: JetStreamCluster,
  consumption: Consumption,
  index: number,
  signal: "SIGKILL" | "SIGTERM",
): Promise<void> {
  await consumption.through(() => members.stop(index, signal));
  await Promise.all(PLACES.map(([stream, consumer]) => members.leader(stream, consumer)));
  await delay(300);
  await members.restart(index);
  await current(members);
}

async function current(members: JetStreamCluster): Promise<void> {
  await Promise.all(PLACES.map(([stream, consumer]) => members.current(stream, consumer)));
}
