/** `consumerOpts()`: makes the options of `subscribe` and `pullSubscribe`, one call an option. */
import { nanos } from "../../core/helpers/nanos";
import { AckPolicy, DeliverPolicy, ReplayPolicy } from "../enums";
import { checkName, misuse } from "../names";
import type { ConsumerConfig } from "../types/consumer-config";
import type { ConsumerOpts, ConsumerOptsBuilder, JsMsgCallback } from "../types/legacy";

/**
 * Makes a builder for the options of the deprecated `JetStreamClient.subscribe()` and `pullSubscribe()`.
 *
 * @param config the configuration to begin with. Default of its members: deliver all, acknowledge explicitly within 30
 * s, replay at once.
 */
export function consumerOpts(config?: Partial<ConsumerConfig>): ConsumerOptsBuilder {
  return new Builder(config);
}

/** The configuration that `consumerOpts()` begins with, as in nats.ws. */
function defaultConsumer(name: string, config: Partial<ConsumerConfig> = {}): ConsumerConfig {
  return {
    name,
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(30_000),
    replay_policy: ReplayPolicy.Instant,
    ...config,
  };
}

class Builder implements ConsumerOptsBuilder {
  readonly #config: Partial<ConsumerConfig>;
  readonly #rest: Partial<ConsumerOpts> = {};
  readonly #filters: string[];

  constructor(config?: Partial<ConsumerConfig>) {
    const { filter_subject, filter_subjects = [], ...others } = defaultConsumer("", config);
    this.#config = others;
    this.#filters = filter_subject ? [filter_subject, ...filter_subjects] : [...filter_subjects];
  }

  getOpts(): ConsumerOpts {
    const { ordered = false } = this.#rest;
    const filters = this.#filters;
    const config: Partial<ConsumerConfig> = {
      ...this.#config,
      ...(ordered && { ack_policy: AckPolicy.None }),
      ...(filters.length === 1 && { filter_subject: filters[0] as string }),
      ...(filters.length > 1 && { filter_subjects: [...filters] }),
    };
    return { mack: false, stream: "", isBind: false, ...this.#rest, ordered, config };
  }

  description(description: string): this {
    return this.#set({ description });
  }

  deliverTo(deliver_subject: string): this {
    return this.#set({ deliver_subject });
  }

  durable(durable_name: string): this {
    checkName("durable", durable_name);
    return this.#set({ durable_name });
  }

  startSequence(opt_start_seq: number): this {
    if (!(opt_start_seq > 0)) throw misuse(`start sequence ${opt_start_seq}: sequence must be greater than 0`);
    return this.#set({ deliver_policy: DeliverPolicy.StartSequence, opt_start_seq });
  }

  startTime(time: Date): this {
    return this.#set({ deliver_policy: DeliverPolicy.StartTime, opt_start_time: time.toISOString() });
  }

  startAtTimeDelta(millis: number): this {
    return this.startTime(new Date(Date.now() - millis));
  }

  deliverAll(): this {
    return this.#set({ deliver_policy: DeliverPolicy.All });
  }

  deliverLastPerSubject(): this {
    return this.#set({ deliver_policy: DeliverPolicy.LastPerSubject });
  }

  deliverLast(): this {
    return this.#set({ deliver_policy: DeliverPolicy.Last });
  }

  deliverNew(): this {
    return this.#set({ deliver_policy: DeliverPolicy.New });
  }

  headersOnly(): this {
    return this.#set({ headers_only: true });
  }

  ackNone(): this {
    return this.#set({ ack_policy: AckPolicy.None });
  }

  ackAll(): this {
    return this.#set({ ack_policy: AckPolicy.All });
  }

  ackExplicit(): this {
    return this.#set({ ack_policy: AckPolicy.Explicit });
  }

  ackWait(millis: number): this {
    return this.#set({ ack_wait: nanos(millis) });
  }

  maxDeliver(max_deliver: number): this {
    return this.#set({ max_deliver });
  }

  filterSubject(subject: string): this {
    this.#filters.push(subject);
    return this;
  }

  replayInstantly(): this {
    return this.#set({ replay_policy: ReplayPolicy.Instant });
  }

  replayOriginal(): this {
    return this.#set({ replay_policy: ReplayPolicy.Original });
  }

  sample(percent: number): this {
    const whole = Math.trunc(percent);
    if (!(whole >= 0 && whole <= 100)) throw misuse(`sample of ${percent} percent: value must be between 0-100`);
    return this.#set({ sample_freq: `${whole}%` });
  }

  limit(rate_limit_bps: number): this {
    return this.#set({ rate_limit_bps });
  }

  maxWaiting(max_waiting: number): this {
    return this.#set({ max_waiting });
  }

  maxAckPending(max_ack_pending: number): this {
    return this.#set({ max_ack_pending });
  }

  idleHeartbeat(millis: number): this {
    return this.#set({ idle_heartbeat: nanos(millis) });
  }

  flowControl(): this {
    return this.#set({ flow_control: true });
  }

  deliverGroup(name: string): this {
    return this.queue(name);
  }

  manualAck(): this {
    return this.#keep({ mack: true });
  }

  maxMessages(max: number): this {
    return this.#keep({ max });
  }

  queue(queue: string): this {
    return this.#set({ deliver_group: queue }).#keep({ queue });
  }

  callback(callbackFn: JsMsgCallback): this {
    return this.#keep({ callbackFn });
  }

  orderedConsumer(): this {
    return this.#keep({ ordered: true });
  }

  bind(stream: string, durable_name: string): this {
    return this.#set({ durable_name }).#keep({ stream, isBind: true });
  }

  bindStream(stream: string): this {
    return this.#keep({ stream });
  }

  maxPullBatch(max_batch: number): this {
    return this.#set({ max_batch });
  }

  maxPullRequestExpires(millis: number): this {
    return this.#set({ max_expires: nanos(millis) });
  }

  inactiveEphemeralThreshold(millis: number): this {
    return this.#set({ inactive_threshold: nanos(millis) });
  }

  memory(): this {
    return this.#set({ mem_storage: true });
  }

  numReplicas(num_replicas: number): this {
    return this.#set({ num_replicas });
  }

  consumerName(name: string): this {
    return this.#set({ name });
  }

  #set(config: Partial<ConsumerConfig>): this {
    Object.assign(this.#config, config);
    return this;
  }

  #keep(rest: Partial<ConsumerOpts>): this {
    Object.assign(this.#rest, rest);
    return this;
  }
}
