/**
 * The plan of a `subscribe` or `pullSubscribe`: options checked, the stream found, an existing consumer looked at. Owns
 * the refusals that need the consumer; creates nothing.
 */
import { ErrorCode } from "../../base/enums";
import type { NatsError } from "../../base/errors";
import type { Api } from "../api";
import { ConsumersManager } from "../manage/consumer-admin";
import { AckPolicy, DeliverPolicy, ReplayPolicy } from "../enums";
import { misuse } from "../names";
import { StreamsManager } from "../manage/streams";
import type { ConsumerConfig, ConsumerInfo } from "../types/consumer-config";
import type { ConsumerOpts, ConsumerOptsBuilder, JsMsgCallback } from "../types/legacy";
import { nanos } from "../../core/helpers/nanos";

export interface SubscriptionPlan {
  readonly stream: string;
  /** Configuration of the existing consumer, or of the one to create. */
  readonly config: Partial<ConsumerConfig>;
  /** The existing consumer; undefined: there is none. */
  readonly attached: ConsumerInfo | undefined;
  readonly isOrdered: boolean;
  /** True: a message is acknowledged when the reader is done with it. */
  readonly acknowledges: boolean;
  readonly callback: JsMsgCallback | undefined;
  /** Messages after which the subscription ends; 0: no limit. */
  readonly max: number;
  readonly queue: string | undefined;
}

/** The options, given as a builder or as an object. */
function optionsOf(given: ConsumerOptsBuilder | Partial<ConsumerOpts>): Partial<ConsumerOpts> {
  return "getOpts" in given ? (given as { getOpts(): ConsumerOpts }).getOpts() : (given as Partial<ConsumerOpts>);
}

/**
 * Makes the plan.
 *
 * @throws NatsError "BAD API" for options that cannot be right; with `api_error` when the server refuses.
 */
export async function plan(
  api: Api,
  subject: string,
  given: ConsumerOptsBuilder | Partial<ConsumerOpts>,
): Promise<SubscriptionPlan> {
  const options = optionsOf(given);
  const config = { ...options.config };
  const isOrdered = options.ordered === true;
  if (isOrdered) checkOrdered(config);
  if (config.ack_policy === AckPolicy.NotSet) config.ack_policy = AckPolicy.All;
  const stream = options.stream || (await new StreamsManager(api).find(subject));
  const attached = config.durable_name ? await find(api, stream, config.durable_name) : undefined;
  if (attached !== undefined) checkAttached(attached, config, subject);
  else if (options.isBind) {
    throw misuse(`unable to bind - durable consumer ${config.durable_name} doesn't exist in ${stream}`);
  }
  if (!config.filter_subject && !config.filter_subjects?.length) config.filter_subject = subject;
  const used = attached?.config ?? config;
  return {
    stream,
    config: used,
    attached,
    isOrdered,
    acknowledges: !isOrdered && !options.mack && used.ack_policy !== AckPolicy.None,
    callback: options.callbackFn,
    max: options.max ?? 0,
    queue: options.queue,
  };
}

/** Makes the consumer of a plan, which delivers to `deliver` if it pushes. */
export function create(api: Api, { stream, config }: SubscriptionPlan): Promise<ConsumerInfo> {
  return new ConsumersManager(api).add(stream, {
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(30_000),
    replay_policy: ReplayPolicy.Instant,
    ...config,
  });
}

async function find(api: Api, stream: string, durable: string): Promise<ConsumerInfo | undefined> {
  try {
    return await new ConsumersManager(api).info(stream, durable);
  } catch (error) {
    if ((error as NatsError).code !== ErrorCode.JetStream404NoMessages) throw error;
    return undefined;
  }
}

function checkAttached(info: ConsumerInfo, wanted: Partial<ConsumerConfig>, subject: string): void {
  const { filter_subject, deliver_group = "" } = info.config;
  const group = wanted.deliver_group ?? "";
  if (filter_subject && filter_subject !== subject) {
    throw misuse(`subject does not match consumer: "${info.name}" has "${filter_subject}", not "${subject}"`);
  }
  if (group === "" && info.push_bound) {
    throw misuse(`duplicate subscription: somebody is subscribed to consumer "${info.name}" already`);
  }
  if (group === deliver_group) return;
  throw misuse(
    deliver_group === ""
      ? `durable requires no queue group: "${info.name}" has none, not "${group}"`
      : `durable requires queue group '${deliver_group}', not "${group}"`,
  );
}

function checkOrdered(config: Partial<ConsumerConfig>): void {
  const { ack_policy, durable_name, deliver_subject, deliver_group, max_deliver = 0 } = config;
  if (ack_policy && ack_policy !== AckPolicy.None) {
    throw misuse(`ordered consumer: ack_policy can only be set to 'none', not "${ack_policy}"`);
  }
  const refused = { durable_name, deliver_subject, deliver_group, max_deliver: max_deliver > 1 ? max_deliver : "" };
  for (const [name, value] of Object.entries(refused)) {
    if (value) throw misuse(`ordered consumer: ${name} cannot be set: it is ${JSON.stringify(value)}`);
  }
}
