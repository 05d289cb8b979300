/** The constants of the services framework. Names and values are those of nats.ws 1.30.3 and of NATS ADR-32. */

/** The questions that every service answers: the second token of their subjects. */
export enum ServiceVerb {
  /** Which services are there? */
  PING = "PING",
  /** What have their endpoints counted? */
  STATS = "STATS",
  /** What are they and their endpoints called? */
  INFO = "INFO",
}

/** The `type` of an answer, which names its schema. */
export enum ServiceResponseType {
  /** Answer to `ServiceVerb.STATS`. */
  STATS = "io.nats.micro.v1.stats_response",
  /** Answer to `ServiceVerb.INFO`. */
  INFO = "io.nats.micro.v1.info_response",
  /** Answer to `ServiceVerb.PING`. */
  PING = "io.nats.micro.v1.ping_response",
}

/** Header with the description of a service's error. */
export const ServiceErrorHeader = "Nats-Service-Error";

/** Header with the code of a service's error. A reply that has it is an error. */
export const ServiceErrorCodeHeader = "Nats-Service-Error-Code";
