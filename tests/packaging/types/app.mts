/** A program that uses the package as its users do; compiled by tests/packaging/package.test.ts, never run. */
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
import { type KV, Kvm, NoopKvCodecs } from "nats-wasm/kv";
import { connect as connectPlain } from "nats-wasm/nats.js";
import { nkeys } from "nats-wasm/nkeys";
import { type ObjectInfo, Objm } from "nats-wasm/object-store";
import { Svcm } from "nats-wasm/services";
import { connect as connectSlim, init } from "nats-wasm/slim";

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
await init(new URL("https://localhost/nats.wasm"));
const kv: KV = await new Kvm(await connectSlim()).create("settings", { codec: NoopKvCodecs() });
const color: string | undefined = (await kv.get("color"))?.string();
const info: ObjectInfo = await (await new Objm(await connectPlain()).open("files")).putBlob(
  { name: "a" },
  new Uint8Array(),
);
const seed: Uint8Array = nkeys.createUser().getSeed();
console.log(color?.length, info.size, seed.length);

// @ts-expect-error: a payload is a string or bytes
nc.publish("greet.joe", 1);
// @ts-expect-error: there is no such option
await connect({ server: "ws://localhost:9222" });
// @ts-expect-error: and no such member
nc.publsh("greet.joe");
