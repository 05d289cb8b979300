/**
 * "./services": request and reply with discovery, statistics and a name (NATS ADR-32), on any connection with the
 * nats.ws interface. `connection.services` is a `Svcm` already.
 */
import type { BaseConnection, RequestManyOptions } from "../core/types";
import { Discovery } from "./client";
import { RunningService } from "./service";
import type { Service, ServiceClient, ServiceConfig, ServicesAPI } from "./types";

export { ServiceErrorCodeHeader, ServiceErrorHeader, ServiceResponseType, ServiceVerb } from "./enums";
export { ServiceError } from "./errors";
export type * from "./types";

/**
 * The services framework on `nc`, by the name it has in version 3 of the NATS clients.
 *
 * @example
 * const service = await new Svcm(nc).add({ name: "calculator", version: "1.0.0" });
 * service.addEndpoint("double", (_, request) => request.respond(String(2 * Number(request.string()))));
 */
export class Svcm implements ServicesAPI {
  readonly #nc: BaseConnection;

  constructor(nc: BaseConnection) {
    this.#nc = nc;
  }

  async add(config: ServiceConfig): Promise<Service> {
    return new RunningService(this.#nc, config);
  }

  client(options?: Partial<RequestManyOptions>, prefix?: string): ServiceClient {
    return new Discovery(this.#nc, options, prefix);
  }
}
