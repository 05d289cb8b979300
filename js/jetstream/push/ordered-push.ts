/**
 * Every message of a stream once and in order, pushed by the server: the ground of KV watches, object reads and ordered
 * subscriptions. Owns the consumers on the server, one after the other, and their inboxes.
 * src/core/jetstream/ordered.rs decides when the next one is created; the owner decides about the messages.
 */
import { ErrorCode } from "../../base/enums";
import { asError, errorFromCode, type NatsError } from "../../base/errors";
import { nanos } from "../../core/helpers/nanos";
import type { Msg, Subscription } from "../../core/types";
import type { Ordered } from "../../engine/machines";
import type { Api } from "../api";
import { AckPolicy, DeliverPolicy, JsHeaders, ReplayPolicy } from "../enums";
import { isHeartbeatMsg } from "../errors";
import { watchConnection } from "../connection-watch";
import type { ConsumerConfig, ConsumerInfo } from "../types/consumer-config";
import { type Delivery, DeliveryReader } from "../messages/delivery";

export interface OrderedPushHandlers {
  /** Called in the turn a message came in. The connection reports a throw or a rejection. */
  onMessage(message: Msg, delivery: Delivery): unknown;
  /**
   * Called at the end: the stream is gone, the inbox is not permitted, or the connection is closed (CONNECTION_CLOSED).
   */
  onError(error: NatsError): void;
  /**
   * Called when a consumer was created, the first and every one that took over. Its messages may have come before that
   * call.
   */
  onCreated?(info: ConsumerInfo): void;
  /**
   * Called when the consumer is given up: the next one is about to be created. `missed`: missing heartbeats; 0: another
   * reason.
   */
  onReset?(missed: number): void;
  /** Called when a consumer could not be created; the attempt is repeated. */
  onFailed?(error: NatsError): void;
  /** Called at a heartbeat: the server has nothing to send, or is `stalled` until flow control is answered. */
  onHeartbeat?(lastConsumerSequence: number, lastStreamSequence: number, isStalled: boolean): void;
}

interface OrderedPushOptions {
  /**
   * True: messages wait in a queue of the owner, who calls `processed()` for each when its reader is done with it.
   * Default false: a message is done when `onMessage` returns. Flow control limits how far the server sends ahead.
   */
  queued?: boolean;
  /** Consumers are named `<name_prefix>_<number>`. Default: the server names them. Server 2.9. */
  name_prefix?: string;
  /** Messages come to `<deliver_prefix>.<number>`. Default: an inbox each. */
  deliver_prefix?: string;
  /** Number of the last consumer that has such a name or subject already. Default 0. */
  numberedAfter?: number;
  /** True: creating a consumer is retried when there is no such stream. Default false: a missing stream is the end. */
  keepTrying?: boolean;
}

/** Default of `idle_heartbeat`, in ms. */
const HEARTBEAT = 5_000;
/** `ack_wait` of a consumer without acknowledgements, in hours, as in nats.ws. */
const ACK_WAIT_HOURS = 22;
/** Refusals in a row that count as final. A cluster that comes back may not know its streams at first. */
const REFUSALS = 4;

/**
 * Creates the first consumer.
 *
 * @param config filters, start and other members, in the server's words and units. The members that make a consumer
 * ordered are added; `idle_heartbeat` has a default of 5 s.
 * @throws NatsError, as a rejection: with `api_error` when the server refuses, "503", TIMEOUT.
 */
export async function openOrdered(
  api: Api,
  stream: string,
  config: Partial<ConsumerConfig>,
  handlers: OrderedPushHandlers,
  options: OrderedPushOptions = {},
): Promise<OrderedPush> {
  const ordered = await prepareOrdered(api, stream, config, handlers, options);
  await ordered.open();
  return ordered;
}

/** As `openOrdered`, for callers that need the object before its first message: nothing happens until `open()`. */
export async function prepareOrdered(
  api: Api,
  stream: string,
  config: Partial<ConsumerConfig>,
  handlers: OrderedPushHandlers,
  options: OrderedPushOptions = {},
): Promise<OrderedPush> {
  const { machines } = await import("../../engine/machines");
  const heartbeat = config.idle_heartbeat ?? nanos(HEARTBEAT);
  const machine = new (machines().Ordered)(performance.now(), heartbeat / 1e6, Math.random());
  return new OrderedPush(api, stream, { ...config, idle_heartbeat: heartbeat }, handlers, options, machine);
}

export class OrderedPush {
  readonly #api: Api;
  readonly #stream: string;
  readonly #config: Partial<ConsumerConfig>;
  readonly #handlers: OrderedPushHandlers;
  readonly #options: OrderedPushOptions;
  /** Undefined when it is over. */
  #machine: Ordered | undefined;
  #subscription: Subscription | undefined = undefined;
  #info: ConsumerInfo | undefined = undefined;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /** Of the machine, kept after it was freed. */
  #last = { serial: 0, streamSequence: 0 };
  /** True: no further consumer is created. */
  #isDraining = false;
  /** Subject of the flow control answer that the server waits for; empty: it does not wait. */
  #flowSubject = "";
  readonly #unwatch: () => void;

  /** Only for `prepareOrdered`. */
  constructor(
    api: Api,
    stream: string,
    config: Partial<ConsumerConfig>,
    handlers: OrderedPushHandlers,
    options: OrderedPushOptions,
    machine: Ordered,
  ) {
    this.#api = api;
    this.#stream = stream;
    this.#config = {
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
      ...config,
      ack_policy: AckPolicy.None,
      max_deliver: 1,
      ack_wait: nanos(ACK_WAIT_HOURS * 3_600_000),
      flow_control: true,
      mem_storage: true,
      num_replicas: 1,
    };
    this.#handlers = handlers;
    this.#options = options;
    this.#machine = machine;
    this.#unwatch = watchConnection(api.nc, {
      onDisconnect: () => this.#tell((it) => it.handle_disconnect()),
      onReconnect: () => this.#tell((it) => it.handle_reconnect()),
    });
  }

  /** Info of the current consumer, as it was created. */
  get info(): ConsumerInfo {
    return this.#info as ConsumerInfo;
  }

  /**
   * Stream sequence of the last message the owner got; without one, of the last message before the start; 0 before that
   * is known.
   */
  get streamSequence(): number {
    return this.#machine?.stream_seq() ?? this.#last.streamSequence;
  }

  /** Number of the current consumer, or of the last one. */
  get number(): number {
    return (this.#options.numberedAfter ?? 0) + (this.#machine?.serial() ?? this.#last.serial);
  }

  /** Of the consumer in use. */
  get subscription(): Subscription {
    return this.#subscription as Subscription;
  }

  get isStopped(): boolean {
    return this.#machine === undefined;
  }

  /** Ends the messages. The server removes a consumer without a subscriber. Idempotent. */
  stop(): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    this.#last = { serial: machine.serial(), streamSequence: machine.stream_seq() };
    this.#machine = undefined;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#subscription?.unsubscribe();
    machine.free();
  }

  /** Ends after the messages that are on their way. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    try {
      await this.#subscription?.drain();
    } finally {
      this.stop();
    }
  }

  /** With `queued`: the reader is done with one message. */
  processed(): void {
    if (this.#machine?.process()) this.#answer();
  }

  /**
   * Creates the first consumer.
   *
   * @throws NatsError, as a rejection: with `api_error` when the server refuses, "503", TIMEOUT.
   */
  async open(): Promise<void> {
    this.#machine?.poll_output(performance.now());
    const error = await this.#create();
    if (error !== undefined) {
      this.stop();
      throw error;
    }
    this.#run();
  }

  /** Resolves with the error of the attempt; undefined: there was none. */
  async #create(): Promise<NatsError | undefined> {
    const machine = this.#machine as Ordered;
    const serial = machine.serial();
    const start = machine.start_seq();
    try {
      const config: Partial<ConsumerConfig> = { ...this.#config, deliver_subject: this.#listen(serial) };
      if (start > 0) {
        config.deliver_policy = DeliverPolicy.StartSequence;
        config.opt_start_seq = start;
        delete config.opt_start_time;
      }
      const info = await this.#request(config);
      // The end came, or another consumer is being created already.
      if (this.#machine?.serial() !== serial) return undefined;
      this.#info = info;
      const { consumer_seq, stream_seq } = info.delivered;
      const isNew = config.deliver_policy === DeliverPolicy.New && consumer_seq === 0;
      machine.handle_created(performance.now(), serial, isNew ? stream_seq : 0);
      this.#handlers.onCreated?.(info);
      return undefined;
    } catch (thrown) {
      return asError(thrown) as NatsError;
    }
  }

  #listen(serial: number): string {
    const { deliver_prefix } = this.#options;
    const subject = deliver_prefix === undefined ? this.#api.inbox() : `${deliver_prefix}.${this.number}`;
    this.#subscription?.unsubscribe();
    const deliveries = new DeliveryReader();
    const subscription = this.#api.nc.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) return this.#receive(serial, deliveries, message);
        if (this.#subscription === subscription) this.#end(error);
        return undefined;
      },
    });
    this.#subscription = subscription;
    subscription.closed.then(() => {
      if (this.#subscription !== subscription) return;
      this.#end(
        errorFromCode(ErrorCode.ConnectionClosed, `the connection is closed: no more messages of "${this.#stream}"`),
      );
    });
    return subject;
  }

  #request(config: Partial<ConsumerConfig>): Promise<ConsumerInfo> {
    const { name_prefix } = this.#options;
    let subject = `CONSUMER.CREATE.${this.#stream}`;
    if (name_prefix !== undefined) {
      config.name = `${name_prefix}_${this.number}`;
      subject += `.${config.name}`;
      if (config.filter_subject && config.filter_subject !== ">") subject += `.${config.filter_subject}`;
    }
    return this.#api.request<ConsumerInfo>(subject, { stream_name: this.#stream, config });
  }

  #receive(serial: number, deliveries: DeliveryReader, message: Msg): unknown {
    const machine = this.#machine;
    if (machine === undefined) return undefined;
    const delivery = deliveries.read(message);
    if (delivery === undefined) {
      this.#control(machine, serial, message);
      return undefined;
    }
    if (machine.handle_message(serial, delivery.streamSequence, delivery.deliverySequence)) {
      try {
        return this.#handlers.onMessage(message, delivery);
      } finally {
        if (!this.#options.queued) this.processed();
      }
    }
    this.#run();
    return undefined;
  }

  /** What the server says of the consumer. */
  #control(machine: Ordered, serial: number, message: Msg): void {
    const headers = message.headers;
    if (isHeartbeatMsg(message)) {
      const last = Number(headers?.get(JsHeaders.LastConsumerSeqHdr));
      machine.handle_heartbeat(serial, last);
      const stalled = headers?.get(JsHeaders.ConsumerStalledHdr);
      this.#flow(machine, serial, stalled);
      this.#handlers.onHeartbeat?.(last, Number(headers?.get(JsHeaders.LastStreamSeqHdr)), Boolean(stalled));
    } else if (headers?.code === 100) {
      this.#flow(machine, serial, message.reply);
    } else if ((headers?.code ?? 0) >= 300) {
      machine.handle_gone(serial);
    }
    // A message with neither a stream sequence nor a status is not from the server.
    this.#run();
  }

  #flow(machine: Ordered, serial: number, subject: string | undefined): void {
    if (!subject) return;
    this.#flowSubject = subject;
    if (machine.handle_flow_control(serial)) this.#answer();
  }

  #answer(): void {
    this.#api.nc.publish(this.#flowSubject);
  }

  #tell(what: (machine: Ordered) => void): void {
    if (this.#machine === undefined) return;
    what(this.#machine);
    this.#run();
  }

  /** Does what is due, and sets the timer for the next time. */
  #run(): void {
    const machine = this.#machine;
    if (machine === undefined || this.#isDraining) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    if (machine.poll_output(now)) {
      void this.#recreate(machine);
      return;
    }
    const deadline = machine.deadline();
    if (deadline < 0) return;
    this.#timer = setTimeout(
      () => this.#tell((it) => it.handle_timeout(performance.now())),
      Math.max(0, deadline - now),
    );
  }

  async #recreate(machine: Ordered): Promise<void> {
    const serial = machine.serial();
    this.#handlers.onReset?.(machine.missed());
    if (this.#machine === undefined) return;
    const error = await this.#create();
    if (this.#machine === undefined) return;
    if (error !== undefined) {
      if (machine.serial() === serial && this.#isLastWord(machine, error)) {
        this.#end(error);
        return;
      }
      machine.handle_failed(serial);
      this.#handlers.onFailed?.(error);
    }
    this.#run();
  }

  #isLastWord(machine: Ordered, error: NatsError): boolean {
    const refusal = error.api_error?.code ?? 0;
    const isRefused = refusal >= 400 && refusal < 500;
    return isRefused && this.#options.keepTrying !== true && machine.attempts() > REFUSALS;
  }

  #end(error: NatsError): void {
    if (this.#machine === undefined || this.#isDraining) return;
    this.stop();
    this.#handlers.onError(error);
  }
}
