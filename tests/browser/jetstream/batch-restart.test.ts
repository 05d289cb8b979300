// Batches and fast ingest while the server dies: never half a batch, never an answer that claims what is not stored, and
// nobody waits for ever.

import { connect, type NatsConnection, nuid, StorageType, startFastIngest } from "nats-wasm";
import { afterEach, expect, test } from "vitest";
import { collect, rejection } from "../harness/frameworks.ts";
import { useServer } from "../harness/server.ts";

const server = useServer({ config: "jetstream" });
const opened: NatsConnection[] = [];
afterEach(() => Promise.all(opened.splice(0).map((nc) => nc.close())));

async function ready(flags: object) {
  const nc = await connect({ servers: server().url, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  opened.push(nc);
  const jsm = await nc.jetstreamManager({ timeout: 1000 });
  const name = nuid.next();
  await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.File, allow_direct: true, ...flags });
  return { nc, jsm, js: jsm.jetstream(), name };
}

async function die(nc: NatsConnection): Promise<void> {
  const back = (async () => {
    for await (const { type } of nc.status()) if (type === "reconnect") return;
  })();
  await server().stop();
  await server().restart();
  await back;
}

test("an atomic batch that the server forgot is refused as a whole", async () => {
  const { nc, jsm, js, name } = await ready({ allow_atomic: true });
  const batch = await js.startBatch(`${name}.a`, "1");
  batch.add(`${name}.a`, "2");
  await nc.flush();
  await die(nc);
  batch.add(`${name}.a`, "3");
  const error = await rejection(batch.commit(`${name}.a`, "4"));
  expect(error.api_error).toMatchObject({ code: 400, err_code: 10176 });
  expect((await jsm.streams.info(name)).state.messages).toBe(0);
});

test("a commit that is not answered is a TIMEOUT: all of it is stored or nothing, and it is not committed again", async () => {
  const { nc, jsm, js, name } = await ready({ allow_atomic: true });
  const batch = await js.startBatch(`${name}.a`, "1");
  await server().pause();
  const committed = batch.commit(`${name}.a`, "2", { timeout: 300 });
  expect(await rejection(committed)).toMatchObject({ code: "TIMEOUT" });
  await server().resume();
  await nc.flush();
  const { messages } = (await jsm.streams.info(name)).state;
  expect([0, 2]).toContain(messages);
  expect((await rejection(batch.commit(`${name}.a`))).message).toContain("over");
});

test.each([
  ["strict", false],
  ["with gaps", true],
])("fast ingest %s: however it ends, what was acknowledged is there, once and in order", async (_, allowGaps) => {
  const { nc, jsm, name } = await ready({ allow_batched: true });
  const ingest = await startFastIngest(nc, `${name}.a`, "1", { ackInterval: 1, allowGaps, timeout: 1000 });
  let acked = 0;
  for (let number = 2; number <= 20; number++) {
    // The server that came back may not know the ingest any more, and says so to whoever asks first.
    const added = await ingest.add(`${name}.a`, `${number}`).catch((error) => ended(error, number));
    if (added === undefined) break;
    acked = added.ackSeq;
    if (number === 10) await die(nc);
    if (number > 10 && (await over(ingest.done()))) break;
  }
  const outcome = await ingest.end().then(
    ({ count }) => count,
    (error) => error,
  );
  const stored = (await collect(await jsm.direct.getBatch(name, {}))).map((message) => Number(message.string()));
  expect(stored.length).toBeGreaterThanOrEqual(Math.min(acked, 10));
  // In order, and once each.
  expect(stored).toEqual([...new Set(stored)].sort((a, b) => a - b));
  if (typeof outcome === "number") expect(stored.length).toBe(outcome);
  else expect(outcome).toMatchObject({ name: "NatsError" });
});

/** Only after the server died may an addition be refused. */
function ended(error: unknown, number: number): undefined {
  expect(number).toBeGreaterThan(10);
  expect(error).toMatchObject({ name: "NatsError" });
}

async function over(done: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    done.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, 100, false)),
  ]);
}
