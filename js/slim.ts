/**
 * "nats-wasm/slim": the core client without the wasm module inside. The page gives it, with `init()`: for streaming
 * compilation, long caching, and policies that allow one URL.
 */
import { NatsConnectionImpl, open } from "./core/connection/connection";
import type { ConnectionOptions, NatsConnection } from "./core/types";
import { loaded } from "./engine/fetch";

export * from "./core/public";
export { init } from "./engine/fetch";

/** As `connect` of the other entry points, once `init()` was called. */
export function connect(options?: ConnectionOptions): Promise<NatsConnection> {
  return open(loaded, options, NatsConnectionImpl);
}

/** The name `connect` has in version 3 of the NATS clients. */
export const wsconnect = connect;
