/**
 * The queue of a subscription with a bound. Owns what is dropped when its reader cannot keep up: the connection is never
 * held up for it.
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

/** The bound with its defaults; undefined when none is wanted. @throws NatsError INVALID_OPTION */
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

/** What happens at the bound. */
export interface Overflow {
  /** It is full: told once, until it is half empty again. */
  onFull(pending: number): void;
  /** The policy is to end the subscription. */
  onClose(): void;
}

/** Its messages are made when they arrive, so that an event is kept for as long as one of its messages only. */
export class BoundedQueue extends EagerMsgQueue {
  readonly #bound: Bound;
  readonly #overflow: Overflow;
  /** The newest of each subject that is queued: it is handed out in the place of the first. */
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

  /** Messages that nobody will read. */
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
    // A reader that waits has it already.
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
    // It is still counted.
    if (this.queued - 1 <= maxMsgs / 2 && this.#bytes <= maxBytes / 2) this.#isFull = false;
    return msg;
  }

  /** Whether there was an older one of its subject, which it takes the place of. */
  #replace(msg: Msg, size: number): boolean {
    const older = this.#latest?.get(msg.subject);
    if (older === undefined) return false;
    this.#latest?.set(msg.subject, msg);
    this.#bytes += size - sizeOf(older);
    this.#dropped++;
    return true;
  }

  /** Whether so many more bytes and messages may be queued. One message always may, however large. */
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

/** What is queued at each time the reader comes for more: one array for all that came in one turn. */
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
