/** `JetStreamManager`: streams, consumers, the account, and its advisories. */
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import { Queue } from "../../core/messages/queue";
import { type Api, parseAnswer } from "../api";
import { JetStream } from "../client";
import { ConsumersManager } from "./consumer-admin";
import { DirectStreams } from "../messages/direct";
import type { AdvisoryKind } from "../enums";
import type { Parts } from "../parts";
import { StreamsImpl } from "./stream";
import type { JetStreamAccountStats } from "../types/account";
import type {
  ConsumerAPI,
  JetStreamClient,
  JetStreamManager,
  JetStreamOptions,
  Stream,
  StreamAPI,
} from "../types/client";
import type { Advisory, DirectStreamAPI } from "../types/messages";

/**
 * Makes a manager.
 *
 * @param checkAPI asks once whether JetStream is enabled.
 * @throws NatsError "503", as a rejection, when JetStream is not enabled.
 */
export async function openManager(api: Api, parts: Parts, checkAPI = true): Promise<JetStreamManager> {
  const manager = new Manager(api, parts);
  if (checkAPI) {
    await manager.getAccountInfo().catch((error: NatsError) => {
      if (error.code !== ErrorCode.NoResponders || error.api_error) throw error;
      throw errorFromCode(ErrorCode.JetStreamNotEnabled, `no JetStream: nobody answers "${api.prefix}.INFO"`, error);
    });
  }
  return manager;
}

/** @throws NatsError with `api_error`, as a rejection, when there is no such stream. */
export function openStream(api: Api, parts: Parts, name: string): Promise<Stream> {
  return new StreamsImpl(api, parts).get(name);
}

class Manager implements JetStreamManager {
  readonly #api: Api;
  readonly #parts: Parts;
  readonly streams: StreamAPI;
  readonly consumers: ConsumerAPI;
  readonly direct: DirectStreamAPI;

  constructor(api: Api, parts: Parts) {
    this.#api = api;
    this.#parts = parts;
    this.streams = new StreamsImpl(api, parts);
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
    return new JetStream(this.#api, this.#parts);
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
