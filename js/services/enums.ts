/** The constants of the services framework. Names and values are those of nats.ws 1.30.3 and of NATS ADR-32. */

/** What can be asked of every service. */
export enum ServiceVerb {
  PING = "PING",
  STATS = "STATS",
  INFO = "INFO",
}

/** The `type` of an answer: names its schema. */
export enum ServiceResponseType {
  STATS = "io.nats.micro.v1.stats_response",
  INFO = "io.nats.micro.v1.info_response",
  PING = "io.nats.micro.v1.ping_response",
}

/** Header with the description of a service's error. */
export const ServiceErrorHeader = "Nats-Service-Error";

/** Header with the code of a service's error. A reply that has it is an error. */
export const ServiceErrorCodeHeader = "Nats-Service-Error-Code";
