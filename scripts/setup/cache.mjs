// Where tools that are not npm packages live between runs: NATS_WASM_CACHE, else ~/.cache/nats-wasm. One directory
// per tool and version, so that a change of version installs beside the old one. And where those of the machine are.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../refusal.mjs";

export const CACHE = process.env.NATS_WASM_CACHE || join(homedir(), ".cache", "nats-wasm");

/** The directory of one tool at one version. It may not exist yet. */
export function toolDirectory(tool, version) {
  return join(CACHE, `${tool}-${version}`);
}

/** The first directory of PATH that holds `program`, joined with it; undefined when none does. */
export function onPath(program) {
  return (process.env.PATH ?? "")
    .split(":")
    .filter(Boolean)
    .map((directory) => join(directory, program))
    .find(existsSync);
}

/** The program that the environment's `variable` names, else the first of `programs` on PATH; undefined when there is none. */
export function find(variable, programs) {
  const named = process.env[variable];
  if (named && !existsSync(named)) throw new Refusal(`${variable} names ${named}, which does not exist`);
  return named || programs.map(onPath).find(Boolean);
}
