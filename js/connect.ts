/**
 * The `connect` of "nats-wasm". A file without exports of other files, so that a bundler which wants `connect` reads
 * this one alone. JetStream and services are added to the connection here, so that "nats-wasm/core" stays small.
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

/** The connection of "nats-wasm/core", with JetStream and services. */
export interface NatsConnection extends CoreConnection {
  /** The services framework on this connection. */
  readonly services: ServicesAPI;
  /** JetStream, for publishing and consuming. @throws NatsError "BAD API" for an empty `apiPrefix`. */
  jetstream(options?: JetStreamOptions): JetStreamClient;
  /**
   * JetStream, for managing streams and consumers.
   *
   * @throws NatsError, as a rejection: "503" when JetStream is not enabled, unless `checkAPI` is false; "BAD API" for
   * an empty `apiPrefix`; TIMEOUT.
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
