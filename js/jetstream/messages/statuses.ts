/**
 * Statuses that the server sends in place of messages, and the events that the application hears. Owns the words of both;
 * src/core/jetstream/pull.rs decides the consequences.
 */
import type { Msg } from "../../core/types";
import { StatusKind } from "../../engine/generated/machines.enums";
import type { PullNotice } from "../../engine/machines";
import { ConsumerDebugEvents, ConsumerEvents, JsHeaders } from "../enums";
import { NewerValue } from "../enum-additions";
import type { ConsumerStatus } from "../types/consumption";

const BY_CODE: Readonly<Record<number, StatusKind>> = {
  100: StatusKind.Heartbeat,
  400: StatusKind.BadRequest,
  404: StatusKind.Ended,
  408: StatusKind.Ended,
  409: StatusKind.Ended,
  423: StatusKind.Unpinned,
  503: StatusKind.NoResponders,
};

/** Kinds by the beginning of the server's words, in lower case. */
const BY_WORDS: readonly [code: number, words: string, kind: StatusKind][] = [
  [408, "request timeout", StatusKind.Expired],
  [409, "consumer deleted", StatusKind.Deleted],
  [409, "stream deleted", StatusKind.Deleted],
  [409, "exceeded max", StatusKind.Limit],
  [409, "consumer is push based", StatusKind.Limit],
  [409, "message size exceeds maxbytes", StatusKind.Oversized],
];

/** A status: a message without a payload that the server made. */
export interface ServerStatus {
  readonly code: number;
  /** The server's words in lower case. */
  readonly description: string;
  readonly kind: StatusKind;
  /** Messages and bytes that the request of this status still had to bring; 0: not said. */
  readonly messages: number;
  readonly bytes: number;
  readonly message: Msg;
}

/** Whether a connection of this client delivered the message. */
export function isOwn(message: Msg): boolean {
  return (message as Msg & { status?: number }).status !== undefined;
}

/** The code of a status; 0 for a message of a stream. */
export function statusCode(message: Msg, inbox: string): number {
  // A message of this client knows its status without making headers and payload.
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
    kind: found?.[2] ?? BY_CODE[code] ?? StatusKind.Other,
    messages: number(JsHeaders.PendingMessagesHdr),
    bytes: number(JsHeaders.PendingBytesHdr),
    message,
  };
}

/** The event of a notice: `type` and `data` as in nats.ws, the other members as in version 3 of the NATS clients. */
export function eventOf(
  notice: PullNotice,
  source: { stream: string; name: string },
  status: ServerStatus | undefined,
): ConsumerStatus {
  const { stream, name } = source;
  const { code = 0, description = "" } = status ?? {};
  const said = { data: `${code} ${description}`, code, description };
  switch (notice.type) {
    case "heartbeats_missed": {
      const { count } = notice;
      return { type: ConsumerEvents.HeartbeatsMissed, data: count, count };
    }
    case "consumer_not_found": {
      const { count } = notice;
      return { type: ConsumerEvents.ConsumerNotFound, data: count, count, stream, name };
    }
    case "stream_not_found": {
      const { count } = notice;
      return { type: ConsumerEvents.StreamNotFound, data: count, count, name: stream };
    }
    case "heartbeat": {
      const number = (header: string) => Number(status?.message.headers?.get(header) ?? 0);
      const sequences = {
        lastConsumerSequence: number(JsHeaders.LastConsumerSeqHdr),
        lastStreamSequence: number(JsHeaders.LastStreamSeqHdr),
      };
      return { type: NewerValue.Heartbeat as unknown as ConsumerDebugEvents, data: sequences, ...sequences };
    }
    case "consumer_deleted":
      return { type: ConsumerEvents.ConsumerDeleted, ...said };
    case "no_responders":
      return { type: ConsumerEvents.NoResponders, ...said, data: `${code} No Responders` };
    case "exceeded_limits":
      return { type: NewerValue.ExceededLimits as unknown as ConsumerEvents, ...said };
    case "consumer_unpinned":
      return { type: NewerValue.ConsumerUnpinned as unknown as ConsumerEvents, ...said };
    case "discard": {
      const { messages, bytes } = notice;
      const data = { msgsLeft: messages, bytesLeft: bytes };
      return { type: ConsumerDebugEvents.Discard, data, messagesLeft: messages, bytesLeft: bytes };
    }
    case "debug":
      return { type: ConsumerDebugEvents.DebugEvent, ...said };
  }
}
