/**
 * The public shapes of the services framework: types only, no code. Names and members are those of nats.ws 1.30.3;
 * what is ours is marked with "Not in nats.ws".
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
   * Rejects with NatsError "BAD API" for a name, version or queue that cannot be used, and with what `subscribe` throws.
   */
  add(config: ServiceConfig): Promise<Service>;

  /**
   * Asks what services there are.
   *
   * @param options how to wait for the answers. Default: `RequestStrategy.JitterTimer`, `maxWait` 2000 ms.
   * @param prefix first part of the subjects, where services of another account are imported. Default `$SRV`.
   */
  client(options?: Partial<RequestManyOptions>, prefix?: string): ServiceClient;
}

export type ServiceConfig = {
  /** What kind of service this is: letters, digits, `-` and `_`. Its instances share the name. */
  name: string;
  /** Semantic version, `1.2.3`. A leading `v`, a pre-release and a build are allowed. */
  version: string;
  /** Default: empty. */
  description?: string;
  /**
   * Called for every endpoint each time statistics are asked for; what it returns is the endpoint's `data`. When it
   * fails, that counts as an error of the endpoint.
   */
  statsHandler?: (endpoint: Endpoint) => Promise<unknown | null>;
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
   * Starts to answer requests.
   *
   * @param name letters, digits, `-` and `_`. It is also the subject, unless `options` names one.
   * @param options a handler, or more than that.
   * @returns the requests, for `for await`, when there is no handler. Leaving the loop stops the service; when the
   * service stops, the loop ends after the requests that have already come in.
   * @throws NatsError "BAD API" for a name, subject or queue that cannot be used and when the service is stopped, and
   * what `subscribe` throws.
   */
  addEndpoint(name: string, options?: ServiceHandler | EndpointOptions): QueuedIterator<ServiceMsg>;

  /**
   * A group whose endpoints have `subject` in front of theirs.
   *
   * @param subject no prefix when it is empty, which is the default.
   * @param queue queue group of the endpoints in it that do not name another. Default: that of the parent. An empty
   * string means none.
   * @throws NatsError "BAD API" for a subject or queue that cannot be used.
   */
  addGroup(subject?: string, queue?: string): ServiceGroup;
}

/** A running service. */
export interface Service extends ServiceGroup {
  /**
   * Resolves when the service has ended, with what ended it: null after `stop()` and when the connection was closed,
   * the error when a subscription or the connection was lost. Never rejects.
   */
  stopped: Promise<null | Error>;
  isStopped: boolean;

  /** Counters of the endpoints since the start or the last `reset()`. */
  stats(): Promise<ServiceStats>;
  info(): ServiceInfo;
  ping(): ServiceIdentity;

  /** Sets all counters to zero and `started` to now. */
  reset(): void;

  /**
   * Drains the subscriptions. Further calls change nothing.
   *
   * @param error what `stopped` resolves with, instead of null.
   */
  stop(error?: Error): Promise<null | Error>;
}

export type Endpoint = {
  /** Where it listens. The last token may be `>`, every token `*`. */
  subject: string;
  /** Without it the requests come through the iterator that `addEndpoint` returns. */
  handler?: ServiceHandler;
  metadata?: Record<string, string>;
  /** Queue group. Default: that of the group or service. An empty string means none. */
  queue?: string;
};

export type EndpointOptions = Partial<Endpoint>;

/**
 * Answers one request. What it throws, or its promise rejects with, becomes an error reply: a `ServiceError` with its
 * own code, anything else with 500. `error` is always null: an error of the subscription stops the service.
 *
 * That a promise is looked at is not in nats.ws, where its rejection goes unhandled.
 */
export type ServiceHandler = (error: NatsError | null, message: ServiceMsg) => void | Promise<void>;

/** A request. */
export interface ServiceMsg extends Msg {
  /**
   * Replies with an error: sets `Nats-Service-Error-Code` and `Nats-Service-Error` in the headers. It does not count as
   * an error of the endpoint; throwing does. False when the request expects no reply.
   *
   * @throws NatsError BAD_HEADER for a description with CR or LF, and what `publish` throws.
   */
  respondError(code: number, description: string, data?: Payload, options?: PublishOptions): boolean;
}

// ---- asking for services --------------------------------------------------------------------------------------------

/**
 * Discovery and monitoring. Each call asks all services, those called `name`, or the one with `id`. The promise rejects
 * with NatsError "BAD API" for a name or id that cannot be one; the iterator throws NatsError `503` when there are no
 * services, BAD_JSON for an answer that cannot be read, and ServiceError when a service could not answer.
 */
export interface ServiceClient {
  ping(name?: string, id?: string): Promise<QueuedIterator<ServiceIdentity>>;
  stats(name?: string, id?: string): Promise<QueuedIterator<ServiceStats>>;
  info(name?: string, id?: string): Promise<QueuedIterator<ServiceInfo>>;
}

// ---- answers --------------------------------------------------------------------------------------------------------

export interface ServiceResponse {
  type: ServiceResponseType;
}

export type ServiceMetadata = {
  metadata?: Record<string, string>;
};

/** Who a service is. */
export type ServiceIdentity = ServiceResponse &
  ServiceMetadata & {
    name: string;
    /** Of this one instance. */
    id: string;
    version: string;
  };

export type ServiceInfo = ServiceIdentity & {
  description: string;
  endpoints: EndpointInfo[];
};

export type EndpointInfo = {
  name: string;
  subject: string;
  metadata?: Record<string, string>;
  /** Empty when there is none. */
  queue_group?: string;
};

export type ServiceStats = ServiceIdentity & EndpointStats;

export type EndpointStats = ServiceIdentity & {
  endpoints?: NamedEndpointStats[];
  /** Start or last `reset()`, as an ISO 8601 date. */
  started: string;
};

export type NamedEndpointStats = {
  name: string;
  subject: string;
  /** Requests a handler was called with, or the iterator handed out. */
  num_requests: number;
  /** Handlers that threw or rejected, and failures of the `statsHandler`. */
  num_errors: number;
  /** Message of the latest of those errors. */
  last_error?: string;
  /** What the `statsHandler` returned. */
  data?: unknown;
  /**
   * Time spent in handlers, in ns: until they return, or until their promise settles. For an iterator: from when a
   * request is taken to when the next is asked for. (nats.ws has only the latest request's time there.)
   */
  processing_time: Nanos;
  /** `processing_time` / `num_requests`, rounded, in ns. */
  average_processing_time: Nanos;
  /** Empty when there is none. */
  queue_group?: string;
};
