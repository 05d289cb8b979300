/** Consumers as the server describes them. Types only; the names are the server's. Durations in nanoseconds. */
import type { Nanos } from "../../core/types";
import type { AckPolicy, ConsumerApiAction, DeliverPolicy, PriorityPolicy, ReplayPolicy } from "../enums";
import type { ApiPaged, ApiResponse, ClusterInfo } from "./stream";

export interface ConsumerConfig extends ConsumerUpdateConfig {
  ack_policy: AckPolicy;
  deliver_policy: DeliverPolicy;
  /** Push: its queue group. */
  deliver_group?: string;
  /** Its name, and it stays when nobody uses it. */
  durable_name?: string;
  /** Its name. Server 2.9. */
  name?: string;
  /** Push: the server asks for a reply now and then and waits when none comes. Needs `idle_heartbeat`. */
  flow_control?: boolean;
  /** Push: the server says that nothing came, so often. */
  idle_heartbeat?: Nanos;
  /** With `DeliverPolicy.StartSequence`. */
  opt_start_seq?: number;
  /** With `DeliverPolicy.StartTime`: an ISO 8601 date. */
  opt_start_time?: string;
  /** Bits per second. */
  rate_limit_bps?: number;
  replay_policy: ReplayPolicy;
  /** Delivers nothing before this ISO 8601 date. Server 2.11. */
  pause_until?: string;
}

/** What an update may change. */
export interface ConsumerUpdateConfig extends PriorityGroups {
  description?: string;
  /** A message that is not acknowledged for so long is delivered again. */
  ack_wait?: Nanos;
  /** Deliveries of one message. -1: no limit. */
  max_deliver?: number;
  /** Share of acknowledgements that are reported, in percent. */
  sample_freq?: string;
  /** Deliveries without an acknowledgement, at which the server waits. */
  max_ack_pending?: number;
  /** Pull: requests that may wait at a time. */
  max_waiting?: number;
  /** Payloads are left out; `JsHeaders.MessageSizeHdr` says how large they are. */
  headers_only?: boolean;
  /** Makes it a push consumer: where its messages go. */
  deliver_subject?: string;
  /** Pull: largest batch of one request. */
  max_batch?: number;
  /** Pull: longest `expires` of one request. */
  max_expires?: Nanos;
  /** Deleted when nobody uses it for so long. */
  inactive_threshold?: Nanos;
  /** Waits before the first, second, … redelivery. */
  backoff?: Nanos[];
  /** Pull: largest `max_bytes` of one request. */
  max_bytes?: number;
  /** Default: those of the stream. */
  num_replicas?: number;
  /** Keep its state in memory, whatever the stream does. */
  mem_storage?: boolean;
  /** Not together with `filter_subjects`. */
  filter_subject?: string;
  /** Not together with `filter_subject`. Server 2.10. */
  filter_subjects?: string[];
  /** Keys that begin with `_nats` are the server's. Server 2.10. */
  metadata?: Record<string, string>;
}

/** How several clients share a consumer. Server 2.11. Not in nats.ws. */
export interface PriorityGroups {
  priority_groups?: string[];
  priority_policy?: PriorityPolicy;
  /** With `PriorityPolicy.PinnedClient`: a client that does not pull for so long is replaced. */
  priority_timeout?: Nanos;
}

export interface SequenceInfo {
  consumer_seq: number;
  stream_seq: number;
  last_active: Nanos;
}

export interface ConsumerInfo {
  stream_name: string;
  name: string;
  /** An ISO 8601 date. */
  created: string;
  config: ConsumerConfig;
  /** The last delivery. */
  delivered: SequenceInfo;
  /** Up to here everything is acknowledged. */
  ack_floor: SequenceInfo;
  num_ack_pending: number;
  num_redelivered: number;
  /** Pull requests that wait. */
  num_waiting: number;
  /** Messages that are still to be delivered. */
  num_pending: number;
  cluster?: ClusterInfo;
  /** Push: somebody is subscribed. */
  push_bound: boolean;
  /** When this was said: an ISO 8601 date. Server 2.10. */
  ts?: string;
  /** Server 2.11. */
  paused?: boolean;
  /** Server 2.11. */
  pause_remaining: Nanos;
}

/** The answer to a reset. Not in nats.ws. */
export interface ConsumerResetResponse extends ConsumerInfo {
  /** Stream sequence delivery goes on with. */
  reset_seq: number;
}

export interface ConsumerListResponse extends ApiResponse, ApiPaged {
  consumers: ConsumerInfo[];
}

export interface CreateConsumerRequest {
  stream_name: string;
  config: Partial<ConsumerConfig>;
  action?: ConsumerApiAction;
  pedantic?: boolean;
}

/** Not in nats.ws. */
export interface ConsumerCreateOptions {
  /** Refuse a configuration the server would have to change, instead of changing it. Server 2.11. */
  pedantic?: boolean;
}

/** One pull request. Times in milliseconds. */
export interface PullOptions {
  /** Messages. */
  batch: number;
  /** Answer at once, with what there is. */
  no_wait: boolean;
  /** How long the request waits for messages. */
  expires: number;
  max_bytes: number;
  idle_heartbeat: number;
}

/** Where a delivery comes from, as its reply subject says. */
export interface DeliveryInfo {
  /** Empty when there is none. */
  domain: string;
  account_hash?: string;
  stream: string;
  consumer: string;
  /** Of this message so far: 1 for the first. */
  deliveryCount: number;
  /** @deprecated the same as `deliveryCount` */
  redeliveryCount: number;
  streamSequence: number;
  deliverySequence: number;
  /** When it was stored, since 1970. A number: exact to a few hundred nanoseconds. */
  timestampNanos: number;
  /** Messages that were still to be delivered then. */
  pending: number;
  redelivered: boolean;
}
