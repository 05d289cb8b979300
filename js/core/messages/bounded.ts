/**
 * The queue of a subscription with a bound. Owns the choice of messages to drop when the reader cannot keep up: the
 * connection never waits for a reader.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import { filtersOf } from "./filters";
import type { MsgImpl } from "./msg";
import { EagerMsgQueue, type MsgQueue } from "./queue";
import type { Msg, PendingPolicy, SubscriptionOptions } from "../types";

const POLICIES: readonly PendingPolicy[] = ["dropNewest", "dropOldest", "latestPerSubject", "close"];

export interface Bound {
  readonly maxMsgs: number;
  readonly maxBytes: number;
  readonly policy: PendingPolicy;
}

/** The bound with its defaults; undefined without the option. @throws NatsError INVALID_OPTION */
export function boundOf(options: SubscriptionOptions | undefined): Bound | undefined {
  const given = options?.pending;
  if (given === undefined) return undefined;
  const { maxMsgs, maxBytes, policy } = given;
  if (!POLICIES.includes(policy)) throw invalid(`policy cannot be "${policy}": one of ${POLICIES.join(", ")}`);
  for (const [name, value] of Object.entries({ maxMsgs, maxBytes })) {
    if (value !== undefined && !(value >= 1)) throw invalid(`${name} cannot be ${value}: at least 1`);
  }
  if (maxMsgs === undefined && maxBytes === undefined && policy !== "latestPerSubject") {
    throw invalid(`${policy} needs maxMsgs, maxBytes, or both`);
  }
  if (options?.callback !== undefined) throw invalid('it has no meaning with "callback": nothing is queued then');
  if (filtersOf(options) !== undefined) throw invalid("it cannot be combined with filters and hooks");
  return { maxMsgs: maxMsgs ?? Number.POSITIVE_INFINITY, maxBytes: maxBytes ?? Number.POSITIVE_INFINITY, policy };
}

function invalid(what: string): NatsError {
  return errorFromCode(ErrorCode.InvalidOption, `option "pending": ${what}`);
}

/** The owner's reactions at the bound. */
export interface Overflow {
  /** The queue is full: called once, and again after the queue was half empty. */
  onFull(pending: number): void;
  /** The policy says that the subscription ends. */
  onClose(): void;
}

/**
 * A queue with a bound. It makes messages when they arrive, so that an event's bytes are kept only as long as one of
 * its messages.
 */
export class BoundedQueue extends EagerMsgQueue {
  readonly #bound: Bound;
  readonly #overflow: Overflow;
  /** The newest queued message of each subject, which is yielded in the place of the oldest. */
  readonly #latest: Map<string, Msg> | undefined;
  #bytes = 0;
  #dropped = 0;
  #isFull = false;

  constructor(bound: Bound, overflow: Overflow, onEnd: () => void) {
    super(onEnd);
    this.#bound = bound;
    this.#overflow = overflow;
    if (bound.policy === "latestPerSubject") this.#latest = new Map();
  }

  /** Number of dropped messages. */
  get dropped(): number {
    return this.#dropped;
  }

  override push(msg: Msg): void {
    if (this.stopped) return;
    const size = sizeOf(msg);
    if (this.#replace(msg, size)) {
      this.#makeRoom(0, 0);
      return;
    }
    if (!this.#makeRoom(size, 1)) return;
    const before = this.queued;
    super.push(msg);
    // A waiting reader has taken the message already.
    if (this.queued === before) return;
    this.#bytes += size;
    this.#latest?.set(msg.subject, msg);
  }

  protected override unpack(item: unknown): Msg {
    const first = super.unpack(item);
    const msg = this.#latest?.get(first.subject) ?? first;
    this.#latest?.delete(first.subject);
    this.#bytes -= sizeOf(msg);
    const { maxMsgs, maxBytes } = this.#bound;
    // `queued` still counts this message.
    if (this.queued - 1 <= maxMsgs / 2 && this.#bytes <= maxBytes / 2) this.#isFull = false;
    return msg;
  }

  /** Takes the place of an older message of the same subject; false when there is none. */
  #replace(msg: Msg, size: number): boolean {
    const older = this.#latest?.get(msg.subject);
    if (older === undefined) return false;
    this.#latest?.set(msg.subject, msg);
    this.#bytes += size - sizeOf(older);
    this.#dropped++;
    return true;
  }

  /**
   * Drops messages until the given bytes and messages fit; false when they do not. One message always fits, however
   * large.
   */
  #makeRoom(bytes: number, msgs: number): boolean {
    const { maxMsgs, maxBytes, policy } = this.#bound;
    while (this.queued + msgs > 1 && (this.queued + msgs > maxMsgs || this.#bytes + bytes > maxBytes)) {
      this.#dropped++;
      if (!this.#isFull) this.#overflow.onFull(this.queued);
      if (policy === "close") this.#overflow.onClose();
      else if (policy !== "dropNewest") this.discard();
      this.#isFull = true;
      if (policy === "close" || policy === "dropNewest") return false;
    }
    return true;
  }
}

function sizeOf(msg: Msg): number {
  return (msg as MsgImpl).size();
}

/**
 * Yields all queued messages as one array, each time the reader comes for more: the messages of one turn, when the
 * reader keeps up.
 */
export async function* batchesOf(messages: MsgQueue): AsyncGenerator<Msg[], void> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (let first = await iterator.next(); !first.done; first = await iterator.next()) {
      yield [first.value, ...messages.takeQueued()];
    }
  } finally {
    await iterator.return?.();
  }
}
