/**
 * NatsError, the one error class of this client, and `errorFromCode`, the one way this client makes one: it puts the
 * code before the words. Errors are made where the user called, so that the stack is the user's; the core hands over
 * numbers only.
 */
import { CODE_NAMES, type Code } from "./codes";
import { ErrorCode } from "./enums";

/** The JetStream API's reason for a refusal, as the server sent it. */
export interface ApiError {
  /** A status like those of HTTP: 300 to 599. */
  code: number;
  /** The server's sentence. */
  description: string;
  /** Number of the error in nats-server's catalogue (server/errors.json). */
  err_code?: number;
}

/** The operation the server did not permit. */
export interface PermissionContext {
  /** `publish` or `subscription`. */
  operation: string;
  /** The subject of the publish or of the subscription. */
  subject: string;
  /** The queue group, when the subscription named one. */
  queue?: string;
}

/**
 * Every failure this client reports. `code` is one of `ErrorCode`'s values, or the status of a JetStream answer ("404"),
 * and says what happened. `message` begins with the code, and the words for a person follow: values, limits, and what a
 * server said, verbatim (of the JetStream API, in lower case as in nats.ws). Examples: `404: stream not found`,
 * `TIMEOUT: no reply from "a.b" within 1000 ms`, `PERMISSIONS_VIOLATION: 'Permissions Violation for Publish to "x"'`. In
 * nats.ws the message is often the code alone: `message.startsWith(code)` and `message.includes(code)` find an error of
 * either client, `message === code` does not. Best is to ask for `code`.
 */
export class NatsError extends Error {
  /** Always "NatsError": how `isNatsError()` knows errors of another copy of this module. */
  override name = "NatsError";
  /** One of the values of `ErrorCode`, or a status of the JetStream API as a string, such as "400". */
  code: string;
  /** The operation and the subject, when the server did not permit a publish or a subscription. */
  declare permissionContext?: PermissionContext;
  /** The error that led to this one; the same object as the standard `cause`. */
  declare chainedError?: Error;
  /** The server's reason, when the JetStream API refused. */
  declare api_error?: ApiError;

  /**
   * An error with just this message, as in nats.ws: no code is put before it.
   * @param code one of the values of `ErrorCode`. @param chainedError the error that led to this one.
   */
  constructor(message: string, code: string, chainedError?: Error) {
    super(message, chainedError === undefined ? undefined : { cause: chainedError });
    this.code = code;
    if (chainedError !== undefined) this.chainedError = chainedError;
  }

  /** An error whose message follows from its code, as in nats.ws: the code itself, except where nats.ws has a sentence. */
  static errorForCode(code: string, chainedError?: Error): NatsError {
    return new NatsError(sentence(code), code, chainedError);
  }

  /**
   * True when the server refused the credentials, or they have expired: the codes of an expired user and account too.
   */
  isAuthError(): boolean {
    return (
      this.code === ErrorCode.AuthenticationExpired ||
      this.code === ErrorCode.AuthorizationViolation ||
      this.code === ErrorCode.AccountExpired
    );
  }

  /** True when the server waited too long for CONNECT. */
  isAuthTimeout(): boolean {
    return this.code === ErrorCode.AuthenticationTimeout;
  }

  /** True when the server did not permit a publish or a subscription. */
  isPermissionError(): boolean {
    return this.code === ErrorCode.PermissionsViolation;
  }

  /** True when the server sent an error of no other kind, or bytes that are not the NATS protocol. */
  isProtocolError(): boolean {
    return this.code === ErrorCode.ProtocolError;
  }

  /** True when the JetStream API refused: `api_error` is set. */
  isJetStreamError(): boolean {
    return this.api_error !== undefined;
  }

  /** The server's reason, or null when the JetStream API did not refuse. */
  jsError(): ApiError | null {
    return this.api_error ?? null;
  }
}

/**
 * The error whose message is its code and, behind a colon, the words.
 *
 * @param code of `ErrorCode`, or the status of a JetStream answer; `codeName` has that of a number the core returned.
 * @param words follow the code in the message: name the value and the limit in them. The code stands alone when empty.
 */
export function errorFromCode(code: string, words = "", cause?: Error): NatsError {
  return new NatsError(words === "" ? code : `${code}: ${words}`, code, cause);
}

/** What stands behind the code in the message. An error that repeats another's words takes these: no code is told twice. */
export function wordsOf(error: Error): string {
  if (!isNatsError(error)) return error.message;
  const { code, message } = error;
  if (message === code) return "";
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}

/** The string in `ErrorCode` for a number of the core. */
export function codeName(code: Code): string {
  return CODE_NAMES[code] ?? ErrorCode.Unknown;
}

/** True for a `NatsError`, also for one of another copy of this module. */
export function isNatsError(error: unknown): error is NatsError {
  return error instanceof Error && error.name === "NatsError" && typeof (error as NatsError).code === "string";
}

/** Wraps a thrown value that is not an Error: users can throw anything, and `cause` must be an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function sentence(code: string): string {
  switch (code) {
    case ErrorCode.InvalidPayload:
      return "Invalid payload type - payloads can be 'binary', 'string', or 'json'";
    case ErrorCode.BadJson:
      return "Bad JSON";
    case ErrorCode.WssRequired:
      return "TLS is required, therefore a secure websocket connection is also required";
    default:
      return code;
  }
}
