// A core that has trapped says so at every call, in this client's one error class.
import { describe, expect, it } from "vitest";
import { NatsError } from "../../js/base/errors";
import { normalise } from "../../js/core/options/options";
import type { EngineListener } from "../../js/engine/engine";
import { LocalEngine } from "../../js/engine/local";
import type { RawEngine } from "../../js/engine/boundary";

// (module (func (export "trap") unreachable))
const TRAP = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5];

const OPTIONS = normalise({ servers: "ws://127.0.0.1:1" }).engine;

function engine(call: () => never): LocalEngine {
  const works = { memory: new WebAssembly.Memory({ initial: 1 }), scratch: () => 0, open: () => {} };
  // Once it is made, every method of a core that has trapped is the same.
  let isMade = false;
  const raw = new Proxy(works, { get: (_, name) => (isMade ? call : works[name as keyof typeof works]) });
  const made = new LocalEngine(() => raw as unknown as RawEngine, OPTIONS, {} as EngineListener);
  isMade = true;
  return made;
}

describe("a core that has trapped", () => {
  const { trap } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([...TRAP, 1, 3, 0, 0, 11]))).exports;
  const broken = engine(trap as () => never);

  it.each([
    ["publish", () => broken.publish("a", "b", "", undefined)],
    ["publishTo", () => broken.publishTo(new Uint8Array([97]), "b", "", undefined)],
    ["request", () => broken.request("a", "b", "", undefined, 1000)],
    ["requestMany", () => broken.requestMany("a", "b", "", undefined, 0, 1, 1, 1)],
    ["subscribe", () => broken.subscribe("a", "", 0, 0)],
    ["flush", () => broken.flush()],
    ["close", () => broken.close()],
    ["phase", () => broken.phase()],
    ["stats", () => broken.stats()],
  ])("%s throws an error that says what to do", (_verb, call) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NatsError);
    expect((thrown as NatsError).message).toMatch(/core has failed, connect anew/);
    expect((thrown as NatsError).chainedError).toBeInstanceOf(WebAssembly.RuntimeError);
  });
});

it("other errors are left alone", () => {
  const thrown = new TypeError("ours");
  const odd = engine(() => {
    throw thrown;
  });
  expect(() => odd.flush()).toThrow(thrown);
});
