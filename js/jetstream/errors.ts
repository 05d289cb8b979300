/**
 * Errors of the JetStream API and of a consumer's status messages. Owns their codes: those of nats.ws. The one error
 * class is js/base/errors.ts.
 */
import { ErrorCode } from "../base/enums";
import { type ApiError, errorFromCode, NatsError } from "../base/errors";
import type { Msg } from "../core/types";

/**
 * The error that a status message of JetStream means; null for a message of a stream. The code of the error is the
 * status as a string, or IDLE_HEARTBEAT for a 409 about heartbeats.
 */
export function checkJsError(message: Msg): NatsError | null {
  if (message.data.length > 0) return null;
  const { headers } = message;
  return headers ? statusError(headers.code, headers.description) : null;
}

/** True for a heartbeat and for a request for flow control: a status of 100 to 199 without a payload. */
export function isFlowControlMsg(message: Msg): boolean {
  const code = message.headers?.code ?? 0;
  return message.data.length === 0 && code >= 100 && code < 200;
}

/** True for a heartbeat of the server: it has nothing to deliver. */
export function isHeartbeatMsg(message: Msg): boolean {
  return isFlowControlMsg(message) && message.headers?.description === "Idle Heartbeat";
}

/** The error for a status or an API code; null below 300. Behind the code, the server's words in lower case. */
export function statusError(status: number, description = ""): NatsError | null {
  if (status < 300) return null;
  const said = description.toLowerCase();
  const code =
    status === 409 && said.startsWith("idle heartbeats missed") ? ErrorCode.JetStreamIdleHeartBeat : String(status);
  const error = errorFromCode(code, said || (status in WORDLESS ? "" : ErrorCode.Unknown));
  if (status === 503) error.chainedError = new Error(said);
  return error;
}

/** Codes that say enough by themselves. */
const WORDLESS = { 404: 1, 408: 1, 409: 1, 503: 1 };

/** The error of an API's refusal; null below 300. */
export function apiError(answer: ApiError): NatsError | null {
  const error = statusError(answer.code, answer.description);
  if (error !== null) error.api_error = answer;
  return error;
}

/** Error numbers that this client acts on, from nats-server's catalogue (server/errors.json). */
export enum ApiCode {
  ConsumerNotFound = 10014,
  StreamNotFound = 10059,
  WrongLastSequence = 10071,
  WrongLastSequenceForSubject = 10164,
}

/** True when the API refused with this error number. */
export function isApiError(error: unknown, number: ApiCode): boolean {
  return error instanceof NatsError && error.api_error?.err_code === number;
}
