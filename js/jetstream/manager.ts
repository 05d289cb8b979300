/** `JetStreamManager`: streams, consumers, the account, and what the server tells of them. */
import { ErrorCode } from "../core/enums";
import { NatsError } from "../core/errors";
import { Queue } from "../core/queue";
import type { BaseConnection } from "../core/types";
import { Api, parseAnswer } from "./api";
import { JetStream } from "./client";
import { ConsumersManager } from "./consumers";
import { DirectStreams } from "./direct";
import type { AdvisoryKind } from "./enums";
import { StreamsManager } from "./streams";
import type { JetStreamAccountStats } from "./types/account";
import type {
  ConsumerAPI,
  JetStreamClient,
  JetStreamManager,
  JetStreamManagerOptions,
  JetStreamOptions,
  StreamAPI,
} from "./types/client";
import type { Advisory, DirectStreamAPI } from "./types/messages";

/**
 * JetStream on `nc`, for those who set it up.
 *
 * @throws NatsError, as a rejection: "503" when there is no JetStream, unless `checkAPI` is false; "BAD API" for an empty
 * prefix.
 */
export async function jetstreamManager(
  nc: BaseConnection,
  options: JetStreamManagerOptions = {},
): Promise<JetStreamManager> {
  const api = new Api(nc, options);
  const manager = new Manager(api);
  if (options.checkAPI !== false) {
    await manager.getAccountInfo().catch((error: NatsError) => {
      if (error.code !== ErrorCode.NoResponders || error.api_error) throw error;
      throw new NatsError(`no JetStream: nobody answers "${api.prefix}.INFO"`, ErrorCode.JetStreamNotEnabled, error);
    });
  }
  return manager;
}

class Manager implements JetStreamManager {
  readonly #api: Api;
  readonly streams: StreamAPI;
  readonly consumers: ConsumerAPI;
  readonly direct: DirectStreamAPI;

  constructor(api: Api) {
    this.#api = api;
    this.streams = new StreamsManager(api);
    this.consumers = new ConsumersManager(api);
    this.direct = new DirectStreams(api);
  }

  getAccountInfo(): Promise<JetStreamAccountStats> {
    return this.#api.request("INFO");
  }

  getOptions(): JetStreamOptions {
    return { ...this.#api.options };
  }

  jetstream(): JetStreamClient {
    return new JetStream(this.#api);
  }

  advisories(): AsyncIterable<Advisory> {
    const sub = this.#api.nc.subscribe("$JS.EVENT.ADVISORY.>", {
      callback: (error, message) => {
        if (error) return told.stop(error);
        try {
          const data = parseAnswer<{ type: string }>(message);
          told.push({ kind: data.type.split(".").at(-1) as AdvisoryKind, data });
        } catch (unreadable) {
          told.stop(unreadable as Error);
        }
      },
    });
    const told = new Queue<Advisory>(() => {
      if (!sub.isClosed()) sub.unsubscribe();
    });
    sub.closed.then(() => told.stop());
    return told;
  }
}
