/**
 * Messages of a pull consumer, as an iterator or for a callback. Owns the inbox, the messages that wait for the reader, and the
 * text of requests. src/core/jetstream/pull.rs decides when to ask for how much; the machine is called when a count that
 * the machine waits for is reached, and not for every message.
 */
import { ErrorCode } from "../../base/enums";
import { asError, errorFromCode } from "../../base/errors";
import { Queue } from "../../core/messages/queue";
import { StatusFeed } from "../../core/messages/status-feed";
import type { Msg, Subscription } from "../../core/types";
import { LookResult, PullOutput } from "../../engine/generated/machines.enums";
import type { Pull, PullNotice, PullRequest } from "../../engine/machines";
import type { Api } from "../api";
import { ConsumerDebugEvents, type ConsumerEvents } from "../enums";
import { ApiCode, isApiError, statusError } from "../errors";
import { watchConnection } from "../connection-watch";
import { JsMsgImpl } from "../messages/msg";
import { NewerValue } from "../enum-additions";
import type { ConsumerMessages, ConsumerStatus } from "../types/consumption";
import type { JsMsg } from "../types/messages";
import { requestOf, type Settings } from "./options";
import { eventOf, isOwn, readStatus, type ServerStatus, statusCode } from "../messages/statuses";

/** The consumer behind the messages. After `restart()` the consumer may be another one. */
export interface Source {
  readonly stream: string;
  readonly name: string;
  /** Asks the server for the consumer; rejects when there is none. */
  look(): Promise<unknown>;
  /** The stream sequence of a message for the reader; 0 for any other message. Without `accept` the reader gets every message. */
  accept?(message: Msg): number;
  /** The reader left without this message and the later ones. */
  leave?(message: JsMsg): void;
  /** Whether the source deals with this status itself; the machine does not hear of such a status. */
  intercept?(status: ServerStatus): boolean;
}

export class PullMessages extends Queue<JsMsg> implements ConsumerMessages {
  readonly #api: Api;
  readonly #source: Source;
  readonly #settings: Settings;
  /** Undefined after the end. */
  #machine: Pull | undefined;
  readonly #feed = new StatusFeed<ConsumerStatus>();
  readonly #inbox: string;
  readonly #subscription: Subscription;
  readonly #unwatch: () => void;
  readonly #countsBytes: boolean;

  #received = 0;
  #taken = 0;
  #receivedBytes = 0;
  #takenBytes = 0;
  /** Counts at which the machine wants to be called. */
  #receivedDue = 0;
  #takenDue = 0;
  #bytesDue = 0;
  readonly #endless: boolean;

  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #pinId = "";
  /** The status that the machine is being told. */
  #status: ServerStatus | undefined = undefined;
  #lookError: Error | undefined = undefined;

  /** @throws NatsError of subscribing and publishing. */
  constructor(api: Api, source: Source, settings: Settings, machine: Pull, endless: boolean) {
    super(() => this.#conclude());
    this.#api = api;
    this.#source = source;
    this.#settings = settings;
    this.#machine = machine;
    this.#endless = endless;
    this.#countsBytes = settings.max_bytes > 0;
    this.#inbox = api.inbox();
    this.#subscription = api.nc.subscribe(this.#inbox, {
      callback: (error, message) => (error === null ? this.#receive(message) : this.stop(error)),
    });
    this.#subscription.closed.then(
      () => this.stop(),
      (error) => this.stop(error),
    );
    this.#unwatch = watchConnection(api.nc, {
      onDisconnect: () => this.#tell((it) => it.handle_disconnect()),
      onReconnect: () => this.#tell((it, now) => it.handle_connect(now)),
    });
    this.#run(machine);
  }

  override stop(error?: Error): void {
    this.#release();
    super.stop(error);
  }

  close(): Promise<Error | undefined> {
    this.stop();
    return this.iterClosed;
  }

  closed(): Promise<Error | undefined> {
    return this.iterClosed;
  }

  status(): Promise<AsyncIterable<ConsumerStatus>> {
    return Promise.resolve(this.#feed.open());
  }

  override next(): Promise<IteratorResult<JsMsg>> {
    const result = super.next();
    this.#checkTaken();
    return result;
  }

  override [Symbol.asyncIterator](): AsyncIterableIterator<JsMsg> {
    if (this.#settings.callback !== undefined) throw errorFromCode(ErrorCode.ApiError, "unsupported iterator");
    return super[Symbol.asyncIterator]();
  }

  override getReceived(): number {
    return this.#received;
  }

  override getProcessed(): number {
    return this.#taken;
  }

  /** The source is another consumer: requests to the one before are void, and the machine asks again. */
  restart(): void {
    this.#tell((it, now) => it.restart(now));
  }

  /** Tells an event to every `status()` iterator. */
  notify(event: ConsumerStatus): void {
    this.#feed.tell(event);
  }

  protected override unpack(item: unknown): JsMsg {
    const message = item as JsMsgImpl;
    this.#taken++;
    if (this.#countsBytes) this.#takenBytes += message.msg.size?.() ?? 0;
    return message;
  }

  protected override drop(item: unknown): void {
    this.#source.leave?.(item as JsMsg);
  }

  /** Handles a message. Returns the callback's result: the connection reports a promise that rejects. */
  #receive(raw: Msg): unknown {
    const code = statusCode(raw, this.#inbox);
    if (code > 0) return this.#receiveStatus(readStatus(raw, code));
    const sequence = this.#source.accept?.(raw);
    if (sequence === 0) return;
    const message = new JsMsgImpl(raw, this.#api, sequence);
    if (this.#settings.isPinnable && this.#pinId === "") this.#pin(raw.headers?.get("Nats-Pin-Id"));
    this.#received++;
    if (this.#countsBytes) this.#receivedBytes += raw.size?.() ?? 0;
    const callback = this.#settings.callback;
    try {
      if (callback === undefined) {
        this.pushItem(message, 1);
        return;
      }
      return callback(this.unpack(message)) as unknown;
    } catch (thrown) {
      // A connection of this client reports the throw and goes on. Others would read no more: there the throw ends the
      // messages, as in nats.ws.
      if (isOwn(raw)) throw thrown;
      this.stop(asError(thrown));
      return;
    } finally {
      if (this.#received >= this.#receivedDue) this.#tell();
      else this.#checkTaken();
    }
  }

  #checkTaken(): void {
    const bytes = this.#endless ? this.#takenBytes : this.#receivedBytes;
    if (this.#taken >= this.#takenDue || (this.#countsBytes && bytes >= this.#bytesDue)) this.#tell();
  }

  #receiveStatus(status: ServerStatus): void {
    if (this.#source.intercept?.(status)) return;
    this.#status = status;
    this.#tell((it, now) => it.handle_status(now, status.kind, status.messages, status.bytes));
    this.#status = undefined;
  }

  #pin(id: string | undefined): void {
    if (!id) return;
    this.#pinId = id;
    this.notify({ type: NewerValue.ConsumerPinned as unknown as ConsumerEvents, data: id, id });
  }

  #tell(what?: (machine: Pull, now: number) => void): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    const now = performance.now();
    machine.handle_progress(now, this.#received, this.#taken, this.#receivedBytes, this.#takenBytes);
    this.#run(machine);
    // The machine is freed at the end, which may have come.
    if (what === undefined || this.#machine === undefined) return;
    what(machine, now);
    this.#run(machine);
  }

  /** Does everything that the machine wants now, and sets counts and timer for the next call. */
  #run(machine: Pull): void {
    for (;;) {
      const output = machine.poll_output();
      if (output === PullOutput.Timeout) break;
      if (output === PullOutput.Request) this.#pull(machine.request());
      else if (output === PullOutput.Look) void this.#look();
      else if (output === PullOutput.Notice) this.#notice(machine.notice());
      else this.stop(this.#reason(output));
      // The end may have come: by this output, or by a request that could not be sent.
      if (this.#machine === undefined) return;
    }
    this.#receivedDue = machine.received_due();
    this.#takenDue = machine.taken_due();
    this.#bytesDue = machine.bytes_due();
    this.#wake(machine.deadline());
  }

  #notice(notice: PullNotice): void {
    if (notice.type === "consumer_unpinned") this.#pinId = "";
    if (this.#feed.isHeard) this.notify(eventOf(notice, this.#source, this.#status));
  }

  #pull(request: PullRequest): void {
    const { nc, prefix } = this.#api;
    const { stream, name } = this.#source;
    // Without a name there is no consumer at the moment: `restart()` follows.
    if (name === "") return;
    const data = requestOf(this.#settings, request, this.#pinId);
    try {
      nc.publish(`${prefix}.CONSUMER.MSG.NEXT.${stream}.${name}`, JSON.stringify(data), { reply: this.#inbox });
    } catch (thrown) {
      this.stop(asError(thrown));
      return;
    }
    if (this.#feed.isHeard) this.notify({ type: ConsumerDebugEvents.Next, data, options: data });
  }

  async #look(): Promise<void> {
    let result = LookResult.Consumer;
    try {
      await this.#source.look();
    } catch (thrown) {
      this.#lookError = asError(thrown);
      result = isApiError(thrown, ApiCode.ConsumerNotFound)
        ? LookResult.NoConsumer
        : isApiError(thrown, ApiCode.StreamNotFound)
          ? LookResult.NoStream
          : LookResult.Nothing;
    }
    this.#tell((it, now) => it.handle_look(now, result));
  }

  /** The error of this end; undefined for an end that was wanted. */
  #reason(output: PullOutput): Error | undefined {
    if (output === PullOutput.EndMissing) return this.#lookError;
    if (output === PullOutput.EndSilent) {
      const { stream, name } = this.#source;
      return errorFromCode(
        ErrorCode.JetStreamIdleHeartBeat,
        `heartbeats missed from consumer "${name}" of "${stream}"`,
      );
    }
    if (output === PullOutput.EndDone || this.#status === undefined) return undefined;
    return statusError(this.#status.code, this.#status.description) ?? undefined;
  }

  /** Sets the timer. A timer that is set for earlier stays: setting one anew for every request would cost more. */
  #wake(at: number): void {
    if (at < 0 || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.#tell((it, now) => it.handle_timeout(now));
      },
      Math.max(0, at - performance.now()),
    );
  }

  /** The end: the reader has got everything, or has left. */
  #conclude(): void {
    this.#release();
    this.#feed.end();
  }

  /** Ends receiving. Idempotent. */
  #release(): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    this.#machine = undefined;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#subscription.unsubscribe();
    machine.free();
  }
}
