/**
 * What the server says in place of a message, and what the application hears of it. Owns the words of both; what follows
 * from them is decided in src/core/jetstream/pull.rs.
 */
import { Queue } from "../../core/messages/queue";
import type { Msg } from "../../core/types";
import { ConsumerDebugEvents, ConsumerEvents, JsHeaders } from "../enums";
import { NewerValue } from "../enum-additions";
import type { ConsumerStatus } from "../types/consumption";

/** `Kind` of src/core/jetstream/pull/status.rs. */
export enum Kind {
  Heartbeat,
  BadRequest,
  Ended,
  Expired,
  Deleted,
  Limit,
  Oversized,
  Unpinned,
  NoResponders,
  Other,
}

const BY_CODE: Readonly<Record<number, Kind>> = {
  100: Kind.Heartbeat,
  400: Kind.BadRequest,
  404: Kind.Ended,
  408: Kind.Ended,
  409: Kind.Ended,
  423: Kind.Unpinned,
  503: Kind.NoResponders,
};

/** By how the server's words begin, in lower case. */
const BY_WORDS: readonly [code: number, words: string, kind: Kind][] = [
  [408, "request timeout", Kind.Expired],
  [409, "consumer deleted", Kind.Deleted],
  [409, "stream deleted", Kind.Deleted],
  [409, "exceeded max", Kind.Limit],
  [409, "consumer is push based", Kind.Limit],
  [409, "message size exceeds maxbytes", Kind.Oversized],
];

/** A message without a payload that the server made. */
export interface ServerStatus {
  readonly code: number;
  /** In lower case. */
  readonly description: string;
  /** A number of `Kind`. */
  readonly kind: number;
  /** Messages and bytes its request had to come; 0 when it does not say. */
  readonly messages: number;
  readonly bytes: number;
  readonly message: Msg;
}

/** Whether it came through a connection of ours. */
export function isOwn(message: Msg): boolean {
  return (message as Msg & { status?: number }).status !== undefined;
}

/** Its code, when the server made this message; 0 for a message of a stream. */
export function statusCode(message: Msg, inbox: string): number {
  // Ours knows without making headers and payload.
  const { status } = message as Msg & { status?: number };
  if (status === 0 || (status === undefined && message.data.length > 0)) return 0;
  // A stored message keeps its own subject, whatever its headers look like.
  return message.subject === inbox ? (status ?? message.headers?.code ?? 0) : 0;
}

export function readStatus(message: Msg, code: number): ServerStatus {
  const headers = message.headers;
  const description = headers?.description?.toLowerCase() || (code === 503 ? "no responders" : "unknown");
  const number = (name: string) => Number.parseInt(headers?.get(name) || "0", 10) || 0;
  const found = BY_WORDS.find((each) => each[0] === code && description.startsWith(each[1]));
  return {
    code,
    description,
    kind: found?.[2] ?? BY_CODE[code] ?? Kind.Other,
    messages: number(JsHeaders.PendingMessagesHdr),
    bytes: number(JsHeaders.PendingBytesHdr),
    message,
  };
}

/** What the machine tells, by `Output::Tell` of src/web/jetstream/pull.rs, counted from 10. */
export enum Notice {
  HeartbeatsMissed = 10,
  ConsumerNotFound,
  StreamNotFound,
  Heartbeat,
  ConsumerDeleted,
  NoResponders,
  ExceededLimits,
  Unpinned,
  Discard,
  Debug,
}

/** `type` and `data` are those of nats.ws; the other members are those of version 3. */
export function eventOf(
  notice: Notice,
  count: number,
  bytes: number,
  source: { stream: string; name: string },
  status: ServerStatus | undefined,
): ConsumerStatus {
  const { stream, name } = source;
  const { code = 0, description = "" } = status ?? {};
  const said = { data: `${code} ${description}`, code, description };
  switch (notice) {
    case Notice.HeartbeatsMissed:
      return { type: ConsumerEvents.HeartbeatsMissed, data: count, count };
    case Notice.ConsumerNotFound:
      return { type: ConsumerEvents.ConsumerNotFound, data: count, count, stream, name };
    case Notice.StreamNotFound:
      return { type: ConsumerEvents.StreamNotFound, data: count, count, name: stream };
    case Notice.Heartbeat: {
      const number = (header: string) => Number(status?.message.headers?.get(header) ?? 0);
      const sequences = {
        lastConsumerSequence: number(JsHeaders.LastConsumerSeqHdr),
        lastStreamSequence: number(JsHeaders.LastStreamSeqHdr),
      };
      return { type: NewerValue.Heartbeat as unknown as ConsumerDebugEvents, data: sequences, ...sequences };
    }
    case Notice.ConsumerDeleted:
      return { type: ConsumerEvents.ConsumerDeleted, ...said };
    case Notice.NoResponders:
      return { type: ConsumerEvents.NoResponders, ...said, data: `${code} No Responders` };
    case Notice.ExceededLimits:
      return { type: NewerValue.ExceededLimits as unknown as ConsumerEvents, ...said };
    case Notice.Unpinned:
      return { type: NewerValue.ConsumerUnpinned as unknown as ConsumerEvents, ...said };
    case Notice.Discard: {
      const data = { msgsLeft: count, bytesLeft: bytes };
      return { type: ConsumerDebugEvents.Discard, data, messagesLeft: count, bytesLeft: bytes };
    }
    case Notice.Debug:
      return { type: ConsumerDebugEvents.DebugEvent, ...said };
  }
}

/** Everybody who asked for `status()`. */
export class StatusFeed {
  readonly #queues = new Set<Queue<ConsumerStatus>>();
  #isOver = false;

  get isHeard(): boolean {
    return this.#queues.size > 0;
  }

  open(): Queue<ConsumerStatus> {
    const queue: Queue<ConsumerStatus> = new Queue(() => this.#queues.delete(queue));
    if (this.#isOver) queue.stop();
    else this.#queues.add(queue);
    return queue;
  }

  tell(event: ConsumerStatus): void {
    for (const queue of this.#queues) queue.push(event);
  }

  end(): void {
    this.#isOver = true;
    for (const queue of [...this.#queues]) queue.stop();
  }
}
