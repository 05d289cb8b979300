/** The headers of a publish. By themselves, because publishing is there from the start and the other enums need not be. */

/** Headers of a publish. Names of version 3 of the NATS clients; not exported by nats.ws. */
export enum PubHeaders {
  MsgIdHdr = "Nats-Msg-Id",
  ExpectedStreamHdr = "Nats-Expected-Stream",
  ExpectedLastSeqHdr = "Nats-Expected-Last-Sequence",
  ExpectedLastMsgIdHdr = "Nats-Expected-Last-Msg-Id",
  ExpectedLastSubjectSequenceHdr = "Nats-Expected-Last-Subject-Sequence",
  ExpectedLastSubjectSequenceSubjectHdr = "Nats-Expected-Last-Subject-Sequence-Subject",
  MessageTTL = "Nats-TTL",
  Schedule = "Nats-Schedule",
  ScheduleTarget = "Nats-Schedule-Target",
  ScheduleSource = "Nats-Schedule-Source",
  ScheduleTTL = "Nats-Schedule-TTL",
  ScheduleTimeZone = "Nats-Schedule-Time-Zone",
  ScheduleRollup = "Nats-Schedule-Rollup",
  Scheduler = "Nats-Scheduler",
  ScheduleNext = "Nats-Schedule-Next",
  /** What is added to a counter. Not in those clients. */
  Increment = "Nats-Incr",
}
