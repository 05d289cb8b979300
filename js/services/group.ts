/** A subject prefix and a queue group that endpoints inherit. Owns the names; the service does the rest. */
import type { QueuedIterator } from "../core/types";
import type { NamedEndpoint } from "./endpoint";
import { checkName, checkPrefix, checkSpaces, checkSubject } from "./names";
import type { EndpointOptions, ServiceGroup, ServiceHandler, ServiceMsg } from "./types";

/** Starts an endpoint of the service the group belongs to. */
type StartEndpoint = (endpoint: NamedEndpoint) => QueuedIterator<ServiceMsg>;

export class Group implements ServiceGroup {
  readonly #start: StartEndpoint;
  readonly #prefix: string;
  readonly #queue: string;

  /** An empty prefix or queue group means none. */
  constructor(start: StartEndpoint, prefix: string, queue: string) {
    this.#start = start;
    this.#prefix = prefix;
    this.#queue = queue;
  }

  addEndpoint(name: string, options: ServiceHandler | EndpointOptions = {}): QueuedIterator<ServiceMsg> {
    checkName("endpoint", name);
    const chosen = typeof options === "function" ? { handler: options } : options;
    const subject = chosen.subject || name;
    const queue = chosen.queue ?? this.#queue;
    checkSubject("endpoint subject", subject);
    checkSpaces("endpoint queue", queue);
    return this.#start({ ...chosen, name, subject: this.#prefix + subject, queue });
  }

  addGroup(subject = "", queue = this.#queue): ServiceGroup {
    if (subject) checkPrefix(subject);
    checkSpaces("service group queue", queue);
    return new Group(this.#start, subject ? `${this.#prefix}${subject}.` : this.#prefix, queue);
  }
}
