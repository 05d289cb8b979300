/** `Svcm`: the way to services and to their discovery. The code behind it is imported when it is first used. */
import type { BaseConnection, RequestManyOptions } from "../core/types";
import type { Service, ServiceClient, ServiceConfig, ServicesAPI } from "./types";

/**
 * The services framework on a connection (NATS ADR-32), by the name it has in version 3 of the NATS clients.
 *
 * @example
 * const service = await new Svcm(nc).add({ name: "calculator", version: "1.0.0" });
 * service.addEndpoint("double", (_, request) => request.respond(String(2 * Number(request.string()))));
 */
export class Svcm implements ServicesAPI {
  readonly #nc: BaseConnection;

  /** @param nc any connection with the interface of nats.ws. */
  constructor(nc: BaseConnection) {
    this.#nc = nc;
  }

  async add(config: ServiceConfig): Promise<Service> {
    const { RunningService } = await import("./service");
    return new RunningService(this.#nc, config);
  }

  client(options?: Partial<RequestManyOptions>, prefix?: string): ServiceClient {
    const discovery = async () => new (await import("./client")).Discovery(this.#nc, options, prefix);
    return {
      ping: async (name, id) => (await discovery()).ping(name, id),
      stats: async (name, id) => (await discovery()).stats(name, id),
      info: async (name, id) => (await discovery()).info(name, id),
    };
  }
}
