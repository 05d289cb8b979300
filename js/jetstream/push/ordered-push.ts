/**
 * Every message of a stream once and in order, pushed by the server: what KV watches, object reads and ordered
 * subscriptions stand on. Owns the consumers on the server, one after the other, and their inboxes. When to make the next
 * one is decided in src/core/jetstream/ordered.rs; what becomes of the messages is the owner's.
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
  /** In the turn it came in. What it returns or throws is the connection's to report. */
  onMessage(message: Msg, delivery: Delivery): unknown;
  /** It is over: the stream is gone, the inbox is not permitted, or the connection is closed (CONNECTION_CLOSED). */
  onError(error: NatsError): void;
  /** A consumer was made: the first, and every one that took over. Its messages may have come before that. */
  onCreated?(info: ConsumerInfo): void;
  /** The consumer is given up: the next one is about to be made. `missed` heartbeats were not there; 0: another reason. */
  onReset?(missed: number): void;
  /** A consumer could not be made; it is tried again. */
  onFailed?(error: NatsError): void;
  /** The server said that it sends nothing: it has nothing, or is `stalled` until flow control is answered. */
  onHeartbeat?(lastConsumerSequence: number, lastStreamSequence: number, isStalled: boolean): void;
}

export interface OrderedPushOptions {
  /**
   * Messages wait in a queue of the owner, who calls `processed()` for each when its reader is done with it. Default
   * false: a message is done with when `onMessage` returns. The server sends only so much ahead.
   */
  queued?: boolean;
  /** Consumers are named `<name_prefix>_<number>`. Default: the server names them. Server 2.9. */
  name_prefix?: string;
  /** Messages come to `<deliver_prefix>.<number>`. Default: an inbox each. */
  deliver_prefix?: string;
  /** The number of the last consumer that has such a name or subject already. Default 0. */
  numberedAfter?: number;
  /** Go on trying when the server says that there is no such stream. Default false: that is the end. */
  keepTrying?: boolean;
}

/** In ms. */
const HEARTBEAT = 5_000;
/** No acknowledgements: what nats.ws asks for. */
const ACK_WAIT_HOURS = 22;
/** Refusals in a row that are taken for the last word. A cluster that comes back may not know its streams at first. */
const REFUSALS = 4;

/**
 * Makes the first consumer.
 *
 * @param config filters, start and what else distinguishes it, in the server's words and units. What makes it ordered
 * is added; `idle_heartbeat` has a default of 5 s.
 * @throws NatsError, as a rejection: what the API says, "503", TIMEOUT.
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

/** As `openOrdered`, for those who need the object before its first message: nothing happens until `open()`. */
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
  /** No consumer is made any more. */
  #isDraining = false;
  /** Where the server waits for a sign. */
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

  /** The consumer in use, as it was when it was made. */
  get info(): ConsumerInfo {
    return this.#info as ConsumerInfo;
  }

  /** Stream sequence of the last message the owner got, or of the one before what is new; 0 before that. */
  get streamSequence(): number {
    return this.#machine?.stream_seq() ?? this.#last.streamSequence;
  }

  /** Of the consumer in use, or the last one. */
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

  /** No further messages. The server removes the consumer when nobody listens to it. Idempotent. */
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

  /** Stops after the messages that are on their way. */
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
   * Makes the first consumer.
   *
   * @throws NatsError, as a rejection: what the API says, "503", TIMEOUT.
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

  /** Resolves with what went wrong. */
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
      // Over, or another one is being made already.
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
    // What has neither a place in the stream nor a status is not the server's.
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

  /** Does what is due, and sees to it that this is asked again in time. */
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
