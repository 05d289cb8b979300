/**
 * The machines of the object store: a wasm module of their own, which lies in this file's import. Owns its loading;
 * imported dynamically by the object store.
 */
import { decodeBase64 } from "./base64";
import * as exported from "./generated/object-store.js";
import { bytes } from "./generated/object-store.inline";
import { Memory } from "./memory";

export interface ObjectMachines {
  readonly Write: typeof exported.Write;
  readonly Read: typeof exported.Read;
  /** Where the machines have their rooms. */
  readonly memory: Memory;
}

let loaded: ObjectMachines | undefined;

/** The module's classes. Compiled by the first call, which takes a millisecond or two. */
export function objectMachines(): ObjectMachines {
  if (loaded === undefined) {
    const { memory } = exported.initSync({ module: decodeBase64(bytes) });
    loaded = { Write: exported.Write, Read: exported.Read, memory: new Memory(memory) };
  }
  return loaded;
}
