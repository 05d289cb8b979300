/**
 * "./object-store": large objects in JetStream, on any connection with the nats.ws interface. A connection of "nats-wasm"
 * has `jetstream().views.os()` already.
 */
import type { BaseConnection } from "../core/types";
import { type Api, apiOf } from "../jetstream/api";
import { StreamsManager } from "../jetstream/manage/streams";
import type { JetStreamClient, Lister } from "../jetstream/types/client";
import { openObjectStore, Store } from "./store";
import type { ObjectStore, ObjectStoreOptions, ObjectStoreStatus } from "../jetstream/types/object-store";

export { StorageType } from "../jetstream/enums";
export type * from "../jetstream/types/object-store";

/**
 * Object stores, by the name this has in version 3 of the NATS clients. `js.views.os()` makes and opens them too.
 *
 * @example
 * const store = await new Objm(nc).create("files");
 * await store.putBlob({ name: "a.txt" }, new TextEncoder().encode("hello"));
 */
export class Objm {
  readonly #api: Api;

  /** @param source a connection, or a JetStream client, whose options are taken over. */
  constructor(source: BaseConnection | JetStreamClient) {
    this.#api = apiOf(source);
  }

  /**
   * Opens a store, and makes it when it does not exist. An existing store keeps its configuration.
   *
   * @throws NatsError, as a rejection: "BAD API" for a name with anything but letters, digits, `-` and `_`;
   * SERVER_OPT_NA when the server is too old; "503" when JetStream is not enabled; with `api_error` when the server
   * refuses.
   */
  create(bucket: string, options?: Partial<ObjectStoreOptions>): Promise<ObjectStore> {
    return openObjectStore(this.#api, bucket, options);
  }

  /**
   * Opens an existing store.
   *
   * @param check false: does not ask whether the store exists. Default true.
   * @throws NatsError, as a rejection: "BAD API" as `create()`, "404" when there is no such store.
   */
  async open(bucket: string, check = true): Promise<ObjectStore> {
    const store = new Store(this.#api, bucket);
    if (check) await store.status();
    return store;
  }

  /** Lists all stores, page by page. */
  list(): Lister<ObjectStoreStatus> {
    return new StreamsManager(this.#api).listObjectStores();
  }
}
