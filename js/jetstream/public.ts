/** What "nats-wasm" and "nats-wasm/jetstream" both export of JetStream. */
export { consumerOpts } from "./consumer-opts";
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
  PubHeaders,
  ReplayPolicy,
  RepublishHeaders,
  RetentionPolicy,
  StorageType,
  StoreCompression,
} from "./enums";
export { checkJsError, isFlowControlMsg, isHeartbeatMsg } from "./errors";
export { jetstream } from "./client";
export { startFastIngest } from "./fast-ingest";
export { jetstreamManager } from "./manager";
export type * from "../kv/types";
export type * from "../object-store/types";
export type * from "./types";
