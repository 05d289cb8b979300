/** What a bucket says of a key. Shows a stored message as an entry; everything is read when it is asked for. */
import { JSONCodec, StringCodec } from "../core/helpers/codecs";
import type { Msg, MsgHdrs, ReviverFn } from "../core/types";
import { JsHeaders } from "../jetstream/enums";
import type { StoredMsg } from "../jetstream/types/messages";
import { byToken, NoopKvCodecs, PLAIN_KEYS } from "./codec";
import { checkKey, checkSearchKey } from "./keys";
import type { Subjects } from "./stream";
import type { KvCodecs, KvEntry } from "../jetstream/types/kv";

export type Operation = KvEntry["operation"];

/** Header of a marker: why the key is gone. */
export const KV_OPERATION = "KV-Operation";

/** Header of a marker the server left: of an expired key, of a purge of the stream, of a deleted message. */
const MARKER_REASON = "Nats-Marker-Reason";
const REASONS: Readonly<Record<string, Operation>> = { MaxAge: "PURGE", Purge: "PURGE", Remove: "DEL" };

function operationOf(headers: MsgHdrs | undefined): Operation {
  if (headers === undefined) return "PUT";
  return (headers.get(KV_OPERATION) as Operation) || REASONS[headers.get(MARKER_REASON)] || "PUT";
}

/** Of a message that was delivered. The headers of ours are not looked into unless they may be a marker's. */
export function deliveredOperation(message: Readable): Operation {
  const isMarker = message.readHeaders?.(mayBeMarker) ?? true;
  return isMarker ? operationOf(message.headers) : "PUT";
}

/** Our own messages show the bytes of their headers. */
type Readable = Msg & { readHeaders?<T>(read: (bytes: Uint8Array, from: number, to: number) => T): T };

const LINE_FEED = 10;

/** Whether a line begins like "KV-Operation" or "Nats-Marker-Reason", by its first letter and its seventh. */
function mayBeMarker(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== LINE_FEED) continue;
    const first = bytes[at + 1];
    if (first === 75 || (first === 78 && bytes[at + 7] === 97)) return true;
  }
  return false;
}

/** How a bucket's keys and values are stored. */
export class BucketEncoding {
  readonly bucket: string;
  readonly subjects: Subjects;
  readonly codecs: KvCodecs;

  constructor(bucket: string, subjects: Subjects, codecs: KvCodecs = NoopKvCodecs()) {
    this.bucket = bucket;
    this.subjects = subjects;
    this.codecs = codecs;
  }

  /** The key as it is stored. @throws NatsError "BAD API" */
  key(key: string): string {
    const raw = this.#encode(key);
    checkKey(raw);
    return raw;
  }

  /** The subject of a key, or of keys. @throws NatsError "BAD API" */
  search(key: string): string {
    const raw = this.#encode(key);
    checkSearchKey(raw);
    return this.subjects.read + raw;
  }

  rawKeyOf(subject: string): string {
    return subject.slice(this.subjects.read.length);
  }

  keyOf(rawKey: string): string {
    const { key } = this.codecs;
    return key === PLAIN_KEYS ? rawKey : byToken(rawKey, (token) => key.decode(token));
  }

  #encode(key: string): string {
    const codec = this.codecs.key;
    return codec === PLAIN_KEYS ? key : byToken(key, (token) => codec.encode(token));
  }
}

/** What every entry reads in the same way, wherever it comes from. */
export abstract class Entry implements KvEntry {
  protected readonly encoding: BucketEncoding;
  #key: string | undefined = undefined;
  #value: Uint8Array | undefined = undefined;

  abstract readonly rawKey: string;
  abstract readonly revision: number;
  abstract readonly delta: number;
  abstract readonly created: Date;
  abstract readonly operation: Operation;
  protected abstract readonly stored: Uint8Array;
  protected abstract readonly headers: MsgHdrs | undefined;

  constructor(encoding: BucketEncoding) {
    this.encoding = encoding;
  }

  get bucket(): string {
    return this.encoding.bucket;
  }

  get key(): string {
    this.#key ??= this.encoding.keyOf(this.rawKey);
    return this.#key;
  }

  get value(): Uint8Array {
    this.#value ??= this.stored.length === 0 ? this.stored : this.encoding.codecs.value.decode(this.stored);
    return this.#value;
  }

  get length(): number {
    const size = this.headers?.get(JsHeaders.MessageSizeHdr);
    return size ? Number(size) : this.stored.length;
  }

  json<T = unknown>(reviver?: ReviverFn): T {
    return JSONCodec<T>(reviver).decode(this.value);
  }

  string(): string {
    return StringCodec().decode(this.value);
  }
}

/** Read from the stream. */
export class StoredEntry extends Entry {
  readonly rawKey: string;
  readonly #message: StoredMsg;

  constructor(encoding: BucketEncoding, rawKey: string, message: StoredMsg) {
    super(encoding);
    this.rawKey = rawKey;
    this.#message = message;
  }

  get revision(): number {
    return this.#message.seq;
  }

  get delta(): number {
    return 0;
  }

  get created(): Date {
    return this.#message.time;
  }

  get operation(): Operation {
    return operationOf(this.headers);
  }

  protected get stored(): Uint8Array {
    return this.#message.data;
  }

  protected get headers(): MsgHdrs {
    return this.#message.header;
  }
}
