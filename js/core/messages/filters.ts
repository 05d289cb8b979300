/**
 * The filters a subscription can be given besides its public options, as nats.ws knows them: what may enter an iterator,
 * what its user gets to see, and who is told of both. Owns how they are counted. A subscription with a callback has none
 * of them but the cleanup.
 */
import { EagerMsgQueue } from "./queue";
import type {
  DispatchedFn,
  IngestionFilterFn,
  Msg,
  ProtocolFilterFn,
  Subscription,
  SubscriptionOptions,
  TypedSubscriptionOptions,
} from "../types";

export interface Filters {
  ingestionFilterFn?: IngestionFilterFn<Msg>;
  protocolFilterFn?: ProtocolFilterFn<Msg>;
  dispatchedFn?: DispatchedFn<Msg>;
  cleanupFn?: (subscription: Subscription, info?: unknown) => void;
}

/** Undefined unless there is a hook among the options. */
export function filtersOf(options: SubscriptionOptions | undefined): Filters | undefined {
  const { ingestionFilterFn, protocolFilterFn, dispatchedFn, cleanupFn } = (options ?? {}) as Partial<
    TypedSubscriptionOptions<Msg>
  >;
  return ingestionFilterFn || protocolFilterFn || dispatchedFn || cleanupFn
    ? ({ ingestionFilterFn, protocolFilterFn, dispatchedFn, cleanupFn } as Filters)
    : undefined;
}

/** The queue of a subscription with filters. Its messages are made when they arrive, for the filter to look at. */
export class FilteredQueue extends EagerMsgQueue {
  readonly #filters: Filters;
  readonly #source: Subscription;
  readonly #report: (thrown: unknown) => void;
  /** Messages the filter called the protocol's own. */
  #protocol = 0;
  /** Of these, the ones that are queued. */
  #protocolQueued = 0;
  #hidden = 0;
  #inHand: Msg | undefined;

  constructor(filters: Filters, source: Subscription, onEnd: () => void, report: (thrown: unknown) => void) {
    super(onEnd);
    this.#filters = filters;
    this.#source = source;
    this.#report = report;
  }

  override push(msg: Msg): void {
    if (this.stopped) return;
    try {
      const verdict = this.#filters.ingestionFilterFn?.(msg, this.#source);
      if (verdict !== undefined && !verdict.ingest) return;
      if (verdict?.protocol) {
        this.#protocol++;
        this.#protocolQueued++;
      }
    } catch (thrown) {
      this.#report(thrown);
      return;
    }
    super.push(msg);
  }

  override async next(): Promise<IteratorResult<Msg>> {
    const { dispatchedFn, protocolFilterFn } = this.#filters;
    try {
      const last = this.#inHand;
      this.#inHand = undefined;
      if (last !== undefined) dispatchedFn?.(last);
      for (;;) {
        const result = await super.next();
        if (result.done) return result;
        if (protocolFilterFn === undefined || protocolFilterFn(result.value)) {
          this.#inHand = result.value;
          return result;
        }
        this.#hidden++;
        this.#protocolQueued--;
      }
    } catch (thrown) {
      this.abandon();
      throw thrown;
    }
  }

  /** How many of the received messages are not the user's. */
  get protocolCount(): number {
    return this.#protocol;
  }

  override getProcessed(): number {
    return super.getProcessed() - this.#hidden;
  }

  override getPending(): number {
    return super.getPending() - this.#protocolQueued;
  }
}

/** Tells the cleanup hook; what it throws is reported, and keeps nothing from ending. */
export function cleanUp(filters: Filters, subscription: Subscription, report: (thrown: unknown) => void): void {
  try {
    filters.cleanupFn?.(subscription, undefined);
  } catch (thrown) {
    report(thrown);
  }
}
