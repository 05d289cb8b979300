/** The exports that every entry point of the core has besides its `connect`: names and values as in nats.ws 1.30.3. */
export {
  buildAuthenticator,
  credsAuthenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "./auth/authenticators";
export { backoff, type Backoff } from "./helpers/backoff";
export { JSONCodec, StringCodec } from "./helpers/codecs";
export { deferred, type Deferred } from "./helpers/deferred";
export { deadline, delay, type Delay, type Timeout } from "./helpers/delay";
export { Empty } from "../base/empty";
export { DebugEvents, ErrorCode, Events, Match, RequestStrategy } from "../base/enums";
export { isNatsError, NatsError, type ApiError } from "../base/errors";
export { canonicalMIMEHeaderKey, headers, MsgHdrsImpl } from "./messages/headers";
export type { Features, FeatureSupport, SemVer } from "./helpers/features";
export { createInbox } from "./helpers/inbox";
export { millis, nanos } from "./helpers/nanos";
export { Nuid, nuid } from "./helpers/nuid";
export { syncIterator } from "./messages/queue";
export type * from "./types";
