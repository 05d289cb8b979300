// The releases of nats-server JetStream tests run against. A release that cannot be had on this machine skips its tests,
// with the reason in their name.

import { describe } from "vitest";
import { commands } from "vitest/browser";
import type { Release } from "../../../scripts/nats-server.mjs";
import { type TestServer, useServer } from "./server.ts";

const refusals = await commands.serverReleases();

/** One server of each release. */
export function describeReleases(body: (release: Release, server: () => TestServer) => void): void {
  describeReleaseNames((release) => body(release, useServer({ config: "jetstream", version: release })));
}

/** For tests that start servers themselves. */
export function describeReleaseNames(body: (release: Release) => void): void {
  for (const [release, refused] of Object.entries(refusals) as [Release, string][]) {
    if (refused) describe.skip(`nats-server ${release}: ${refused}`, () => body(release));
    else describe(`nats-server ${release}`, () => body(release));
  }
}
