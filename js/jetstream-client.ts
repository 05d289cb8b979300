/**
 * `jetstream` and `jetstreamManager`, the ways into JetStream, with parts that are imported when they are first used: a
 * page that only connects does not load them (docs/decisions/0032).
 */
import type { BaseConnection } from "./core/types";
import { Api } from "./jetstream/api";
import { JetStream } from "./jetstream/client";
import type { Parts } from "./jetstream/parts";
import type {
  JetStreamClient,
  JetStreamManager,
  JetStreamManagerOptions,
  JetStreamOptions,
} from "./jetstream/types/client";

/**
 * JetStream on a connection, for publishing and consuming. Asks the server nothing.
 *
 * @param nc any connection with the interface of nats.ws.
 * @throws NatsError "BAD API" for an empty `apiPrefix`.
 */
export function jetstream(nc: BaseConnection, options?: JetStreamOptions): JetStreamClient {
  return new JetStream(new Api(nc, options), lateParts);
}

/**
 * JetStream on a connection, for managing streams and consumers.
 *
 * @param nc any connection with the interface of nats.ws.
 * @throws NatsError, as a rejection: "503" when JetStream is not enabled, unless `checkAPI` is false; "BAD API" for an
 * empty `apiPrefix`; TIMEOUT.
 */
export async function jetstreamManager(
  nc: BaseConnection,
  options?: JetStreamManagerOptions,
): Promise<JetStreamManager> {
  return lateParts.openManager(new Api(nc, options), options?.checkAPI);
}

const lateParts: Parts = {
  async openManager(api, checkAPI) {
    return (await import("./jetstream/manage/manager")).openManager(api, lateParts, checkAPI);
  },
  async openStream(api, name) {
    return (await import("./jetstream/manage/manager")).openStream(api, lateParts, name);
  },
  async startBatch(api, subject, payload, options) {
    return (await import("./jetstream/publish/batch")).startBatch(api, subject, payload, options);
  },
  async orderedConsumer(api, stream, options) {
    return (await import("./jetstream/ordered/ordered-consumer")).openOrderedConsumer(api, stream, options);
  },
  async pushConsumer(api, stream, name) {
    return (await import("./jetstream/push/push-consumer")).openPushConsumer(api, stream, name);
  },
  async boundPushConsumer(api, options) {
    return (await import("./jetstream/push/push-consumer")).openBoundPushConsumer(api, options);
  },
  async pullOne(api, stream, consumer, expires) {
    return (await import("./jetstream/legacy/fetch")).pullOne(api, stream, consumer, expires);
  },
  async pullSubscribe(api, subject, options) {
    return (await import("./jetstream/legacy/subscribe")).pullSubscribe(api, subject, options);
  },
  async pushSubscribe(api, subject, options) {
    return (await import("./jetstream/legacy/subscribe")).pushSubscribe(api, subject, options);
  },
  async openBucket(api, name, options) {
    return (await import("./kv/bucket")).openBucket(api, name, options);
  },
  async openObjectStore(api, name, options) {
    return (await import("./object-store/store")).openObjectStore(api, name, options);
  },
};
