/**
 * The machines of JetStream and KV: a small wasm module of their own, which lies in this file's import. Owns its loading;
 * whoever uses JetStream imports this file dynamically, so that those who do not never fetch it.
 */
import * as exported from "./generated/jetstream.js";
import { packed } from "./generated/jetstream.inline";
import { unpack } from "./unpack";

export type Machines = typeof exported;

let loaded = false;

/** The module's classes. Compiled by the first call, which takes a millisecond or two. */
export function machines(): Machines {
  if (!loaded) {
    exported.initSync({ module: unpack(packed) });
    loaded = true;
  }
  return exported;
}
