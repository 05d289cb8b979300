/**
 * A running service: its subscriptions, the answers to discovery, and its end. A service lives as long as all of its
 * subscriptions: losing one stops it. Protocol: NATS ADR-32.
 */
import { asError } from "../base/errors";
import { deferred } from "../core/helpers/deferred";
import { nuid } from "../core/helpers/nuid";
import type { Msg, BaseConnection, QueuedIterator, Subscription } from "../core/types";
import { type NamedEndpoint, RunningEndpoint } from "./endpoint";
import { ServiceResponseType, ServiceVerb } from "./enums";
import { failureHeaders } from "./errors";
import { Group } from "./group";
import { checkName, checkVersion, controlSubject, refusal } from "./names";
import type {
  EndpointOptions,
  Service,
  ServiceConfig,
  ServiceGroup,
  ServiceHandler,
  ServiceIdentity,
  ServiceInfo,
  ServiceMsg,
  ServiceStats,
} from "./types";

/** Queue group of endpoints when nobody names one; the same in all NATS clients. */
const DEFAULT_QUEUE = "q";

export class RunningService implements Service {
  readonly id = nuid.next();
  readonly stopped = deferred<null | Error>();
  isStopped = false;

  readonly #nc: BaseConnection;
  readonly #config: ServiceConfig;
  readonly #root: Group;
  readonly #endpoints: RunningEndpoint[] = [];
  readonly #subscriptions: Subscription[] = [];
  #started = new Date();

  /** @throws NatsError "BAD API" for a name, version or queue that cannot be used, and what `subscribe` throws. */
  constructor(nc: BaseConnection, config: ServiceConfig) {
    const queue = config.queue ?? DEFAULT_QUEUE;
    checkName("service", config.name);
    if (queue) checkName("queue", queue);
    checkVersion(config.version);
    this.#nc = nc;
    this.#config = { ...config };
    this.#root = new Group((endpoint) => this.#start(endpoint), "", queue);
    this.#discover(ServiceVerb.PING, () => this.ping());
    this.#discover(ServiceVerb.STATS, () => this.stats());
    this.#discover(ServiceVerb.INFO, () => this.info());
    nc.closed().then(
      (reason) => this.stop(reason ?? undefined),
      (error) => this.stop(error),
    );
  }

  addEndpoint(name: string, options?: ServiceHandler | EndpointOptions): QueuedIterator<ServiceMsg> {
    return this.#root.addEndpoint(name, options);
  }

  addGroup(subject?: string, queue?: string): ServiceGroup {
    return this.#root.addGroup(subject, queue);
  }

  ping(): ServiceIdentity {
    return { type: ServiceResponseType.PING, ...this.#identity() };
  }

  info(): ServiceInfo {
    return {
      type: ServiceResponseType.INFO,
      ...this.#identity(),
      description: this.#config.description ?? "",
      endpoints: this.#endpoints.map((endpoint) => endpoint.info()),
    };
  }

  async stats(): Promise<ServiceStats> {
    for (const endpoint of this.#endpoints) await this.#askStatsHandler(endpoint);
    return {
      type: ServiceResponseType.STATS,
      ...this.#identity(),
      started: this.#started.toISOString(),
      endpoints: this.#endpoints.map((endpoint) => endpoint.stats()),
    };
  }

  reset(): void {
    this.#started = new Date();
    for (const endpoint of this.#endpoints) endpoint.counters.reset();
  }

  stop(error?: Error): Promise<null | Error> {
    if (!this.isStopped) {
      this.isStopped = true;
      void this.#end(error);
    }
    return this.stopped;
  }

  #identity(): Omit<ServiceIdentity, "type"> {
    const { name, version, metadata } = this.#config;
    return { name, id: this.id, version, ...(metadata && { metadata }) };
  }

  async #askStatsHandler(endpoint: RunningEndpoint): Promise<void> {
    try {
      endpoint.counters.data = await this.#config.statsHandler?.(endpoint);
    } catch (thrown) {
      endpoint.counters.countError(asError(thrown));
    }
  }

  #start(endpoint: NamedEndpoint): QueuedIterator<ServiceMsg> {
    if (this.isStopped) throw refusal(`cannot add endpoint "${endpoint.name}": the service is stopped`);
    const running = new RunningEndpoint(endpoint, () => this.stop());
    this.#listen(running.subject, running.queue, (message) => running.deliver(message));
    this.#endpoints.push(running);
    return running.requests;
  }

  /** Without a queue group: every instance answers. */
  #discover(verb: ServiceVerb, answer: () => unknown): void {
    const { name } = this.#config;
    for (const subject of [controlSubject(verb), controlSubject(verb, name), controlSubject(verb, name, this.id)]) {
      this.#listen(subject, "", (message) => this.#answer(message, answer));
    }
  }

  async #answer(message: Msg, answer: () => unknown): Promise<void> {
    try {
      const text = JSON.stringify(await answer());
      // Closed: there is no connection to answer on.
      if (!this.#nc.isClosed()) message.respond(text);
    } catch (thrown) {
      message.respond(undefined, { headers: failureHeaders(asError(thrown)) });
    }
  }

  #listen(subject: string, queue: string, deliver: (message: Msg) => void | Promise<void>): void {
    const subscription = this.#nc.subscribe(subject, {
      ...(queue && { queue }),
      callback: (error, message) => (error ? void this.stop(error) : deliver(message)),
    });
    this.#subscriptions.push(subscription);
    subscription.closed.then(
      () => this.#lose(`required subscription ${subject} stopped`),
      (error) => this.#lose(`required subscription ${subject} errored: ${error.message}`),
    );
  }

  /**
   * Stops the service because a subscription ended. At the end of the connection `closed()` tells the reason instead.
   */
  #lose(what: string): void {
    if (this.#nc.isClosed() || this.#nc.isDraining()) return;
    this.stop(new Error(what));
  }

  async #end(error?: Error): Promise<void> {
    if (!this.#nc.isClosed()) {
      // A lost subscription refuses to drain; the others drain nevertheless.
      await Promise.allSettled(this.#subscriptions.map((subscription) => subscription.drain()));
    }
    for (const endpoint of this.#endpoints) endpoint.requests.stop();
    this.stopped.resolve(error ?? null);
  }
}
