/**
 * "nats-wasm": the whole client, a drop-in replacement for nats.ws.
 */
export * from "./core/index";
