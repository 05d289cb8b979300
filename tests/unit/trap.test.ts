// A core that traps inside a call of the application says so there, in this client's one error class, and its connection
// is over. The core is the one that ships; a call that comes while another one works in the same engine is the trap.
import { afterEach, describe, expect, it, vi } from "vitest";
import { Code } from "../../js/base/codes";
import { isNatsError, type NatsError } from "../../js/base/errors";
import { normalise } from "../../js/core/options/options";
import type { EngineListener } from "../../js/engine/engine";
import { loadInline } from "../../js/engine/inline";
import { LocalEngine } from "../../js/engine/local";
import { Phase } from "../../js/engine/numbers";

const OPTIONS = normalise({ servers: "ws://127.0.0.1:1" }).engine;
const LIMITS = { strategy: 0, maxWait: 1, maxMessages: 1, stall: 1 };

afterEach(() => vi.restoreAllMocks());

async function open(): Promise<{ engine: LocalEngine; failures: NatsError[] }> {
  const failures: NatsError[] = [];
  const fail = (error: NatsError) => void failures.push(error);
  const provideSocket = () => new Promise<never>(() => {});
  const listener = { fail, provideSocket } as unknown as EngineListener;
  return { engine: new LocalEngine(await loadInline(), OPTIONS, listener), failures };
}

/** Calls while the engine's state is borrowed, which Rust refuses with a panic. Returns what is thrown. */
function whileBorrowed(engine: LocalEngine, call: () => unknown): unknown {
  let thrown: unknown;
  // A request reads the clock.
  vi.spyOn(performance, "now").mockImplementationOnce(() => {
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    return 1;
  });
  engine.request("a", "b", "", undefined, 1000);
  return thrown;
}

const VERBS: [string, (engine: LocalEngine) => unknown][] = [
  ["publish", (engine) => engine.publish("a", "b", "", undefined)],
  ["publish of a subject that is not known yet", (engine) => engine.publish("c", "b", "", undefined)],
  ["publish of many bytes", (engine) => engine.publish("a", new Uint8Array(300_000), "", undefined)],
  ["publishTo", (engine) => engine.publishTo(new Uint8Array([97]), "b", "", undefined)],
  ["request", (engine) => engine.request("a", "b", "", undefined, 1000)],
  ["requestMany", (engine) => engine.requestMany("a", "b", "", undefined, LIMITS)],
  ["ticket", (engine) => engine.ticket()],
  ["cancel", (engine) => engine.cancel(1)],
  ["subscribe", (engine) => engine.subscribe("a", "", 0, 0)],
  ["unsubscribe", (engine) => engine.unsubscribe(1, 0)],
  ["drainSubscription", (engine) => engine.drainSubscription(1)],
  ["flush", (engine) => engine.flush()],
  ["drain", (engine) => engine.drain()],
  ["reconnect", (engine) => engine.reconnect()],
  ["wake", (engine) => engine.wake()],
  ["close", (engine) => engine.close()],
  ["phase", (engine) => engine.phase()],
  ["server", (engine) => engine.server()],
  ["servers", (engine) => engine.servers()],
  ["setServers", (engine) => engine.setServers([{ url: "ws://127.0.0.1:1/", name: "127.0.0.1:1" }])],
  ["stats", (engine) => engine.stats()],
];

describe("a core that traps", () => {
  it.each(VERBS)("%s throws an error that says what to do", async (_verb, call) => {
    const { engine, failures } = await open();
    const thrown = whileBorrowed(engine, () => call(engine)) as NatsError;
    expect(isNatsError(thrown)).toBe(true);
    expect(thrown.code).toBe("CORE_FAILED");
    expect(thrown.message).toMatch(/^CORE_FAILED: .*core has failed, connect anew: /);
    expect(thrown.chainedError).toBeInstanceOf(WebAssembly.RuntimeError);
    expect(failures).toEqual([thrown]);
  });

  it("rejects the connect that waits, with the same error", async () => {
    const { engine, failures } = await open();
    const connecting = engine.connect().catch((error: unknown) => error);
    const thrown = whileBorrowed(engine, () => engine.flush());
    expect(await connecting).toBe(thrown);
    expect(failures).toEqual([thrown]);
  });

  it("cannot be made", async () => {
    const module = await loadInline();
    vi.spyOn(performance, "now").mockImplementationOnce(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
    expect(() => new LocalEngine(module, OPTIONS, {} as EngineListener)).toThrow(
      expect.objectContaining({
        code: "CORE_FAILED",
        message: expect.stringMatching(/^CORE_FAILED: .*: unreachable$/),
      }),
    );
  });

  it("is closed afterwards, tells its end once, and refuses quietly", async () => {
    const { engine, failures } = await open();
    whileBorrowed(engine, () => engine.flush());
    expect(engine.phase()).toBe(Phase.Closed);
    expect(engine.server()).toBe("");
    expect(engine.servers()).toEqual([]);
    expect(engine.stats()).toEqual({ inMsgs: 0, inBytes: 0, outMsgs: 0, outBytes: 0 });
    expect(engine.publish("a", "b", "", undefined)).toBe(-Code.ConnectionClosed);
    expect(engine.publish("a", new Uint8Array(300_000), "", undefined)).toBe(-Code.ConnectionClosed);
    expect(engine.publishTo(new Uint8Array([97]), "b", "", undefined)).toBe(-Code.ConnectionClosed);
    expect(engine.request("a", "b", "", undefined, 1000)).toBe(-Code.ConnectionClosed);
    expect(engine.requestMany("a", "b", "", undefined, LIMITS)).toBe(-Code.ConnectionClosed);
    expect(engine.subscribe("a", "", 0, 0)).toBe(-Code.ConnectionClosed);
    expect(engine.flush()).toBe(-Code.ConnectionClosed);
    expect(engine.drain()).toBe(-Code.ConnectionClosed);
    engine.close();
    engine.wake();
    expect(failures).toHaveLength(1);
  });

  it("leaves the other connections of the module alone", async () => {
    const [one, two] = [await open(), await open()];
    whileBorrowed(one.engine, () => one.engine.flush());
    expect(two.engine.phase()).toBe(Phase.Idle);
    expect(two.engine.subscribe("a", "", 0, 0)).toBe(1);
    expect(two.failures).toEqual([]);
  });
});

it("other errors are left alone", async () => {
  const { engine, failures } = await open();
  const ours = new TypeError("ours");
  const odd = {
    get length(): number {
      throw ours;
    },
  };
  expect(() => engine.publish("a", odd as Uint8Array, "", undefined)).toThrow(ours);
  expect(failures).toEqual([]);
  expect(engine.phase()).toBe(Phase.Idle);
});
