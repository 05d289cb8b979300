/**
 * "./jetstream": streams, consumers and stored messages, on any connection with the nats.ws interface. A connection of
 * "nats-wasm" has `jetstream()` and `jetstreamManager()` already.
 */
export { jetstream, jetstreamManager } from "../jetstream-client";
export * from "./public";
