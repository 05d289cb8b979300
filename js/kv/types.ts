/** Key-value buckets as they are used. Types only. Names and members are those of nats.ws 1.30.3. */
import type { Payload, QueuedIterator } from "../core/types";
import type { KvWatchInclude, StorageType } from "../jetstream/enums";
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
  /** Bytes of the value. */
  length: number;
  /** @throws NatsError BAD_JSON */
  json<T>(): T;
  string(): string;
}

export interface KvCodec<T> {
  encode(value: T): T;
  decode(value: T): T;
}

export interface KvCodecs {
  key: KvCodec<string>;
  value: KvCodec<Uint8Array>;
}

export interface KvLimits {
  description: string;
  /** 1 to 5. Default 1. */
  replicas: number;
  /** Values kept per key, 1 to 64. Default 1. */
  history: number;
  /** -1: no limit. */
  max_bytes: number;
  /** @deprecated use `max_bytes` */
  maxBucketSize: number;
  /** -1: no limit. */
  maxValueSize: number;
  /** Values older than this are removed, in ms. 0: never. */
  ttl: number;
  storage: StorageType;
  placement: Placement;
  republish: Republish;
  mirror?: StreamSource;
  sources?: StreamSource[];
  /** @deprecated use `placement` */
  placementCluster: string;
  /** @deprecated use `storage` */
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
  /** How long to wait for an answer, in ms. */
  timeout: number;
  streamName: string;
  codec: KvCodecs;
  /** Do not make the bucket, and do not ask whether it is there. */
  bindOnly: boolean;
  /** Every replica answers reads, which may then be a little old. */
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

export interface RoKV {
  /** Null when there is none. A deleted key has an entry with `operation` "DEL" or "PURGE". */
  get(key: string, options?: { revision: number }): Promise<KvEntry | null>;
  history(options?: { key?: string | string[] }): Promise<QueuedIterator<KvEntry>>;
  watch(options?: KvWatchOptions): Promise<QueuedIterator<KvEntry>>;
  /** @deprecated does nothing */
  close(): Promise<void>;
  status(): Promise<KvStatus>;
  keys(filter?: string | string[]): Promise<QueuedIterator<string>>;
}

export interface KV extends RoKV {
  /** Refused when the key has a value. Resolves with the revision. */
  create(key: string, data: Payload): Promise<number>;
  /** Refused when `version` is not the key's last revision. */
  update(key: string, data: Payload, version: number): Promise<number>;
  put(key: string, data: Payload, options?: Partial<KvPutOptions>): Promise<number>;
  /** Leaves a marker. */
  delete(key: string, options?: Partial<KvDeleteOptions>): Promise<void>;
  /** Leaves a marker and removes older values. */
  purge(key: string, options?: Partial<KvDeleteOptions>): Promise<void>;
  /** Deletes the bucket. */
  destroy(): Promise<boolean>;
}

export interface KvPutOptions {
  /** Refused when this is not the key's last revision. */
  previousSeq: number;
}

export interface KvDeleteOptions {
  /** Refused when this is not the key's last revision. */
  previousSeq: number;
}
