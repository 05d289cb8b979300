/**
 * Push consumers as version 3 of the NATS clients has them: an existing one, one of a known subject, and an ordered
 * one. Owns that one call consumes at a time.
 */
import { onAbort } from "../../core/helpers/abort";
import { ErrorCode } from "../../base/enums";
import { millis, nanos } from "../../core/helpers/nanos";
import type { Api } from "../api";
import { ConsumersManager } from "../manage/consumer-admin";
import { ConsumerDebugEvents, ConsumerEvents, DeliverPolicy } from "../enums";
import { ApiCode, checkJsError, isApiError } from "../errors";
import { checkStreamName, misuse } from "../names";
import { NewerValue } from "../enum-additions";
import { beginning, filters, prefixOf } from "../ordered/config";
import type { ConsumerConfig, ConsumerInfo } from "../types/consumer-config";
import type {
  BoundPushConsumerOptions,
  ConsumerMessages,
  OrderedPushConsumerOptions,
  PushConsumer,
  PushConsumerOptions,
} from "../types/consumption";
import { PushMessages, type PushSource } from "./messages";
import { type OrderedPush, prepareOrdered } from "./ordered-push";
import { listen } from "./plain-push";

/** Default of `inactive_threshold`, in ms. */
const INACTIVE_THRESHOLD = 300_000;

/**
 * Finds or makes a push consumer.
 *
 * @throws NatsError, as a rejection: "BAD API" for a pull consumer; with `api_error` when the server refuses.
 */
export async function openPushConsumer(
  api: Api,
  stream: string,
  name: string | Partial<OrderedPushConsumerOptions>,
): Promise<PushConsumer> {
  checkStreamName(stream);
  if (typeof name !== "string") {
    await api.request(`STREAM.INFO.${stream}`);
    return new OrderedPushConsumer(api, stream, name);
  }
  const info = await new ConsumersManager(api).info(stream, name);
  if (info.config.deliver_subject === undefined) throw misuse(`not a push consumer: "${name}" has no deliver_subject`);
  return new PlainPushConsumer(api, info.config, info);
}

/** Makes a push consumer of a known subject. @throws NatsError "BAD API" without `deliver_subject`. */
export function openBoundPushConsumer(api: Api, options: BoundPushConsumerOptions): PushConsumer {
  if (!options.deliver_subject) throw misuse(`deliver_subject is required: it is ${options.deliver_subject}`);
  return new PlainPushConsumer(api, options, undefined);
}

abstract class OnePushConsumer implements PushConsumer {
  protected readonly api: Api;
  #isBusy = false;

  constructor(api: Api) {
    this.api = api;
  }

  isPullConsumer(): boolean {
    return false;
  }

  isPushConsumer(): boolean {
    return true;
  }

  async consume(options: PushConsumerOptions = {}): Promise<ConsumerMessages> {
    options.signal?.throwIfAborted();
    if (this.#isBusy) throw misuse(`consumer already started: ${this.title} is being consumed`);
    this.#isBusy = true;
    const messages = new PushMessages(this.api, options.callback);
    messages.closed().then(() => {
      this.#isBusy = false;
    });
    try {
      await this.open(messages, options.abort_on_missing_resource === true);
      // The signal may have been aborted meanwhile: `onAbort` throws then.
      void messages.closed().then(onAbort(options.signal, () => messages.stop()));
      return messages;
    } catch (error) {
      messages.stop();
      throw error;
    }
  }

  abstract info(cached?: boolean): Promise<ConsumerInfo>;
  abstract delete(): Promise<boolean>;
  protected abstract readonly title: string;
  protected abstract open(messages: PushMessages, aborts: boolean): Promise<void>;
}

/** A push consumer that exists on the server. */
class PlainPushConsumer extends OnePushConsumer {
  readonly #config: Partial<ConsumerConfig>;
  /** Undefined for a consumer of a known subject. */
  #info: ConsumerInfo | undefined;

  constructor(api: Api, config: Partial<ConsumerConfig>, info: ConsumerInfo | undefined) {
    super(api);
    this.#config = config;
    this.#info = info;
  }

  async info(cached = false): Promise<ConsumerInfo> {
    const known = this.#known("info");
    if (cached) return known;
    this.#info = await new ConsumersManager(this.api).info(known.stream_name, known.name);
    return this.#info;
  }

  async delete(): Promise<boolean> {
    const { stream_name, name } = this.#known("delete");
    return new ConsumersManager(this.api).delete(stream_name, name);
  }

  protected get title(): string {
    return `the consumer that delivers to "${this.#config.deliver_subject}"`;
  }

  protected async open(messages: PushMessages, aborts: boolean): Promise<void> {
    const { deliver_subject = "", deliver_group, idle_heartbeat } = this.#config;
    if (!deliver_group && this.#info?.push_bound) throw misuse(`consumer is already bound: somebody has ${this.title}`);
    const push = await listen(
      this.api.nc,
      deliver_subject,
      {
        onMessage: (message) => messages.deliver(message),
        onStatus: (message) => {
          const { code = 0, description = "" } = message.headers ?? {};
          const said = { data: `${code} ${description.toLowerCase()}`, code, description };
          messages.notify({
            type: code === 409 ? ConsumerEvents.ConsumerDeleted : ConsumerDebugEvents.DebugEvent,
            ...said,
          });
          if (aborts) messages.stop(checkJsError(message) ?? undefined);
        },
        onError: (error) => messages.stop(error),
        onMissed: (count) => messages.notify({ type: ConsumerEvents.HeartbeatsMissed, data: count, count }),
        onClosed: () => messages.stop(),
        onHeartbeat: (consumer, stream) => tellHeartbeat(messages, consumer, stream),
        onFlowControl: () =>
          messages.notify({ type: NewerValue.FlowControl as unknown as ConsumerDebugEvents, data: "" }),
      },
      { queue: deliver_group },
    );
    messages.source = { processed: () => push.processed(), stop: () => push.subscription.unsubscribe() };
    if (idle_heartbeat) await push.watch(millis(idle_heartbeat));
  }

  #known(what: string): ConsumerInfo {
    if (this.#info === undefined) throw misuse(`bound consumers cannot ${what}: ${this.title} has no name here`);
    return this.#info;
  }
}

/** An ordered push consumer: created when it is consumed, and again when it is lost. */
class OrderedPushConsumer extends OnePushConsumer {
  readonly #stream: string;
  readonly #options: Partial<OrderedPushConsumerOptions>;
  readonly #prefix: string;
  #push: OrderedPush | undefined = undefined;
  #messages: PushMessages | undefined = undefined;
  /** Stream sequence the current reader began with; 0: the start of the application's options. */
  #start = 0;

  constructor(api: Api, stream: string, options: Partial<OrderedPushConsumerOptions>) {
    super(api);
    this.#stream = stream;
    this.#options = options;
    this.#prefix = prefixOf(options);
  }

  async info(cached = false): Promise<ConsumerInfo> {
    const { info } = this.#started();
    return cached ? info : new ConsumersManager(this.api).info(this.#stream, info.name);
  }

  async delete(): Promise<boolean> {
    return new ConsumersManager(this.api).delete(this.#stream, this.#started().info.name);
  }

  protected get title(): string {
    return `the ordered consumer of stream "${this.#stream}"`;
  }

  protected async open(messages: PushMessages, aborts: boolean): Promise<void> {
    const { deliver_prefix = this.api.inbox() } = this.#options;
    let made = 0;
    let missing = 0;
    const before = this.#push;
    this.#start = this.#next();
    const push = await prepareOrdered(
      this.api,
      this.#stream,
      this.#config(),
      {
        onMessage: (message) => messages.deliver(message),
        onError: (error) => messages.stop(error.code === ErrorCode.ConnectionClosed ? undefined : error),
        onCreated: ({ name }) => {
          missing = 0;
          if (made++ === 0) return;
          messages.notify({ type: ConsumerEvents.OrderedConsumerRecreated, data: name, name });
        },
        onReset: (count) => {
          this.#forget(push);
          if (count > 0) messages.notify({ type: ConsumerEvents.HeartbeatsMissed, data: count, count });
          messages.notify({ type: ConsumerDebugEvents.Reset, data: "" });
        },
        onFailed: (error) => {
          if (!isApiError(error, ApiCode.StreamNotFound)) return;
          const count = ++missing;
          messages.notify({ type: ConsumerEvents.StreamNotFound, data: count, count, name: this.#stream });
        },
        onHeartbeat: (consumer, stream) => tellHeartbeat(messages, consumer, stream),
      },
      {
        queued: true,
        name_prefix: this.#prefix,
        deliver_prefix,
        numberedAfter: before?.number ?? 0,
        keepTrying: !aborts,
      },
    );
    if (before !== undefined) this.#forget(before);
    this.#push = push;
    this.#messages = messages;
    messages.source = push satisfies PushSource;
    await push.open();
  }

  #config(): Partial<ConsumerConfig> {
    const { replay_policy, headers_only, inactive_threshold = INACTIVE_THRESHOLD } = this.#options;
    const start = this.#start;
    return {
      ...(start > 0 ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start } : beginning(this.#options)),
      ...filters(this.#options, start),
      ...(headers_only && { headers_only }),
      ...(replay_policy && { replay_policy }),
      inactive_threshold: nanos(inactive_threshold),
    };
  }

  /** Stream sequence behind the last message the reader before took. */
  #next(): number {
    const last = this.#push?.streamSequence ?? 0;
    return this.#messages?.left ?? (last > 0 ? last + 1 : this.#start);
  }

  /** Deletes a consumer without a subscriber at once; the server would do so after `inactive_threshold`. */
  #forget({ info }: OrderedPush): void {
    if (info !== undefined) new ConsumersManager(this.api).delete(this.#stream, info.name).catch(() => {});
  }

  #started(): OrderedPush {
    if (this.#push === undefined) throw misuse(`${this.title} is not there before it is consumed`);
    return this.#push;
  }
}

function tellHeartbeat(messages: PushMessages, lastConsumerSequence: number, lastStreamSequence: number): void {
  const sequences = { lastConsumerSequence, lastStreamSequence };
  messages.notify({ type: NewerValue.Heartbeat as unknown as ConsumerDebugEvents, data: sequences, ...sequences });
}
