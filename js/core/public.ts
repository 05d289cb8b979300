/**
 * What every entry point exports besides its `connect`: names and values as in nats.ws 1.30.3.
 */
export {
  buildAuthenticator,
  credsAuthenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "./auth";
export { backoff, type Backoff } from "./backoff";
export { JSONCodec, StringCodec } from "./codecs";
export { deferred, type Deferred } from "./deferred";
export { deadline, delay, type Delay, type Timeout } from "./delay";
export { Empty } from "./empty";
export { DebugEvents, ErrorCode, Events, Match, RequestStrategy } from "./enums";
export { isNatsError, NatsError, type ApiError } from "./errors";
export { canonicalMIMEHeaderKey, headers, MsgHdrsImpl } from "./headers";
export type { Features, FeatureSupport, SemVer } from "./features";
export { createInbox } from "./inbox";
export { millis, nanos } from "./nanos";
export { Nuid, nuid } from "./nuid";
export { syncIterator } from "./queue";
export type { ReconnectToServerHandler, Server } from "./server-choice";
export type * from "./types";
