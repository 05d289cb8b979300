/**
 * The machines of the object store: a wasm module of their own, which lies in this file's import. Owns its loading;
 * imported dynamically by the object store.
 */
import { decodeBase64 } from "./base64";
import * as exported from "./generated/object-store.js";
import { bytes } from "./generated/object-store.inline";

export type ObjectMachines = typeof exported;

let loaded = false;

/** The module's classes. Compiled by the first call, which takes a millisecond or two. */
export function objectMachines(): ObjectMachines {
  if (!loaded) {
    exported.initSync({ module: decodeBase64(bytes) });
    loaded = true;
  }
  return exported;
}
