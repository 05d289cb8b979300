// One server of each release that is killed, ended and frozen, and comes back, while readers and writers of every kind go
// on. Consumers without a durable name are gone each time.

import { afterAll, beforeAll } from "vitest";
import { Consumption } from "../harness/consumption.ts";
import { testConsumption } from "../harness/consumption-tests.ts";
import { StreamPublisher } from "../harness/publisher.ts";
import { describeReleases } from "../harness/releases.ts";
import { delay, statusOf } from "../harness/until.ts";

describeReleases((_release, server) => {
  let consumption: Consumption | undefined;

  beforeAll(async () => {
    const publisher = (subject: string) => StreamPublisher.start([server()], subject, 10);
    consumption = await Consumption.start([server().url], 1, publisher);
    const status = statusOf(consumption.nc);
    let returns = 0;
    await delay(500);
    for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL"] as const) {
      // What it has sent is still on its way through the page when it has gone.
      await consumption.through(async () => {
        await server().stop(signal);
        await delay(300);
      });
      await server().restart();
      await status.told("reconnect", ++returns);
      await delay(1000);
    }
    // A link that is there and silent, for longer than heartbeats are waited for.
    await server().pause();
    await delay(4000);
    await server().resume();
    await delay(500);
    await consumption.end();
  }, 300_000);

  afterAll(() => consumption?.nc.close());

  testConsumption(() => consumption as Consumption);
});
