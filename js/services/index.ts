/**
 * "./services": request and reply with discovery, statistics and a name (NATS ADR-32), on any connection with the
 * nats.ws interface. `connection.services` is a `Svcm` already.
 */
export { ServiceErrorCodeHeader, ServiceErrorHeader, ServiceResponseType, ServiceVerb } from "./enums";
export { ServiceError } from "./errors";
export { Svcm } from "./svcm";
export type * from "./types";
