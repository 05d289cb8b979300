/**
 * Messages that were read from a stream: through its leader as JSON, or directly as they are. Every member is made when
 * it is read.
 */
import { JSONCodec, StringCodec } from "../../core/helpers/codecs";
import { Empty } from "../../base/empty";
import { MsgHdrsImpl } from "../../core/messages/headers";
import type { Msg, MsgHdrs, ReviverFn } from "../../core/types";
import { decodeBase64 } from "../../engine/base64";
import { DirectMsgHeaders } from "../enums";
import { NewerValue } from "../enum-additions";
import type { DirectMsg, StoredMsg } from "../types/messages";
import type { StreamMsgResponse } from "../types/stream";

abstract class Stored implements StoredMsg {
  abstract readonly subject: string;
  abstract readonly seq: number;
  abstract readonly header: MsgHdrs;
  abstract readonly data: Uint8Array;
  abstract readonly timestamp: string;

  get time(): Date {
    return new Date(this.timestamp);
  }

  json<T = unknown>(reviver?: ReviverFn): T {
    return JSONCodec<T>(reviver).decode(this.data);
  }

  string(): string {
    return StringCodec().decode(this.data);
  }
}

/** A message from the answer to `STREAM.MSG.GET`. */
export class StoredMsgImpl extends Stored {
  readonly #message: StreamMsgResponse["message"];
  #data: Uint8Array | undefined;
  #header: MsgHdrs | undefined;

  constructor(answer: StreamMsgResponse) {
    super();
    this.#message = answer.message;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get seq(): number {
    return this.#message.seq;
  }

  get timestamp(): string {
    return this.#message.time;
  }

  get data(): Uint8Array {
    this.#data ??= this.#message.data ? decodeBase64(this.#message.data) : Empty;
    return this.#data;
  }

  get header(): MsgHdrs {
    const { hdrs } = this.#message;
    this.#header ??= hdrs ? MsgHdrsImpl.decode(decodeBase64(hdrs)) : new MsgHdrsImpl();
    return this.#header;
  }
}

/** A message from the answer to `DIRECT.GET`: the stored message, with its origin in headers. */
export class DirectMsgImpl extends Stored implements DirectMsg {
  readonly #message: Msg;

  constructor(message: Msg) {
    super();
    this.#message = message;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  /** Never undefined: the server adds the headers of the origin. */
  get header(): MsgHdrs {
    return this.#message.headers as MsgHdrs;
  }

  get subject(): string {
    return this.#last(DirectMsgHeaders.Subject);
  }

  get seq(): number {
    return Number(this.#last(DirectMsgHeaders.Sequence));
  }

  get timestamp(): string {
    return this.#last(DirectMsgHeaders.TimeStamp);
  }

  get stream(): string {
    return this.#last(DirectMsgHeaders.Stream);
  }

  get lastSequence(): number {
    return Number(this.#last(NewerValue.LastSequence));
  }

  get pending(): number {
    return Number(this.#last(NewerValue.NumPending));
  }

  /** The last value of a header: the server's, behind one that the publisher may have set. */
  #last(key: string): string {
    return this.header.last(key);
  }
}
