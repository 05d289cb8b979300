/**
 * Managing streams, for a manager, a bucket or an object store. A stream as an object: stream.ts. The configuration:
 * stream-config.ts.
 */
import { bucketStatus, KV_PREFIX } from "./kv-status";
import type { KvStatus } from "../types/kv";
import { OBJECT_STORE_PREFIX, objectStoreStatus } from "./object-store-status";
import type { ObjectStoreStatus } from "../types/object-store";
import type { Api } from "../api";
import { list } from "./lister";
import { checkStreamName, misuse } from "../names";
import { StoredMsgImpl } from "../messages/stored-msg";
import { checkStreamConfig, withoutDomains } from "./stream-config";
import type { Lister, StreamAPI } from "../types/client";
import type { StoredMsg } from "../types/messages";
import type {
  MsgRequest,
  PurgeOpts,
  PurgeResponse,
  StreamConfig,
  StreamInfo,
  StreamInfoRequestOptions,
  StreamMsgResponse,
  StreamNames,
  StreamUpdateConfig,
  Success,
} from "../types/stream";

export class StreamsManager implements Omit<StreamAPI, "get"> {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async add(config: Partial<StreamConfig> = {}): Promise<StreamInfo> {
    checkStreamConfig(this.#api.nc, config);
    checkStreamName(config.name);
    return this.#ask(`CREATE.${config.name}`, withoutDomains(config));
  }

  async update(name: string, config: Partial<StreamUpdateConfig> = {}): Promise<StreamInfo> {
    checkStreamConfig(this.#api.nc, config);
    const current = await this.info(name);
    return this.#ask(`UPDATE.${name}`, withoutDomains({ ...current.config, ...config }));
  }

  async info(name: string, options?: Partial<StreamInfoRequestOptions>): Promise<StreamInfo> {
    checkStreamName(name);
    const info = await this.#ask(`INFO.${name}`, options);
    const subjects = info.state.subjects;
    if (subjects === undefined) return info;
    // One page has a limited number of subjects.
    let known = (options?.offset ?? 0) + Object.keys(subjects).length;
    while (known < info.total) {
      const page = await this.#ask(`INFO.${name}`, { ...options, offset: known });
      const more = page.state.subjects ?? {};
      const count = Object.keys(more).length;
      if (count === 0) break;
      Object.assign(subjects, more);
      known += count;
    }
    return Object.assign(info, { total: 0, offset: 0, limit: 0 });
  }

  async purge(name: string, options?: PurgeOpts): Promise<PurgeResponse> {
    const { keep, seq } = (options ?? {}) as { keep?: number; seq?: number };
    if (keep !== undefined && seq !== undefined) {
      throw misuse(`purge by keep ${keep} and by seq ${seq}: can specify one of keep or seq`);
    }
    checkStreamName(name);
    return this.#api.request(`STREAM.PURGE.${name}`, options);
  }

  async delete(name: string): Promise<boolean> {
    checkStreamName(name);
    return (await this.#api.request<Success>(`STREAM.DELETE.${name}`)).success;
  }

  async deleteMessage(stream: string, seq: number, erase = true): Promise<boolean> {
    checkStreamName(stream);
    const request = { seq, ...(!erase && { no_erase: true }) };
    return (await this.#api.request<Success>(`STREAM.MSG.DELETE.${stream}`, request)).success;
  }

  async getMessage(stream: string, query: MsgRequest): Promise<StoredMsg> {
    checkStreamName(stream);
    const request = typeof query === "number" ? { seq: query } : query;
    return new StoredMsgImpl(await this.#api.request<StreamMsgResponse>(`STREAM.MSG.GET.${stream}`, request));
  }

  async find(subject: string): Promise<string> {
    const { streams } = await this.#api.request<Partial<StreamNames>>("STREAM.NAMES", { subject });
    if (streams?.length !== 1) {
      const found = streams?.length ? `several streams match: ${streams.join(", ")}` : "no stream matches subject";
      throw misuse(`${found} "${subject}"`);
    }
    return streams[0] as string;
  }

  list(subject = ""): Lister<StreamInfo> {
    return this.#list(subject, (page) => page);
  }

  names(subject = ""): Lister<string> {
    return list<string>(this.#api, "STREAM.NAMES", "streams", subject ? { subject } : {});
  }

  listKvs(): Lister<KvStatus> {
    return this.#list("", (page) =>
      page
        .filter((info) => info.config.name.startsWith(KV_PREFIX))
        .map((info) => bucketStatus(info, this.#api.nc.info?.cluster)),
    );
  }

  listObjectStores(): Lister<ObjectStoreStatus> {
    return this.#list("", (page) =>
      page.filter((info) => info.config.name.startsWith(OBJECT_STORE_PREFIX)).map(objectStoreStatus),
    );
  }

  #list<Shown>(subject: string, convert: (page: StreamInfo[]) => Shown[]): Lister<Shown> {
    const show = (page: StreamInfo[]) => convert(page.map(complete));
    return list<StreamInfo, Shown>(this.#api, "STREAM.LIST", "streams", subject ? { subject } : {}, show);
  }

  async #ask(name: string, body?: object): Promise<StreamInfo> {
    return complete(await this.#api.request<StreamInfo>(`STREAM.${name}`, body));
  }
}

/** Adds the members that servers leave out when they are false. */
function complete(info: StreamInfo): StreamInfo {
  const unset = { sealed: false, deny_delete: false, deny_purge: false, allow_rollup_hdrs: false };
  info.config = Object.assign(unset, info.config);
  return info;
}
