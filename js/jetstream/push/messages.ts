/**
 * Messages of a push consumer, as an iterator or for a callback. Owns the received messages until they are read, and
 * the status.
 */
import { ErrorCode } from "../../base/enums";
import { asError, errorFromCode } from "../../base/errors";
import { Queue } from "../../core/messages/queue";
import { StatusFeed } from "../../core/messages/status-feed";
import type { Msg } from "../../core/types";
import type { Api } from "../api";
import { JsMsgImpl } from "../messages/msg";
import { isOwn } from "../messages/statuses";
import type { ConsumerCallbackFn, ConsumerMessages, ConsumerStatus } from "../types/consumption";
import type { JsMsg } from "../types/messages";

/** The source of the messages. */
export interface PushSource {
  /** Hears that the reader is done with one message. */
  processed(): void;
  /** Ends the messages. Idempotent. */
  stop(): void;
}

export class PushMessages extends Queue<JsMsg> implements ConsumerMessages {
  readonly #api: Api;
  readonly #callback: ConsumerCallbackFn | undefined;
  readonly #feed = new StatusFeed<ConsumerStatus>();
  /** Set before the first message. */
  source: PushSource | undefined = undefined;
  /** Stream sequence of the first message the reader left unread. */
  left: number | undefined = undefined;
  #called = 0;

  constructor(api: Api, callback: ConsumerCallbackFn | undefined) {
    super(
      () => this.#conclude(),
      () => this.source?.processed(),
    );
    this.#api = api;
    this.#callback = callback;
  }

  /** Delivers a message. Returns the callback's result: the connection reports a promise that rejects. */
  deliver(raw: Msg): unknown {
    if (this.stopped) return undefined;
    const message = new JsMsgImpl(raw, this.#api);
    if (this.#callback === undefined) {
      this.push(message);
      return undefined;
    }
    this.#called++;
    try {
      return this.#callback(message) as unknown;
    } catch (thrown) {
      // A connection of this client reports the throw and goes on. Others would read no more: there the throw ends the
      // messages, as in nats.ws.
      if (isOwn(raw)) throw thrown;
      this.stop(asError(thrown));
      return undefined;
    } finally {
      this.source?.processed();
    }
  }

  /** Tells an event to every `status()` iterator. */
  notify(event: ConsumerStatus): void {
    this.#feed.tell(event);
  }

  override stop(error?: Error): void {
    this.source?.stop();
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

  override [Symbol.asyncIterator](): AsyncIterableIterator<JsMsg> {
    if (this.#callback !== undefined) throw errorFromCode(ErrorCode.ApiError, "unsupported iterator");
    return super[Symbol.asyncIterator]();
  }

  override getReceived(): number {
    return this.#called + super.getReceived();
  }

  override getProcessed(): number {
    return this.#called + super.getProcessed();
  }

  protected override drop(item: unknown): void {
    this.left ??= (item as JsMsg).seq;
  }

  #conclude(): void {
    this.source?.stop();
    this.#feed.end();
  }
}
