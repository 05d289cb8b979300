/**
 * The filters of a subscription, as nats.ws has them: which messages enter the iterator's queue, which of them the
 * iterator yields, and who hears of both. Owns the counts. Of a subscription with a callback only the cleanup is
 * called.
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

/** The filters among the options; undefined when there are none. */
export function filtersOf(options: SubscriptionOptions | undefined): Filters | undefined {
  const { ingestionFilterFn, protocolFilterFn, dispatchedFn, cleanupFn } = (options ?? {}) as Partial<
    TypedSubscriptionOptions<Msg>
  >;
  return ingestionFilterFn || protocolFilterFn || dispatchedFn || cleanupFn
    ? ({ ingestionFilterFn, protocolFilterFn, dispatchedFn, cleanupFn } as Filters)
    : undefined;
}

/** The queue of a subscription with filters. It makes messages when they arrive, because a filter looks at each. */
export class FilteredQueue extends EagerMsgQueue {
  readonly #filters: Filters;
  readonly #source: Subscription;
  readonly #report: (thrown: unknown) => void;
  /** Messages that the filter called the protocol's. */
  #protocol = 0;
  /** Those of `#protocol` that are queued. */
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

  /** Received messages that the filter called the protocol's. */
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

/** Calls the cleanup filter. A throw is reported, and the subscription ends nevertheless. */
export function cleanUp(filters: Filters, subscription: Subscription, report: (thrown: unknown) => void): void {
  try {
    filters.cleanupFn?.(subscription, undefined);
  } catch (thrown) {
    report(thrown);
  }
}
