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

  /** @param nc a connection, or a JetStream client, whose options are taken over. */
  constructor(nc: BaseConnection | JetStreamClient) {
    this.#api = apiOf(nc);
  }

  /**
   * Opens a bucket, and makes it when it does not exist. An existing bucket keeps its configuration.
   *
   * @throws NatsError, as a rejection: "BAD API" for a name with anything but letters, digits, `-` and `_`;
   * SERVER_OPT_NA when the server is too old; "503" when JetStream is not enabled; with `api_error` when the server
   * refuses.
   */
  create(name: string, options?: Partial<KvOptions>): Promise<Bucket> {
    return openBucket(this.#api, name, options);
  }

  /**
   * Opens a bucket without asking the server. The first call on a bucket that does not exist fails.
   *
   * @throws NatsError, as a rejection: "BAD API" for the name; SERVER_OPT_NA before server 2.6.2.
   */
  open(name: string, options?: Partial<KvOptions>): Promise<Bucket> {
    return openBucket(this.#api, name, { ...options, bindOnly: true });
  }

  /** Lists all buckets, page by page. */
  list(): Lister<KvStatus> {
    return new StreamsManager(this.#api).listKvs();
  }
}
