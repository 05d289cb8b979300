/**
 * What every entry point exports besides its `connect`: names and values as in nats.ws 1.30.3.
 */
export { DebugEvents, ErrorCode, Events, Match, RequestStrategy } from "./enums";
export { isNatsError, NatsError, type ApiError } from "./errors";
export { canonicalMIMEHeaderKey, headers, MsgHdrsImpl } from "./headers";
export { createInbox } from "./inbox";
export { syncIterator } from "./queue";
export type * from "./types";
