/** "nats-wasm": the whole client, a drop-in replacement for nats.ws. */

// Only this entry exports `nkeys`: the namespace is synchronous and so brings the credentials module with it. The other entries
// fetch that module when an authenticator signs.
export { Bench, type BenchOpts, Metric, type Perf } from "./bench";
export { nkeys } from "./core/auth/nkeys";
export * from "./core/public";
export * from "./jetstream/public";
export { jetstream, jetstreamManager } from "./jetstream-client";
export { connect, type NatsConnection, wsconnect } from "./connect";
export * from "./services/index";
