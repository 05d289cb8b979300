/**
 * Key-value buckets as they are used. Types only. Names and members are those of nats.ws 1.30.3; what is ours, or of version 3
 * of the NATS clients, is marked with "Not in nats.ws".
 */
import type { Payload, QueuedIterator, ReviverFn } from "../../core/types";
import type { ConsumerEvents, KvWatchInclude, StorageType } from "../enums";
import type { Placement, Republish, StreamInfo, StreamSource } from "./stream";

/** What a bucket says of a key at a revision: a value, or a marker of why there is none. Read when it is asked for. */
export interface KvEntry {
  /** The bucket's name. */
  bucket: string;
  /** As the codec gives it back. */
  key: string;
  /** Empty for a marker, and when only headers were asked for. A view on received bytes: copy what is kept for long. */
  value: Uint8Array;
  /** When the server stored it. */
  created: Date;
  /** Sequence in the stream below: one row of numbers for all keys of the bucket, from 1. */
  revision: number;
  /** Entries that were still to come when this one was delivered. */
  delta?: number;
  /** "PUT": a value. "DEL": deleted. "PURGE": purged with its history, or expired. */
  operation: "PUT" | "DEL" | "PURGE";
  /** Bytes of the value as it is stored, also when only headers were asked for. */
  length: number;
  /** The key as it is stored: what the codec made of `key`. Not in nats.ws. */
  rawKey?: string;
  /** Of a watch: it was put after the watch began. Not in nats.ws. */
  isUpdate?: boolean;
  /** The value as JSON. @throws NatsError BAD_JSON */
  json<T>(reviver?: ReviverFn): T;
  /** The value as UTF-8; malformed bytes become U+FFFD. */
  string(): string;
}

/** Between what the application has and what is stored. What it throws is the call's rejection, or ends the iterator. */
export interface KvCodec<T> {
  /** What is stored. */
  encode(value: T): T;
  /** What the application gets: the opposite of `encode`. */
  decode(value: T): T;
}

/** Of keys, token by token. Not in nats.ws by this name. */
export type KvKeyCodec = KvCodec<string>;

/** Of values. Not in nats.ws by this name. */
export type KvPayloadCodec = KvCodec<Uint8Array>;

/** Both codecs of a bucket. Everybody who uses the bucket needs the same ones: nothing in it says which they are. */
export interface KvCodecs {
  /** Called with each token of a key; wildcards and dots stay as they are. */
  key: KvKeyCodec;
  /** Called with the bytes of each value; markers of deleted keys have none. */
  value: KvPayloadCodec;
}

/** How the stream below a bucket is configured. Only what a bucket is made with counts: one that is there stays as it is. */
export interface KvLimits {
  /** Default: none. */
  description: string;
  /** Servers that keep the bucket, 1 to 5. Default 1. */
  replicas: number;
  /** Values kept per key, 1 to 64. Default 1. */
  history: number;
  /** Bytes the bucket may take; what is over is refused with `err_code` 10077. Default -1: no limit. */
  max_bytes: number;
  /** @deprecated use `max_bytes`, which this replaces when it is not 0 */
  maxBucketSize: number;
  /** Bytes of a value with its headers; larger ones are refused with `err_code` 10054. Default -1: no limit. */
  maxValueSize: number;
  /** Values older than this are removed, in ms. Default 0: never. */
  ttl: number;
  /**
   * Keys may have a time to live of their own, and one that expires leaves a marker for so long, in ms. At least 1000; 0: no
   * such markers. Cannot be taken back. Server 2.11. Not in nats.ws.
   */
  markerTTL?: number;
  /** Default `StorageType.File`. */
  storage: StorageType;
  /** Where the servers that keep it must be. Default: anywhere. */
  placement: Placement;
  /** What is put is published again to other subjects, with its place in headers (`RepublishHeaders`). Default: not. */
  republish: Republish;
  /**
   * Another bucket, by its name with or without "KV_" (or of another domain, or behind an `external.api`), of which this
   * one is a copy. It is read here and written there.
   */
  mirror?: StreamSource;
  /** Other buckets, by their names, whose values come in under this one's keys. Not together with `mirror`. */
  sources?: StreamSource[];
  /** @deprecated use `placement` */
  placementCluster: string;
  /** @deprecated use `storage`; without effect when a bucket is made, as in nats.ws */
  backingStore: StorageType;
  /** Whether the server compresses (S2) what it keeps in files. Default: not. Server 2.10. */
  compression?: boolean;
}

/** What the server says of a bucket. */
export interface KvStatus extends KvLimits {
  /** The bucket's name. */
  bucket: string;
  /** Entries: keys, and what is kept of their older values and markers. */
  values: number;
  /** @deprecated the cluster's name */
  bucket_location: string;
  /** All of it, as the server says it. */
  streamInfo: StreamInfo;
  /** Bytes that are stored. */
  size: number;
  /** What was given when it was made, and what the server adds. */
  metadata?: Record<string, string>;
}

/** How a bucket is opened, and made when it is not there. */
export interface KvOptions extends KvLimits {
  /** How long to wait for an answer, in ms. Default: that of the JetStream options. */
  timeout: number;
  /** Of the stream below. Default: the bucket's name behind "KV_". */
  streamName: string;
  /** Default: keys and values are stored as they are. */
  codec: KvCodecs;
  /** Do not make the bucket, and do not ask whether it is there. Default false. */
  bindOnly: boolean;
  /** Every replica answers reads, which may then be a little old. Default: whether the server can do it (2.9). */
  allow_direct: boolean;
  /** Names and values that are kept with the bucket; names that begin with "_nats" are the server's. Server 2.10. */
  metadata?: Record<string, string>;
}

/** @deprecated use `KV.purge()` */
export interface KvRemove {
  /** @deprecated use `KV.purge()` */
  remove(key: string): Promise<void>;
}

/** What a watch tells of. */
export type KvWatchOptions = {
  /** Keys, with wildcards (`*` for a token, `>` for the rest) if wanted. Default ">". Several: server 2.10. */
  key?: string | string[];
  /** Entries without their values; `length` says how long they are. Default false. */
  headers_only?: boolean;
  /**
   * Called once, between what was there when the watch began and what came after; at once when nothing was there, and for
   * `UpdatesOnly`. What it throws ends the iterator with it. A restart of the server in between changes nothing of that.
   */
  initializedFn?: () => void;
  /** Do not tell of deleted keys ("DEL"; purged and expired ones are told). Default false. */
  ignoreDeletes?: boolean;
  /** Default `KvWatchInclude.LastValue`. */
  include?: KvWatchInclude;
  /** Begin at this revision, whatever `include` says: where an earlier watch has ended. Default 0: as `include` says. */
  resumeFromRevision?: number;
};

/**
 * What happens to a watch; it goes on by itself. `OrderedConsumerRecreated`: it has caught up with a server that was away
 * or restarted, or with a gap, and goes on behind the last entry it told. `HeartbeatsMissed`: the server was silent for
 * too long, the consumer is about to be made again. Not in nats.ws.
 */
export interface KvWatchStatus {
  /** `ConsumerEvents.OrderedConsumerRecreated` or `ConsumerEvents.HeartbeatsMissed`. */
  type: ConsumerEvents;
  /** Name of the new consumer; number of missed heartbeats. */
  data: unknown;
}

/**
 * The entries of a watch, until it is stopped or its loop is left. It survives restarts of the server. It ends with an error
 * when the bucket is deleted ("404" with `err_code` 10059), was deleted and made again ("BAD API"), or may not be read;
 * without one when the connection is closed. The server waits for a reader that is slow. Not in nats.ws by this name.
 */
export interface KvWatch extends QueuedIterator<KvEntry> {
  /** What happens to it from now on; ends with the watch. */
  status(): AsyncIterable<KvWatchStatus>;
}

/** A bucket, for those who read. Every call rejects with NatsError: "BAD API" for a key that is none, before anything is sent. */
export interface RoKV {
  /**
   * Null when there is none. A deleted key has an entry with `operation` "DEL" or "PURGE".
   *
   * @param options `revision`: the value the key had then, null when that revision is gone or is another key's.
   * @throws NatsError, as a rejection: TIMEOUT, "503" when there is no such bucket (with `allow_direct`), or `api_error`.
   */
  get(key: string, options?: { revision: number }): Promise<KvEntry | null>;
  /**
   * Every value that is kept, markers included, oldest first. Ends with the last one there was.
   *
   * @param options `key`: keys, with wildcards if wanted; default ">". `headers_only`: without values; default false.
   */
  history(options?: { key?: string | string[]; headers_only?: boolean }): Promise<QueuedIterator<KvEntry>>;
  /**
   * What is there, and then what changes, until it is stopped. Revisions only rise.
   *
   * @throws NatsError, as a rejection: UNKNOWN_ERROR where WebAssembly has no SIMD, as `history()` and `keys()` do.
   */
  watch(options?: KvWatchOptions): Promise<QueuedIterator<KvEntry>>;
  /** @deprecated does nothing */
  close(): Promise<void>;
  /** What the server says of the bucket. @throws NatsError, as a rejection: "404" when it is not there. */
  status(): Promise<KvStatus>;
  /** Keys that have a value, by their last revision. Ends with the last one there was. Filters: as `key` of a watch. */
  keys(filter?: string | string[]): Promise<QueuedIterator<string>>;
}

/**
 * A bucket, for those who write. A comparison that fails rejects with "400" and `api_error.err_code` 10071; `data` is text
 * (stored as UTF-8) or bytes.
 */
export interface KV extends RoKV {
  /**
   * Refused when the key has a value; a key that was deleted or has expired has none. Resolves with the revision.
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
  /** Sets the value, whatever there was. Resolves with the revision. */
  put(key: string, data: Payload, options?: Partial<KvPutOptions>): Promise<number>;
  /** Leaves a marker. With wildcards: of every key that matches, and without options. */
  delete(key: string, options?: Partial<KvDeleteOptions>): Promise<void>;
  /** Leaves a marker and removes older values. With wildcards: as `delete()`. */
  purge(key: string, options?: Partial<KvPurgeOptions>): Promise<void>;
  /** Deletes the bucket with all it has. */
  destroy(): Promise<boolean>;
}

/** Of `KV.put()`. */
export interface KvPutOptions {
  /** Refused when this is not the key's last revision; 0: when the key has one. */
  previousSeq: number;
  /** How long to wait for the answer, in ms. Default: as for every call. Not in nats.ws. */
  timeout?: number;
}

/** Of `KV.delete()`. */
export interface KvDeleteOptions {
  /** Refused when this is not the key's last revision. */
  previousSeq: number;
}

/** Of `KV.purge()`. Not in nats.ws by this name. */
export interface KvPurgeOptions extends KvDeleteOptions {
  /** The marker is deleted after this time, as "10s", "5m" or "1h". The bucket must have a `markerTTL`. Server 2.11. */
  ttl?: string;
}
