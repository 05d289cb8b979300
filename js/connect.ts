/**
 * The `connect` of "nats-wasm". A file without exports of others, so that a bundler which wants `connect` is led to this
 * alone. What stands beside the core hangs on its connection here, so that "nats-wasm/core" stays small.
 */
import { NatsConnectionImpl, open } from "./core/connection/connection";
import type { ConnectionOptions, NatsConnection as CoreConnection } from "./core/types";
import { loadInline } from "./engine/inline";
import { jetstream, jetstreamManager } from "./jetstream-client";
import type {
  JetStreamClient,
  JetStreamManager,
  JetStreamManagerOptions,
  JetStreamOptions,
} from "./jetstream/types/client";
import { Svcm } from "./services/svcm";
import type { ServicesAPI } from "./services/types";

/** The connection of "nats-wasm/core", and what is built on it. */
export interface NatsConnection extends CoreConnection {
  /** The services framework on this connection. */
  readonly services: ServicesAPI;
  /** JetStream, for those who publish and consume. @throws NatsError "BAD API" for an empty prefix. */
  jetstream(options?: JetStreamOptions): JetStreamClient;
  /**
   * JetStream, for those who set it up.
   *
   * @throws NatsError, as a rejection: "503" when there is none, unless `checkAPI` is false.
   */
  jetstreamManager(options?: JetStreamManagerOptions): Promise<JetStreamManager>;
}

/**
 * Connects to a NATS server over WebSocket, as `connect` of "nats-wasm/core" does.
 *
 * @returns the connection, after the server has accepted it.
 * @throws NatsError, as a rejection: the codes are those of "nats-wasm/core".
 */
export function connect(options?: ConnectionOptions): Promise<NatsConnection> {
  return open(loadInline, options, Nats);
}

class Nats extends NatsConnectionImpl implements NatsConnection {
  readonly services: ServicesAPI = new Svcm(this);

  jetstream(options?: JetStreamOptions): JetStreamClient {
    return jetstream(this, options);
  }

  jetstreamManager(options?: JetStreamManagerOptions): Promise<JetStreamManager> {
    return jetstreamManager(this, options);
  }
}

/** The name `connect` has in version 3 of the NATS clients. */
export const wsconnect = connect;
