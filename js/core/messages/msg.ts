/**
 * A message as the user sees it. Owns the words of its row; subject, data and headers are made when they are touched.
 *
 * `#private` fields cost nothing here: measured against plain ones, making and reading a message take the same time.
 */
import { ErrorCode } from "../../base/enums";
import { asError, errorFromCode } from "../../base/errors";
import type { Batch, Receiver } from "../../engine/batch";
import { MsgHdrsImpl } from "./headers";
import {
  BODY_AT,
  FLAG_JOINED,
  FLAG_REPLY,
  FLAGS,
  HEADER_LEN,
  KEY,
  NAMES,
  PAYLOAD_LEN,
  SID,
  SUBJECT_AT,
} from "../../engine/rows";
import { decodeText } from "../../engine/text";
import type { Msg, MsgHdrs, Payload, Publisher, PublishOptions, RequestInfo, ReviverFn } from "../types";

/** Answers messages: the connection that received them. */
export interface Responder extends Receiver {
  /** The publishing half of the connection, for code that holds only a message. */
  readonly publisher: Publisher;
  /** Publishes to `subject`, the reply subject of a message. */
  respondTo(subject: Uint8Array, payload: Payload | undefined, options: PublishOptions | undefined): void;
}

export class MsgImpl implements Msg {
  #batch: Batch;
  readonly #sid: number;
  readonly #key: number;
  readonly #flags: number;
  readonly #names: number;
  #subjectAt: number;
  #bodyAt: number;
  readonly #headerLength: number;
  readonly #payloadLength: number;
  #data: Uint8Array | undefined = undefined;
  #headers: MsgHdrs | undefined = undefined;

  /** Copies the row at `words[at]`, which may be overwritten afterwards. */
  constructor(batch: Batch, words: Int32Array, at: number) {
    this.#batch = batch;
    this.#sid = words[at + SID] as number;
    this.#key = words[at + KEY] as number;
    this.#flags = words[at + FLAGS] as number;
    this.#names = words[at + NAMES] as number;
    this.#subjectAt = words[at + SUBJECT_AT] as number;
    this.#bodyAt = words[at + BODY_AT] as number;
    this.#headerLength = words[at + HEADER_LEN] as number;
    this.#payloadLength = words[at + PAYLOAD_LEN] as number;
  }

  get subject(): string {
    const length = this.#names & 0xffff;
    const batch = this.#own();
    // The key of a reply is its ticket.
    return this.#key === 0 || (this.#flags & FLAG_REPLY) !== 0
      ? decodeText(this.#view(this.#subjectAt, length))
      : batch.subject(this.#key, this.#isJoined, this.#subjectAt, length);
  }

  get sid(): number {
    return this.#sid;
  }

  /** The connection that received the message, which also answers it. */
  get #responder(): Responder {
    return this.#batch.receiver as Responder;
  }

  /** Empty when the message has none. */
  get reply(): string {
    return this.#names >>> 16 === 0 ? "" : decodeText(this.#replyBytes());
  }

  /** Returns the result of `read` for the bytes `from..to` of the reply subject, without making a string of them. */
  readReply<T>(read: (bytes: Uint8Array, from: number, to: number) => T): T {
    const batch = this.#own();
    const from = this.#subjectAt + (this.#flags >>> 16);
    return read(batch.bytes(this.#isJoined), from, from + (this.#names >>> 16));
  }

  /** As `readReply`, for the header block; without headers `from` equals `to`. */
  readHeaders<T>(read: (bytes: Uint8Array, from: number, to: number) => T): T {
    const batch = this.#own();
    return read(batch.bytes(this.#isJoined), this.#bodyAt, this.#bodyAt + this.#headerLength);
  }

  /** A view on the bytes that were received, not a copy. */
  get data(): Uint8Array {
    this.#own();
    this.#data ??= this.#view(this.#bodyAt + this.#headerLength, this.#payloadLength);
    return this.#data;
  }

  /** Undefined without headers, which a getter's type cannot say of the interface's optional field. */
  get headers(): MsgHdrs {
    if (this.#headerLength === 0) return undefined as unknown as MsgHdrs;
    this.#own();
    this.#headers ??= MsgHdrsImpl.decode(this.#view(this.#bodyAt, this.#headerLength));
    return this.#headers;
  }

  /** Publishes to the reply subject, without making a string of it. Returns false when the message has none. */
  respond(payload?: Payload, options?: PublishOptions): boolean {
    if (this.#names >>> 16 === 0) return false;
    this.#responder.respondTo(this.#replyBytes(), payload, options);
    return true;
  }

  /** Bytes of subject, reply subject, headers and payload. */
  size(): number {
    return (this.#names & 0xffff) + (this.#names >>> 16) + this.#headerLength + this.#payloadLength;
  }

  /** The publishing half of the connection that received the message. */
  get publisher(): Publisher {
    return this.#responder.publisher;
  }

  requestInfo(): RequestInfo | null {
    const text = this.headers?.get("Nats-Request-Info");
    if (!text) return null;
    return JSON.parse(text, (key, value) => ((key === "start" || key === "stop") && value ? new Date(value) : value));
  }

  json<T = unknown>(reviver?: ReviverFn): T {
    const text = this.string();
    try {
      return JSON.parse(text, reviver) as T;
    } catch (thrown) {
      const cause = asError(thrown);
      throw errorFromCode(ErrorCode.BadJson, `message on "${this.subject}" is not JSON: ${cause.message}`, cause);
    }
  }

  string(): string {
    return decodeText(this.data);
  }

  /** Status code of a message without payload that the server made; 0 for every other message. */
  get status(): number {
    return this.#payloadLength === 0 ? (this.#flags >>> 6) & 0x3ff : 0;
  }

  /** The server's answer to a request that nobody is subscribed to. */
  saysNoResponders(): boolean {
    return this.status === 503;
  }

  get #isJoined(): boolean {
    return (this.#flags & FLAG_JOINED) !== 0;
  }

  /**
   * Copies the message's bytes out of a huge event, before the first of them is read, so that the event can be
   * collected.
   */
  #own(): Batch {
    const batch = this.#batch;
    if (!batch.isHuge || this.#isJoined) return batch;
    const from = this.#subjectAt;
    const own = batch.extract(from, this.#bodyAt + this.#headerLength + this.#payloadLength);
    if (own !== batch) {
      this.#batch = own;
      this.#subjectAt = 0;
      this.#bodyAt -= from;
    }
    return own;
  }

  #replyBytes(): Uint8Array {
    this.#own();
    return this.#view(this.#subjectAt + (this.#flags >>> 16), this.#names >>> 16);
  }

  #view(from: number, length: number): Uint8Array {
    return this.#batch.view(this.#isJoined, from, length);
  }
}
