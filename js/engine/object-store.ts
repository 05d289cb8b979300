/**
 * The machines of the object store: a wasm module of their own, which lies in this file's import. Owns its loading;
 * imported dynamically by the object store.
 */
import { ErrorCode } from "../base/enums";
import { asError, NatsError } from "../base/errors";
import * as exported from "./generated/object-store.js";
import { wasm } from "./generated/object-store.inline";
import { decodeHex } from "./hex";
import { Memory } from "./memory";

export interface ObjectMachines {
  readonly Write: typeof exported.Write;
  readonly Read: typeof exported.Read;
  /** Where the machines have their rooms. */
  readonly memory: Memory;
}

let loaded: ObjectMachines | undefined;

/**
 * The module's classes. Compiled by the first call, which takes a millisecond or two.
 *
 * @throws NatsError UNKNOWN_ERROR where WebAssembly has no vectors, which the digest is computed with, or is refused.
 */
export function objectMachines(): ObjectMachines {
  loaded ??= { Write: exported.Write, Read: exported.Read, memory: new Memory(compiled()) };
  return loaded;
}

function compiled(): WebAssembly.Memory {
  try {
    return exported.initSync({ module: decodeHex(wasm) }).memory;
  } catch (thrown) {
    const cause = asError(thrown);
    throw new NatsError(
      `object stores need WebAssembly with SIMD (Chrome 91, Firefox 89, Safari 16.4): ${cause.message}`,
      ErrorCode.Unknown,
      cause,
    );
  }
}
