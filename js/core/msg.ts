/**
 * A message as the user sees it. Owns nothing but its place in a batch: subject, data and headers are made when they
 * are touched.
 */
import { ErrorCode } from "./enums";
import { NatsError } from "./errors";
import type { Batch } from "./frame";
import { decodeText } from "./text";
import type { MsgHdrs, Msg, Payload, PublishOptions, ReviverFn } from "./types";

export class MsgImpl implements Msg {
  readonly #batch: Batch;
  readonly #at: number;
  #data: Uint8Array | undefined = undefined;
  #headers: MsgHdrs | undefined = undefined;

  constructor(batch: Batch, at: number) {
    this.#batch = batch;
    this.#at = at;
  }

  get subject(): string {
    return this.#batch.subject(this.#at);
  }

  get sid(): number {
    return this.#batch.sid(this.#at);
  }

  /** Empty when the message has none. */
  get reply(): string {
    return this.#batch.reply(this.#at);
  }

  /** A view on the bytes that were received, not a copy. */
  get data(): Uint8Array {
    return this.#data ??= this.#batch.data(this.#at);
  }

  get headers(): MsgHdrs | undefined {
    return this.#headers ??= this.#batch.headers(this.#at);
  }

  respond(payload?: Payload, options?: PublishOptions): boolean {
    const batch = this.#batch;
    if (batch.replyLength(this.#at) === 0) return false;
    batch.responder.respondTo(batch, this.#at, payload, options);
    return true;
  }

  /** Bytes of payload and headers. */
  size(): number {
    return this.#batch.size(this.#at);
  }

  /** The server's answer to a request that nobody is subscribed to. */
  saysNoResponders(): boolean {
    return this.#batch.status(this.#at) === 503 && this.#batch.payloadLength(this.#at) === 0;
  }

  json<T = unknown>(reviver?: ReviverFn): T {
    const text = this.string();
    try {
      return JSON.parse(text, reviver) as T;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      throw new NatsError(`message on "${this.subject}" is not JSON: ${error.message}`, ErrorCode.BadJson, error);
    }
  }

  string(): string {
    return decodeText(this.data);
  }
}
