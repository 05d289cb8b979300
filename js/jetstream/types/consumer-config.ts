/**
 * Consumers as the server describes them. Types only; the names are the server's (`ConsumerConfig` in nats-server's
 * server/consumer.go). Durations are in nanoseconds. "Server 2.11" names the first version; an older server is not
 * asked, and the call rejects with SERVER_OPT_NA, where this client checks the field.
 */
import type { Nanos } from "../../core/types";
import type { AckPolicy, ConsumerApiAction, DeliverPolicy, PriorityPolicy, ReplayPolicy } from "../enums";
import type { ApiPaged, ApiResponse, ClusterInfo } from "./stream";

/** Configuration of a consumer. The members it adds to `ConsumerUpdateConfig` cannot be changed later. */
export interface ConsumerConfig extends ConsumerUpdateConfig {
  /** Which messages must be acknowledged. Default of the server: `AckPolicy.None`. */
  ack_policy: AckPolicy;
  /** Where in the stream the consumer starts. Default of the server: `DeliverPolicy.All`. */
  deliver_policy: DeliverPolicy;
  /** Push: queue group of the subscribers. Not together with `flow_control` and `idle_heartbeat`: "BAD API". */
  deliver_group?: string;
  /** Name of a durable consumer, which stays when nobody uses it. Default: the consumer is not durable. */
  durable_name?: string;
  /** Name of the consumer. Default: `durable_name`, else one that the server makes. Server 2.9. */
  name?: string;
  /** Push: the server waits for a reply to a status now and then. Needs `idle_heartbeat`. Default false. */
  flow_control?: boolean;
  /** Push: time without a message after which the server sends a heartbeat. At least 100 ms. Default: no heartbeats. */
  idle_heartbeat?: Nanos;
  /** First stream sequence, with `DeliverPolicy.StartSequence`. */
  opt_start_seq?: number;
  /** Time of the first message, with `DeliverPolicy.StartTime`: an ISO 8601 date. */
  opt_start_time?: string;
  /** Push: bits per second that the server delivers at most. Default: no limit. */
  rate_limit_bps?: number;
  /** How fast stored messages are delivered. Default of the server: `ReplayPolicy.Instant`. */
  replay_policy: ReplayPolicy;
  /** The consumer delivers nothing before this ISO 8601 date. Server 2.11. */
  pause_until?: string;
}

/** The configuration of a consumer that an update may change. */
export interface ConsumerUpdateConfig extends PriorityGroups {
  /** Text for people. Default: none. */
  description?: string;
  /** Time after which a message without an acknowledgement is delivered again. Default of the server: 30 s. */
  ack_wait?: Nanos;
  /** Deliveries of one message at most. -1: no limit. Default of the server: -1. */
  max_deliver?: number;
  /** Share of acknowledgements that the server reports in advisories, in percent, such as "30%". Default: none. */
  sample_freq?: string;
  /** Deliveries without an acknowledgement at which the server waits. -1: no limit. Default of the server: 1000. */
  max_ack_pending?: number;
  /** Pull: requests that may wait at a time. Default of the server: 512. */
  max_waiting?: number;
  /** Leaves out payloads; the header `JsHeaders.MessageSizeHdr` has their size. Default false. */
  headers_only?: boolean;
  /** Makes the consumer a push consumer: subject its messages go to. Default: a pull consumer. */
  deliver_subject?: string;
  /** Pull: largest batch of one request. Default: no limit. */
  max_batch?: number;
  /** Pull: longest `expires` of one request. Default: no limit. */
  max_expires?: Nanos;
  /**
   * Time without use after which the server deletes the consumer. Default of the server: 5 s, never for a durable one.
   */
  inactive_threshold?: Nanos;
  /**
   * Waits before the first, second, … redelivery; replaces `ack_wait`. Needs a `max_deliver` of at least their number.
   */
  backoff?: Nanos[];
  /** Pull: largest `max_bytes` of one request. Default: no limit. */
  max_bytes?: number;
  /** Servers that keep the state, 1 to 5. Default: those of the stream. */
  num_replicas?: number;
  /** Keeps the state in memory, whatever the stream does. Default false. */
  mem_storage?: boolean;
  /** Subject of the messages, wildcards allowed. Default: all. Not together with `filter_subjects`: "BAD API". */
  filter_subject?: string;
  /** Several subjects. Not together with `filter_subject`: "BAD API". Server 2.10. */
  filter_subjects?: string[];
  /** Names and values for people and programs. Names that begin with "_nats" are the server's. Server 2.10. */
  metadata?: Record<string, string>;
}

/** How several clients share a consumer (NATS ADR-42). Server 2.11. Not in nats.ws. */
export interface PriorityGroups {
  /** Names of the groups: letters, digits and `-_/=`, 1 to 16 characters each. Default: none. */
  priority_groups?: string[];
  /** How the server chooses among the clients. Default of the server: `None`. `Prioritized`: server 2.12. */
  priority_policy?: PriorityPolicy;
  /** With `PriorityPolicy.PinnedClient`: time without a pull after which another client becomes the pinned one. */
  priority_timeout?: Nanos;
}

/** A place in a consumer's deliveries and in its stream. */
export interface SequenceInfo {
  /** Number of the delivery, from 1. */
  consumer_seq: number;
  /** Sequence of the message in the stream. */
  stream_seq: number;
  /** Time of the last activity. (The server sends an ISO 8601 date; the type is that of nats.ws.) */
  last_active: Nanos;
}

/** Configuration and state of a consumer. */
export interface ConsumerInfo {
  /** Name of the stream. */
  stream_name: string;
  /** Name of the consumer. */
  name: string;
  /** When the consumer was created: an ISO 8601 date. */
  created: string;
  /** The configuration, with the server's defaults. */
  config: ConsumerConfig;
  /** The last delivery. */
  delivered: SequenceInfo;
  /** The last delivery before which everything is acknowledged. */
  ack_floor: SequenceInfo;
  /** Deliveries without an acknowledgement. */
  num_ack_pending: number;
  /** Messages that were delivered more than once and are not acknowledged. */
  num_redelivered: number;
  /** Pull requests that wait. */
  num_waiting: number;
  /** Messages that are still to be delivered. */
  num_pending: number;
  /** The consumer's replicas. Undefined outside of a cluster. */
  cluster?: ClusterInfo;
  /** Push: true when somebody is subscribed to `deliver_subject`. */
  push_bound: boolean;
  /** When the server answered: an ISO 8601 date. Server 2.10. */
  ts?: string;
  /** True while the consumer is paused. Server 2.11. */
  paused?: boolean;
  /** Time until the pause ends. Server 2.11. */
  pause_remaining: Nanos;
}

/** The answer to a reset. Not in nats.ws. */
export interface ConsumerResetResponse extends ConsumerInfo {
  /** Stream sequence with which delivery goes on. */
  reset_seq: number;
}

/** One page of `$JS.API.CONSUMER.LIST`, as it is sent. */
export interface ConsumerListResponse extends ApiResponse, ApiPaged {
  /** The consumers of this page. */
  consumers: ConsumerInfo[];
}

/** The request that creates or changes a consumer, as it is sent. */
export interface CreateConsumerRequest {
  /** Name of the stream. */
  stream_name: string;
  /** The wanted configuration. */
  config: Partial<ConsumerConfig>;
  /** Whether the consumer must exist. Default: it may. */
  action?: ConsumerApiAction;
  /** As `ConsumerCreateOptions.pedantic`. */
  pedantic?: boolean;
}

/** Options of `ConsumerAPI.add()`. Not in nats.ws. */
export interface ConsumerCreateOptions {
  /** Refuses a configuration the server would have to change, instead of changing it. Default false. Server 2.11. */
  pedantic?: boolean;
}

/** One pull request. Times are in milliseconds. */
export interface PullOptions {
  /** Messages at most, at least 1. Default 1. */
  batch: number;
  /** Answers at once, with what there is. Default false. */
  no_wait: boolean;
  /** How long the request waits on the server. 0: no limit for `pull()`; `fetch()` then needs `no_wait`. Default 0. */
  expires: number;
  /** Bytes at most, subjects and headers included. 0: no limit. Default 0. Server 2.8.3. */
  max_bytes: number;
  /** Time without a message after which the server sends a heartbeat. 0: no heartbeats. Default 0. Needs `expires`. */
  idle_heartbeat: number;
}

/** The origin of a delivery, from the reply subject of the message (NATS ADR-15). */
export interface DeliveryInfo {
  /** JetStream domain; empty when there is none. */
  domain: string;
  /** Hash of the account's name. Undefined or empty before server 2.6. */
  account_hash?: string;
  /** Name of the stream. */
  stream: string;
  /** Name of the consumer. */
  consumer: string;
  /** Deliveries of this message so far: 1 for the first. */
  deliveryCount: number;
  /** @deprecated the same as `deliveryCount` */
  redeliveryCount: number;
  /** Sequence of the message in the stream. */
  streamSequence: number;
  /** Number of the delivery, from 1. */
  deliverySequence: number;
  /** When the message was stored, in nanoseconds since 1970. As a number exact to a few hundred nanoseconds. */
  timestampNanos: number;
  /** Messages that were still to be delivered at the time of this delivery. */
  pending: number;
  /** True when the message was delivered before. */
  redelivered: boolean;
}
