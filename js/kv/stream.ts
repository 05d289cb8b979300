/** The stream of a bucket: its configuration and its subjects. Makes and sends nothing. */
import { nanos } from "../core/helpers/nanos";
import type { Nats } from "../jetstream/api";
import { DiscardPolicy, RetentionPolicy, StorageType, StoreCompression } from "../jetstream/enums";
import { requireServer } from "../jetstream/names";
import type { StreamConfig, StreamSource } from "../jetstream/types/stream";
import { NoopKvCodecs } from "./codec";
import { KV_PREFIX } from "../jetstream/manage/kv-status";
import type { KvOptions } from "../jetstream/types/kv";

/** Returns the default options of a bucket. */
export function defaultBucketOpts(): Partial<KvOptions> {
  return {
    replicas: 1,
    history: 1,
    timeout: 2000,
    max_bytes: -1,
    maxValueSize: -1,
    codec: NoopKvCodecs(),
    storage: StorageType.File,
  };
}

/** The configuration of a bucket's stream. @throws NatsError SERVER_OPT_NA when the server is too old for an option. */
export function bucketConfig(nc: Nats, bucket: string, options: Partial<KvOptions>): Partial<StreamConfig> {
  if (options.allow_direct) requireServer(nc, "allow_direct", "2.9.0");
  if (options.markerTTL) requireServer(nc, 'bucket option "markerTTL"', "2.11.0");
  const { description, republish, metadata, compression, mirror, sources, placementCluster } = options;
  const placement = placementCluster ? { cluster: placementCluster, tags: [] } : options.placement;
  const subjects = [`${subjectOf(bucket)}>`];
  return {
    name: options.streamName ?? KV_PREFIX + bucket,
    retention: RetentionPolicy.Limits,
    max_msgs_per_subject: options.history ?? 1,
    max_bytes: options.maxBucketSize || options.max_bytes || -1,
    max_msg_size: options.maxValueSize ?? -1,
    storage: options.storage ?? StorageType.File,
    num_replicas: options.replicas ?? 1,
    discard: nc.features.require("2.7.2") ? DiscardPolicy.New : DiscardPolicy.Old,
    allow_direct: options.allow_direct ?? nc.features.require("2.9.0"),
    allow_rollup_hdrs: true,
    ...(options.ttl && { max_age: nanos(options.ttl) }),
    ...(options.markerTTL && { allow_msg_ttl: true, subject_delete_marker_ttl: nanos(options.markerTTL) }),
    ...(placement && { placement }),
    ...(republish && { republish }),
    ...(description && { description }),
    ...(metadata && { metadata }),
    ...(compression !== undefined && { compression: compression ? StoreCompression.S2 : StoreCompression.None }),
    ...(mirror
      ? { mirror: { ...mirror, name: streamOf(mirror.name) }, mirror_direct: true }
      : { subjects, ...(sources && { sources: sources.map((source) => sourceOf(bucket, source)) }) }),
  };
}

/** Prefixes of a bucket's keys, for reading and for writing. Both end with a dot. */
export interface Subjects {
  read: string;
  write: string;
}

/**
 * The subjects of a bucket. A mirror has the subjects of the bucket it mirrors, and is written to there: in another
 * domain or account through the prefix of that API.
 *
 * @param apiPrefix prefix of the connection's JetStream API.
 */
export function subjectsOf(bucket: string, apiPrefix: string, mirror?: StreamSource): Subjects {
  const read = subjectOf(mirror ? bucketOf(mirror.name) : bucket);
  const external = mirror?.external?.api ?? (mirror?.domain && `$JS.${mirror.domain}.API`);
  const prefix = external || (apiPrefix === "$JS.API" ? "" : apiPrefix);
  return { read, write: prefix ? `${prefix}.${read}` : read };
}

/**
 * The subjects under which another bucket's values come in: those of its name, unless its stream is behind another API,
 * which may map them.
 */
function sourceOf(bucket: string, source: StreamSource): StreamSource {
  const other = bucketOf(source.name);
  const transforms =
    source.external || other === bucket
      ? {}
      : { subject_transforms: [{ src: `${subjectOf(other)}>`, dest: `${subjectOf(bucket)}>` }] };
  return { ...source, name: streamOf(source.name), ...transforms };
}

function subjectOf(bucket: string): string {
  return `$KV.${bucket}.`;
}

function streamOf(name: string): string {
  return KV_PREFIX + bucketOf(name);
}

function bucketOf(name: string): string {
  return name.startsWith(KV_PREFIX) ? name.slice(KV_PREFIX.length) : name;
}
