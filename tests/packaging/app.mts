/** A program that uses the package as its users do; compiled by tests/unit/package.test.ts, never run. */
import {
  connect,
  credsAuthenticator,
  headers,
  JSONCodec,
  type NatsConnection,
  StringCodec,
  type Subscription,
} from "nats-wasm";
import { connect as connectCore } from "nats-wasm/core";
import { AckPolicy, type JetStreamManager, jetstream, jetstreamManager } from "nats-wasm/jetstream";
import { Svcm } from "nats-wasm/services";

const nc: NatsConnection = await connect({
  servers: "ws://localhost:9222",
  authenticator: credsAuthenticator(new Uint8Array()),
});
const sub: Subscription = nc.subscribe("greet.*", { queue: "workers", max: 3 });
nc.publish("greet.joe", StringCodec().encode("hello"), { headers: headers() });
for await (const m of sub) console.log(m.subject.length, m.json<{ name: string }>().name);
const reply = await nc.request("time", JSONCodec().encode({ zone: "utc" }), { timeout: 500 });
reply.respond(reply.data);
const service = await new Svcm(await connectCore()).add({ name: "echo", version: "1.0.0" });
service.addEndpoint("echo", (error, m) => {
  if (error === null) m.respond(m.data);
});
const jsm: JetStreamManager = await jetstreamManager(await connectCore(), { domain: "hub" });
await jsm.consumers.add("orders", { durable_name: "worker", ack_policy: AckPolicy.Explicit });
const { seq } = await jetstream(nc).publish("orders.1", "one", { msgID: "1" });
for await (const each of await (await nc.jetstream().consumers.get("orders")).consume()) if (each.seq === seq) break;

// @ts-expect-error: a payload is a string or bytes
nc.publish("greet.joe", 1);
// @ts-expect-error: there is no such option
await connect({ server: "ws://localhost:9222" });
// @ts-expect-error: and no such member
nc.publsh("greet.joe");
