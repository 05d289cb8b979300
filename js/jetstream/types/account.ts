/**
 * Limits and usage of an account. Types only; the names are the server's. Sizes are in bytes; a limit of -1 means no
 * limit.
 */
import type { ApiResponse } from "./stream";

/** Limits of an account, or of one of its tiers. */
export interface AccountLimits {
  /** Bytes of streams in memory. */
  max_memory: number;
  /** Bytes of streams in files. */
  max_storage: number;
  /** Number of streams. */
  max_streams: number;
  /** Number of consumers. */
  max_consumers: number;
  /** Largest `max_ack_pending` of a consumer. */
  max_ack_pending: number;
  /** Bytes of one stream in memory. */
  memory_max_stream_bytes: number;
  /** Bytes of one stream in files. */
  storage_max_stream_bytes: number;
  /** True when streams must have `max_bytes`. (The server sends a boolean; the type is that of nats.ws.) */
  max_bytes_required: number;
}

/** Usage of an account, or of one of its tiers. */
export interface JetStreamUsage {
  /** Bytes of streams in memory. */
  memory: number;
  /** Bytes of streams in files. */
  storage: number;
  /** Number of streams. */
  streams: number;
  /** Number of consumers. */
  consumers: number;
  /** Bytes in memory that the streams' `max_bytes` reserve. Not in nats.ws. */
  reserved_memory?: number;
  /** Bytes in files that the streams' `max_bytes` reserve. Not in nats.ws. */
  reserved_storage?: number;
}

/** Usage and limits together. */
export interface JetStreamUsageAccountLimits extends JetStreamUsage {
  /** The limits that the usage counts against. */
  limits: AccountLimits;
}

/** The account's answer to `JetStreamManager.getAccountInfo()`. */
export interface JetStreamAccountStats extends JetStreamUsageAccountLimits {
  /** Requests to the JetStream API. */
  api: JetStreamApiStats;
  /** JetStream domain of the server. Undefined: none. */
  domain?: string;
  /** Usage and limits by number of replicas: `R1`, `R3`, … Undefined for accounts without tiers. */
  tiers?: { [tier: `R${number}`]: JetStreamUsageAccountLimits };
}

/** Requests of an account to the JetStream API. */
export interface JetStreamApiStats {
  /** Requests so far. */
  total: number;
  /** Requests that the API refused. */
  errors: number;
  /** Level of the JetStream API (NATS ADR-44). Not in nats.ws. */
  level?: number;
  /** Requests that are not answered yet. Not in nats.ws. */
  inflight?: number;
}

/** The answer to `$JS.API.INFO`, as it is sent. */
export interface AccountInfoResponse extends ApiResponse, JetStreamAccountStats {}
