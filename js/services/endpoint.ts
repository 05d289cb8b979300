/**
 * One endpoint of a service: its subject, its handler and its counters. Owns the call of the handler. The service owns
 * the subscription.
 */
import { asError } from "../base/errors";
import { isThenable } from "../base/thenable";
import type { Msg } from "../core/types";
import { Counters } from "./counters";
import { failureHeaders } from "./errors";
import { ServiceMsgImpl } from "./msg";
import { Requests } from "./requests";
import type { Endpoint, EndpointInfo, NamedEndpointStats, ServiceHandler } from "./types";

/** An endpoint with everything decided: full subject, queue group (empty: none). */
export type NamedEndpoint = Endpoint & { name: string; queue: string };

export class RunningEndpoint implements NamedEndpoint {
  readonly name: string;
  readonly subject: string;
  readonly queue: string;
  readonly handler?: ServiceHandler;
  readonly metadata?: Record<string, string>;
  readonly counters = new Counters();
  readonly requests: Requests;

  /** `onLeave` is called when the consumer of the requests has taken the last one, or has left. */
  constructor(endpoint: NamedEndpoint, onLeave: () => void) {
    this.name = endpoint.name;
    this.subject = endpoint.subject;
    this.queue = endpoint.queue;
    if (endpoint.handler) this.handler = endpoint.handler;
    if (endpoint.metadata) this.metadata = endpoint.metadata;
    this.requests = new Requests(this.counters, this.handler !== undefined, onLeave);
  }

  /**
   * Hands a request to the handler or the iterator. The returned promise, of an asynchronous handler, never rejects.
   */
  deliver(message: Msg): void | Promise<void> {
    const request = new ServiceMsgImpl(message);
    if (!this.handler) return this.requests.push(request);
    const started = performance.now();
    this.counters.countRequest();
    try {
      const outcome = this.handler(null, request) as unknown;
      if (isThenable(outcome)) return this.#settle(outcome, request, started);
    } catch (thrown) {
      this.#fail(request, thrown);
    }
    this.counters.countTime(started);
  }

  info(): EndpointInfo {
    return {
      name: this.name,
      subject: this.subject,
      queue_group: this.queue,
      ...(this.metadata && { metadata: this.metadata }),
    };
  }

  stats(): NamedEndpointStats {
    return { name: this.name, subject: this.subject, queue_group: this.queue, ...this.counters.read() };
  }

  async #settle(outcome: PromiseLike<unknown>, request: ServiceMsgImpl, started: number): Promise<void> {
    try {
      await outcome;
    } catch (thrown) {
      this.#fail(request, thrown);
    } finally {
      this.counters.countTime(started);
    }
  }

  #fail(request: ServiceMsgImpl, thrown: unknown): void {
    const error = asError(thrown);
    this.counters.countError(error);
    request.respond(undefined, { headers: failureHeaders(error) });
  }
}
