/** The configuration of an ordered pull consumer's consumers. Owns the meaning of the options; refuses a wrong name. */
import { nanos } from "../../core/helpers/nanos";
import { nuid } from "../../core/helpers/nuid";
import { AckPolicy, DeliverPolicy } from "../enums";
import { checkName } from "../names";
import type { ConsumerConfig } from "../types/consumer-config";
import type { OrderedConsumerOptions } from "../types/consumption";

/** Default of `inactive_threshold`, in ms. */
const INACTIVE_THRESHOLD = 300_000;

/** Beginning of the consumers' names. @throws NatsError "BAD API" for a `name_prefix` that cannot be part of a name. */
export function prefixOf({ name_prefix }: Partial<OrderedConsumerOptions>): string {
  if (name_prefix === undefined) return nuid.next();
  checkName("name_prefix", name_prefix);
  return name_prefix + nuid.next();
}

/** @param start stream sequence; 0: where the application wants to begin. */
export function configOf(
  options: Partial<OrderedConsumerOptions>,
  name: string,
  start: number,
): Partial<ConsumerConfig> {
  const { replay_policy, headers_only, inactive_threshold } = options;
  return {
    name,
    ...(start > 0 ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start } : beginning(options)),
    ...filters(options, start),
    ack_policy: AckPolicy.None,
    max_deliver: 1,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: nanos(inactive_threshold || INACTIVE_THRESHOLD),
    ...(headers_only && { headers_only }),
    ...(replay_policy && { replay_policy }),
  };
}

/** The start that the application's options ask for. */
export function beginning(options: Partial<OrderedConsumerOptions>): Partial<ConsumerConfig> {
  const { deliver_policy, opt_start_seq = 0, opt_start_time } = options;
  if (opt_start_time) return { deliver_policy: DeliverPolicy.StartTime, opt_start_time };
  if (deliver_policy !== undefined && deliver_policy !== DeliverPolicy.StartSequence) return { deliver_policy };
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: opt_start_seq || 1 };
}

/** @param start as for `configOf` */
export function filters(
  { filterSubjects, filter_subjects = filterSubjects, deliver_policy }: Partial<OrderedConsumerOptions>,
  start: number,
): Partial<ConsumerConfig> {
  if (typeof filter_subjects === "string") return { filter_subject: filter_subjects };
  if (filter_subjects !== undefined) return { filter_subjects };
  // The server needs a subject for this policy.
  return deliver_policy === DeliverPolicy.LastPerSubject && start === 0 ? { filter_subject: ">" } : {};
}
