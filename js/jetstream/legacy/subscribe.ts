/** `js.subscribe()` and `js.pullSubscribe()`. */
import type { Api } from "../api";
import { AckPolicy } from "../enums";
import { misuse } from "../names";
import type {
  ConsumerOpts,
  ConsumerOptsBuilder,
  JetStreamPullSubscription,
  JetStreamSubscription,
} from "../types/legacy";
import { plan } from "./options";
import { OrderedSubscription } from "./ordered-subscription";
import { PullSubscription } from "./pull-subscription";
import { open, PlainSubscription } from "./subscription";

/** @throws NatsError "BAD API" for options that cannot be; with `api_error` what the server refuses. */
export async function pushSubscribe(
  api: Api,
  subject: string,
  options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
): Promise<JetStreamSubscription> {
  const planned = await plan(api, subject, options);
  if (planned.isOrdered) return OrderedSubscription.open(api, planned);
  if (!planned.config.deliver_subject) {
    throw misuse(`push consumer requires deliver_subject: the one for "${subject}" has none`);
  }
  return open(api, planned, new PlainSubscription(api, planned));
}

/** @throws NatsError "BAD API" for options that cannot be; with `api_error` what the server refuses. */
export async function pullSubscribe(
  api: Api,
  subject: string,
  options: ConsumerOptsBuilder | Partial<ConsumerOpts>,
): Promise<JetStreamPullSubscription> {
  const planned = await plan(api, subject, options);
  const { ack_policy, deliver_subject } = planned.config;
  if (planned.isOrdered) throw misuse(`pull subscribers cannot be be ordered: the one for "${subject}"`);
  if (deliver_subject) {
    throw misuse(
      `consumer info specifies deliver_subject - pull consumers cannot have deliver_subject set: "${deliver_subject}"`,
    );
  }
  if (ack_policy === AckPolicy.None || ack_policy === AckPolicy.All) {
    throw misuse(`ack policy for pull consumers must be explicit, not "${ack_policy}"`);
  }
  return open(api, planned, new PullSubscription(api, planned));
}
