/**
 * The public shapes of the services framework (NATS ADR-32): types only, no code. Names and members are those of
 * nats.ws 1.30.3; "Not in nats.ws" marks the others.
 */
import type { NatsError } from "../base/errors";
import type { Msg, Nanos, Payload, PublishOptions, QueuedIterator, RequestManyOptions } from "../core/types";
import type { ServiceResponseType } from "./enums";

// ---- offering a service ---------------------------------------------------------------------------------------------

/** The services framework on a connection. */
export interface ServicesAPI {
  /**
   * Starts a service: it answers discovery at once, and requests as soon as it has endpoints.
   *
   * @throws NatsError, as a rejection: "BAD API" for a name, version or queue that cannot be used; what `subscribe()`
   * throws.
   */
  add(config: ServiceConfig): Promise<Service>;

  /**
   * Makes a client that discovers services. Asks nothing itself.
   *
   * @param options how to wait for the answers. Default: `RequestStrategy.JitterTimer`, `maxWait` 2000 ms.
   * @param prefix first token of the subjects, where services of another account are imported. Default `$SRV`.
   */
  client(options?: Partial<RequestManyOptions>, prefix?: string): ServiceClient;
}

/** The description of a service. */
export type ServiceConfig = {
  /** Name of the service: letters, digits, `-` and `_`. Its instances share the name. */
  name: string;
  /** Semantic version, `1.2.3`. A leading `v`, a pre-release and a build are allowed. */
  version: string;
  /** Text for people. Default: empty. */
  description?: string;
  /**
   * Called for every endpoint each time statistics are asked for. The result becomes the endpoint's `data`; a throw or
   * a rejection counts as an error of the endpoint. Default: none.
   */
  statsHandler?: (endpoint: Endpoint) => Promise<unknown | null>;
  /** Names and values for people and programs. Default: none. */
  metadata?: Record<string, string>;
  /**
   * Queue group of all endpoints that do not name another. Default `q`; an empty string means none: then every
   * instance gets every request. (In nats.ws an empty string means the default.)
   */
  queue?: string;
};

/** A place to add endpoints to: a service, or a subject prefix inside it. */
export interface ServiceGroup {
  /**
   * Adds an endpoint, which answers requests from now on.
   *
   * @param name letters, digits, `-` and `_`. The name is the subject too, unless `options` has one.
   * @param options a handler, or an endpoint. Default: the requests come through the iterator.
   * @returns the requests, for `for await`, when there is no handler; with a handler the loop throws "BAD API". Leaving
   * the loop stops the service; when the service stops, the loop ends after the requests that were received.
   * @throws NatsError "BAD API" for a name, subject or queue that cannot be used, and when the service is stopped; what
   * `subscribe()` throws.
   */
  addEndpoint(name: string, options?: ServiceHandler | EndpointOptions): QueuedIterator<ServiceMsg>;

  /**
   * Makes a group: a prefix for the subjects of its endpoints.
   *
   * @param subject the prefix, without a dot at its end. Default: empty, which means none.
   * @param queue queue group of the group's endpoints that do not name another. Default: that of the parent. An empty
   * string means none.
   * @throws NatsError "BAD API" for a subject or queue that cannot be used.
   */
  addGroup(subject?: string, queue?: string): ServiceGroup;
}

/** A running service. */
export interface Service extends ServiceGroup {
  /**
   * Resolves when the service has ended: with null after `stop()` and after a clean end of the connection, with the
   * error when a subscription or the connection was lost. Never rejects.
   */
  stopped: Promise<null | Error>;
  /** True from the first `stop()` on, or from the loss that ended the service. */
  isStopped: boolean;

  /** Counters of the endpoints since the start or the last `reset()`: the answer to `ServiceVerb.STATS`. */
  stats(): Promise<ServiceStats>;
  /** Description and endpoints: the answer to `ServiceVerb.INFO`. */
  info(): ServiceInfo;
  /** Name, id and version: the answer to `ServiceVerb.PING`. */
  ping(): ServiceIdentity;

  /** Sets all counters to zero and `started` to now. */
  reset(): void;

  /**
   * Drains the subscriptions, and resolves as `stopped` does. Further calls change nothing. Never rejects.
   *
   * @param error the result of `stopped`. Default: null.
   */
  stop(error?: Error): Promise<null | Error>;
}

/** An endpoint: a subject, and a handler for its requests. */
export type Endpoint = {
  /** Subject of the requests, behind the group's prefix. The last token may be `>`, every token `*`. */
  subject: string;
  /** Answers the requests. Default: the requests come through the iterator that `addEndpoint()` returns. */
  handler?: ServiceHandler;
  /** Names and values for people and programs. Default: none. */
  metadata?: Record<string, string>;
  /** Queue group. Default: that of the group or service. An empty string means none. */
  queue?: string;
};

/** Options of `ServiceGroup.addEndpoint()`. Default of `subject`: the endpoint's name. */
export type EndpointOptions = Partial<Endpoint>;

/**
 * Answers one request. A throw or a rejection becomes an error reply: a `ServiceError` with its own code, any other
 * with 500. `error` is always null: an error of the subscription stops the service. (nats.ws leaves a rejection
 * unhandled.)
 */
export type ServiceHandler = (error: NatsError | null, message: ServiceMsg) => void | Promise<void>;

/** A request to an endpoint. */
export interface ServiceMsg extends Msg {
  /**
   * Replies with an error, in the headers `Nats-Service-Error-Code` and `Nats-Service-Error`. Such a reply does not
   * count as an error of the endpoint; a throw of the handler does. Returns false when the request expects no reply.
   *
   * @param code 400 and more.
   * @param data payload of the reply. Default: empty.
   * @throws NatsError BAD_HEADER for a description with CR or LF; what `publish()` throws.
   */
  respondError(code: number, description: string, data?: Payload, options?: PublishOptions): boolean;
}

// ---- asking for services --------------------------------------------------------------------------------------------

/**
 * Discovery and monitoring. Each call asks all services, those called `name`, or the one with `id`, and yields the
 * answers. The promise rejects with NatsError "BAD API" for a name or id that cannot be one, and for an id without a
 * name; and with what `requestMany()` rejects with. The iterator throws NatsError "503" when there are no services,
 * BAD_JSON for an answer that cannot be read, and ServiceError when a service could not answer.
 */
export interface ServiceClient {
  /** Asks for names, ids and versions. */
  ping(name?: string, id?: string): Promise<QueuedIterator<ServiceIdentity>>;
  /** Asks for counters. */
  stats(name?: string, id?: string): Promise<QueuedIterator<ServiceStats>>;
  /** Asks for descriptions and endpoints. */
  info(name?: string, id?: string): Promise<QueuedIterator<ServiceInfo>>;
}

// ---- answers --------------------------------------------------------------------------------------------------------

/** The member that every answer has. */
export interface ServiceResponse {
  /** The answer's schema. */
  type: ServiceResponseType;
}

/** The metadata of a service. */
export type ServiceMetadata = {
  /** Names and values for people and programs. Undefined: none. */
  metadata?: Record<string, string>;
};

/** Name, id and version of a service. */
export type ServiceIdentity = ServiceResponse &
  ServiceMetadata & {
    /** Name of the service, which its instances share. */
    name: string;
    /** Id of this instance: a NUID. */
    id: string;
    /** Semantic version. */
    version: string;
  };

/** Description and endpoints of a service. */
export type ServiceInfo = ServiceIdentity & {
  /** Text for people; empty when there is none. */
  description: string;
  /** The endpoints, in the order they were added. */
  endpoints: EndpointInfo[];
};

/** An endpoint, as a service describes it. */
export type EndpointInfo = {
  /** Name of the endpoint. */
  name: string;
  /** Subject of the requests, the group's prefix included. */
  subject: string;
  /** Names and values for people and programs. Undefined: none. */
  metadata?: Record<string, string>;
  /** Queue group; empty when there is none. */
  queue_group?: string;
};

/** Counters of a service. */
export type ServiceStats = ServiceIdentity & EndpointStats;

/** Counters of a service's endpoints. */
export type EndpointStats = ServiceIdentity & {
  /** The counters, in the order the endpoints were added. */
  endpoints?: NamedEndpointStats[];
  /** Start of the counting, or last `reset()`: an ISO 8601 date. */
  started: string;
};

/** Counters of one endpoint. */
export type NamedEndpointStats = {
  /** Name of the endpoint. */
  name: string;
  /** Subject of the requests, the group's prefix included. */
  subject: string;
  /** Requests that the handler was called with, or the iterator yielded. */
  num_requests: number;
  /** Handlers that threw or rejected, and failures of the `statsHandler`. */
  num_errors: number;
  /** Message of the latest of those errors. Undefined: none. */
  last_error?: string;
  /** Result of the `statsHandler`. Undefined: none. */
  data?: unknown;
  /**
   * Time spent in handlers, in nanoseconds: until they return, or until their promise settles. For an iterator: from
   * the moment the loop takes a request until it comes for the next one. (nats.ws has only the latest request's time.)
   */
  processing_time: Nanos;
  /** `processing_time` / `num_requests`, rounded, in nanoseconds; 0 without requests. */
  average_processing_time: Nanos;
  /** Queue group; empty when there is none. */
  queue_group?: string;
};
