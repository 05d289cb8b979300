/** Servers: what they say of themselves, and which may be dialled. Types only. Names and members are those of nats.ws 1.30.3, unless a comment says otherwise. */

/** What the server says of itself in INFO. The names are the protocol's. */
export interface ServerInfo {
  auth_required?: boolean;
  client_id: number;
  client_ip?: string;
  cluster?: string;
  /** Further servers of the cluster, as `host:port`. */
  connect_urls?: string[];
  git_commit?: string;
  /** Version of Go the server was built with. */
  go: string;
  headers?: boolean;
  host: string;
  jetstream?: boolean;
  /** True when the server is about to shut down. */
  ldm?: boolean;
  /** Largest body of a message in bytes, headers included. */
  max_payload: number;
  /** To be signed by those who prove to be somebody with an nkey. */
  nonce?: string;
  port: number;
  /** Version of the protocol. */
  proto: number;
  server_id: string;
  server_name: string;
  tls_available?: boolean;
  tls_required?: boolean;
  tls_verify?: boolean;
  version: string;
}

/** A server that may be dialled. */
export interface KnownServer {
  /** `host:port`. */
  readonly listen: string;
  readonly hostname: string;
  readonly port: number;
  /** URL of the WebSocket, without credentials. */
  readonly src: string;
  /** Learnt from the cluster, and not given by the application. */
  readonly gossiped: boolean;
}

/** A server that may be dialled next. Not in nats.ws. */
export interface Server extends KnownServer {
  /** Always empty: the browser decides about TLS. */
  readonly tlsName: string;
  /** Dials in a row that failed. */
  readonly reconnects: number;
  /** When it was dialled last, in ms since 1970; 0: never. */
  readonly lastConnect: number;
  /** Whether a connection to it was ever made. */
  readonly didConnect: boolean;
}

/**
 * Chooses the server to dial: one of `pool`, whose first is the one whose turn it is, or null for that one. With `delay`,
 * that many milliseconds are waited before its dial, behind the wait of the reconnect options. `info` is what the last
 * server said of itself, null before there was one. Not in nats.ws.
 */
export type ReconnectToServerHandler = (
  pool: readonly Server[],
  info: ServerInfo | null,
) => Server | { server: Server; delay: number } | null;

/** The server's answer to `$SYS.REQ.USER.INFO`. The names are the server's. */
export interface Context {
  server: ContextServer;
  data: ContextUser;
}

export interface ContextServer {
  name: string;
  host: string;
  id: string;
  /** Its version. (The declarations of nats.ws call it `version`, which the server does not send.) */
  ver: string;
  tags?: string[];
  jetstream: boolean;
  flags: number;
  seq: number;
  time: Date;
}

export interface ContextUser {
  user: string;
  account: string;
  permissions?: {
    publish?: ContextPermission;
    subscribe?: ContextPermission;
    responses?: ContextResponsePermission;
  };
}

/** Subjects that are allowed and denied. */
export interface ContextPermission {
  deny?: string[];
  allow?: string[];
}

/** How many replies a request permits, and for how many nanoseconds. */
export interface ContextResponsePermission {
  max: number;
  ttl: number;
}
