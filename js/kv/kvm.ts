/** Buckets of one connection: making, opening and listing them. */
import type { BaseConnection } from "../core/types";
import { type Api, apiOf } from "../jetstream/api";
import { StreamsManager } from "../jetstream/manage/streams";
import type { JetStreamClient, Lister } from "../jetstream/types/client";
import { type Bucket, openBucket } from "./bucket";
import type { KvOptions, KvStatus } from "../jetstream/types/kv";

/**
 * Key-value buckets, by the name this has in version 3 of the NATS clients. `js.views.kv()` makes and opens them too.
 *
 * @example
 * const kv = await new Kvm(nc).create("settings", { history: 5 });
 * await kv.put("color", "blue");
 */
export class Kvm {
  readonly #api: Api;

  /** @param nc a connection, or a client of JetStream for its options. */
  constructor(nc: BaseConnection | JetStreamClient) {
    this.#api = apiOf(nc);
  }

  /**
   * Makes the bucket, and opens it. One that is there stays as it is configured.
   *
   * @throws NatsError, as a rejection: "BAD API" for a name that is none, SERVER_OPT_NA for what the server is too old for,
   * "503" when there is no JetStream, and with `api_error` when the server refuses.
   */
  create(name: string, options?: Partial<KvOptions>): Promise<Bucket> {
    return openBucket(this.#api, name, options);
  }

  /** Opens a bucket that should be there. The server is not asked: when it is not there, that shows in the first call. */
  open(name: string, options?: Partial<KvOptions>): Promise<Bucket> {
    return openBucket(this.#api, name, { ...options, bindOnly: true });
  }

  /** All buckets, page by page. */
  list(): Lister<KvStatus> {
    return new StreamsManager(this.#api).listKvs();
  }
}
