/** Object stores as they are used. Types only. Names and members are those of nats.ws 1.30.3. */
import type { MsgHdrs, Nanos, QueuedIterator } from "../core/types";
import type { StorageType } from "../jetstream/enums";
import type { PubAck } from "../jetstream/types/messages";
import type { Placement, PurgeResponse, StreamInfo, StreamInfoRequestOptions } from "../jetstream/types/stream";

export type ObjectStoreLink = {
  bucket: string;
  /** Empty: the whole store. */
  name?: string;
};

export type ObjectStoreMetaOptions = {
  /** The object is that one. */
  link?: ObjectStoreLink;
  /** Bytes. Default 131072, at most the server's `max_payload`. */
  max_chunk_size?: number;
};

export type ObjectStoreMeta = {
  name: string;
  description?: string;
  headers?: MsgHdrs;
  options?: ObjectStoreMetaOptions;
  metadata?: Record<string, string>;
};

export interface ObjectInfo extends ObjectStoreMeta {
  bucket: string;
  /** Names the object's chunks. */
  nuid: string;
  /** Bytes. */
  size: number;
  chunks: number;
  /** `SHA-256=` and the base64url of it. */
  digest: string;
  deleted: boolean;
  /** An ISO 8601 date. */
  mtime: string;
  revision: number;
}

/** @deprecated the same as `ObjectStoreLink` */
export interface ObjectLink {
  bucket: string;
  name?: string;
}

export type ObjectStoreStatus = {
  bucket: string;
  description: string;
  ttl: Nanos;
  storage: StorageType;
  replicas: number;
  sealed: boolean;
  /** Bytes. */
  size: number;
  /** `JetStream`. */
  backingStore: string;
  streamInfo: StreamInfo;
  metadata?: Record<string, string> | undefined;
  compression: boolean;
};

/** @deprecated use `ObjectStoreStatus` */
export type ObjectStoreInfo = ObjectStoreStatus;

export type ObjectStoreOptions = {
  description?: string;
  /** Objects older than this are removed. */
  ttl?: Nanos;
  storage: StorageType;
  /** 1 to 5. Default 1. */
  replicas: number;
  /** -1: no limit. */
  max_bytes: number;
  placement: Placement;
  /** Server 2.10. */
  metadata?: Record<string, string>;
  /** Server 2.10. */
  compression?: boolean;
};

export type ObjectResult = {
  info: ObjectInfo;
  data: ReadableStream<Uint8Array>;
  /** Resolves when `data` is at its end: with null, or with what went wrong. */
  error: Promise<Error | null>;
};

/** How far a put or a get has come. */
export interface ObjectProgress {
  /** Bytes the server has stored, or the reader has got. */
  bytes: number;
  chunks: number;
  /** Bytes of the whole object, when that is known: by a get and by `putBlob()`. */
  total?: number;
}

/** Not in nats.ws. */
export interface ObjectTransferOpts {
  /** Ends it: the call, or the stream it returned, fails with CANCELLED, and nothing is left on the server. */
  signal?: AbortSignal;
  /** Called after every chunk, from `bytes` of the first on. What it throws ends the transfer. */
  onProgress?: (progress: ObjectProgress) => void;
}

export type ObjectGetOpts = ObjectTransferOpts;

export type ObjectStorePutOpts = ObjectTransferOpts & {
  /** How long each publish waits for its ack, in ms. Default: that of the JetStream options, 5000. */
  timeout?: number;
  /** Refused when this is not the object's last revision; 0: when there is one. */
  previousRevision?: number;
};

export interface ObjectStore {
  /** Null when there is none. */
  info(name: string): Promise<ObjectInfo | null>;
  list(): Promise<ObjectInfo[]>;
  /**
   * Null when there is none. A link gives what it leads to. The server sends as fast as `data` is read, and no further ahead
   * than its flow control; what does not match the info's size, count or digest is an error of `data`.
   *
   * @throws NatsError, as a rejection: "BAD API" for a link to a store or a digest that is none; UNKNOWN_ERROR where
   * WebAssembly has no SIMD; and what JetStream says.
   */
  get(name: string, options?: ObjectGetOpts): Promise<ObjectResult | null>;
  /** The whole object in memory. Null when there is none. Rejects with what would be an error of `get().data`. */
  getBlob(name: string, options?: ObjectGetOpts): Promise<Uint8Array | null>;
  /**
   * Stores what `data` gives under a name, and replaces what was there when all of it is stored. At most 4 MiB of it are in
   * memory. When it fails, `data` is cancelled, its chunks are removed, and what was there is still there.
   *
   * @throws NatsError, as a rejection: "BAD API" for a name or a size that is none, or a link; BAD_PAYLOAD when `data` gives
   * anything but Uint8Arrays; what `data` fails with; UNKNOWN_ERROR where WebAssembly has no SIMD; TIMEOUT, "503", and with
   * `api_error` when the server refuses.
   */
  put(meta: ObjectStoreMeta, data: ReadableStream<Uint8Array>, options?: ObjectStorePutOpts): Promise<ObjectInfo>;
  /** As `put()`; null: an object without bytes. */
  putBlob(meta: ObjectStoreMeta, data: Uint8Array | null, options?: ObjectStorePutOpts): Promise<ObjectInfo>;
  /** `success: false` when there is none. Its info stays, with `deleted: true`. */
  delete(name: string): Promise<PurgeResponse>;
  /**
   * Another name for an object, of this store or another.
   *
   * @throws NatsError "BAD API", as a rejection: the object is deleted or a link itself; there is an object of this name.
   */
  link(name: string, meta: ObjectInfo): Promise<ObjectInfo>;
  /** A name for a whole store, which can be listed and not be read. */
  linkStore(name: string, bucket: ObjectStore): Promise<ObjectInfo>;
  /** Null says that everything that was there has been delivered. */
  watch(
    options?: Partial<{ ignoreDeletes?: boolean; includeHistory?: boolean }>,
  ): Promise<QueuedIterator<ObjectInfo | null>>;
  /** Nothing can be changed any more. */
  seal(): Promise<ObjectStoreStatus>;
  status(options?: Partial<StreamInfoRequestOptions>): Promise<ObjectStoreStatus>;
  /**
   * Changes what is given and leaves the rest as it is; another name renames it. Chunk size and link stay.
   *
   * @throws NatsError "BAD API", as a rejection: there is no such object, or there is one of the new name.
   */
  update(name: string, meta: Partial<ObjectStoreMeta>): Promise<PubAck>;
  destroy(): Promise<boolean>;
}
