/**
 * NatsError, the one error class of this client, and the ways to make one. Errors are made where the user called, so
 * that the stack is the user's; the core hands over numbers only.
 */
import { CODE_NAMES, type Code } from "./codes";
import { ErrorCode } from "./enums";

/** What the JetStream API says when it refuses. */
export interface ApiError {
  /** Like an HTTP status: 300 to 599. */
  code: number;
  description: string;
  /** Number of the error in nats-server's catalogue. */
  err_code?: number;
}

/** What the server did not permit. */
export interface PermissionContext {
  /** `publish` or `subscription`. */
  operation: string;
  subject: string;
  /** The queue group, when the subscription named one. */
  queue?: string;
}

/**
 * Every failure this client reports. `code` is one of `ErrorCode`'s values and says what happened; `message` says it
 * to a person.
 */
export class NatsError extends Error {
  override name = "NatsError";
  code: string;
  /** Set when the server refused a publish or a subscription. */
  declare permissionContext?: PermissionContext;
  /** What led to this error; the same as the standard `cause`. */
  declare chainedError?: Error;
  /** Set when the JetStream API answered with an error. */
  declare api_error?: ApiError;

  constructor(message: string, code: string, chainedError?: Error) {
    super(message, chainedError === undefined ? undefined : { cause: chainedError });
    this.code = code;
    if (chainedError !== undefined) this.chainedError = chainedError;
  }

  /** An error whose message follows from its code: the code itself, except where a sentence is known. */
  static errorForCode(code: string, chainedError?: Error): NatsError {
    return new NatsError(sentence(code), code, chainedError);
  }

  /** The server refused, or no longer accepts, the credentials. */
  isAuthError(): boolean {
    return (
      this.code === ErrorCode.AuthenticationExpired ||
      this.code === ErrorCode.AuthorizationViolation ||
      this.code === ErrorCode.AccountExpired
    );
  }

  isAuthTimeout(): boolean {
    return this.code === ErrorCode.AuthenticationTimeout;
  }

  isPermissionError(): boolean {
    return this.code === ErrorCode.PermissionsViolation;
  }

  isProtocolError(): boolean {
    return this.code === ErrorCode.ProtocolError;
  }

  isJetStreamError(): boolean {
    return this.api_error !== undefined;
  }

  /** The JetStream API's own words, or null when this is not such an error. */
  jsError(): ApiError | null {
    return this.api_error ?? null;
  }
}

/**
 * The error for a number the core returned. `message` replaces the sentence that follows from the code alone: name the
 * value and the limit in it.
 */
export function errorFromCode(code: Code, message?: string, cause?: Error): NatsError {
  const name = codeName(code);
  return new NatsError(message ?? sentence(name), name, cause);
}

/** The string in `ErrorCode` for a number of the core. */
export function codeName(code: Code): string {
  return CODE_NAMES[code] ?? ErrorCode.Unknown;
}

/** Whether this is an error of a NATS client, of another copy of this module as well. */
export function isNatsError(error: unknown): error is NatsError {
  return error instanceof Error && error.name === "NatsError" && typeof (error as NatsError).code === "string";
}

/** Users can throw anything; `cause` should be an Error. */
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
