/**
 * Servers: how they describe themselves, and which may be dialled. Types only. Names and members are those of nats.ws
 * 1.30.3; "Not in nats.ws" marks the others.
 */

/** The server's INFO. The names are the protocol's (`Info` in nats-server's server/server.go). */
export interface ServerInfo {
  /** True when the server asks for credentials. */
  auth_required?: boolean;
  /** Number of this connection on the server. */
  client_id: number;
  /** Address of this client, as the server sees it. */
  client_ip?: string;
  /** Name of the cluster. */
  cluster?: string;
  /** Further servers of the cluster, as `host:port`. */
  connect_urls?: string[];
  /** Commit the server was built from. */
  git_commit?: string;
  /** Version of Go the server was built with. */
  go: string;
  /** True when the server supports headers. */
  headers?: boolean;
  /** Address the server listens on. */
  host: string;
  /** True when JetStream is enabled. */
  jetstream?: boolean;
  /** True when the server is about to shut down (lame duck mode). */
  ldm?: boolean;
  /** Largest body of a message in bytes, headers included. */
  max_payload: number;
  /** Text that authenticators sign. */
  nonce?: string;
  /** Port the server listens on for clients that are no browsers. */
  port: number;
  /** Version of the protocol: 1 for servers that send INFO again when the cluster changes. */
  proto: number;
  /** Public key of the server, `N…`. */
  server_id: string;
  /** Name of the server. */
  server_name: string;
  /** True when the server can do TLS. */
  tls_available?: boolean;
  /** True when the server demands TLS. */
  tls_required?: boolean;
  /** True when the server demands a client certificate. */
  tls_verify?: boolean;
  /** Version of the server, such as `2.12.8`. */
  version: string;
}

/** A server that may be dialled. Not in nats.ws. */
export interface KnownServer {
  /** `host:port`. */
  readonly listen: string;
  /** Host of the URL; an IPv6 address is in brackets. */
  readonly hostname: string;
  /** Port of the URL, or the default of its scheme. */
  readonly port: number;
  /** URL of the WebSocket, without credentials. */
  readonly src: string;
  /** True when the cluster named the server, false when the application did. */
  readonly gossiped: boolean;
}

/** A server that `ConnectionOptions.reconnectToServer` may choose. Not in nats.ws. */
export interface Server extends KnownServer {
  /** Always empty: the browser decides about TLS. */
  readonly tlsName: string;
  /** Failed dials in a row. */
  readonly reconnects: number;
  /** Time of the last dial, in ms since 1970; 0: the server was never dialled. */
  readonly lastConnect: number;
  /** True when a connection to the server was ever made. */
  readonly didConnect: boolean;
}

/**
 * Chooses the server to dial: one of `pool`, or null for the first of `pool`, whose turn it is. The result's `delay` is
 * a wait in ms before the dial, which follows the wait of the reconnect options; a negative number counts as 0. `info`
 * is the INFO of the last server, null before there was one. Not in nats.ws.
 */
export type ReconnectToServerHandler = (
  pool: readonly Server[],
  info: ServerInfo | null,
) => Server | { server: Server; delay: number } | null;

/** The server's answer to `$SYS.REQ.USER.INFO`. The names are the server's. */
export interface Context {
  /** The server that answered. */
  server: ContextServer;
  /** The user of this connection. */
  data: ContextUser;
}

/** The server that answered `$SYS.REQ.USER.INFO` (`ServerInfo` in nats-server's server/events.go). */
export interface ContextServer {
  /** Name of the server. */
  name: string;
  /** Address of the server. */
  host: string;
  /** Public key of the server, `N…`. */
  id: string;
  /** Version of the server. (The declarations of nats.ws call it `version`, which the server does not send.) */
  ver: string;
  /** Tags of the server's configuration. */
  tags?: string[];
  /** True when JetStream is enabled. */
  jetstream: boolean;
  /** Bits that describe the server's features. */
  flags: number;
  /** Number of this answer. */
  seq: number;
  /** When the server answered. */
  time: Date;
}

/** A user and the permissions of the user. */
export interface ContextUser {
  /** User name, public key or JWT subject. */
  user: string;
  /** Account of the user. */
  account: string;
  /** Permissions; undefined when the user has no restrictions. */
  permissions?: {
    publish?: ContextPermission;
    subscribe?: ContextPermission;
    responses?: ContextResponsePermission;
  };
}

/** Subjects that are allowed and denied, wildcards included. */
export interface ContextPermission {
  /** Subjects that are denied. They win over `allow`. */
  deny?: string[];
  /** Subjects that are allowed. Undefined: all. */
  allow?: string[];
}

/** The replies that a received request permits. */
export interface ContextResponsePermission {
  /** Replies to one request. */
  max: number;
  /** Time after the request in which replies are permitted, in nanoseconds. */
  ttl: number;
}
