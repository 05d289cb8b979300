/**
 * The words of refusals. Owns the messages of errors that belong to one call: they name the value and the limit. These
 * errors are made in the user's call, so that the stack is the user's.
 */
import { encoder } from "../../engine/text";
import { Code } from "../../base/codes";
import { ErrorCode } from "../../base/enums";
import { codeName, errorFromCode, type NatsError } from "../../base/errors";
import type { Settings } from "../options/options";
import type { MsgHdrs, Payload, ServerInfo, SubscriptionOptions } from "../types";

/** A call that was refused: its verb and its arguments. */
export interface Attempt {
  /** "publish", "send a request", "subscribe". */
  readonly verb: string;
  readonly subject: string;
  readonly reply?: string | undefined;
  readonly queue?: string | undefined;
  readonly payload?: Payload | undefined;
  readonly headers?: Uint8Array | undefined;
}

export function refusal(code: number, attempt: Attempt, settings: Settings, info: ServerInfo | undefined): NatsError {
  return errorFromCode(codeName(code), `cannot ${attempt.verb}${to(attempt)}: ${why(code, attempt, settings, info)}`);
}

function to({ subject, verb }: Attempt): string {
  return subject === "" || typeof subject !== "string"
    ? ""
    : ` ${verb === "subscribe" ? "to" : "on"} ${JSON.stringify(subject)}`;
}

function why(code: number, attempt: Attempt, settings: Settings, info: ServerInfo | undefined): string {
  switch (code) {
    case Code.ConnectionClosed:
      return "the connection is closed";
    case Code.ConnectionDraining:
      return "the connection is draining";
    case Code.BadSubject:
      return badSubject(attempt);
    case Code.MaxPayloadExceeded:
      return tooLarge(attempt, info);
    case Code.ReconnectBufferExceeded:
      return `there is no connection, and the ${settings.engine.reconnectBufferSize} bytes of reconnectBufferSize are used up`;
    case Code.ServerOptionNotAvailable:
      return "the server does not support headers";
    case Code.Disconnect:
      return "there is no connection to a server";
    default:
      return "it was refused";
  }
}

function badSubject({ subject, reply, queue }: Attempt): string {
  for (const [name, text] of [
    ["subject", subject],
    ["reply subject", reply],
    ["queue group", queue],
  ] as const) {
    if (name !== "subject" && (text === undefined || text === "")) continue;
    if (typeof text !== "string") return `the ${name} must be a string, not ${typeof text}`;
    if (text === "") return "the subject is empty";
    if (/[\s\u0000-\u001f\u007f]/.test(text))
      return `the ${name} ${JSON.stringify(text)} has white space or control characters in it`;
  }
  return "it is not a valid subject";
}

function tooLarge({ payload = "", headers }: Attempt, info: ServerInfo | undefined): string {
  const length = typeof payload === "string" ? encoder.encode(payload).length : payload.length;
  const body =
    headers === undefined
      ? `the payload of ${length} bytes`
      : `payload and headers of ${length} + ${headers.length} bytes`;
  return `${body} exceed${headers === undefined ? "s" : ""} the server's max_payload of ${info?.max_payload ?? "?"} bytes`;
}

/** Whether a payload can be sent, in the cheapest way: false for a `Uint8Array` of another window, which `checkPayload` accepts. */
export function isPayload(payload: unknown): payload is Payload {
  return payload instanceof Uint8Array || typeof payload === "string";
}

/** @throws NatsError BAD_PAYLOAD for a payload that is neither a string nor a `Uint8Array`, of this or another window. */
export function checkPayload(payload: unknown, verb: string, subject: string): void {
  if (isPayload(payload)) return;
  if (Object.prototype.toString.call(payload) === "[object Uint8Array]") return;
  const kind =
    payload === null ? "null" : typeof payload === "object" ? (payload.constructor?.name ?? "object") : typeof payload;
  throw errorFromCode(
    ErrorCode.BadPayload,
    `cannot ${verb} on ${JSON.stringify(subject)}: the payload must be a string or a Uint8Array, not ${kind}`,
  );
}

/** @throws NatsError INVALID_OPTION for a `slow` that is no positive number, or with a callback: nothing is queued then. */
export function checkSlow(options: SubscriptionOptions | undefined): void {
  const slow = options?.slow;
  if (slow === undefined) return;
  if (!(slow > 0)) throw errorFromCode(ErrorCode.InvalidOption, `option "slow" cannot be ${slow}: it must be over 0`);
  if (options?.callback !== undefined) {
    throw errorFromCode(
      ErrorCode.InvalidOption,
      'option "slow" has no meaning with "callback": nothing is queued then',
    );
  }
}

/** The header block of a publish; undefined without headers. @throws NatsError BAD_HEADER for headers not made by `headers()`. */
export function encodeHeaders(headers: MsgHdrs | undefined): Uint8Array | undefined {
  if (headers === undefined || headers === null) return undefined;
  const encodable = headers as MsgHdrs & { encode?: () => Uint8Array };
  if (typeof encodable.encode !== "function") {
    throw errorFromCode(ErrorCode.BadHeader, "headers must be made by headers()");
  }
  const block = encodable.encode();
  return block.length === 0 ? undefined : block;
}
