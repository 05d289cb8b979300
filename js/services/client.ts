/** Discovery and monitoring of services: one question to all of them, and the answers as they come. */
import { RequestStrategy } from "../base/enums";
import { asError } from "../base/errors";
import { Queue } from "../core/messages/queue";
import type { Msg, BaseConnection, QueuedIterator, RequestManyOptions } from "../core/types";
import { ServiceVerb } from "./enums";
import { ServiceError } from "./errors";
import { controlSubject } from "./names";
import type { ServiceClient, ServiceIdentity, ServiceInfo, ServiceStats } from "./types";

const DEFAULTS: RequestManyOptions = { strategy: RequestStrategy.JitterTimer, maxWait: 2000 };

export class Discovery implements ServiceClient {
  readonly #nc: BaseConnection;
  readonly #options: RequestManyOptions;
  readonly #prefix: string | undefined;

  constructor(nc: BaseConnection, options?: Partial<RequestManyOptions>, prefix?: string) {
    this.#nc = nc;
    this.#options = { ...DEFAULTS, ...options };
    this.#prefix = prefix;
  }

  ping(name?: string, id?: string): Promise<QueuedIterator<ServiceIdentity>> {
    return this.#ask(ServiceVerb.PING, name, id);
  }

  stats(name?: string, id?: string): Promise<QueuedIterator<ServiceStats>> {
    return this.#ask(ServiceVerb.STATS, name, id);
  }

  info(name?: string, id?: string): Promise<QueuedIterator<ServiceInfo>> {
    return this.#ask(ServiceVerb.INFO, name, id);
  }

  async #ask<T>(verb: ServiceVerb, name?: string, id?: string): Promise<QueuedIterator<T>> {
    const subject = controlSubject(verb, name, id, this.#prefix);
    const answers = new Queue<T>();
    void collect(await this.#nc.requestMany(subject, undefined, this.#options), answers);
    return answers;
  }
}

/** Makes values of the answers. A failure ends the queue with its error, behind the answers that came before. */
async function collect<T>(replies: AsyncIterable<Msg>, answers: Queue<T>): Promise<void> {
  try {
    for await (const reply of replies) {
      if (answers.ended) return;
      const error = ServiceError.toServiceError(reply);
      if (error) throw error;
      answers.push(reply.json<T>());
    }
    answers.stop();
  } catch (thrown) {
    answers.stop(asError(thrown));
  }
}
