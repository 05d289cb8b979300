/**
 * "./jetstream": streams, consumers and stored messages, on any connection with the nats.ws interface. A connection of
 * "nats-wasm" has `jetstream()` and `jetstreamManager()` already.
 */
export * from "./public";
