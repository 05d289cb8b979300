/** The status of an object store, from the info of its stream. */
import { StoreCompression } from "../enums";
import type { StreamInfo } from "../types/stream";
import type { ObjectStoreStatus } from "../types/object-store";

/** Beginning of the names of object stores' streams. */
export const OBJECT_STORE_PREFIX = "OBJ_";

export function objectStoreStatus(streamInfo: StreamInfo): ObjectStoreStatus {
  const { config, state } = streamInfo;
  return {
    bucket: config.name.slice(OBJECT_STORE_PREFIX.length),
    description: config.description ?? "",
    ttl: config.max_age,
    storage: config.storage,
    replicas: config.num_replicas,
    sealed: config.sealed,
    size: state.bytes,
    backingStore: "JetStream",
    metadata: config.metadata,
    compression: (config.compression ?? StoreCompression.None) !== StoreCompression.None,
    streamInfo,
  };
}
