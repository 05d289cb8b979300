/**
 * JetStream's words as constants. Names and values are those of nats.ws 1.30.3; real enums, because nats.ws exports them
 * as values and as types. Members only we have stand in namespaces, so that code which handles every member of nats.ws's
 * enums goes on to compile.
 */
import { NewerValue } from "./enum-additions";

/** When a stream lets go of messages. */
export enum RetentionPolicy {
  /** When a limit is reached. */
  Limits = "limits",
  /** When every consumer interested in the subject has acknowledged. */
  Interest = "interest",
  /** When one consumer has acknowledged. */
  Workqueue = "workqueue",
}

/** What a full stream does. */
export enum DiscardPolicy {
  /** Removes the oldest messages. */
  Old = "old",
  /** Refuses new ones. */
  New = "new",
}

export enum StorageType {
  File = "file",
  /** Lost when the server restarts. */
  Memory = "memory",
}

/** Where in the stream a consumer starts. */
export enum DeliverPolicy {
  All = "all",
  /** With the last message. */
  Last = "last",
  /** With what is stored from now on. */
  New = "new",
  /** At `opt_start_seq`. */
  StartSequence = "by_start_sequence",
  /** At `opt_start_time`. */
  StartTime = "by_start_time",
  /** With the last message of every subject. */
  LastPerSubject = "last_per_subject",
}

/** Which messages have to be acknowledged. */
export enum AckPolicy {
  None = "none",
  /** An acknowledgement counts for all messages before it. */
  All = "all",
  Explicit = "explicit",
  NotSet = "",
}

export namespace AckPolicy {
  /** Replies to flow control acknowledge: for consumers that feed a stream from another. Server 2.14. Not in nats.ws. */
  export const FlowControl = NewerValue.FlowControl as unknown as AckPolicy;
}

/** How fast stored messages are delivered. */
export enum ReplayPolicy {
  Instant = "instant",
  /** At the pace they came in. */
  Original = "original",
}

export enum StoreCompression {
  None = "none",
  S2 = "s2",
}

/** When a stream says that a message is stored. Server 2.12. Not in nats.ws. */
export enum PersistMode {
  /** When it is written. */
  Default = "default",
  /** Before it is written. */
  Async = "async",
}

/** How the server chooses among the clients of a consumer with priority groups. Server 2.11. Not in nats.ws. */
export enum PriorityPolicy {
  None = "none",
  /** Clients may say from how many pending messages on they want to help. */
  Overflow = "overflow",
  /** One client gets everything until it is lost. */
  PinnedClient = "pinned_client",
  /** Lowest number first. Server 2.12. */
  Prioritized = "prioritized",
}

/** `Advisory.kind`. */
export enum AdvisoryKind {
  API = "api_audit",
  StreamAction = "stream_action",
  ConsumerAction = "consumer_action",
  SnapshotCreate = "snapshot_create",
  SnapshotComplete = "snapshot_complete",
  RestoreCreate = "restore_create",
  RestoreComplete = "restore_complete",
  MaxDeliver = "max_deliver",
  Terminated = "terminated",
  Ack = "consumer_ack",
  StreamLeaderElected = "stream_leader_elected",
  StreamQuorumLost = "stream_quorum_lost",
  ConsumerLeaderElected = "consumer_leader_elected",
  ConsumerQuorumLost = "consumer_quorum_lost",
}

/** What `ConsumerMessages.status()` tells. */
export enum ConsumerEvents {
  /** `data`: how many heartbeats in a row are missing. */
  HeartbeatsMissed = "heartbeats_missed",
  /** `data`: how often in a row the consumer was looked for in vain. */
  ConsumerNotFound = "consumer_not_found",
  /** `data`: how often in a row the stream was looked for in vain. */
  StreamNotFound = "stream_not_found",
  /** `data`: code and description of the server's status. */
  ConsumerDeleted = "consumer_deleted",
  /** `data`: name of the new consumer. */
  OrderedConsumerRecreated = "ordered_consumer_recreated",
  /** Stream and consumer are gone, or JetStream is. `data`: code and description. */
  NoResponders = "no_responders",
}

export namespace ConsumerEvents {
  /** The consumer's limits do not allow what was asked for. `data`: code and description. Not in nats.ws. */
  export const ExceededLimits = NewerValue.ExceededLimits as unknown as ConsumerEvents;
  /** This client gets the messages of its priority group from now on. `data`: its id. Not in nats.ws. */
  export const ConsumerPinned = NewerValue.ConsumerPinned as unknown as ConsumerEvents;
  /** Another client gets them. `data`: code and description. Not in nats.ws. */
  export const ConsumerUnpinned = NewerValue.ConsumerUnpinned as unknown as ConsumerEvents;
}

/** What `ConsumerMessages.status()` tells those who want to watch the client at work. */
export enum ConsumerDebugEvents {
  /** A status of the server without consequence. `data`: its code and description. */
  DebugEvent = "debug",
  /** A pull ended early. `data`: `{ msgsLeft, bytesLeft }`. */
  Discard = "discard",
  /** The consumer is about to be made again. */
  Reset = "reset",
  /** A pull was sent. `data`: its `PullOptions`. */
  Next = "next",
}

export namespace ConsumerDebugEvents {
  /** The server has nothing to deliver. `data`: `{ lastConsumerSequence, lastStreamSequence }`. Not in nats.ws. */
  export const Heartbeat = NewerValue.Heartbeat as unknown as ConsumerDebugEvents;
  /** The server got the sign that its messages are read. Not in nats.ws. */
  export const FlowControl = NewerValue.FlowControl as unknown as ConsumerDebugEvents;
}

/** Headers and header values the server sends or understands. */
export enum JsHeaders {
  /** Where a sourced message comes from. */
  StreamSourceHdr = "Nats-Stream-Source",
  /** In heartbeats: delivery sequence of the last message. */
  LastConsumerSeqHdr = "Nats-Last-Consumer",
  /** In heartbeats: stream sequence of the last message. */
  LastStreamSeqHdr = "Nats-Last-Stream",
  /** In heartbeats: the subject to publish to, for a consumer that waits for flow control. */
  ConsumerStalledHdr = "Nats-Consumer-Stalled",
  /** Bytes of the payload a `headers_only` consumer leaves out. */
  MessageSizeHdr = "Nats-Msg-Size",
  /** Replaces earlier messages: `RollupValueSubject` or `RollupValueAll`. */
  RollupHdr = "Nats-Rollup",
  RollupValueSubject = "sub",
  RollupValueAll = "all",
  /** Messages a pull has asked for and did not get. */
  PendingMessagesHdr = "Nats-Pending-Messages",
  /** Bytes a pull has asked for and did not get. */
  PendingBytesHdr = "Nats-Pending-Bytes",
}

/** Headers of a message that was read with the direct API. */
export enum DirectMsgHeaders {
  Stream = "Nats-Stream",
  Sequence = "Nats-Sequence",
  TimeStamp = "Nats-Time-Stamp",
  Subject = "Nats-Subject",
}

export namespace DirectMsgHeaders {
  /** Sequence of the message before, in a batch. Not in nats.ws. */
  export const LastSequence = NewerValue.LastSequence as unknown as DirectMsgHeaders;
  /** Messages that follow in a batch. Not in nats.ws. */
  export const NumPending = NewerValue.NumPending as unknown as DirectMsgHeaders;
}

/** Headers of a republished message. */
export enum RepublishHeaders {
  Stream = "Nats-Stream",
  Subject = "Nats-Subject",
  Sequence = "Nats-Sequence",
  /** Sequence of the message before it with the same subject; 0 when there is none. */
  LastSequence = "Nats-Last-Sequence",
  /** Bytes of the payload that `headers_only` leaves out. */
  Size = "Nats-Msg-Size",
}

/** What a KV watch begins with. */
export enum KvWatchInclude {
  /** The last value of every key. */
  LastValue = "",
  /** Every value there is. */
  AllHistory = "history",
  /** Nothing: only what changes from now on. */
  UpdatesOnly = "updates",
}

/** What a consumer request is for. */
export enum ConsumerApiAction {
  CreateOrUpdate = "",
  Update = "update",
  Create = "create",
}
