import * as natsWs from "nats.ws";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff } from "../../js/core/helpers/backoff";
import { deferred } from "../../js/core/helpers/deferred";
import { deadline, delay } from "../../js/core/helpers/delay";
import { millis, nanos } from "../../js/core/helpers/nanos";

const ours = { backoff, deferred, deadline, delay, millis, nanos };

describe.each([
  ["nats-wasm", ours],
  ["nats.ws", natsWs as unknown as typeof ours],
])("waiting with %s", (_name, client) => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it("settles a deferred from outside", async () => {
    const good = client.deferred<number>();
    good.resolve(1);
    expect(await good).toBe(1);
    const bad = client.deferred<number>();
    bad.reject(new Error("no"));
    await expect(bad).rejects.toThrow("no");
  });

  it("resolves a delay when its time has come, not before", async () => {
    const done = vi.fn();
    client.delay(100).then(done);
    await vi.advanceTimersByTimeAsync(99);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledOnce();
  });

  it("never settles a cancelled delay", async () => {
    const done = vi.fn();
    const waiting = client.delay(100);
    waiting.then(done, done);
    waiting.cancel();
    await vi.advanceTimersByTimeAsync(1000);
    expect(done).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("hands on what comes before the deadline, and leaves no timer", async () => {
    expect(await client.deadline(Promise.resolve(1), 100)).toBe(1);
    await expect(client.deadline(Promise.reject(new Error("no")), 100)).rejects.toThrow("no");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects at the deadline, a second by default", async () => {
    const failed = vi.fn();
    client.deadline(new Promise(() => {})).catch(failed);
    await vi.advanceTimersByTimeAsync(999);
    expect(failed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(failed).toHaveBeenCalledExactlyOnceWith(new Error("deadline exceeded"));
  });

  it.each([0, 0.25, 0.999])("backs off by the steps with half of jitter (random %d)", (random) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    const steps = [0, 250, 250, 500, 500, 3000, 5000, 5000, 5000];
    const waits = (policy?: number[]) => steps.map((_, attempt) => client.backoff(policy).backoff(attempt));
    expect(waits()).toEqual(steps.map((ms) => (ms === 0 ? 0 : Math.floor(ms / 2 + random * ms))));
    expect(waits([10])).toEqual(steps.map(() => Math.floor(5 + random * 10)));
    expect(waits("bad" as unknown as number[])).toEqual(waits());
  });

  it("counts between nanoseconds and milliseconds", () => {
    expect(client.nanos(1.5)).toBe(1_500_000);
    expect(client.millis(1_999_999)).toBe(1);
  });
});
