/**
 * Key-value buckets as they are used. Types only. Names and members are those of nats.ws 1.30.3; what is ours, or of version 3
 * of the NATS clients, is marked with "Not in nats.ws".
 */
import type { Payload, QueuedIterator, ReviverFn } from "../core/types";
import type { ConsumerEvents, KvWatchInclude, StorageType } from "../jetstream/enums";
import type { Placement, Republish, StreamInfo, StreamSource } from "../jetstream/types/stream";

export interface KvEntry {
  bucket: string;
  key: string;
  value: Uint8Array;
  created: Date;
  revision: number;
  /** Entries that were still to come when this one was delivered. */
  delta?: number;
  operation: "PUT" | "DEL" | "PURGE";
  /** Bytes of the value as it is stored, also when only headers were asked for. */
  length: number;
  /** The key as it is stored: what the codec made of `key`. Not in nats.ws. */
  rawKey?: string;
  /** Of a watch: it was put after the watch began. Not in nats.ws. */
  isUpdate?: boolean;
  /** @throws NatsError BAD_JSON */
  json<T>(reviver?: ReviverFn): T;
  string(): string;
}

export interface KvCodec<T> {
  encode(value: T): T;
  decode(value: T): T;
}

/** Not in nats.ws by this name. */
export type KvKeyCodec = KvCodec<string>;

/** Not in nats.ws by this name. */
export type KvPayloadCodec = KvCodec<Uint8Array>;

export interface KvCodecs {
  /** Called with each token of a key; wildcards and dots stay as they are. */
  key: KvKeyCodec;
  /** Called with the bytes of each value; markers of deleted keys have none. */
  value: KvPayloadCodec;
}

export interface KvLimits {
  description: string;
  /** 1 to 5. Default 1. */
  replicas: number;
  /** Values kept per key, 1 to 64. Default 1. */
  history: number;
  /** -1: no limit. */
  max_bytes: number;
  /** @deprecated use `max_bytes`, which this replaces when it is not 0 */
  maxBucketSize: number;
  /** -1: no limit. */
  maxValueSize: number;
  /** Values older than this are removed, in ms. 0: never. */
  ttl: number;
  /**
   * Keys may have a time to live of their own, and one that expires leaves a marker for so long, in ms. At least 1000; 0: no
   * such markers. Cannot be taken back. Server 2.11. Not in nats.ws.
   */
  markerTTL?: number;
  storage: StorageType;
  placement: Placement;
  republish: Republish;
  mirror?: StreamSource;
  sources?: StreamSource[];
  /** @deprecated use `placement` */
  placementCluster: string;
  /** @deprecated use `storage`; without effect when a bucket is made, as in nats.ws */
  backingStore: StorageType;
  /** Server 2.10. */
  compression?: boolean;
}

export interface KvStatus extends KvLimits {
  bucket: string;
  /** Entries, older values included. */
  values: number;
  /** @deprecated the cluster's name */
  bucket_location: string;
  streamInfo: StreamInfo;
  /** Bytes. */
  size: number;
  metadata?: Record<string, string>;
}

export interface KvOptions extends KvLimits {
  /** How long to wait for an answer, in ms. Default: that of the JetStream options. */
  timeout: number;
  /** Of the stream below. Default: the bucket's name behind "KV_". */
  streamName: string;
  codec: KvCodecs;
  /** Do not make the bucket, and do not ask whether it is there. */
  bindOnly: boolean;
  /** Every replica answers reads, which may then be a little old. Default: whether the server can do it (2.9). */
  allow_direct: boolean;
  metadata?: Record<string, string>;
}

/** @deprecated use `KV.purge()` */
export interface KvRemove {
  remove(key: string): Promise<void>;
}

export type KvWatchOptions = {
  /** Keys, with wildcards if wanted. Default: all. Several: server 2.10. */
  key?: string | string[];
  headers_only?: boolean;
  /** Called when everything that was there has been delivered. */
  initializedFn?: () => void;
  /** Do not tell of deleted keys. Default false. */
  ignoreDeletes?: boolean;
  /** Default `KvWatchInclude.LastValue`. */
  include?: KvWatchInclude;
  /** Begin at this revision. */
  resumeFromRevision?: number;
};

/** What happens to a watch. Not in nats.ws. */
export interface KvWatchStatus {
  type: ConsumerEvents;
  /** `ConsumerEvents` says what it is. */
  data: unknown;
}

/** The entries of a watch. Not in nats.ws by this name. */
export interface KvWatch extends QueuedIterator<KvEntry> {
  /** What happens to it from now on; ends with the watch. */
  status(): AsyncIterable<KvWatchStatus>;
}

export interface RoKV {
  /** Null when there is none. A deleted key has an entry with `operation` "DEL" or "PURGE". */
  get(key: string, options?: { revision: number }): Promise<KvEntry | null>;
  /** Every value that is kept, oldest first. Ends with the last one there was. */
  history(options?: { key?: string | string[]; headers_only?: boolean }): Promise<QueuedIterator<KvEntry>>;
  /** What is there, and then what changes, until it is stopped. Revisions only rise. */
  watch(options?: KvWatchOptions): Promise<QueuedIterator<KvEntry>>;
  /** @deprecated does nothing */
  close(): Promise<void>;
  status(): Promise<KvStatus>;
  /** Keys that have a value. Ends with the last one there was. */
  keys(filter?: string | string[]): Promise<QueuedIterator<string>>;
}

export interface KV extends RoKV {
  /**
   * Refused when the key has a value. Resolves with the revision.
   *
   * @param markerTTL deleted after this time, as "10s", "5m" or "1h". The bucket must have a `markerTTL`. Server 2.11. Not in
   * nats.ws.
   */
  create(key: string, data: Payload, markerTTL?: string): Promise<number>;
  /**
   * Refused when `version`, above 0, is not the key's last revision.
   *
   * @param timeout in ms. Not in nats.ws.
   */
  update(key: string, data: Payload, version: number, timeout?: number): Promise<number>;
  /** Resolves with the revision. */
  put(key: string, data: Payload, options?: Partial<KvPutOptions>): Promise<number>;
  /** Leaves a marker. With wildcards: of every key that matches, and without options. */
  delete(key: string, options?: Partial<KvDeleteOptions>): Promise<void>;
  /** Leaves a marker and removes older values. With wildcards: as `delete()`. */
  purge(key: string, options?: Partial<KvPurgeOptions>): Promise<void>;
  /** Deletes the bucket. */
  destroy(): Promise<boolean>;
}

export interface KvPutOptions {
  /** Refused when this is not the key's last revision; 0: when the key has one. */
  previousSeq: number;
  /** How long to wait for the answer, in ms. Default: as for every call. Not in nats.ws. */
  timeout?: number;
}

export interface KvDeleteOptions {
  /** Refused when this is not the key's last revision. */
  previousSeq: number;
}

/** Not in nats.ws by this name. */
export interface KvPurgeOptions extends KvDeleteOptions {
  /** The marker is deleted after this time, as "10s", "5m" or "1h". The bucket must have a `markerTTL`. Server 2.11. */
  ttl?: string;
}
