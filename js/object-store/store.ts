/**
 * An object store: infos, and the calls for objects and for the store as a whole. The bytes of objects: write.ts and
 * read.ts; following the infos: watch.ts.
 */
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode, type NatsError } from "../base/errors";
import { headers } from "../core/messages/headers";
import { nuid } from "../core/helpers/nuid";
import type { QueuedIterator } from "../core/types";
import type { Api } from "../jetstream/api";
import { DiscardPolicy, JsHeaders, StoreCompression } from "../jetstream/enums";
import { ApiCode, isApiError } from "../jetstream/errors";
import { misuse, requireServer } from "../jetstream/names";
import { publish } from "../jetstream/publish/publish";
import { StreamsManager } from "../jetstream/manage/streams";
import type { PubAck } from "../jetstream/types/messages";
import type {
  PurgeResponse,
  StreamConfig,
  StreamInfoRequestOptions,
  StreamUpdateConfig,
} from "../jetstream/types/stream";
import { kindOf, removeChunks } from "./failures";
import { isLink, ObjectInfoImpl, type StoredInfo, storedMeta } from "./info";
import { checkObjectName, chunksSubject, infoSubject, oldInfoSubject, streamOf } from "./names";
import { read } from "./read";
import { objectStoreStatus } from "../jetstream/manage/object-store-status";
import type {
  ObjectGetOpts,
  ObjectInfo,
  ObjectResult,
  ObjectStore,
  ObjectStoreMeta,
  ObjectStoreOptions,
  ObjectStorePutOpts,
  ObjectStoreStatus,
} from "../jetstream/types/object-store";
import { watch } from "./watch";
import { type UploadTarget, write } from "./write";

const DEFAULT_CHUNK = 128 * 1024;
/** Number of links that are followed, one after the other. */
const LINKS = 8;

/**
 * Opens a store, and makes it when it does not exist. An existing store keeps its configuration.
 *
 * @throws NatsError, as a rejection: "BAD API" for a name; SERVER_OPT_NA when the server is too old; "503" when
 * JetStream is not enabled; with `api_error` when the server refuses.
 */
export async function openObjectStore(
  api: Api,
  bucket: string,
  options: Partial<ObjectStoreOptions> = {},
): Promise<Store> {
  const config = storeConfig(bucket, options);
  requireServer(api.nc, "object store", "2.6.3");
  const streams = new StreamsManager(api);
  await streams.info(config.name as string).catch((error) => {
    if (!isApiError(error, ApiCode.StreamNotFound)) throw error;
    return streams.add(config);
  });
  return new Store(api, bucket);
}

/** @throws NatsError "BAD API" for the name. */
function storeConfig(bucket: string, options: Partial<ObjectStoreOptions>): Partial<StreamConfig> {
  const { ttl, replicas, compression, ...others } = options;
  return {
    ...others,
    name: streamOf(bucket),
    subjects: [chunksSubject(bucket, ">"), infoSubject(bucket)],
    max_age: ttl ?? 0,
    num_replicas: replicas ?? 1,
    discard: DiscardPolicy.New,
    allow_direct: true,
    allow_rollup_hdrs: true,
    ...(compression !== undefined && { compression: compression ? StoreCompression.S2 : StoreCompression.None }),
  };
}

export class Store implements ObjectStore {
  readonly bucket: string;
  /** Name of the store's stream. */
  readonly stream: string;
  readonly #api: Api;
  readonly #streams: StreamsManager;

  /** Does not ask the server. @throws NatsError "BAD API" for the name. */
  constructor(api: Api, bucket: string) {
    this.bucket = bucket;
    this.stream = streamOf(bucket);
    this.#api = api;
    this.#streams = new StreamsManager(api);
  }

  // ---- infos --------------------------------------------------------------------------------------------------------

  async info(name: string): Promise<ObjectInfo | null> {
    const found = await this.#find(name);
    return found && new ObjectInfoImpl(found.info, found.revision);
  }

  async list(): Promise<ObjectInfo[]> {
    const all: ObjectInfo[] = [];
    for await (const info of await this.watch({ ignoreDeletes: true, includeHistory: true })) {
      if (info === null) break;
      all.push(info);
    }
    return all;
  }

  async watch(
    options: Partial<{ ignoreDeletes?: boolean; includeHistory?: boolean }> = {},
  ): Promise<QueuedIterator<ObjectInfo | null>> {
    const { ignoreDeletes = false, includeHistory = false } = options;
    const subject = infoSubject(this.bucket);
    const isEmpty = !includeHistory && (await this.#last(subject)) === null;
    return watch(this.#api, this.stream, subject, { ignoreDeletes, includeHistory, isEmpty });
  }

  async update(name: string, meta: Partial<ObjectStoreMeta> = {}): Promise<PubAck> {
    const found = await this.#find(name);
    if (found === null) throw misuse(`object not found: "${name}"`);
    if (found.info.deleted) throw misuse(`cannot update meta for a deleted object: "${name}"`);
    const info = { ...found.info, ...storedMeta(meta) };
    // Chunk size and link cannot be changed.
    if (found.info.options) info.options = found.info.options;
    else delete info.options;
    checkObjectName(info.name);
    const isRenamed = info.name !== name;
    const place = isRenamed ? await this.#refuseExisting(info.name, () => true) : found.subject;
    const ack = await this.#publish(place, info);
    if (isRenamed) await this.#purge(found.subject);
    return ack;
  }

  // ---- objects ------------------------------------------------------------------------------------------------------

  async get(name: string, options: ObjectGetOpts = {}): Promise<ObjectResult | null> {
    let store: Store = this;
    for (let links = 0; links <= LINKS; links++) {
      const found: InfoRecord | null = await store.#find(name);
      if (found === null || found.info.deleted) return null;
      const info = new ObjectInfoImpl(found.info, found.revision);
      if (!isLink(info)) {
        const subject = chunksSubject(store.bucket, info.nuid);
        return { info, ...(await read(store.#api, store.stream, subject, info, options)) };
      }
      const { bucket, name: target } = info.options.link as { bucket: string; name?: string };
      if (!target) throw misuse(`link is a bucket: "${name}" leads to all of "${bucket}"`);
      if (bucket !== store.bucket) store = new Store(this.#api, bucket);
      name = target;
    }
    throw misuse(`"${name}" is behind more than ${LINKS} links`);
  }

  async getBlob(name: string, options?: ObjectGetOpts): Promise<Uint8Array | null> {
    const result = await this.get(name, options);
    if (result === null) return null;
    const reader = result.data.getReader();
    try {
      const blob = new Uint8Array(result.info.size);
      let at = 0;
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        blob.set(next.value, at);
        at += next.value.length;
      }
      return blob;
    } catch (error) {
      // Without room for the object there is no reason to go on. A stream that has failed rejects with the same error.
      reader.cancel(error).catch(() => {});
      throw error;
    }
  }

  async put(
    meta: ObjectStoreMeta,
    data: ReadableStream<Uint8Array>,
    options: ObjectStorePutOpts = {},
  ): Promise<ObjectInfo> {
    return this.#put(meta, data, options);
  }

  async putBlob(meta: ObjectStoreMeta, data: Uint8Array | null, options: ObjectStorePutOpts = {}): Promise<ObjectInfo> {
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        // `write` refuses anything but a Uint8Array, for all sources.
        if (data && data.length !== 0) controller.enqueue(data);
        controller.close();
      },
    });
    return this.#put(meta, source, options, data?.length ?? 0);
  }

  async delete(name: string): Promise<PurgeResponse> {
    const found = await this.#find(name);
    if (found === null) return { purged: 0, success: false } as PurgeResponse;
    await this.#publish(found.subject, { ...found.info, deleted: true, size: 0, chunks: 0, digest: "" });
    return this.#purge(chunksSubject(this.bucket, found.info.nuid));
  }

  async link(name: string, target: ObjectInfo): Promise<ObjectInfo> {
    checkObjectName(name);
    if (target.deleted) throw misuse(`src object is deleted: "${target.name}"`);
    if (isLink(target)) throw misuse(`src object is a link: "${target.name}"`);
    const place = await this.#refuseExisting(name, () => true);
    return this.#link(place, name, { bucket: target.bucket, name: target.name });
  }

  async linkStore(name: string, store: ObjectStore): Promise<ObjectInfo> {
    if (!(store instanceof Store)) throw misuse("bucket required");
    checkObjectName(name);
    const place = await this.#refuseExisting(name, (info) => !isLink(info));
    return this.#link(place, name, { bucket: store.bucket });
  }

  // ---- the store ----------------------------------------------------------------------------------------------------

  async seal(): Promise<ObjectStoreStatus> {
    const { streamInfo } = await this.status();
    const config: Partial<StreamUpdateConfig & StreamConfig> = { ...streamInfo.config, sealed: true };
    return objectStoreStatus(await this.#streams.update(this.stream, config));
  }

  async status(options?: Partial<StreamInfoRequestOptions>): Promise<ObjectStoreStatus> {
    try {
      return objectStoreStatus(await this.#streams.info(this.stream, options));
    } catch (error) {
      if (!isApiError(error, ApiCode.StreamNotFound)) throw error;
      throw errorFromCode(ErrorCode.JetStream404NoMessages, `object store not found: "${this.bucket}"`, error as Error);
    }
  }

  destroy(): Promise<boolean> {
    return this.#streams.delete(this.stream);
  }

  // ---- inside -------------------------------------------------------------------------------------------------------

  async #put(
    meta: ObjectStoreMeta,
    source: ReadableStream<Uint8Array>,
    options: ObjectStorePutOpts,
    total?: number,
  ): Promise<ObjectInfo> {
    if (meta?.options?.link) throw misuse("link cannot be set when putting the object in bucket");
    const { signal, onProgress } = options;
    const timeout = options.timeout || this.#api.timeout;
    const previousRevision = options.previousRevision ?? undefined;
    checkWait(timeout);
    checkRevision(previousRevision);
    checkSource(source);
    const chunk = chunkSize(meta?.options?.max_chunk_size, this.#api.nc.info?.max_payload);
    const old = await this.#find(meta?.name);
    const id = nuid.next();
    const target: UploadTarget = {
      api: this.#api,
      stream: this.stream,
      subject: chunksSubject(this.bucket, id),
      chunk,
      timeout,
      signal,
      onProgress,
      total,
    };
    const written = await write(source, target);
    const info: StoredInfo = {
      name: meta.name,
      description: "",
      ...storedMeta(meta),
      bucket: this.bucket,
      nuid: id,
      options: { ...meta.options, max_chunk_size: chunk },
      ...written,
      mtime: new Date().toISOString(),
      deleted: false,
    };
    const place = old?.subject ?? infoSubject(this.bucket, meta.name);
    const revision = await this.#commit(place, info, target, previousRevision);
    if (old !== null && old.info.chunks > 0) {
      // The object is stored. Chunks of the replaced one that stay take up room, which does not make the put a failure.
      await this.#purge(chunksSubject(this.bucket, old.info.nuid)).catch(reportError);
    }
    return new ObjectInfoImpl(info, revision);
  }

  /** From here on the object is what was put: publishes its info. Resolves with the revision. */
  async #commit(place: string, info: StoredInfo, target: UploadTarget, previousRevision?: number): Promise<number> {
    try {
      return (await this.#publish(place, info, target.timeout, previousRevision)).seq;
    } catch (thrown) {
      const error = asError(thrown);
      // Nobody answered, but the info may be stored: then its chunks must stay, and also while that is unknown.
      if ((error as Partial<NatsError>).api_error === undefined) {
        const stored = await this.#find(info.name).catch(() => undefined);
        if (stored === undefined) throw error;
        if (stored?.info.nuid === info.nuid) return stored.revision;
      }
      throw info.chunks > 0 ? await removeChunks(target, error) : error;
    }
  }

  async #link(place: string, name: string, link: { bucket: string; name?: string }): Promise<ObjectInfo> {
    const info: StoredInfo = {
      name,
      bucket: this.bucket,
      nuid: nuid.next(),
      size: 0,
      chunks: 0,
      digest: "",
      mtime: new Date().toISOString(),
      deleted: false,
      options: { link },
    };
    return new ObjectInfoImpl(info, (await this.#publish(place, info)).seq);
  }

  /** Subject of a new object's info. @throws NatsError "BAD API" when there is an object in the way. */
  async #refuseExisting(name: string, isInTheWay: (info: StoredInfo) => boolean): Promise<string> {
    const found = await this.#find(name);
    if (found !== null && !found.info.deleted && isInTheWay(found.info)) {
      throw misuse(`an object already exists with that name: "${name}"`);
    }
    return found?.subject ?? infoSubject(this.bucket, name);
  }

  async #find(name: string): Promise<InfoRecord | null> {
    checkObjectName(name);
    const found = await this.#last(infoSubject(this.bucket, name));
    const old = oldInfoSubject(this.bucket, name);
    return found ?? (old === undefined ? null : this.#last(old));
  }

  async #last(subject: string): Promise<InfoRecord | null> {
    try {
      const message = await this.#streams.getMessage(this.stream, { last_by_subj: subject });
      return { info: message.json<StoredInfo>(), revision: message.seq, subject: message.subject };
    } catch (error) {
      if ((error as NatsError).code === ErrorCode.JetStream404NoMessages) return null;
      throw error;
    }
  }

  #publish(subject: string, info: StoredInfo, timeout?: number, previousRevision?: number): Promise<PubAck> {
    const rollup = headers();
    rollup.set(JsHeaders.RollupHdr, JsHeaders.RollupValueSubject);
    return publish(this.#api, subject, JSON.stringify(info), {
      headers: rollup,
      ...(timeout !== undefined && { timeout }),
      ...(previousRevision !== undefined && { expect: { lastSubjectSequence: previousRevision } }),
    });
  }

  #purge(filter: string): Promise<PurgeResponse> {
    return this.#streams.purge(this.stream, { filter });
  }
}

interface InfoRecord {
  info: StoredInfo;
  revision: number;
  /** Subject of the info. */
  subject: string;
}

/** Refuses a wrong time limit. @throws NatsError "BAD API" */
function checkWait(timeout: number): void {
  if (!(timeout >= 1)) throw misuse(`option "timeout" of ${timeout} ms: it must be at least 1`);
}

/**
 * Refuses a wrong revision: the server ignores a revision that is not a number, which would silently drop the
 * condition.
 *
 * @throws NatsError "BAD API"
 */
function checkRevision(revision: number | undefined): void {
  if (revision === undefined || (Number.isSafeInteger(revision) && revision >= 0)) return;
  throw misuse(`option "previousRevision" of ${revision} is no revision: a whole number, 0 for an object that is new`);
}

/** Refuses a source that is not a stream; null is an object without bytes. @throws NatsError BAD_PAYLOAD */
function checkSource(source: unknown): void {
  if (source === null || typeof (source as ReadableStream | undefined)?.getReader === "function") return;
  throw errorFromCode(
    ErrorCode.BadPayload,
    `data must be a ReadableStream: got ${kindOf(source)}; putBlob() takes a Uint8Array`,
  );
}

/** Bytes of a chunk. @throws NatsError "BAD API" for a wrong number. */
function chunkSize(wanted: number | undefined, maxPayload = DEFAULT_CHUNK): number {
  if (wanted && !(Number.isInteger(wanted) && wanted > 0)) {
    throw misuse(`option "max_chunk_size" of ${wanted} is not a number of bytes: at least 1`);
  }
  return Math.min(wanted || DEFAULT_CHUNK, maxPayload);
}
