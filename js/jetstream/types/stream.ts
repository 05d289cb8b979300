/** Streams as the server describes them. Types only; the names are the server's. Durations in nanoseconds. */
import type { ApiError } from "../../base/errors";
import type { Nanos } from "../../core/types";
import type { DiscardPolicy, PersistMode, RetentionPolicy, StorageType, StoreCompression } from "../enums";

export interface ApiPaged {
  total: number;
  offset: number;
  limit: number;
}

export interface ApiPagedRequest {
  offset: number;
}

export interface ApiResponse {
  type: string;
  error?: ApiError;
}

export interface Success {
  success: boolean;
}

export type SuccessResponse = ApiResponse & Success;

// ---- configuration --------------------------------------------------------------------------------------------------

export interface StreamConfig extends StreamUpdateConfig {
  name: string;
  retention: RetentionPolicy;
  storage: StorageType;
  /** -1: no limit. */
  max_consumers: number;
  /** The stream this one is a copy of; it has no subjects of its own then. */
  mirror?: StreamSource;
  /** No message can be added or removed any more. Set by an update only, and for good. */
  sealed: boolean;
  /** Sequence of the first message. Server 2.10. */
  first_seq: number;
  /** Payloads count: they are added up per subject. Server 2.12. Not in nats.ws. */
  allow_msg_counter?: boolean;
  /** Server 2.12. Not in nats.ws. */
  persist_mode?: PersistMode;
}

/** What an update may change. */
export interface StreamUpdateConfig {
  /** Wildcards are allowed. */
  subjects: string[];
  description?: string;
  /** -1: no limit. */
  max_msgs_per_subject: number;
  /** -1: no limit. */
  max_msgs: number;
  /** 0: no limit. */
  max_age: Nanos;
  /** -1: no limit. */
  max_bytes: number;
  /** Largest message in bytes, headers included. -1: no limit. */
  max_msg_size: number;
  discard: DiscardPolicy;
  /** With `DiscardPolicy.New` and `max_msgs_per_subject`: refuse per subject. */
  discard_new_per_subject: boolean;
  /** Publishes are not answered. */
  no_ack?: boolean;
  /** For how long a `msgID` is remembered. 0: the server's default. */
  duplicate_window: Nanos;
  /** Streams whose messages are copied into this one. */
  sources?: StreamSource[];
  /** Allows `JsHeaders.RollupHdr`. */
  allow_rollup_hdrs: boolean;
  /** 1 to 5. Default 1. */
  num_replicas: number;
  placement?: Placement;
  /** Messages cannot be deleted through the API. For good. */
  deny_delete: boolean;
  /** Messages cannot be purged through the API. For good. */
  deny_purge: boolean;
  /** Every replica answers reads, which may then be a little old. Server 2.9. */
  allow_direct: boolean;
  /** The mirror answers reads of what it mirrors. */
  mirror_direct: boolean;
  republish?: Republish;
  /** Keys that begin with `_nats` are the server's. Server 2.10. */
  metadata?: Record<string, string>;
  /** Server 2.10. */
  subject_transform?: SubjectTransformConfig;
  /** Server 2.10. */
  compression?: StoreCompression;
  /** Server 2.10. */
  consumer_limits?: StreamConsumerLimits;
  /** Messages may have a time to live of their own (`ttl` of a publish). Server 2.11. Not in nats.ws. */
  allow_msg_ttl?: boolean;
  /** Leaves a marker of this age where the last message of a subject expired. Server 2.11. Not in nats.ws. */
  subject_delete_marker_ttl?: Nanos;
  /** Messages may be scheduled (`schedule` of a publish). Server 2.12. Not in nats.ws. */
  allow_msg_schedules?: boolean;
  /** Batches may be published all or nothing (`startBatch`). Server 2.12. Not in nats.ws. */
  allow_atomic?: boolean;
  /** Messages may be ingested fast (`startFastIngest`). Server 2.14. Not in nats.ws. */
  allow_batched?: boolean;
}

/** Subjects are changed before anything else is done. */
export interface SubjectTransformConfig {
  /** Pattern of the subjects that are changed. */
  src?: string;
  dest: string;
}

/** Defaults and upper bounds for the consumers of a stream. */
export interface StreamConsumerLimits {
  inactive_threshold?: Nanos;
  max_ack_pending?: number;
}

/** Stored messages are published again. */
export interface Republish {
  src: string;
  dest: string;
  headers_only?: boolean;
}

export type ExternalStream = {
  /** Prefix of the other account's or domain's API, as `$JS.domain.API`. */
  api: string;
  /** Prefix of the subjects messages are delivered to. */
  deliver?: string;
};

export interface StreamSource {
  name: string;
  opt_start_seq?: number;
  /** An ISO 8601 date. */
  opt_start_time?: string;
  filter_subject?: string;
  /** Not together with `domain`. */
  external?: ExternalStream;
  /** Short for `external: { api: "$JS.<domain>.API" }`. Not sent as such. */
  domain?: string;
  /** Server 2.10. */
  subject_transforms?: SubjectTransformConfig[];
  /** Read through this consumer of the other stream. Server 2.14. Not in nats.ws. */
  consumer?: StreamConsumerSource;
}

/** A consumer made beforehand, that a stream is fed from. */
export interface StreamConsumerSource {
  name: string;
  deliver_subject: string;
}

export interface Placement {
  cluster: string;
  tags: string[];
}

// ---- state ----------------------------------------------------------------------------------------------------------

export interface StreamInfo extends ApiPaged {
  config: StreamConfig;
  /** An ISO 8601 date. */
  created: string;
  state: StreamState;
  cluster?: ClusterInfo;
  /** Of the stream this one mirrors. */
  mirror?: StreamSourceInfo;
  sources?: StreamSourceInfo[];
  /** This stream and its mirrors, nearest first. */
  alternates?: StreamAlternate[];
  /** When this was said: an ISO 8601 date. Server 2.10. */
  ts?: string;
}

/** A place a stream can be read at. */
export interface StreamAlternate {
  name: string;
  cluster: string;
  domain: string;
}

export interface StreamState {
  messages: number;
  bytes: number;
  first_seq: number;
  /** An ISO 8601 date. */
  first_ts: string;
  last_seq: number;
  /** An ISO 8601 date. */
  last_ts: string;
  num_deleted: number;
  /** Sequences between the first and the last that are gone. With `deleted_details` only. */
  deleted: number[];
  lost: LostStreamData;
  consumer_count: number;
  num_subjects?: number;
  /** Messages per subject. With `subjects_filter` only. */
  subjects?: Record<string, number>;
}

export interface LostStreamData {
  msgs: number[] | null;
  bytes: number;
}

export interface ClusterInfo {
  name?: string;
  leader?: string;
  replicas?: PeerInfo[];
  /** Not in nats.ws. */
  raft_group?: string;
  /** An ISO 8601 date. Not in nats.ws. */
  leader_since?: string;
  /** Not in nats.ws. */
  traffic_account?: string;
  /** Not in nats.ws. */
  system_account?: boolean;
}

export interface PeerInfo {
  name: string;
  current: boolean;
  offline: boolean;
  /** Since it was heard of. */
  active: Nanos;
  /** Operations it is behind the leader. */
  lag: number;
}

export interface StreamSourceInfo {
  name: string;
  /** Messages behind. */
  lag: number;
  /** Since it was heard of; -1: never. */
  active: Nanos;
  error?: ApiError;
  subject_transforms?: SubjectTransformConfig[];
}

// ---- requests -------------------------------------------------------------------------------------------------------

export type StreamInfoRequestOptions = {
  deleted_details: boolean;
  /** Count the messages of subjects that match. */
  subjects_filter: string;
} & ApiPagedRequest;

/** Of all messages, or of those that match `filter`. */
export type PurgeOpts = PurgeBySeq | PurgeTrimOpts | PurgeBySubject;

export type PurgeBySeq = {
  filter?: string;
  /** The first message that stays. */
  seq: number;
};

export type PurgeTrimOpts = {
  filter?: string;
  /** So many stay. */
  keep: number;
};

export type PurgeBySubject = { filter: string };

export interface PurgeResponse extends Success {
  purged: number;
}

export interface StreamListResponse extends ApiResponse, ApiPaged {
  streams: StreamInfo[];
}

export interface StreamNames {
  streams: string[];
}

export interface StreamMsgResponse extends ApiResponse {
  message: {
    subject: string;
    seq: number;
    /** Base64. */
    data?: string;
    /** Base64. */
    hdrs?: string;
    time: string;
  };
}

/** The last message with this subject. */
export interface LastForMsgRequest {
  last_by_subj: string;
}

export interface SeqMsgRequest {
  seq: number;
}

export type MsgRequest = SeqMsgRequest | LastForMsgRequest | number;

export interface MsgDeleteRequest extends SeqMsgRequest {
  /** Do not overwrite the stored bytes. */
  no_erase?: boolean;
}

/** The first message at `seq` or after it that matches. */
export type NextMsgRequest = {
  seq?: number;
  next_by_subj: string;
};

/** The first message of this time or later. Not in nats.ws. */
export type StartTimeMsgRequest = {
  start_time: Date | string;
};

export type DirectMsgRequest = SeqMsgRequest | LastForMsgRequest | NextMsgRequest | StartTimeMsgRequest;
