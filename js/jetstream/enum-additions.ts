/**
 * Values of the enum members that nats.ws does not have. Not in enums.ts, because a namespace that adds to an enum is a
 * statement with an effect: whoever named a member there would load all enums. An enum, so that its values are written
 * where they are used.
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
