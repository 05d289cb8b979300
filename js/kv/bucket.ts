/**
 * A bucket: reading, writing and deleting keys, and the calls for the bucket as a whole. Following its keys: follow.ts.
 */
import { encoder } from "../engine/text";
import { ErrorCode } from "../base/enums";
import { Empty } from "../base/empty";
import type { NatsError } from "../base/errors";
import { headers } from "../core/messages/headers";
import type { Payload, QueuedIterator } from "../core/types";
import { Api } from "../jetstream/api";
import { DirectStreams } from "../jetstream/messages/direct";
import { JsHeaders, KvWatchInclude } from "../jetstream/enums";
import { PubHeaders } from "../jetstream/publish/pub-headers";
import { ApiCode, isApiError } from "../jetstream/errors";
import { misuse, requireServer } from "../jetstream/names";
import { publish } from "../jetstream/publish/publish";
import { StreamsManager } from "../jetstream/manage/streams";
import type { JetStreamPublishOptions } from "../jetstream/types/messages";
import type { PurgeOpts, PurgeResponse, StreamSource } from "../jetstream/types/stream";
import { BucketEncoding, KV_OPERATION, type Operation, StoredEntry } from "./entry";
import { followEntries, followKeys } from "./follow";
import { checkBucket, hasWildcards } from "./keys";
import { bucketStatus, KV_PREFIX } from "../jetstream/manage/kv-status";
import { bucketConfig, subjectsOf } from "./stream";
import type {
  KV,
  KvDeleteOptions,
  KvEntry,
  KvOptions,
  KvPurgeOptions,
  KvPutOptions,
  KvRemove,
  KvStatus,
  KvWatch,
  KvWatchOptions,
} from "../jetstream/types/kv";

/** Requests under way at a time, of a call that needs many. */
const AT_A_TIME = 100;
/** Age in ms below which `purgeDeletes()` keeps a marker by default. */
const HALF_AN_HOUR = 30 * 60 * 1000;

/**
 * Opens a bucket, and makes it when it does not exist. With `bindOnly` the server is not asked. An existing bucket
 * keeps its configuration.
 *
 * @throws NatsError, as a rejection: "BAD API" for a name with anything but letters, digits, `-` and `_`; SERVER_OPT_NA
 * when the server is too old; "503" when JetStream is not enabled; with `api_error` when the server refuses.
 */
export async function openBucket(api: Api, name: string, options: Partial<KvOptions> = {}): Promise<Bucket> {
  checkBucket(name);
  requireServer(api.nc, "key-value", "2.6.2");
  if (options.timeout !== undefined) api = new Api(api.nc, { ...api.options, timeout: options.timeout });
  if (options.bindOnly) return new Bucket(api, name, options, options.mirror, options.allow_direct === true);

  const config = bucketConfig(api.nc, name, options);
  const streams = new StreamsManager(api);
  const info = await streams.info(config.name as string).catch((error) => {
    if (!isApiError(error, ApiCode.StreamNotFound)) throw error;
    return streams.add(config);
  });
  return new Bucket(api, name, options, info.config.mirror, config.allow_direct === true && info.config.allow_direct);
}

/** A bucket of `Kvm`, or of `js.views.kv()`. `KV` describes the other members. */
export class Bucket implements KV, KvRemove {
  /** Name of the bucket. */
  readonly bucket: string;
  /** Name of the bucket's stream. */
  readonly stream: string;
  /** True when every replica answers `get()`. */
  readonly direct: boolean;
  readonly #api: Api;
  readonly #streams: StreamsManager;
  readonly #encoding: BucketEncoding;

  /** `Kvm.create()` and `Kvm.open()` make buckets. @param mirror the bucket that this one is a copy of. */
  constructor(
    api: Api,
    bucket: string,
    options: Partial<KvOptions>,
    mirror: StreamSource | undefined,
    isDirect: boolean,
  ) {
    this.bucket = bucket;
    this.stream = options.streamName ?? KV_PREFIX + bucket;
    this.direct = isDirect;
    this.#api = api;
    this.#streams = new StreamsManager(api);
    this.#encoding = new BucketEncoding(bucket, subjectsOf(bucket, api.prefix, mirror), options.codec);
  }

  // ---- one key ------------------------------------------------------------------------------------------------------

  async get(key: string, options?: { revision: number }): Promise<KvEntry | null> {
    const rawKey = this.#encoding.key(key);
    const { revision = 0 } = options ?? {};
    const query = revision > 0 ? { seq: revision } : { last_by_subj: this.#encoding.subjects.read + rawKey };
    const source = this.direct ? new DirectStreams(this.#api) : this.#streams;
    try {
      const message = await source.getMessage(this.stream, query);
      // A revision may be another key's.
      const isOther = revision > 0 && this.#encoding.rawKeyOf(message.subject) !== rawKey;
      return isOther ? null : new StoredEntry(this.#encoding, rawKey, message);
    } catch (error) {
      if ((error as NatsError).code === ErrorCode.JetStream404NoMessages) return null;
      throw error;
    }
  }

  put(key: string, data: Payload, options?: Partial<KvPutOptions>): Promise<number> {
    return this.#put(key, data, options);
  }

  async create(key: string, data: Payload, markerTTL?: string): Promise<number> {
    try {
      return await this.#put(key, data, { previousSeq: 0 }, markerTTL);
    } catch (error) {
      if (!isConflict(error)) throw error;
      // A marker is a revision too, but not a value.
      const entry = await this.get(key);
      if (entry === null || entry.operation === "PUT") throw error;
      return this.#put(key, data, { previousSeq: entry.revision }, markerTTL);
    }
  }

  async update(key: string, data: Payload, version: number, timeout?: number): Promise<number> {
    if (!(version > 0)) throw misuse(`version must be greater than 0: got ${version}`);
    return this.#put(key, data, { previousSeq: version, ...(timeout !== undefined && { timeout }) });
  }

  delete(key: string, options?: Partial<KvDeleteOptions>): Promise<void> {
    return this.#mark(key, "DEL", options);
  }

  purge(key: string, options?: Partial<KvPurgeOptions>): Promise<void> {
    return this.#mark(key, "PURGE", options);
  }

  /** @deprecated use `purge()` */
  remove(key: string): Promise<void> {
    return this.purge(key);
  }

  async #put(key: string, data: Payload, options: Partial<KvPutOptions> = {}, ttl?: string): Promise<number> {
    const { previousSeq, timeout } = options;
    const bytes = typeof data === "string" ? encoder.encode(data) : (data ?? Empty);
    const value = this.#encoding.codecs.value.encode(bytes);
    return this.#publish(key, value, {
      ...(previousSeq !== undefined && { expect: { lastSubjectSequence: previousSeq } }),
      ...(timeout !== undefined && { timeout }),
      ...(ttl && { ttl }),
    });
  }

  async #mark(key: string, operation: Operation, options: Partial<KvPurgeOptions> = {}): Promise<void> {
    if (hasWildcards(key)) {
      await inBatches(await this.keys(key), (each) => this.#mark(each, operation));
      return;
    }
    const { previousSeq, ttl } = options;
    const marks = headers();
    marks.set(KV_OPERATION, operation);
    if (operation === "PURGE") marks.set(JsHeaders.RollupHdr, JsHeaders.RollupValueSubject);
    if (previousSeq) marks.set(PubHeaders.ExpectedLastSubjectSequenceHdr, String(previousSeq));
    await this.#publish(key, Empty, { headers: marks, ...(operation === "PURGE" && ttl && { ttl }) });
  }

  async #publish(key: string, data: Uint8Array, options: Partial<JetStreamPublishOptions>): Promise<number> {
    const subject = this.#encoding.subjects.write + this.#encoding.key(key);
    return (await publish(this.#api, subject, data, options)).seq;
  }

  // ---- many keys ----------------------------------------------------------------------------------------------------

  watch(options: KvWatchOptions = {}): Promise<KvWatch> {
    return followEntries(this.#api, this.stream, this.#encoding, options, false);
  }

  history(options: { key?: string | string[]; headers_only?: boolean } = {}): Promise<QueuedIterator<KvEntry>> {
    const { key = ">", headers_only = false } = options;
    const include = KvWatchInclude.AllHistory;
    return followEntries(this.#api, this.stream, this.#encoding, { key, headers_only, include }, true);
  }

  keys(filter: string | string[] = ">"): Promise<QueuedIterator<string>> {
    return followKeys(this.#api, this.stream, this.#encoding, filter);
  }

  // ---- the bucket ---------------------------------------------------------------------------------------------------

  async status(): Promise<KvStatus> {
    return bucketStatus(await this.#streams.info(this.stream), this.#api.nc.info?.cluster);
  }

  /** Deletes the bucket with all its keys. Resolves with true. */
  destroy(): Promise<boolean> {
    return this.#streams.delete(this.stream);
  }

  /**
   * Removes the values of deleted keys, and markers from a given age on. Resolves with the number of removed messages.
   *
   * @param olderMillis age of a marker, in ms; 0: all markers. Default: half an hour.
   */
  async purgeDeletes(olderMillis: number = HALF_AN_HOUR): Promise<PurgeResponse> {
    const marked = await followEntries(this.#api, this.stream, this.#encoding, { headers_only: true }, true);
    const youngest = Date.now() - olderMillis;
    let purged = 0;
    await inBatches(marked, async (entry) => {
      if (entry.operation === "PUT") return;
      const filter = this.#encoding.subjects.read + entry.rawKey;
      const keep = entry.created.getTime() >= youngest ? 1 : 0;
      const answer = await this.#streams.purge(this.stream, { filter, keep });
      purged += answer.purged;
    });
    return { success: true, purged } as PurgeResponse;
  }

  /**
   * Removes the messages that the options name. Default: all.
   *
   * @throws NatsError "BAD API" for `keep` together with `seq`.
   */
  purgeBucket(options?: PurgeOpts): Promise<PurgeResponse> {
    return this.#streams.purge(this.stream, options);
  }

  /** @deprecated does nothing */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** True when the key's last revision is not the expected one. */
function isConflict(error: unknown): boolean {
  return isApiError(error, ApiCode.WrongLastSequence) || isApiError(error, ApiCode.WrongLastSequenceForSubject);
}

async function inBatches<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  let under: Promise<void>[] = [];
  for await (const item of items) {
    const task = work(item);
    // A rejection must not count as unhandled until it is awaited below.
    task.catch(() => {});
    under.push(task);
    if (under.length < AT_A_TIME) continue;
    await Promise.all(under);
    under = [];
  }
  await Promise.all(under);
}
