// What is fetched when it is first used must not show: calls keep their order, what they were given, and whose they are.

import { connect } from "nats-wasm";
import { expect, test } from "vitest";
import { useServer } from "../harness/server.ts";

const server = useServer({ config: "jetstream" });

test("publishes to a stream go out in the turn of the call, in order with all others, with what was given then", async () => {
  const nc = await connect({ servers: server().url });
  const jsm = await nc.jetstreamManager();
  await jsm.streams.add({ name: "lazy", subjects: ["lazy.>"], storage: "memory" as never });
  const js = nc.jetstream();
  const bytes = new Uint8Array(1);
  const acks = [];
  for (let i = 0; i < 3; i++) {
    bytes[0] = i;
    acks.push(js.publish("lazy.a", bytes));
    bytes[0] = 100 + i;
    nc.publish("lazy.a", bytes);
    bytes[0] = 0;
  }
  expect((await Promise.all(acks)).map(({ seq }) => seq)).toEqual([1, 3, 5]);
  await nc.flush();
  const stored = [];
  for (let seq = 1; seq <= 6; seq++) stored.push((await jsm.streams.getMessage("lazy", { seq })).data[0]);
  expect(stored).toEqual([0, 100, 1, 101, 2, 102]);
  await nc.close();
});

test("what fails names the caller, the first time and later", async () => {
  const nc = await connect({ servers: server().url });
  const js = nc.jetstream();
  const calls: Record<string, () => Promise<unknown>> = {
    publish: () => js.publish("nobody.listens"),
    consumer: () => js.consumers.get("none", "none"),
    ordered: () => js.consumers.get("none"),
    stream: () => js.streams.get("none"),
    manager: () => nc.jetstreamManager({ apiPrefix: "nobody" }),
    pull: () => js.pull("none", "none"),
    subscribe: () => js.subscribe("nobody.listens", {}),
    batch: () => js.startBatch("nobody.listens"),
    service: () => nc.services.add({ name: "a b", version: "1.0.0" }),
    discovery: () => nc.services.client().ping("a b"),
  };
  for (const [name, call] of Object.entries(calls)) {
    for (const round of ["first", "later"]) {
      async function theCallerToBeNamed() {
        await call();
      }
      const error = await theCallerToBeNamed().then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(`${name} ${round}: ${error?.stack}`).toContain("theCallerToBeNamed");
    }
  }
  await nc.close();
});
