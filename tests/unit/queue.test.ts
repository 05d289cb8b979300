// The queue between deliveries and a `for await`: order, the end, errors, one consumer, counts.
import { describe, expect, it, vi } from "vitest";
import { Queue, syncIterator } from "../../js/core/messages/queue";

function filled<T>(...values: T[]): Queue<T> {
  const queue = new Queue<T>();
  for (const value of values) queue.push(value);
  return queue;
}

async function collect<T>(queue: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

describe("Queue", () => {
  it("gives what was queued, then ends", async () => {
    const queue = filled(1, 2, 3);
    queue.stop();
    queue.push(4);
    expect(await collect(queue)).toEqual([1, 2, 3]);
  });

  it("throws the error after what was queued, once", async () => {
    const queue = filled(1, 2);
    queue.stop(new Error("over"));
    const seen: number[] = [];
    await expect(async () => {
      for await (const value of queue) seen.push(value);
    }).rejects.toThrow("over");
    expect(seen).toEqual([1, 2]);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });

  it("keeps order over thousands of values taken while others come", async () => {
    const queue = new Queue<number>();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of queue) seen.push(value);
    })();
    for (let i = 0; i < 10_000; i++) {
      queue.push(i);
      if (i % 7 === 0) await undefined;
    }
    queue.stop();
    await reading;
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  });

  it("serves next() calls that wait at the same time, in order", async () => {
    const queue = new Queue<string>();
    const waiting = Promise.all([queue.next(), queue.next(), queue.next()]);
    queue.push("a");
    queue.push("b");
    queue.stop();
    expect(await waiting).toEqual([
      { value: "a", done: false },
      { value: "b", done: false },
      { value: undefined, done: true },
    ]);
  });

  it("wakes a waiting consumer with the error", async () => {
    const queue = new Queue<string>();
    const waiting = queue.next();
    queue.stop(new Error("lost"));
    await expect(waiting).rejects.toThrow("lost");
  });

  it("refuses a second consumer", async () => {
    const queue = filled(1, 2);
    const first = queue[Symbol.asyncIterator]();
    expect(await first.next()).toEqual({ value: 1, done: false });
    await expect(collect(queue)).rejects.toMatchObject({ code: "BAD API", message: "BAD API: already yielding" });
    expect(await first.next()).toEqual({ value: 2, done: false });
  });

  it("ends and drops the rest when its consumer leaves", async () => {
    const onEnd = vi.fn();
    const queue = new Queue<number>(onEnd);
    queue.push(1);
    queue.push(2);
    for await (const value of queue) {
      expect(value).toBe(1);
      break;
    }
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(queue.getPending()).toBe(0);
    queue.push(3);
    expect(queue.getReceived()).toBe(2);
  });

  it("tells its end when the consumer is done with the last value, not before", async () => {
    const onEnd = vi.fn();
    const queue = new Queue<number>(onEnd);
    queue.push(1);
    queue.stop();
    expect(onEnd).not.toHaveBeenCalled();
    await queue.next();
    expect(onEnd).not.toHaveBeenCalled();
    expect(await queue.next()).toEqual({ value: undefined, done: true });
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(await queue.iterClosed).toBeUndefined();
  });

  it("tells which value its consumer is done with when it asks for the next one, not when it leaves", async () => {
    const done: number[] = [];
    const queue = new Queue<number>(undefined, (value) => done.push(value));
    for (const value of [1, 2, 3]) queue.push(value);
    for await (const value of queue) {
      expect(done).toEqual([1, 2, 3].slice(0, value - 1));
      if (value === 3) break;
    }
    expect(done).toEqual([1, 2]);
  });

  it("a consumer that asks in advance is done with one value when it gets the next", async () => {
    const done: number[] = [];
    const queue = new Queue<number>(undefined, (value) => done.push(value));
    const asked = [queue.next(), queue.next(), queue.next()];
    for (const value of [1, 2, 3]) queue.push(value);
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(done).toEqual([1, 2]);
    void queue.next();
    expect(done).toEqual([1, 2, 3]);
  });

  it("counts received, processed and pending, the one in hand included", async () => {
    const queue = filled("a", "b");
    expect([queue.getReceived(), queue.getProcessed(), queue.getPending()]).toEqual([2, 0, 2]);
    await queue.next();
    expect([queue.getReceived(), queue.getProcessed(), queue.getPending()]).toEqual([2, 1, 2]);
    await queue.next();
    expect([queue.getReceived(), queue.getProcessed(), queue.getPending()]).toEqual([2, 2, 1]);
  });
});

describe("syncIterator", () => {
  it("gives one value a call, and null at the end", async () => {
    const queue = filled("a", "b");
    const iterator = syncIterator(queue);
    expect(await iterator.next()).toBe("a");
    expect(await iterator.next()).toBe("b");
    queue.stop();
    expect(await iterator.next()).toBeNull();
  });

  it("is the one consumer", async () => {
    const queue = filled("a", "b");
    await syncIterator(queue).next();
    await expect(queue[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "BAD API" });
  });
});
