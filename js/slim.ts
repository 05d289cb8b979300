/**
 * "nats-wasm/slim": the core client without the wasm module inside. The page supplies the module, with `init()`: for
 * streaming compilation, long caching, and policies that allow one URL.
 */
import { NatsConnectionImpl, open } from "./core/connection/connection";
import type { ConnectionOptions, NatsConnection } from "./core/types";
import { loaded } from "./engine/fetch";

export * from "./core/public";
export { init } from "./engine/fetch";

/**
 * As `connect` of "nats-wasm/core", once `init()` was called.
 *
 * @throws NatsError, as a rejection: UNKNOWN_ERROR before `init()`, and the codes of "nats-wasm/core".
 */
export function connect(options?: ConnectionOptions): Promise<NatsConnection> {
  return open(loaded, options, NatsConnectionImpl);
}

/** The name `connect` has in version 3 of the NATS clients. */
export const wsconnect = connect;
