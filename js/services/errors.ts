/** Errors a service sends to who asked, and their place in the headers of a reply. Other errors: js/base/errors.ts. */
import { headers } from "../core/messages/headers";
import type { Msg, MsgHdrs } from "../core/types";
import { ServiceErrorCodeHeader, ServiceErrorHeader } from "./enums";

/** Thrown by a handler, it is the reply; found in a reply, it is what the service said. */
export class ServiceError extends Error {
  override name = "ServiceError";
  /** As HTTP status codes: 400 and more. */
  code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  static isServiceError(message: Msg): boolean {
    return ServiceError.toServiceError(message) !== null;
  }

  /** The error in a reply, or null when it is none. A code that is not a number counts as 400. */
  static toServiceError(message: Msg): ServiceError | null {
    const code = message.headers?.get(ServiceErrorCodeHeader);
    if (!code) return null;
    return new ServiceError(Number.parseInt(code, 10) || 400, message.headers?.get(ServiceErrorHeader) || code);
  }
}

/** The headers of an error reply, added to a copy of `given`. */
export function errorHeaders(code: number, description: string, given?: MsgHdrs): MsgHdrs {
  const all = given?.description ? headers(given.code, given.description) : headers();
  for (const [key, values] of given ?? []) for (const value of values) all.append(key, value);
  all.set(ServiceErrorCodeHeader, String(code));
  all.set(ServiceErrorHeader, description);
  return all;
}

/** The headers that tell who asked what a handler threw. The message may have lines; a header value may not. */
export function failureHeaders(error: Error): MsgHdrs {
  const code = error instanceof ServiceError ? error.code : 500;
  return errorHeaders(code, error.message.replace(/[\r\n]+/g, " "));
}
