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
  ReplayPolicy,
  RepublishHeaders,
  RetentionPolicy,
  StorageType,
  StoreCompression,
} from "./enums";
export { PubHeaders } from "./pub-headers";
export { checkJsError, isFlowControlMsg, isHeartbeatMsg } from "./errors";
export { jetstream, jetstreamManager } from "./client";
export { startFastIngest } from "./fast-ingest";
export type * from "../kv/types";
export type * from "../object-store/types";
export type * from "./types";
