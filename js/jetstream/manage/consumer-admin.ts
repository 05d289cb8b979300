/** Managing consumers. Consuming: consumer-lookup.ts. */
import type { Api } from "../api";
import { ConsumerApiAction, PriorityPolicy } from "../enums";
import { list } from "./lister";
import { checkConsumerName, checkName, checkStreamName, misuse, requireServer } from "../names";
import { NewerValue } from "../enum-additions";
import type { ConsumerAPI, ConsumerPause, Lister } from "../types/client";
import type {
  ConsumerConfig,
  ConsumerCreateOptions,
  ConsumerInfo,
  ConsumerResetResponse,
  ConsumerUpdateConfig,
  CreateConsumerRequest,
} from "../types/consumer-config";
import type { Success } from "../types/stream";

export class ConsumersManager implements ConsumerAPI {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async add(
    stream: string,
    config: Partial<ConsumerConfig>,
    options: ConsumerCreateOptions = {},
  ): Promise<ConsumerInfo> {
    return this.#send(stream, config, ConsumerApiAction.Create, options);
  }

  async update(stream: string, durable: string, config: Partial<ConsumerUpdateConfig>): Promise<ConsumerInfo> {
    const current = await this.info(stream, durable);
    return this.#send(stream, { ...current.config, ...config }, ConsumerApiAction.Update, {});
  }

  async info(stream: string, name: string): Promise<ConsumerInfo> {
    return this.#api.request(`CONSUMER.INFO.${path(stream, name)}`);
  }

  async delete(stream: string, name: string): Promise<boolean> {
    return (await this.#api.request<Success>(`CONSUMER.DELETE.${path(stream, name)}`)).success;
  }

  list(stream: string): Lister<ConsumerInfo> {
    checkStreamName(stream);
    return list<ConsumerInfo>(this.#api, `CONSUMER.LIST.${stream}`, "consumers", {});
  }

  async pause(stream: string, name: string, until?: Date): Promise<ConsumerPause> {
    requireServer(this.#api.nc, "pausing a consumer", "2.11.0");
    if (!(until instanceof Date)) throw misuse(`a consumer is paused until a Date, not until ${until}`);
    return this.#api.request(`CONSUMER.PAUSE.${path(stream, name)}`, { pause_until: until.toISOString() });
  }

  resume(stream: string, name: string): Promise<ConsumerPause> {
    return this.pause(stream, name, new Date(0));
  }

  async reset(stream: string, name: string, seq?: number): Promise<ConsumerResetResponse> {
    requireServer(this.#api.nc, "consumer reset", "2.14.0");
    if (seq !== undefined && !(Number.isSafeInteger(seq) && seq >= 0)) {
      throw misuse(`reset to sequence ${seq}: it must be a whole number, at least 0`);
    }
    return this.#api.request(`CONSUMER.RESET.${path(stream, name)}`, seq === undefined ? undefined : { seq });
  }

  async unpin(stream: string, name: string, group: string): Promise<void> {
    requireServer(this.#api.nc, "unpinning a client", "2.11.0");
    checkName("group", group);
    await this.#api.request(`CONSUMER.UNPIN.${path(stream, name)}`, { group });
  }

  async #send(
    stream: string,
    config: Partial<ConsumerConfig>,
    action: ConsumerApiAction,
    { pedantic }: ConsumerCreateOptions,
  ): Promise<ConsumerInfo> {
    const { nc } = this.#api;
    checkStreamName(stream);
    this.#check(config);
    if (pedantic) requireServer(nc, "pedantic consumer create", "2.11.0");
    const request: CreateConsumerRequest = { stream_name: stream, config, action, ...(pedantic && { pedantic }) };
    return this.#api.request(`CONSUMER.${this.#createName(stream, config)}`, request);
  }

  /**
   * Refuses a configuration that the server would refuse without naming the field, or would misunderstand because it is
   * too old.
   */
  #check(config: Partial<ConsumerConfig>): void {
    const { nc } = this.#api;
    const { name, durable_name, deliver_group, filter_subject, filter_subjects } = config;
    if (deliver_group && config.flow_control) {
      throw misuse(`jetstream flow control is not supported with queue groups: "${deliver_group}"`);
    }
    if (deliver_group && config.idle_heartbeat) {
      throw misuse(`jetstream idle heartbeat is not supported with queue groups: "${deliver_group}"`);
    }
    if (durable_name) checkConsumerName(durable_name);
    if (name) {
      requireServer(nc, "consumer 'name'", "2.9.0");
      checkConsumerName(name);
    }
    if (filter_subject && filter_subjects?.length) {
      throw misuse(`consumer filter_subject "${filter_subject}" and filter_subjects exclude each other`);
    }
    if (filter_subjects) requireServer(nc, "consumer 'filter_subjects'", "2.10.0");
    if (config.metadata) requireServer(nc, "consumer 'metadata'", "2.10.0");
    if (config.pause_until) requireServer(nc, "consumer 'pause_until'", "2.11.0");
    if (config.priority_policy === PriorityPolicy.Prioritized) {
      requireServer(nc, "consumer 'priority_policy' prioritized", "2.12.0");
    }
    if (config.priority_groups?.length) requireServer(nc, "consumer 'priority_groups'", "2.11.0");
    if (config.ack_policy === (NewerValue.FlowControl as string))
      requireServer(nc, "ack policy 'flow_control'", "2.14.0");
  }

  /**
   * The API's name for the request. From server 2.9 on name and filter are part of the subject, so that permissions can
   * name them.
   */
  #createName(stream: string, config: Partial<ConsumerConfig>): string {
    const name = config.name || config.durable_name;
    if (!this.#api.nc.features.require("2.9.0")) {
      return name ? `DURABLE.CREATE.${stream}.${name}` : `CREATE.${stream}`;
    }
    if (!name) return `CREATE.${stream}`;
    const filter = config.filter_subject;
    return filter && filter !== ">" ? `CREATE.${stream}.${name}.${filter}` : `CREATE.${stream}.${name}`;
  }
}

function path(stream: string, name: string): string {
  checkStreamName(stream);
  checkConsumerName(name);
  return `${stream}.${name}`;
}
