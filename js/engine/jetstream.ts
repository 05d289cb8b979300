/**
 * The machines of JetStream and KV: a small wasm module of their own, which lies in this file's import. Owns its loading;
 * whoever uses JetStream imports this file dynamically, so that those who do not never fetch it.
 */
import * as exported from "./generated/jetstream.js";
import { wasm } from "./generated/jetstream.inline";
import { decodeHex } from "./hex";

export type Machines = typeof exported;

let loaded = false;

/** The module's classes. Compiled by the first call, which takes a millisecond or two. */
export function machines(): Machines {
  if (!loaded) {
    exported.initSync({ module: decodeHex(wasm) });
    loaded = true;
  }
  return exported;
}
