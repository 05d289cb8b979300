/**
 * The machines of JetStream, KV and the object store: a wasm module of their own, which lies in an import of this file. Owns the
 * loading of the module. Users of a machine import this file dynamically, so that other pages never fetch the module.
 * generated/machines.enums.ts, which loads nothing, has the meaning of the machines' numbers.
 */
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode } from "../base/errors";
import { Flow, Idle, initSync, Ordered, Pull, Read, Watch, Write } from "./generated/machines.js";
import { wasm } from "./generated/machines.inline";
import { decodeHex } from "./hex";
import { Memory } from "./memory";

export type { Flow, Idle, Ordered, Pull, PullNotice, PullRequest, Read, Watch, Write } from "./generated/machines.js";

const CLASSES = { Flow, Idle, Ordered, Pull, Read, Watch, Write };

export type Machines = typeof CLASSES & {
  /** Where the machines of objects have their rooms. */
  readonly memory: Memory;
};

let loaded: Machines | undefined;

/**
 * The module's classes. Compiled by the first call, which takes a millisecond or two.
 *
 * @throws NatsError UNKNOWN_ERROR where WebAssembly lacks vectors, which digests are computed with, or is refused.
 */
export function machines(): Machines {
  loaded ??= { ...CLASSES, memory: new Memory(compiled()) };
  return loaded;
}

function compiled(): WebAssembly.Memory {
  try {
    return initSync({ module: decodeHex(wasm) }).memory;
  } catch (thrown) {
    const cause = asError(thrown);
    throw errorFromCode(
      ErrorCode.Unknown,
      `the machines of JetStream need WebAssembly with SIMD (Chrome 96, Firefox 89, Safari 16.4): ${cause.message}`,
      cause,
    );
  }
}
