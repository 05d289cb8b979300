/**
 * Following a bucket: watches, histories and lists of keys are the same ordered consumer with another beginning and another
 * end. Owns the queue between the consumer and the reader. src/core/kv/watch.rs decides which entries are told, and when all
 * entries that were there at the beginning have been told.
 */
import { delay } from "../core/helpers/delay";
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode } from "../base/errors";
import { nuid } from "../core/helpers/nuid";
import { Queue } from "../core/messages/queue";
import { StatusFeed } from "../core/messages/status-feed";
import type { Msg, MsgHdrs, QueuedIterator } from "../core/types";
import { WatchOperation, WatchVerdict } from "../engine/generated/machines.enums";
import type { Watch } from "../engine/machines";
import type { Api } from "../jetstream/api";
import { ConsumerEvents, DeliverPolicy, KvWatchInclude } from "../jetstream/enums";
import { misuse, requireServer } from "../jetstream/names";
import { type Delivery, storedAt } from "../jetstream/messages/delivery";
import { openOrdered, type OrderedPush, type OrderedPushHandlers } from "../jetstream/push/ordered-push";
import { StreamsManager } from "../jetstream/manage/streams";
import type { ConsumerConfig, ConsumerInfo } from "../jetstream/types/consumer-config";
import { type BucketEncoding, deliveredOperation, Entry, type Operation } from "./entry";
import type { KvEntry, KvWatch, KvWatchOptions, KvWatchStatus } from "../jetstream/types/kv";

/** Checks in a row, `DOUBT_WAIT` ms apart, until the bucket counts as another one: a new leader may not know its end yet. */
const DOUBTS = 4;
const DOUBT_WAIT = 1000;

/** @param ends whether the iterator ends behind the entries that were there at the beginning. */
export function followEntries(
  api: Api,
  stream: string,
  encoding: BucketEncoding,
  options: KvWatchOptions,
  ends: boolean,
): Promise<KvWatch> {
  return follow<KvEntry>(api, stream, encoding, options, ends, (entry) => entry);
}

export function followKeys(
  api: Api,
  stream: string,
  encoding: BucketEncoding,
  filter: string | string[],
): Promise<QueuedIterator<string>> {
  return follow(api, stream, encoding, { key: filter, headers_only: true }, true, (entry) =>
    entry.operation === "PUT" ? entry.key : undefined,
  );
}

async function follow<T>(
  api: Api,
  stream: string,
  encoding: BucketEncoding,
  options: KvWatchOptions,
  ends: boolean,
  show: (entry: KvEntry) => T | undefined,
): Promise<WatchIterator<T>> {
  const config = consumerConfig(api, encoding, options);
  const { machines } = await import("../engine/machines");
  const isUpdatesOnly = options.include === KvWatchInclude.UpdatesOnly;
  const machine = new (machines().Watch)(isUpdatesOnly, options.ignoreDeletes === true);
  const iterator = new WatchIterator(api, stream, encoding, machine, ends, show, options.initializedFn);
  await iterator.open(config);
  return iterator;
}

/** @throws NatsError "BAD API" for an invalid key; SERVER_OPT_NA for several keys, before server 2.10. */
function consumerConfig(api: Api, encoding: BucketEncoding, options: KvWatchOptions): Partial<ConsumerConfig> {
  const { key = ">", include, resumeFromRevision = 0, headers_only = false } = options;
  const filters = (Array.isArray(key) ? key : [key]).map((each) => encoding.search(each));
  const [filter] = filters;
  if (filter === undefined) throw misuse('option "key" is a list without a key');
  if (filters.length > 1) requireServer(api.nc, "several keys", "2.10.0");
  return {
    deliver_policy: START[include ?? KvWatchInclude.LastValue] ?? DeliverPolicy.LastPerSubject,
    ...(resumeFromRevision > 0 && { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: resumeFromRevision }),
    ...(filters.length > 1 ? { filter_subjects: filters } : { filter_subject: filter }),
    ...(headers_only && { headers_only }),
  };
}

const START: Readonly<Record<string, DeliverPolicy>> = {
  [KvWatchInclude.AllHistory]: DeliverPolicy.All,
  [KvWatchInclude.UpdatesOnly]: DeliverPolicy.New,
};

/** The iterator of a watch, a history or a list of keys. */
class WatchIterator<T> extends Queue<T> implements KvWatchOf<T> {
  readonly #api: Api;
  readonly #stream: string;
  readonly #encoding: BucketEncoding;
  /** Undefined after the end. */
  #machine: Watch | undefined;
  readonly #ends: boolean;
  readonly #show: (entry: KvEntry) => T | undefined;
  #initializedFn: (() => void) | undefined;
  /** Values that are taken before `initializedFn` is called; infinite: not known, or called already. */
  #initial = Number.POSITIVE_INFINITY;
  #source: OrderedPush | undefined = undefined;
  #isReset = false;
  /** Messages that nobody waits for any more, and the source does not know of yet. */
  #settled = 0;
  readonly #feed = new StatusFeed<KvWatchStatus>();

  constructor(
    api: Api,
    stream: string,
    encoding: BucketEncoding,
    machine: Watch,
    ends: boolean,
    show: (entry: KvEntry) => T | undefined,
    initializedFn: (() => void) | undefined,
  ) {
    super(
      () => this.#close(),
      () => this.#settle(1),
    );
    this.#api = api;
    this.#stream = stream;
    this.#encoding = encoding;
    this.#machine = machine;
    this.#ends = ends;
    this.#show = show;
    this.#initializedFn = initializedFn;
  }

  async open(config: Partial<ConsumerConfig>): Promise<void> {
    const handlers: OrderedPushHandlers = {
      onMessage: (message, delivery) => this.#receive(message, delivery),
      onCreated: (info) => this.#handleCreated(info),
      onReset: (missed) => this.#handleReset(missed),
      onHeartbeat: (delivered, _, isStalled) => {
        if (!isStalled) this.#conclude(this.#machine?.handle_idle(delivered) ?? 0);
      },
      // nats.ws ends its iterators without an error when the connection is closed.
      onError: (error) => this.stop(error.code === ErrorCode.ConnectionClosed ? undefined : error),
    };
    const isNamed = this.#api.nc.features.require("2.9.0");
    const naming = isNamed ? { name_prefix: `KV_WATCHER_${nuid.next()}` } : {};
    try {
      this.#source = await openOrdered(this.#api, this.#stream, config, handlers, { queued: true, ...naming });
    } catch (error) {
      this.#close();
      throw error;
    }
    if (this.#machine === undefined) this.#source.stop();
    this.#settle(0);
  }

  status(): AsyncIterable<KvWatchStatus> {
    return this.#feed.open();
  }

  override next(): Promise<IteratorResult<T>> {
    if (this.getProcessed() >= this.#initial) {
      const thrown = this.#tellInitialized();
      if (thrown !== undefined) {
        this.abandon();
        return Promise.reject(thrown);
      }
    }
    return super.next();
  }

  override stop(error?: Error): void {
    super.stop(error);
    this.#close();
  }

  // ---- messages ------------------------------------------------------------------------------------------------

  #receive(message: Msg, delivery: Delivery): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    const operation = deliveredOperation(message);
    const verdict = machine.handle_entry(delivery.streamSequence, delivery.pending, effectOf(operation));
    const received = this.getReceived();
    if ((verdict & WatchVerdict.Tell) !== 0) {
      const isUpdate = (verdict & WatchVerdict.IsUpdate) !== 0;
      try {
        const shown = this.#show(new DeliveredEntry(this.#encoding, message, delivery, operation, isUpdate));
        if (shown !== undefined) this.push(shown);
      } catch (thrown) {
        this.stop(asError(thrown));
        return;
      }
    }
    if (this.getReceived() === received) this.#settle(1);
    this.#conclude(verdict);
  }

  #handleCreated(info: ConsumerInfo): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    if (this.#isReset) {
      this.#feed.tell({ type: ConsumerEvents.OrderedConsumerRecreated, data: info.name });
      void this.#checkBucket(machine);
    }
    this.#conclude(machine.handle_created(info.num_pending + info.delivered.consumer_seq));
  }

  /**
   * Looks whether the bucket was made again: the server lets a consumer wait for a revision that such a bucket may never
   * reach. Without the permission to ask about the stream nothing is checked.
   */
  async #checkBucket(machine: Watch): Promise<void> {
    for (let doubts = 1; ; doubts++) {
      const last = await new StreamsManager(this.#api).info(this.#stream).then(
        (info) => info.state.last_seq,
        () => Number.POSITIVE_INFINITY,
      );
      if (this.#machine !== machine || !machine.is_ahead_of(last)) return;
      if (doubts === DOUBTS) {
        const why = `its last revision is ${last}, this watch has seen ${machine.revision()}`;
        const message = `bucket "${this.#encoding.bucket}" was deleted and made again, or has lost entries: ${why}`;
        this.stop(errorFromCode(ErrorCode.ApiError, message));
        return;
      }
      await delay(DOUBT_WAIT);
    }
  }

  #handleReset(missed: number): void {
    this.#isReset = true;
    this.#machine?.handle_reset();
    if (missed > 0) this.#feed.tell({ type: ConsumerEvents.HeartbeatsMissed, data: missed });
  }

  #conclude(verdict: number): void {
    if ((verdict & WatchVerdict.IsInitialized) === 0) return;
    if (this.#ends) {
      this.stop();
      return;
    }
    if (this.#initializedFn === undefined) return;
    this.#initial = this.#machine?.initial() ?? 0;
    // A reader that has not come to that place is told by `next()`.
    if (this.getReceived() - this.getPending() < this.#initial) return;
    const thrown = this.#tellInitialized();
    if (thrown !== undefined) this.stop(thrown);
  }

  #tellInitialized(): Error | undefined {
    const initializedFn = this.#initializedFn;
    this.#initial = Number.POSITIVE_INFINITY;
    this.#initializedFn = undefined;
    try {
      initializedFn?.();
      return undefined;
    } catch (thrown) {
      return asError(thrown);
    }
  }

  /** Tells the source that nobody waits for `messages` more of them: the server may send on. */
  #settle(messages: number): void {
    this.#settled += messages;
    const source = this.#source;
    if (source === undefined) return;
    for (; this.#settled > 0; this.#settled--) source.processed();
  }

  #close(): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    this.#machine = undefined;
    this.#source?.stop();
    machine.free();
    this.#feed.end();
  }
}

/** The operation as the machine knows it. A word of another client that this client does not know counts as a value. */
function effectOf(operation: Operation): WatchOperation {
  if (operation === "DEL") return WatchOperation.Delete;
  return operation === "PURGE" ? WatchOperation.Purge : WatchOperation.Put;
}

interface KvWatchOf<T> extends QueuedIterator<T>, Pick<KvWatch, "status"> {}

/** An entry that a consumer has delivered. */
class DeliveredEntry extends Entry {
  readonly #message: Msg;
  readonly #delivery: Delivery;
  readonly operation: Operation;
  readonly isUpdate: boolean;

  constructor(encoding: BucketEncoding, message: Msg, delivery: Delivery, operation: Operation, isUpdate: boolean) {
    super(encoding);
    this.#message = message;
    this.#delivery = delivery;
    this.operation = operation;
    this.isUpdate = isUpdate;
  }

  get rawKey(): string {
    return this.encoding.rawKeyOf(this.#message.subject);
  }

  get revision(): number {
    return this.#delivery.streamSequence;
  }

  get delta(): number {
    return this.#delivery.pending;
  }

  get created(): Date {
    return new Date(storedAt(this.#message));
  }

  protected get headers(): MsgHdrs | undefined {
    return this.#message.headers;
  }

  protected get stored(): Uint8Array {
    return this.#message.data;
  }
}
