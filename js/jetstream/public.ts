/** The exports of JetStream that "nats-wasm" and "nats-wasm/jetstream" share. */
export { consumerOpts } from "./legacy/options-builder";
export {
  AckPolicy,
  AdvisoryKind,
  ConsumerDebugEvents,
  ConsumerEvents,
  DeliverPolicy,
  DirectMsgHeaders,
  DiscardPolicy,
  JsHeaders,
  KvWatchInclude,
  PersistMode,
  PriorityPolicy,
  ReplayPolicy,
  RepublishHeaders,
  RetentionPolicy,
  StorageType,
  StoreCompression,
} from "./enums";
export { PubHeaders } from "./publish/pub-headers";
export { checkJsError, isFlowControlMsg, isHeartbeatMsg } from "./errors";
export { startFastIngest } from "./publish/fast-ingest";
export type * from "./types/kv";
export type * from "./types/object-store";
export type * from "./types";
