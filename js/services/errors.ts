/** Errors that a service replies with, and their place in the headers of a reply. Other errors: js/base/errors.ts. */
import { headers } from "../core/messages/headers";
import type { Msg, MsgHdrs } from "../core/types";
import { ServiceErrorCodeHeader, ServiceErrorHeader } from "./enums";

/** An error of a service. A handler throws it to reply with an error; `toServiceError()` finds it in a reply. */
export class ServiceError extends Error {
  /** Always "ServiceError". */
  override name = "ServiceError";
  /** A code like the status codes of HTTP: 400 and more. */
  code: number;

  /** @param code 400 and more. @param message the description in the reply; a line end in it becomes a space. */
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  /** True when a reply carries an error of a service. */
  static isServiceError(message: Msg): boolean {
    return ServiceError.toServiceError(message) !== null;
  }

  /** The error that a reply carries; null for a reply without one. A code that is not a number counts as 400. */
  static toServiceError(message: Msg): ServiceError | null {
    const code = message.headers?.get(ServiceErrorCodeHeader);
    if (!code) return null;
    return new ServiceError(Number.parseInt(code, 10) || 400, message.headers?.get(ServiceErrorHeader) || code);
  }
}

/**
 * Adds the headers of an error reply to a copy of `given`.
 *
 * @throws NatsError BAD_HEADER for a description with CR or LF.
 */
export function errorHeaders(code: number, description: string, given?: MsgHdrs): MsgHdrs {
  const all = given?.description ? headers(given.code, given.description) : headers();
  for (const [key, values] of given ?? []) for (const value of values) all.append(key, value);
  all.set(ServiceErrorCodeHeader, String(code));
  all.set(ServiceErrorHeader, description);
  return all;
}

/**
 * The headers of a reply to a request whose handler threw. The error's message may have lines; a header value may not.
 */
export function failureHeaders(error: Error): MsgHdrs {
  const code = error instanceof ServiceError ? error.code : 500;
  return errorHeaders(code, error.message.replace(/[\r\n]+/g, " "));
}
