// One nats-server of each release JetStream tests run against. A release that cannot be had on this machine skips its
// tests, with the reason in their name.

import { describe } from "vitest";
import { commands } from "vitest/browser";
import type { Release } from "../../../scripts/nats-server.mjs";
import { type TestServer, useServer } from "./server.ts";

const refusals = await commands.serverReleases();

export function describeReleases(body: (release: Release, server: () => TestServer) => void): void {
  for (const [release, refused] of Object.entries(refusals) as [Release, string][]) {
    if (refused) {
      describe.skip(`nats-server ${release}: ${refused}`, () => body(release, neverStarted));
      continue;
    }
    describe(`nats-server ${release}`, () => body(release, useServer({ config: "jetstream", version: release })));
  }
}

function neverStarted(): never {
  throw new Error("this release cannot be had");
}
