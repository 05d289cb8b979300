/**
 * The headers of a publish. A file of their own: publishing is loaded from the start, and the other enums need not be.
 */

/**
 * Headers of a publish, which the options of `JetStreamClient.publish()` set. The names are those of version 3 of the
 * NATS clients. Not in nats.ws.
 */
export enum PubHeaders {
  /** Id of the message: option `msgID`. */
  MsgIdHdr = "Nats-Msg-Id",
  /** Name of the stream that stores the message: option `expect.streamName`. */
  ExpectedStreamHdr = "Nats-Expected-Stream",
  /** The stream's last sequence: option `expect.lastSequence`. */
  ExpectedLastSeqHdr = "Nats-Expected-Last-Sequence",
  /** Id of the stream's last message: option `expect.lastMsgID`. */
  ExpectedLastMsgIdHdr = "Nats-Expected-Last-Msg-Id",
  /** Sequence of the last message with the subject: option `expect.lastSubjectSequence`. */
  ExpectedLastSubjectSequenceHdr = "Nats-Expected-Last-Subject-Sequence",
  /** The subject that sequence is about: option `expect.lastSubjectSequenceSubject`. */
  ExpectedLastSubjectSequenceSubjectHdr = "Nats-Expected-Last-Subject-Sequence-Subject",
  /** Age at which the stream deletes the message: option `ttl` (NATS ADR-43). */
  MessageTTL = "Nats-TTL",
  /** When the server publishes the message: option `schedule.specification` (NATS ADR-51). */
  Schedule = "Nats-Schedule",
  /** The subject the server publishes to: option `schedule.target`. */
  ScheduleTarget = "Nats-Schedule-Target",
  /** The subject whose last payload is published: option `schedule.source`. */
  ScheduleSource = "Nats-Schedule-Source",
  /** Age at which the stream deletes the published messages: option `schedule.ttl`. */
  ScheduleTTL = "Nats-Schedule-TTL",
  /** Time zone of the schedule: option `schedule.timezone`. */
  ScheduleTimeZone = "Nats-Schedule-Time-Zone",
  /** Removes earlier messages of the target: option `schedule.rollup`. */
  ScheduleRollup = "Nats-Schedule-Rollup",
  /** Subject of the schedule a message belongs to, or ends: option `cancelSchedule`. */
  Scheduler = "Nats-Scheduler",
  /** When a schedule publishes next; the value "purge" ends the schedule: option `cancelSchedule`. */
  ScheduleNext = "Nats-Schedule-Next",
  /** Number that is added to a counter: option `increment` (NATS ADR-49). Not in those clients. */
  Increment = "Nats-Incr",
}
