/** Messages read from a stream: through its leader as JSON, or directly as they are. Shows them, and makes nothing early. */
import { JSONCodec, StringCodec } from "../../core/helpers/codecs";
import { Empty } from "../../core/helpers/empty";
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

/** As `STREAM.MSG.GET` answers. */
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

/** As `DIRECT.GET` answers: the stored message, with where it comes from in its headers. */
export class DirectMsgImpl extends Stored implements DirectMsg {
  readonly #message: Msg;

  constructor(message: Msg) {
    super();
    this.#message = message;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  /** There always are some: where the message comes from. */
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

  /** The server's value comes after one the publisher may have set. */
  #last(key: string): string {
    return this.header.last(key);
  }
}
