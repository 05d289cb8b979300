/** `js.pull()` and `js.fetch()`: one request for one message or several, of a consumer that is not looked at before. */
import { nanos } from "../../core/nanos";
import { Queue } from "../../core/queue";
import type { Msg, QueuedIterator } from "../../core/types";
import type { Api } from "../api";
import { checkJsError, isHeartbeatMsg, statusError } from "../errors";
import { JsMsgImpl } from "../msg";
import { checkConsumerName, checkStreamName, misuse, requireServer } from "../names";
import { Heartbeats } from "../push/heartbeats";
import type { PullOptions } from "../types/consumer";
import type { JsMsg } from "../types/messages";
import { finalError } from "./statuses";

/**
 * One message.
 *
 * @param expires how long to wait, in ms; 0: what there is now.
 * @throws NatsError "404" when there is none, "408" when none came in time, "409", "503" when there is no such consumer,
 * TIMEOUT.
 */
export async function pullOne(api: Api, stream: string, consumer: string, expires = 0): Promise<JsMsg> {
  checkStreamName(stream);
  checkConsumerName(consumer);
  const wait = Math.max(0, expires);
  const request = { batch: 1, no_wait: wait === 0, expires: nanos(wait) };
  const subject = `${api.prefix}.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  const timeout = Math.max(api.timeout, wait);
  const answer = await api.nc.request(subject, JSON.stringify(request), { noMux: true, timeout });
  const error = checkJsError(answer);
  if (error !== null) throw error;
  return new JsMsgImpl(answer, api);
}

/** So many messages, or those that came in time. @throws NatsError "BAD API", SERVER_OPT_NA */
export function fetchMany(
  api: Api,
  stream: string,
  durable: string,
  options: Partial<PullOptions> = {},
): QueuedIterator<JsMsg> {
  checkStreamName(stream);
  checkConsumerName(durable);
  const { max_bytes = 0, no_wait = false, expires = 0, idle_heartbeat = 0 } = options;
  const batch = options.batch || 1;
  if (max_bytes > 0) requireServer(api.nc, "max_bytes", "2.8.3");
  if (expires <= 0 && !no_wait) throw misuse(`expires or no_wait is required: expires is ${expires}`);
  const fetch = new Fetch(api, batch, max_bytes, expires);
  fetch.ask(`${api.prefix}.CONSUMER.MSG.NEXT.${stream}.${durable}`, {
    batch,
    no_wait,
    ...(max_bytes > 0 && { max_bytes }),
    ...(expires > 0 && { expires: nanos(expires) }),
    ...(idle_heartbeat > 0 && { idle_heartbeat: nanos(idle_heartbeat) }),
  });
  if (idle_heartbeat > 0) void fetch.watch(idle_heartbeat);
  return fetch.queue;
}

class Fetch {
  readonly queue: Queue<JsMsg>;
  readonly #api: Api;
  readonly #inbox: string;
  readonly #subscription;
  readonly #max: number;
  readonly #maxBytes: number;
  readonly #isTimed: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  #heartbeats: Heartbeats | undefined = undefined;
  #bytes = 0;

  constructor(api: Api, batch: number, maxBytes: number, expires: number) {
    this.#api = api;
    this.#max = batch;
    this.#maxBytes = maxBytes;
    this.#isTimed = expires > 0;
    this.#inbox = api.inbox();
    this.queue = new Queue(() => this.#subscription.unsubscribe());
    this.#subscription = api.nc.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error !== null) this.#stop(error);
        else this.#receive(message);
      },
    });
    this.#subscription.closed.then(() => this.#stop());
    // What is on its way when the time is up is still delivered.
    if (expires > 0) this.#timer = setTimeout(() => this.#drain(), expires);
  }

  ask(subject: string, request: object): void {
    this.#api.nc.publish(subject, JSON.stringify(request), { reply: this.#inbox });
  }

  async watch(interval: number): Promise<void> {
    const heartbeats = await Heartbeats.watch(this.#api.nc, interval, (count) =>
      this.#stop(statusError(409, `idle heartbeats missed: ${count}`) ?? undefined),
    );
    if (this.#subscription.isClosed()) heartbeats.stop();
    else this.#heartbeats = heartbeats;
  }

  #receive(message: Msg): void {
    this.#heartbeats?.hear();
    if (isHeartbeatMsg(message)) return;
    const error = checkJsError(message);
    if (error !== null) {
      this.#stop(finalError(error) ?? undefined);
      return;
    }
    const delivered = new JsMsgImpl(message, this.#api);
    this.#bytes += message.data.length;
    this.queue.push(delivered);
    const isFull = this.queue.getReceived() >= this.#max || (this.#maxBytes > 0 && this.#bytes >= this.#maxBytes);
    // Nothing follows what is asked for without waiting, when nothing is pending.
    if (isFull || (!this.#isTimed && delivered.info.pending === 0)) this.#stop();
  }

  #drain(): void {
    if (this.#subscription.isClosed()) return;
    // The reason is the connection's to tell.
    this.#subscription.drain().catch(() => this.#stop());
  }

  #stop(error?: Error): void {
    clearTimeout(this.#timer);
    this.#heartbeats?.stop();
    this.queue.stop(error);
    this.#subscription.unsubscribe();
  }
}
