/**
 * Streams as the server describes them. Types only; the names are the server's (`StreamConfig` in nats-server's
 * server/stream.go). Durations are in nanoseconds, sizes in bytes. "Server 2.10" names the first version; a call on an
 * older server rejects with SERVER_OPT_NA. "Not in nats.ws" marks what the types of nats.ws 1.30.3 lack.
 */
import type { ApiError } from "../../base/errors";
import type { Nanos } from "../../core/types";
import type { DiscardPolicy, PersistMode, RetentionPolicy, StorageType, StoreCompression } from "../enums";

/** The place of a page in a list. */
export interface ApiPaged {
  /** Items of the whole list. */
  total: number;
  /** Items before this page. */
  offset: number;
  /** Items of a page at most. */
  limit: number;
}

/** Asks for a page of a list. */
export interface ApiPagedRequest {
  /** Items before the page. Default 0. */
  offset: number;
}

/** The members that every answer of the API has. */
export interface ApiResponse {
  /** Name of the answer's schema, such as `io.nats.jetstream.api.v1.stream_info_response`. */
  type: string;
  /** The reason of a refusal. Undefined: the API did as it was asked. */
  error?: ApiError;
}

/** The answer to a call that has no other result. */
export interface Success {
  /** True when the API did as it was asked. */
  success: boolean;
}

/** The answer to a call that has no other result, as it is sent. */
export type SuccessResponse = ApiResponse & Success;

// ---- configuration --------------------------------------------------------------------------------------------------

/** Configuration of a stream. The server refuses to change most of the members it adds to `StreamUpdateConfig`. */
export interface StreamConfig extends StreamUpdateConfig {
  /** Name of the stream: no dot, wildcard, slash or white space. */
  name: string;
  /** When the stream removes messages. Default of the server: `RetentionPolicy.Limits`. */
  retention: RetentionPolicy;
  /** Where the stream keeps messages. Default of the server: `StorageType.File`. */
  storage: StorageType;
  /** Consumers at most. -1: no limit. Default of the server: -1. */
  max_consumers: number;
  /** The stream this one is a copy of; a mirror has no subjects of its own. Default: none. */
  mirror?: StreamSource;
  /** Refuses to add and remove messages. Only an update can set it, and nothing can unset it. Default false. */
  sealed: boolean;
  /** Sequence of the first message. Default of the server: 1. Server 2.10. */
  first_seq: number;
  /**
   * Makes a counter of every subject: payloads are added up. Default false. Server 2.12 (NATS ADR-49). Not in nats.ws.
   */
  allow_msg_counter?: boolean;
  /** When the stream acknowledges a message. Default `PersistMode.Default`. Server 2.12. Not in nats.ws. */
  persist_mode?: PersistMode;
}

/** The configuration of a stream that an update may change. */
export interface StreamUpdateConfig {
  /** Subjects the stream stores, wildcards allowed. Default of the server: the stream's name. */
  subjects: string[];
  /** Text for people. Default: none. */
  description?: string;
  /** Messages of one subject at most. -1: no limit. Default of the server: -1. */
  max_msgs_per_subject: number;
  /** Messages at most. -1: no limit. Default of the server: -1. */
  max_msgs: number;
  /** Age at which the stream removes a message. 0: no limit. Default 0. */
  max_age: Nanos;
  /** Bytes at most. -1: no limit. Default of the server: -1. */
  max_bytes: number;
  /** Bytes of one message at most, headers included. -1: no limit. Default of the server: -1. */
  max_msg_size: number;
  /** What a full stream does. Default of the server: `DiscardPolicy.Old`. */
  discard: DiscardPolicy;
  /** With `DiscardPolicy.New` and `max_msgs_per_subject`: refuses messages of a full subject. Default false. */
  discard_new_per_subject: boolean;
  /** Does not answer publishes. Default false. */
  no_ack?: boolean;
  /** Time for which the stream remembers a `msgID`. 0: the server's default, 2 minutes or `max_age` if that is less. */
  duplicate_window: Nanos;
  /** Streams whose messages are copied into this one. Default: none. */
  sources?: StreamSource[];
  /** Allows the header `JsHeaders.RollupHdr`, which removes earlier messages. Default false. */
  allow_rollup_hdrs: boolean;
  /** Servers that keep the stream, 1 to 5. Default 1. */
  num_replicas: number;
  /** Which servers may keep the stream. Default: any. */
  placement?: Placement;
  /** Refuses to delete messages through the API. Cannot be unset. Default false. */
  deny_delete: boolean;
  /** Refuses to purge messages through the API. Cannot be unset. Default false. */
  deny_purge: boolean;
  /** Lets every replica answer reads, which may then be a little old (NATS ADR-31). Default false. Server 2.9. */
  allow_direct: boolean;
  /** Lets a mirror answer direct reads of the stream it mirrors. Default false. Server 2.9. */
  mirror_direct: boolean;
  /** Publishes stored messages again, to other subjects. Default: none. */
  republish?: Republish;
  /** Names and values for people and programs. Names that begin with "_nats" are the server's. Server 2.10. */
  metadata?: Record<string, string>;
  /** Changes the subjects of messages before they are stored. Default: none. Server 2.10. */
  subject_transform?: SubjectTransformConfig;
  /** How the server compresses what it writes to files. Default `StoreCompression.None`. Server 2.10. */
  compression?: StoreCompression;
  /** Defaults and upper bounds for the stream's consumers. Default: none. Server 2.10. */
  consumer_limits?: StreamConsumerLimits;
  /**
   * Allows messages with an age limit of their own (`ttl` of a publish). Default false. Server 2.11 (NATS ADR-43). Not
   * in nats.ws.
   */
  allow_msg_ttl?: boolean;
  /**
   * Leaves a marker, for this time, where the last message of a subject expired. At least 1 s; 0: no markers. Default
   * 0. Server 2.11 (NATS ADR-43). Not in nats.ws.
   */
  subject_delete_marker_ttl?: Nanos;
  /** Allows schedules (`schedule` of a publish). Default false. Server 2.12 (NATS ADR-51). Not in nats.ws. */
  allow_msg_schedules?: boolean;
  /** Allows atomic batches (`startBatch()`). Default false. Server 2.12 (NATS ADR-50). Not in nats.ws. */
  allow_atomic?: boolean;
  /** Allows fast batches (`startFastIngest()`). Default false. Server 2.14 (NATS ADR-50). Not in nats.ws. */
  allow_batched?: boolean;
}

/** Changes subjects: `dest` can name the wildcards of `src`, as `{{wildcard(1)}}`. */
export interface SubjectTransformConfig {
  /** Pattern of the subjects that are changed. Default: all. */
  src?: string;
  /** The new subject. */
  dest: string;
}

/** Defaults and upper bounds for the consumers of a stream. */
export interface StreamConsumerLimits {
  /** Default, and longest allowed, `inactive_threshold` of a consumer. */
  inactive_threshold?: Nanos;
  /** Default, and largest allowed, `max_ack_pending` of a consumer. */
  max_ack_pending?: number;
}

/** How stored messages are published again. `RepublishHeaders` lists the headers the server adds. */
export interface Republish {
  /** Pattern of the subjects that are published again. */
  src: string;
  /** Subject they are published to; may name the wildcards of `src`. */
  dest: string;
  /** Leaves out payloads. Default false. */
  headers_only?: boolean;
}

/** A stream behind another API: of another account or domain. */
export type ExternalStream = {
  /** Prefix of the other API's subjects, such as `$JS.domain.API`. */
  api: string;
  /** Prefix of the subjects that messages are delivered to. Default: none. */
  deliver?: string;
};

/** A stream that another one copies: its mirror or one of its sources. */
export interface StreamSource {
  /** Name of the stream. */
  name: string;
  /** First sequence to copy. Default: the first of the stream. */
  opt_start_seq?: number;
  /** Time of the first message to copy: an ISO 8601 date. Default: none. */
  opt_start_time?: string;
  /** Only messages with this subject, wildcards allowed. Default: all. */
  filter_subject?: string;
  /** The other API the stream is behind. Not together with `domain`: "BAD API". Default: none. */
  external?: ExternalStream;
  /** JetStream domain of the stream: short for `external: { api: "$JS.<domain>.API" }`. Default: none. */
  domain?: string;
  /** Changes the subjects of the copied messages. Server 2.10. */
  subject_transforms?: SubjectTransformConfig[];
  /** Reads through this consumer of the other stream. Default: one the server makes. Server 2.14. Not in nats.ws. */
  consumer?: StreamConsumerSource;
}

/** A consumer made beforehand, which feeds a stream. Not in nats.ws. */
export interface StreamConsumerSource {
  /** Name of the consumer. */
  name: string;
  /** Subject the consumer delivers to. */
  deliver_subject: string;
}

/** Which servers may keep a stream. */
export interface Placement {
  /** Name of the cluster. */
  cluster: string;
  /** Tags that a server must have, all of them. */
  tags: string[];
}

// ---- state ----------------------------------------------------------------------------------------------------------

/** Configuration and state of a stream. */
export interface StreamInfo extends ApiPaged {
  /** The configuration, with the server's defaults. */
  config: StreamConfig;
  /** When the stream was created: an ISO 8601 date. */
  created: string;
  /** The messages in the stream. */
  state: StreamState;
  /** The stream's replicas. Undefined outside of a cluster. */
  cluster?: ClusterInfo;
  /** State of the copying, for a mirror. */
  mirror?: StreamSourceInfo;
  /** State of the copying, for each of its sources. */
  sources?: StreamSourceInfo[];
  /** This stream and its mirrors, nearest first. Undefined when there are no mirrors. */
  alternates?: StreamAlternate[];
  /** When the server answered: an ISO 8601 date. Server 2.10. */
  ts?: string;
}

/** A place where a stream can be read. */
export interface StreamAlternate {
  /** Name of the stream or of its mirror. */
  name: string;
  /** Name of the cluster. */
  cluster: string;
  /** JetStream domain. */
  domain: string;
}

/** The messages in a stream. */
export interface StreamState {
  /** Number of messages. */
  messages: number;
  /** Bytes of all messages, with what the server adds to each. */
  bytes: number;
  /** Sequence of the first message. */
  first_seq: number;
  /** When the first message was stored: an ISO 8601 date. */
  first_ts: string;
  /** Sequence of the last message; stays when that message is removed. */
  last_seq: number;
  /** When the last message was stored: an ISO 8601 date. */
  last_ts: string;
  /** Number of removed messages between the first and the last. */
  num_deleted: number;
  /** Sequences of removed messages between the first and the last. Only with `deleted_details`. */
  deleted: number[];
  /** Messages whose bytes the server could not read. */
  lost: LostStreamData;
  /** Number of consumers. */
  consumer_count: number;
  /** Number of different subjects. */
  num_subjects?: number;
  /** Messages per subject. Only with `subjects_filter`. */
  subjects?: Record<string, number>;
}

/** Messages whose bytes the server could not read. */
export interface LostStreamData {
  /** Sequences of the messages. */
  msgs: number[] | null;
  /** Bytes of the messages. */
  bytes: number;
}

/** The replicas of a stream or a consumer. */
export interface ClusterInfo {
  /** Name of the cluster. */
  name?: string;
  /** Name of the server that leads. Undefined while there is none. */
  leader?: string;
  /** The other replicas. */
  replicas?: PeerInfo[];
  /** Name of the Raft group. Not in nats.ws. */
  raft_group?: string;
  /** Since when the leader leads: an ISO 8601 date. Not in nats.ws. */
  leader_since?: string;
  /** Account that carries the replicas' traffic. Not in nats.ws. */
  traffic_account?: string;
  /** True when the system account carries the replicas' traffic. Not in nats.ws. */
  system_account?: boolean;
}

/** A replica that does not lead. */
export interface PeerInfo {
  /** Name of the server. */
  name: string;
  /** True when the replica has everything the leader has. */
  current: boolean;
  /** True when the leader considers the replica offline. */
  offline: boolean;
  /** Time since the leader heard of the replica. */
  active: Nanos;
  /** Operations the replica is behind the leader. */
  lag: number;
}

/** State of the copying from another stream. */
export interface StreamSourceInfo {
  /** Name of the other stream. */
  name: string;
  /** Messages this stream is behind the other. */
  lag: number;
  /** Time since this stream heard of the other; -1: never. */
  active: Nanos;
  /** Why nothing is copied. Undefined: no error. */
  error?: ApiError;
  /** Changes of the copied messages' subjects. */
  subject_transforms?: SubjectTransformConfig[];
}

// ---- requests -------------------------------------------------------------------------------------------------------

/** Options of `StreamAPI.info()`. */
export type StreamInfoRequestOptions = {
  /** Lists the sequences of removed messages in `StreamState.deleted`. Default false. */
  deleted_details: boolean;
  /** Counts the messages of subjects that match, in `StreamState.subjects`. Default: none. */
  subjects_filter: string;
} & ApiPagedRequest;

/** Options of `StreamAPI.purge()` (NATS ADR-10). */
export type PurgeOpts = PurgeBySeq | PurgeTrimOpts | PurgeBySubject;

/** Removes the messages before a sequence. */
export type PurgeBySeq = {
  /** Only messages with this subject, wildcards allowed. Default: all. */
  filter?: string;
  /** Sequence of the first message that stays. */
  seq: number;
};

/** Removes all but the latest messages. */
export type PurgeTrimOpts = {
  /** Only messages with this subject, wildcards allowed. Default: all. */
  filter?: string;
  /** Messages that stay. */
  keep: number;
};

/** Removes all messages of a subject. */
export type PurgeBySubject = {
  /** The subject, wildcards allowed. */
  filter: string;
};

/** The answer to a purge. */
export interface PurgeResponse extends Success {
  /** Messages that were removed. */
  purged: number;
}

/** One page of `$JS.API.STREAM.LIST`, as it is sent. */
export interface StreamListResponse extends ApiResponse, ApiPaged {
  /** The streams of this page. */
  streams: StreamInfo[];
}

/** The names in a page of `$JS.API.STREAM.NAMES`. */
export interface StreamNames {
  /** The names of this page. */
  streams: string[];
}

/** The answer to `$JS.API.STREAM.MSG.GET`, as it is sent. */
export interface StreamMsgResponse extends ApiResponse {
  /** The message: `data` and `hdrs` (the header block) in base64, `time` as an ISO 8601 date. */
  message: {
    subject: string;
    seq: number;
    data?: string;
    hdrs?: string;
    time: string;
  };
}

/** Asks for the last message of a subject. */
export interface LastForMsgRequest {
  /** The subject, wildcards allowed. */
  last_by_subj: string;
}

/** Asks for the message with a sequence. */
export interface SeqMsgRequest {
  /** Sequence of the message in the stream. */
  seq: number;
}

/** Asks for one message. A number is a sequence. */
export type MsgRequest = SeqMsgRequest | LastForMsgRequest | number;

/** The request to remove one message, as it is sent. */
export interface MsgDeleteRequest extends SeqMsgRequest {
  /** Does not overwrite the stored bytes. Default false. */
  no_erase?: boolean;
}

/** Asks for the first message of a subject, at a sequence or after it. */
export type NextMsgRequest = {
  /** Sequence to begin with. Default 1. */
  seq?: number;
  /** The subject, wildcards allowed. */
  next_by_subj: string;
};

/** Asks for the first message of a time or later. Server 2.11. Not in nats.ws. */
export type StartTimeMsgRequest = {
  /** The time: a date, or an ISO 8601 date. */
  start_time: Date | string;
};

/** Asks for one message with the direct API. */
export type DirectMsgRequest = SeqMsgRequest | LastForMsgRequest | NextMsgRequest | StartTimeMsgRequest;
