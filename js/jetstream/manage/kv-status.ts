/** The status of a bucket, from the info of its stream. */
import { millis } from "../../core/helpers/nanos";
import { StoreCompression } from "../enums";
import type { StreamInfo } from "../types/stream";
import type { KvStatus } from "../types/kv";

/** Beginning of the names of buckets' streams. */
export const KV_PREFIX = "KV_";

export function bucketStatus(streamInfo: StreamInfo, cluster = ""): KvStatus {
  const { config, state } = streamInfo;
  return {
    bucket: config.name.startsWith(KV_PREFIX) ? config.name.slice(KV_PREFIX.length) : config.name,
    values: state.messages,
    size: state.bytes,
    history: config.max_msgs_per_subject,
    ttl: millis(config.max_age),
    markerTTL: millis(config.subject_delete_marker_ttl ?? 0),
    max_bytes: config.max_bytes,
    maxBucketSize: config.max_bytes,
    maxValueSize: config.max_msg_size,
    storage: config.storage,
    backingStore: config.storage,
    replicas: config.num_replicas,
    description: config.description ?? "",
    placement: config.placement ?? { cluster: "", tags: [] },
    placementCluster: config.placement?.cluster ?? "",
    bucket_location: cluster,
    republish: config.republish ?? { src: "", dest: "" },
    metadata: config.metadata ?? {},
    compression: (config.compression ?? StoreCompression.None) !== StoreCompression.None,
    streamInfo,
  };
}
