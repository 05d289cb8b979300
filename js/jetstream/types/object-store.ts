/** Object stores as they are used. Types only. Names and members are those of nats.ws 1.30.3. */
import type { MsgHdrs, Nanos, QueuedIterator } from "../../core/types";
import type { StorageType } from "../enums";
import type { PubAck } from "./messages";
import type { Placement, PurgeResponse, StreamInfo, StreamInfoRequestOptions } from "./stream";

/** What a link leads to. */
export type ObjectStoreLink = {
  /** The store it is in. */
  bucket: string;
  /** Empty: the whole store. */
  name?: string;
};

/** How an object is stored. */
export type ObjectStoreMetaOptions = {
  /** The object is that one. Set by `link()` and `linkStore()`; a put refuses it. */
  link?: ObjectStoreLink;
  /** Bytes. Default 131072, at most the server's `max_payload`. */
  max_chunk_size?: number;
};

/** What is said of an object when it is put. */
export type ObjectStoreMeta = {
  /** Any text but the empty one. */
  name: string;
  /** Default: empty. */
  description?: string;
  /** Stored with the object; they are no headers of messages. */
  headers?: MsgHdrs;
  /** How it is stored. */
  options?: ObjectStoreMetaOptions;
  /** Default: none. */
  metadata?: Record<string, string>;
};

/** What a store knows of an object. */
export interface ObjectInfo extends ObjectStoreMeta {
  /** The store it is in. */
  bucket: string;
  /** Names the object's chunks. */
  nuid: string;
  /** Bytes; 0 of a link, and of what is deleted. */
  size: number;
  /** Messages its bytes are in: 0 of an object without bytes. */
  chunks: number;
  /** `SHA-256=` and the base64url of it; empty of a link, and of what is deleted. */
  digest: string;
  /** Its bytes are gone, its info is kept. */
  deleted: boolean;
  /** When it was put: an ISO 8601 date. */
  mtime: string;
  /** Stream sequence of the info: it rises with every change, and `previousRevision` takes it. */
  revision: number;
  /** In a watch: it came after what was there when the watch began. Not in nats.ws. */
  isUpdate?: boolean;
}

/** @deprecated the same as `ObjectStoreLink` */
export interface ObjectLink {
  /** The store it is in. */
  bucket: string;
  /** Empty: the whole store. */
  name?: string;
}

/** What a store is, and what is in it. */
export type ObjectStoreStatus = {
  /** The store's name. */
  bucket: string;
  /** Empty when there is none. */
  description: string;
  /** How long objects are kept; 0: for good. */
  ttl: Nanos;
  /** File or memory. */
  storage: StorageType;
  /** Servers that have a copy. */
  replicas: number;
  /** Nothing can be changed any more. */
  sealed: boolean;
  /** Bytes in the stream: objects, infos, and what the server adds to each message. */
  size: number;
  /** `JetStream`. */
  backingStore: string;
  /** Of the stream below. */
  streamInfo: StreamInfo;
  /** The server adds some of its own. */
  metadata?: Record<string, string> | undefined;
  /** The server compresses what it writes to files. */
  compression: boolean;
};

/** @deprecated use `ObjectStoreStatus` */
export type ObjectStoreInfo = ObjectStoreStatus;

/** How a store is made. */
export type ObjectStoreOptions = {
  /** Default: none. */
  description?: string;
  /** Objects older than this are removed. Default 0: none are. */
  ttl?: Nanos;
  /** Default: file. */
  storage: StorageType;
  /** Servers that keep a copy, 1 to 5. Default 1. */
  replicas: number;
  /** Of the stream. Default -1: no limit. A put that would exceed it is refused. */
  max_bytes: number;
  /** Which servers may keep it. Default: any. */
  placement: Placement;
  /** Default: none. Server 2.10. */
  metadata?: Record<string, string>;
  /** What is written to files is compressed (S2). Default false. Server 2.10. */
  compression?: boolean;
};

/** An object that is being read. */
export type ObjectResult = {
  /** Of what is read: the object a link leads to, not the link. */
  info: ObjectInfo;
  /** The bytes, a chunk at a time. To cancel it is to stop. */
  data: ReadableStream<Uint8Array>;
  /** Resolves when `data` is at its end: with null, or with what went wrong. */
  error: Promise<Error | null>;
};

/** How far a put or a get has come. */
export interface ObjectProgress {
  /** Bytes the server has stored, or the reader has got. */
  bytes: number;
  /** Of the chunks, those that were stored or read. */
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

/** Of `get()` and `getBlob()`. Not in nats.ws. */
export type ObjectGetOpts = ObjectTransferOpts;

/** Of `put()` and `putBlob()`. */
export type ObjectStorePutOpts = ObjectTransferOpts & {
  /** How long each publish waits for its ack, in ms, at least 1. Default (and for 0): that of the JetStream options, 5000. */
  timeout?: number;
  /**
   * Refused (`api_error.err_code` 10071) when this is not the object's last revision; 0: when there is one. Default: put
   * whatever is there.
   */
  previousRevision?: number;
};

/**
 * A store of large objects.
 *
 * What all calls reject with: NatsError "BAD API" for a name that is empty or no string, "503" and TIMEOUT when nobody
 * answers, and with `api_error` what the server refuses (everything that changes a sealed store, for one).
 */
export interface ObjectStore {
  /** Null when there is none. Of a deleted one: with `deleted: true`; of a link: its own, not what it leads to. */
  info(name: string): Promise<ObjectInfo | null>;
  /** All objects and links, without the deleted ones, in the order of their last change. */
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
   * @throws NatsError, as a rejection: "BAD API" for a name, a chunk size, a timeout or a revision that is none, or a link;
   * BAD_PAYLOAD when `data` is no stream or gives anything but Uint8Arrays; what `data` fails with; UNKNOWN_ERROR where WebAssembly has no SIMD; TIMEOUT, "503", and with
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
  /**
   * A name for a whole store, which can be listed and not be read.
   *
   * @throws NatsError "BAD API", as a rejection: `bucket` is no store of this client; there is an object of this name.
   */
  linkStore(name: string, bucket: ObjectStore): Promise<ObjectInfo>;
  /**
   * Infos as they come: of what is there when `includeHistory` is true (default false), and of every change from then on;
   * without those of deletions when `ignoreDeletes` is true (default false). Null says that everything that was there has
   * been delivered; without `includeHistory` only an empty store says so, at once. It survives a connection that is lost.
   */
  watch(
    options?: Partial<{ ignoreDeletes?: boolean; includeHistory?: boolean }>,
  ): Promise<QueuedIterator<ObjectInfo | null>>;
  /** Nothing can be changed any more, for good. */
  seal(): Promise<ObjectStoreStatus>;
  /** @throws NatsError "404", as a rejection, when the store is gone. */
  status(options?: Partial<StreamInfoRequestOptions>): Promise<ObjectStoreStatus>;
  /**
   * Changes what is given and leaves the rest as it is; another name renames it. Chunk size and link stay.
   *
   * @throws NatsError "BAD API", as a rejection: there is no such object, or there is one of the new name.
   */
  update(name: string, meta: Partial<ObjectStoreMeta>): Promise<PubAck>;
  /** Removes the store and all that is in it. */
  destroy(): Promise<boolean>;
}
