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

export type ObjectStorePutOpts = {
  /** In ms. Default 5000. */
  timeout?: number;
  /** Refused when this is not the object's last revision. */
  previousRevision?: number;
};

export interface ObjectStore {
  /** Null when there is none. */
  info(name: string): Promise<ObjectInfo | null>;
  list(): Promise<ObjectInfo[]>;
  /** Null when there is none. */
  get(name: string): Promise<ObjectResult | null>;
  getBlob(name: string): Promise<Uint8Array | null>;
  put(meta: ObjectStoreMeta, data: ReadableStream<Uint8Array>, options?: ObjectStorePutOpts): Promise<ObjectInfo>;
  putBlob(meta: ObjectStoreMeta, data: Uint8Array | null, options?: ObjectStorePutOpts): Promise<ObjectInfo>;
  delete(name: string): Promise<PurgeResponse>;
  link(name: string, meta: ObjectInfo): Promise<ObjectInfo>;
  linkStore(name: string, bucket: ObjectStore): Promise<ObjectInfo>;
  /** Null says that everything that was there has been delivered. */
  watch(
    options?: Partial<{ ignoreDeletes?: boolean; includeHistory?: boolean }>,
  ): Promise<QueuedIterator<ObjectInfo | null>>;
  /** Nothing can be changed any more. */
  seal(): Promise<ObjectStoreStatus>;
  status(options?: Partial<StreamInfoRequestOptions>): Promise<ObjectStoreStatus>;
  /** Another name renames it. */
  update(name: string, meta: Partial<ObjectStoreMeta>): Promise<PubAck>;
  destroy(): Promise<boolean>;
}
