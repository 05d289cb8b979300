/**
 * "nats-wasm/core": the client without JetStream and services. The public list, and `connect` with the wasm module
 * inside.
 */
import { loadInline } from "../engine/inline";
import { NatsConnectionImpl, open } from "./connection/connection";
import type { ConnectionOptions, NatsConnection } from "./types";

/**
 * Connects to a NATS server over WebSocket.
 *
 * @returns the connection, after the server has accepted it.
 * @throws NatsError, as a rejection. Of the options: INVALID_OPTION, NOT_FUNC, "BAD API" (inboxPrefix). Of the dial:
 * UNKNOWN_ERROR (the socket cannot be opened; a page that refuses WebAssembly), CONNECTION_REFUSED
 * (`reconnectToServer`), CONNECTION_TIMEOUT, DISCONNECT and NATS_PROTOCOL_ERR (in the handshake),
 * AUTHORIZATION_VIOLATION, AUTHENTICATION_EXPIRED, ACCOUNT_EXPIRED, AUTHENTICATION_TIMEOUT, BAD_AUTHENTICATION,
 * BAD_CREDS. The message has URL, phase, attempt, the WebSocket's close code and likely causes. Also rejects with the
 * reason of its `signal`.
 */
export function connect(options?: ConnectionOptions): Promise<NatsConnection> {
  return open(loadInline, options, NatsConnectionImpl);
}

/** The name `connect` has in version 3 of the NATS clients. */
export const wsconnect = connect;

export * from "./public";
