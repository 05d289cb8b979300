/**
 * "./kv": key-value buckets, on any connection with the nats.ws interface. With a connection of "nats-wasm",
 * `nc.jetstream().views.kv()` opens them too.
 */
export { KvWatchInclude, StorageType } from "../jetstream/enums";
export { Bucket } from "./bucket";
export { Base64KeyCodec, NoopKvCodecs } from "./codec";
export { Kvm } from "./kvm";
export { defaultBucketOpts } from "./stream";
export type * from "../jetstream/types/kv";
