/**
 * JetStream's words as constants. Names and values are those of nats.ws 1.30.3; real enums, because nats.ws exports
 * them as values and as types. Members that nats.ws lacks are in namespaces, so that code which handles every member of
 * an enum of nats.ws still compiles.
 */
import { NewerValue } from "./enum-additions";

/** When a stream removes messages, besides the limits of age, number and size. */
export enum RetentionPolicy {
  /** Only when a limit is reached. */
  Limits = "limits",
  /** When every consumer with an interest in the subject has acknowledged; at once without such a consumer. */
  Interest = "interest",
  /** When a consumer has acknowledged. Consumers of such a stream must not overlap in their subjects. */
  Workqueue = "workqueue",
}

/** What a full stream does. */
export enum DiscardPolicy {
  /** The stream removes its oldest messages. */
  Old = "old",
  /** The stream refuses new messages, with `err_code` 10077. */
  New = "new",
}

/** Where the server keeps the messages of a stream. */
export enum StorageType {
  /** In files. */
  File = "file",
  /** In memory: messages are lost when the server restarts. */
  Memory = "memory",
}

/** Where in the stream a consumer starts. */
export enum DeliverPolicy {
  /** With the first message of the stream. */
  All = "all",
  /** With the last message of the stream. */
  Last = "last",
  /** With the messages that are stored after the consumer was created. */
  New = "new",
  /** At the stream sequence `opt_start_seq`. */
  StartSequence = "by_start_sequence",
  /** With the first message that is not older than `opt_start_time`. */
  StartTime = "by_start_time",
  /** With the last message of every subject. */
  LastPerSubject = "last_per_subject",
}

/** Which messages must be acknowledged. */
export enum AckPolicy {
  /** None: a message counts as acknowledged when it is delivered. */
  None = "none",
  /** An acknowledgement counts for all messages before it. */
  All = "all",
  /** Every message, on its own. */
  Explicit = "explicit",
  /** The application has not chosen; the legacy calls then take `All`. */
  NotSet = "",
}

/** Ack policies that nats.ws lacks. */
export namespace AckPolicy {
  /**
   * Replies to flow control acknowledge: for consumers that feed a stream from another. Server 2.14. Not in nats.ws.
   */
  export const FlowControl = NewerValue.FlowControl as unknown as AckPolicy;
}

/** How fast stored messages are delivered. */
export enum ReplayPolicy {
  /** As fast as possible. */
  Instant = "instant",
  /** At the pace they were stored. */
  Original = "original",
}

/** How the server compresses the files of a stream. Server 2.10. */
export enum StoreCompression {
  /** Not at all. */
  None = "none",
  /** With S2, a relative of Snappy. */
  S2 = "s2",
}

/** When a stream acknowledges a published message. Server 2.12. Not in nats.ws. */
export enum PersistMode {
  /** When the message is written. */
  Default = "default",
  /** Before the message is written: faster, and a crash of the server may lose it. */
  Async = "async",
}

/**
 * How the server chooses among the clients of a consumer with priority groups (NATS ADR-42). Server 2.11. Not in
 * nats.ws.
 */
export enum PriorityPolicy {
  /** The consumer has no priority groups. */
  None = "none",
  /** A client may ask to be served only above a number of messages: `min_pending`, `min_ack_pending`. */
  Overflow = "overflow",
  /** One client gets everything, until it stops pulling for `priority_timeout`. */
  PinnedClient = "pinned_client",
  /** The client with the lowest `priority` comes first. Server 2.12. */
  Prioritized = "prioritized",
}

/** Kinds of `Advisory`: the last token of the server's `type` (nats-server's server/jetstream_events.go). */
export enum AdvisoryKind {
  /** The API was called. */
  API = "api_audit",
  /** A stream was created, changed or deleted. */
  StreamAction = "stream_action",
  /** A consumer was created or deleted. */
  ConsumerAction = "consumer_action",
  /** A snapshot of a stream begins. */
  SnapshotCreate = "snapshot_create",
  /** A snapshot of a stream is complete. */
  SnapshotComplete = "snapshot_complete",
  /** A stream is being restored from a snapshot. */
  RestoreCreate = "restore_create",
  /** A stream was restored from a snapshot. */
  RestoreComplete = "restore_complete",
  /** A message was delivered `max_deliver` times without an acknowledgement. */
  MaxDeliver = "max_deliver",
  /** A message was terminated: `JsMsg.term()`. */
  Terminated = "terminated",
  /** A message was acknowledged; with `sample_freq` only. */
  Ack = "consumer_ack",
  /** A stream has a new leader. */
  StreamLeaderElected = "stream_leader_elected",
  /** A stream lost the majority of its replicas. */
  StreamQuorumLost = "stream_quorum_lost",
  /** A consumer has a new leader. */
  ConsumerLeaderElected = "consumer_leader_elected",
  /** A consumer lost the majority of its replicas. */
  ConsumerQuorumLost = "consumer_quorum_lost",
}

/** Types of `ConsumerStatus` that concern every application. `ConsumerMessages.status()` yields them. */
export enum ConsumerEvents {
  /** The server sent no heartbeats. `data`: missing heartbeats in a row. */
  HeartbeatsMissed = "heartbeats_missed",
  /** The consumer does not exist. `data`: failed looks in a row. */
  ConsumerNotFound = "consumer_not_found",
  /** The stream does not exist. `data`: failed looks in a row. */
  StreamNotFound = "stream_not_found",
  /** The consumer, or its stream, was deleted. `data`: code and description of the server's status. */
  ConsumerDeleted = "consumer_deleted",
  /** An ordered consumer was recreated. `data`: name of the new consumer. */
  OrderedConsumerRecreated = "ordered_consumer_recreated",
  /** Nobody answers for the consumer: the stream, the consumer or JetStream is gone. `data`: code and description. */
  NoResponders = "no_responders",
}

/** Types of `ConsumerStatus` that nats.ws lacks. */
export namespace ConsumerEvents {
  /** A request exceeds the consumer's limits. `data`: code and description of the server's status. Not in nats.ws. */
  export const ExceededLimits = NewerValue.ExceededLimits as unknown as ConsumerEvents;
  /**
   * This client is the pinned one of its priority group from now on. `data`: the id the server gave it. Not in nats.ws.
   */
  export const ConsumerPinned = NewerValue.ConsumerPinned as unknown as ConsumerEvents;
  /** This client is no longer the pinned one. `data`: code and description of the server's status. Not in nats.ws. */
  export const ConsumerUnpinned = NewerValue.ConsumerUnpinned as unknown as ConsumerEvents;
}

/** Types of `ConsumerStatus` that show the client at work. An application can ignore them. */
export enum ConsumerDebugEvents {
  /** The server sent a status that has no type of its own here. `data`: code and description of the status. */
  DebugEvent = "debug",
  /** A pull request ended early. `data`: `{ msgsLeft, bytesLeft }`, what the request did not get. */
  Discard = "discard",
  /** An ordered consumer is about to be recreated. `data`: an empty string. */
  Reset = "reset",
  /** A pull request was sent. `data`: the request, its durations in nanoseconds. */
  Next = "next",
}

/** Types of `ConsumerStatus` that nats.ws lacks. */
export namespace ConsumerDebugEvents {
  /**
   * The server sent a heartbeat: it has nothing to deliver. `data`: `{ lastConsumerSequence, lastStreamSequence }`. Not
   * in nats.ws.
   */
  export const Heartbeat = NewerValue.Heartbeat as unknown as ConsumerDebugEvents;
  /** The client answered the server's flow control: its messages are read. `data`: an empty string. Not in nats.ws. */
  export const FlowControl = NewerValue.FlowControl as unknown as ConsumerDebugEvents;
}

/** Headers and header values of JetStream. */
export enum JsHeaders {
  /** The stream and the sequence a copied message comes from. */
  StreamSourceHdr = "Nats-Stream-Source",
  /** In heartbeats: number of the consumer's last delivery. */
  LastConsumerSeqHdr = "Nats-Last-Consumer",
  /** In heartbeats: stream sequence of the consumer's last delivery. */
  LastStreamSeqHdr = "Nats-Last-Stream",
  /** In heartbeats of a consumer that waits for flow control: the subject of the answer it waits for. */
  ConsumerStalledHdr = "Nats-Consumer-Stalled",
  /** Bytes of the payload a `headers_only` consumer leaves out. */
  MessageSizeHdr = "Nats-Msg-Size",
  /** Removes earlier messages: `RollupValueSubject` or `RollupValueAll`. Stream flag `allow_rollup_hdrs`. */
  RollupHdr = "Nats-Rollup",
  /** Value of `RollupHdr`: removes earlier messages of the same subject. */
  RollupValueSubject = "sub",
  /** Value of `RollupHdr`: removes all earlier messages of the stream. */
  RollupValueAll = "all",
  /** Messages that a pull request did not get. */
  PendingMessagesHdr = "Nats-Pending-Messages",
  /** Bytes that a pull request did not get. */
  PendingBytesHdr = "Nats-Pending-Bytes",
}

/** Headers of a message that was read with the direct API (NATS ADR-31). */
export enum DirectMsgHeaders {
  /** Name of the stream. */
  Stream = "Nats-Stream",
  /** Sequence of the message in the stream. */
  Sequence = "Nats-Sequence",
  /** When the message was stored: an ISO 8601 date with nanoseconds. */
  TimeStamp = "Nats-Time-Stamp",
  /** Subject of the message. */
  Subject = "Nats-Subject",
}

/** Headers of a direct read that nats.ws lacks. */
export namespace DirectMsgHeaders {
  /** In a batch: sequence of the message before this one. Not in nats.ws. */
  export const LastSequence = NewerValue.LastSequence as unknown as DirectMsgHeaders;
  /** In a batch: messages that follow. Not in nats.ws. */
  export const NumPending = NewerValue.NumPending as unknown as DirectMsgHeaders;
}

/** Headers that the server adds to a republished message. */
export enum RepublishHeaders {
  /** Name of the stream. */
  Stream = "Nats-Stream",
  /** Subject of the stored message. */
  Subject = "Nats-Subject",
  /** Sequence of the message in the stream. */
  Sequence = "Nats-Sequence",
  /** Sequence of the message before this one with the same subject; 0 when there is none. */
  LastSequence = "Nats-Last-Sequence",
  /** Bytes of the payload; with `headers_only`, which leaves out the payload itself. */
  Size = "Nats-Msg-Size",
}

/** The entries that a KV watch begins with. */
export enum KvWatchInclude {
  /** The last value of every key. */
  LastValue = "",
  /** Every value that is kept. */
  AllHistory = "history",
  /** None: the watch tells only what changes from now on. */
  UpdatesOnly = "updates",
}

/** Whether the consumer of a create request must exist. */
export enum ConsumerApiAction {
  /** The consumer may exist. */
  CreateOrUpdate = "",
  /** The consumer must exist. */
  Update = "update",
  /** The consumer must not exist, unless its configuration is the same. */
  Create = "create",
}
