/** The meaning of a server's status for the deprecated subscriptions: an end, or nothing. */
import { ErrorCode } from "../../base/enums";
import type { NatsError } from "../../base/errors";

/** 409s that are final, by the server's words; the others mean that a request ended early. */
const FINAL = [
  "exceeded maxrequestbatch of",
  "exceeded maxrequestexpires of",
  "exceeded maxrequestmaxbytes of",
  "message size exceeds maxbytes",
  "consumer is push based",
  "consumer deleted",
];

/**
 * The error that ends a subscription; null for "no messages", "request timeout" and every other status that ends
 * nothing.
 */
export function finalError(error: NatsError | null): NatsError | null {
  switch (error?.code) {
    case undefined:
    case ErrorCode.JetStream404NoMessages:
    case ErrorCode.JetStream408RequestTimeout:
      return null;
    case ErrorCode.JetStream409:
      return FINAL.some((words) => error?.message.includes(words)) ? (error as NatsError) : null;
    default:
      return error as NatsError;
  }
}
