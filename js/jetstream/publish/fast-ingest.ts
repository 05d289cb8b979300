/**
 * Fast ingest: messages that are stored one after the other and acknowledged now and then. Owns their numbers, and how
 * far ahead of the acknowledgements they may run. The reply subject tells the server which acknowledgements the client
 * expects.
 */
import { type Deferred, deferred } from "../../core/helpers/deferred";
import { Empty } from "../../base/empty";
import { ErrorCode } from "../../base/enums";
import { asError, errorFromCode } from "../../base/errors";
import { createInbox } from "../../core/helpers/inbox";
import { nuid } from "../../core/helpers/nuid";
import { Queue } from "../../core/messages/queue";
import type { BaseConnection, Msg, Payload, Subscription } from "../../core/types";
import { Api, parseAnswer } from "../api";
import { checkJsError } from "../errors";
import { misuse, requireServer } from "../names";
import { publishHeaders } from "./publish";
import type { JetStreamOptions } from "../types/client";
import type {
  BatchAck,
  FastIngest,
  FastIngestGap,
  FastIngestOptions,
  FastIngestProgress,
  JetStreamPublishOptions,
} from "../types/messages";

type MessageOptions = Partial<JetStreamPublishOptions>;

/** The purpose of a message, as its reply subject says. */
enum Op {
  Start = 0,
  Append = 1,
  /** The last message, which is stored. */
  Final = 2,
  /** The end of the batch; this message is not stored. */
  End = 3,
  /** Asks for an acknowledgement; this message is not stored. */
  Ping = 4,
}

/** Every answer of the server in one; the members that are set tell which answer it is. */
interface Answer extends Partial<BatchAck> {
  /** `gap`, or an acknowledgement. */
  type?: string;
  last_seq?: number;
  /** Messages between two acknowledgements, as the server chose. */
  msgs?: number;
}

const DEFAULT_INTERVAL = 10;
const DEFAULT_OUTSTANDING = 2;
const MOST_OUTSTANDING = 3;

/**
 * Begins a fast batch with its first message, in the stream that has the subject. Resolves when the server has the
 * message. The stream must have `allow_batched`. Server 2.14 (NATS ADR-50). Not in nats.ws.
 *
 * @param options `timeout`: how long each call waits for an answer, in ms. Default 5000. The others: see there.
 * @throws NatsError, as a rejection: SERVER_OPT_NA; "BAD API" for an option outside of its range; with `api_error` when
 * the stream refuses; "503" when no stream has the subject; TIMEOUT; and what `subscribe()` and `publish()` throw.
 */
export async function startFastIngest(
  nc: BaseConnection,
  subject: string,
  payload?: Payload,
  options: Partial<FastIngestOptions> & Pick<JetStreamOptions, "timeout"> = {},
): Promise<FastIngest> {
  const { ackInterval = DEFAULT_INTERVAL, maxOutstandingAcks = DEFAULT_OUTSTANDING, allowGaps = false } = options;
  checkRange("ackInterval", ackInterval, 65_535);
  checkRange("maxOutstandingAcks", maxOutstandingAcks, MOST_OUTSTANDING);
  const api = new Api(nc, { ...(options.timeout !== undefined && { timeout: options.timeout }) });
  requireServer(api.nc, "fast ingest", "2.14.0");
  const inbox = createInbox(options.inboxPrefix ?? api.nc.options.inboxPrefix);
  const ingest = new Ingest(api, subject, inbox, { ackInterval, maxOutstandingAcks, allowGaps });
  await ingest.start(payload);
  return ingest;
}

function checkRange(option: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw misuse(`fast ingest option "${option}" of ${value}: it must be a whole number from 1 to ${most}`);
}

/** A call that waits for the acknowledgement of `seq`, or for the end. */
interface Waiter {
  readonly seq: number;
  readonly op: Op;
  readonly answered: Deferred<FastIngestProgress>;
  readonly timer: ReturnType<typeof setTimeout>;
}

class Ingest implements FastIngest {
  readonly batch = nuid.next();
  readonly #api: Api;
  readonly #subject: string;
  readonly #options: FastIngestOptions;
  readonly #inbox: string;
  readonly #sub: Subscription;
  readonly #end = deferred<BatchAck>();
  readonly #waiting = new Set<Waiter>();
  #gaps: Queue<FastIngestGap> | undefined;
  #seq = 0;
  #acked = 0;
  #interval: number;
  #isOver = false;

  constructor(api: Api, subject: string, inbox: string, options: FastIngestOptions) {
    this.#api = api;
    this.#subject = subject;
    this.#options = options;
    this.#interval = options.ackInterval;
    this.#inbox = `${inbox}.${this.batch}`;
    // A rejection counts as handled: an application need not ask for the end.
    this.#end.catch(() => {});
    this.#sub = api.nc.subscribe(`${this.#inbox}.>`, {
      callback: (error, message) => (error ? this.#fail(error) : this.#handle(message)),
    });
    this.#sub.closed.then(() =>
      this.#fail(errorFromCode(ErrorCode.ConnectionClosed, `the connection ended before batch ${this.batch} did`)),
    );
  }

  async start(payload?: Payload): Promise<void> {
    this.#seq = 1;
    const started = this.#wait(Op.Start, 1);
    this.#publish(Op.Start, this.#subject, payload);
    await started;
  }

  async add(subject: string, payload?: Payload, options?: MessageOptions): Promise<FastIngestProgress> {
    this.#checkOpen();
    const seq = ++this.#seq;
    const room = this.#hasRoomFor(seq) ? undefined : this.#wait(Op.Append, seq, options?.timeout);
    this.#publish(Op.Append, subject, payload, options);
    return room ?? { batchSeq: seq, ackSeq: this.#acked };
  }

  async last(subject: string, payload?: Payload, options?: MessageOptions): Promise<BatchAck> {
    return this.#finish(Op.Final, subject, payload, options);
  }

  async end(options?: { timeout?: number }): Promise<BatchAck> {
    return this.#finish(Op.End, this.#subject, Empty, options);
  }

  async ping(timeout?: number): Promise<FastIngestProgress> {
    this.#checkOpen();
    const pong = this.#wait(Op.Ping, this.#seq, timeout);
    this.#publish(Op.Ping, this.#subject, Empty);
    return pong;
  }

  done(): Promise<BatchAck> {
    return this.#end;
  }

  gaps(): AsyncIterable<FastIngestGap> {
    this.#gaps ??= new Queue<FastIngestGap>();
    if (this.#isOver) this.#gaps.stop();
    return this.#gaps;
  }

  async #finish(op: Op, subject: string, payload?: Payload, options?: MessageOptions): Promise<BatchAck> {
    this.#checkOpen();
    const seq = ++this.#seq;
    // The answer settles `#end`; this waiter is for the time limit.
    this.#wait(op, seq, options?.timeout);
    this.#publish(op, subject, payload, options);
    return this.#end;
  }

  #publish(op: Op, subject: string, payload?: Payload, options: MessageOptions = {}): void {
    const { ackInterval, allowGaps } = this.#options;
    const reply = `${this.#inbox}.${ackInterval}.${allowGaps ? "ok" : "fail"}.${this.#seq}.${op}.$FI`;
    try {
      const headers = publishHeaders(this.#api, subject, options, []);
      this.#api.nc.publish(subject, payload, { reply, ...(headers !== undefined && { headers }) });
    } catch (error) {
      // The message's number is used up: every later message would make a gap.
      this.#fail(asError(error));
      throw error;
    }
  }

  #wait(op: Op, seq: number, timeout = this.#api.timeout): Promise<FastIngestProgress> {
    const late = () =>
      this.#fail(
        errorFromCode(ErrorCode.Timeout, `batch ${this.batch}: no answer to message ${seq} within ${timeout} ms`),
      );
    const waiter = { op, seq, answered: deferred<FastIngestProgress>(), timer: setTimeout(late, timeout) };
    this.#waiting.add(waiter);
    // When publishing fails, nobody waits for the answer.
    waiter.answered.catch(() => {});
    return waiter.answered;
  }

  #handle(message: Msg): void {
    try {
      const refusal = checkJsError(message);
      if (refusal !== null) throw refusal;
      const answer = parseAnswer<Answer>(message);
      if (answer.batch !== undefined) this.#complete(answer as BatchAck);
      else if (answer.type === "gap") this.#gaps?.push({ lastSeq: answer.last_seq ?? 0, seq: answer.seq ?? 0 });
      else this.#acknowledge(answer, message.subject);
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  /** One acknowledgement stands for all before it, so a lost one does no harm. */
  #acknowledge({ seq = 0, msgs }: Answer, subject: string): void {
    this.#acked = Math.max(this.#acked, seq);
    if (msgs !== undefined && msgs > 0) this.#interval = msgs;
    for (const waiter of this.#waiting) {
      if (this.#isAnswered(waiter, subject)) this.#settle(waiter);
    }
  }

  #isAnswered({ op, seq }: Waiter, subject: string): boolean {
    if (op === Op.Start) return true;
    if (op === Op.Append) return this.#hasRoomFor(seq);
    return op === Op.Ping && subject.endsWith(`.${seq}.${Op.Ping}.$FI`);
  }

  #settle(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.#waiting.delete(waiter);
    waiter.answered.resolve({ batchSeq: waiter.seq, ackSeq: this.#acked });
  }

  #hasRoomFor(seq: number): boolean {
    return seq - this.#acked < this.#interval * this.#options.maxOutstandingAcks;
  }

  #complete(ack: BatchAck): void {
    ack.duplicate ??= false;
    this.#end.resolve(ack);
    this.#acked = Math.max(this.#acked, ack.count);
    for (const waiter of this.#waiting) this.#settle(waiter);
    this.#close();
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#end.reject(error);
    for (const { timer, answered } of this.#waiting) {
      clearTimeout(timer);
      answered.reject(error);
    }
    this.#waiting.clear();
    this.#close();
  }

  #close(): void {
    this.#isOver = true;
    this.#gaps?.stop();
    if (!this.#sub.isClosed()) this.#sub.unsubscribe();
  }

  #checkOpen(): void {
    if (this.#isOver) throw misuse(`the batch "${this.batch}" is over`);
  }
}
