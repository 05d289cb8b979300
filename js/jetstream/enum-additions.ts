/**
 * Values of the enum members that nats.ws lacks. Kept out of enums.ts: merging a namespace into an enum is a side
 * effect, so naming one member would pull in every enum. As a separate enum its values are inlined.
 */
export enum NewerValue {
  FlowControl = "flow_control",
  ExceededLimits = "exceeded_limits",
  ConsumerPinned = "consumer_pinned",
  ConsumerUnpinned = "consumer_unpinned",
  Heartbeat = "heartbeat",
  LastSequence = "Nats-Last-Sequence",
  NumPending = "Nats-Num-Pending",
}
