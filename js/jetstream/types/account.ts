/** What an account may use and uses. Types only; the names are the server's. Sizes in bytes, -1: no limit. */
import type { ApiResponse } from "./stream";

export interface AccountLimits {
  max_memory: number;
  max_storage: number;
  max_streams: number;
  max_consumers: number;
  max_ack_pending: number;
  memory_max_stream_bytes: number;
  storage_max_stream_bytes: number;
  /** Whether streams must have `max_bytes`. (The server sends a boolean; the type is that of nats.ws.) */
  max_bytes_required: number;
}

export interface JetStreamUsage {
  memory: number;
  storage: number;
  streams: number;
  consumers: number;
  /** Not in nats.ws. */
  reserved_memory?: number;
  /** Not in nats.ws. */
  reserved_storage?: number;
}

export interface JetStreamUsageAccountLimits extends JetStreamUsage {
  limits: AccountLimits;
}

export interface JetStreamAccountStats extends JetStreamUsageAccountLimits {
  api: JetStreamApiStats;
  domain?: string;
  /** By number of replicas: `R1`, `R3`, … */
  tiers?: { [tier: `R${number}`]: JetStreamUsageAccountLimits };
}

/** API requests of this account. */
export interface JetStreamApiStats {
  total: number;
  errors: number;
  /** Of the JetStream API. Not in nats.ws. */
  level?: number;
  /** Not in nats.ws. */
  inflight?: number;
}

export interface AccountInfoResponse extends ApiResponse, JetStreamAccountStats {}
