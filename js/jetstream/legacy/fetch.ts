/**
 * `js.pull()`, and the receiving half of `js.fetch()`, whose asking half is ask.ts: one request for one message or several.
 * Refuses to look for the consumer before the request.
 */
import type { NatsError } from "../../base/errors";
import { nanos } from "../../core/helpers/nanos";
import type { Queue } from "../../core/messages/queue";
import type { Subscription } from "../../core/types";
import type { Api } from "../api";
import { checkJsError, isHeartbeatMsg, statusError } from "../errors";
import { JsMsgImpl } from "../messages/msg";
import { checkConsumerName, checkStreamName } from "../names";
import { Heartbeats } from "../push/heartbeats";
import type { JsMsg } from "../types/messages";
import { finalError } from "./statuses";

/**
 * Asks for one message.
 *
 * @param expires how long to wait, in ms; 0: not at all.
 * @throws NatsError "404" when there is no message, "408" when none came in time, "409", "503" when there is no such
 * consumer, TIMEOUT.
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

/** A request that was sent; times in ms, 0: no limit or none. `asked`: the moment of sending, by `performance.now()`. */
export interface FetchRequest {
  batch: number;
  max_bytes: number;
  expires: number;
  idle_heartbeat: number;
  asked: number;
}

/**
 * Hands messages to `fetched`, until all are there, the time is up, or the server ends the request. Rejects with the
 * server's reason.
 */
export async function receive(
  api: Api,
  replies: Subscription,
  fetched: Queue<JsMsg>,
  { batch, max_bytes, expires, idle_heartbeat, asked }: FetchRequest,
): Promise<void> {
  let missed: NatsError | undefined;
  let heartbeats: Heartbeats | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = () => {
    // Messages on their way when the time is up are still delivered. The connection tells why draining failed.
    if (!replies.isClosed()) replies.drain().catch(() => replies.unsubscribe());
  };
  try {
    if (expires > 0) timer = setTimeout(late, expires - (performance.now() - asked));
    if (idle_heartbeat > 0) {
      heartbeats = await Heartbeats.watch(api.nc, idle_heartbeat, (count) => {
        missed = statusError(409, `idle heartbeats missed: ${count}`) ?? undefined;
        replies.unsubscribe();
      });
    }
    let bytes = 0;
    for await (const message of replies) {
      heartbeats?.hear();
      if (fetched.ended) return;
      if (isHeartbeatMsg(message)) continue;
      const status = checkJsError(message);
      if (status !== null) {
        const error = finalError(status);
        if (error !== null) throw error;
        break;
      }
      const delivered = new JsMsgImpl(message, api);
      bytes += message.data.length;
      fetched.push(delivered);
      if (fetched.getReceived() >= batch || (max_bytes > 0 && bytes >= max_bytes)) break;
      // A request that does not wait is over when nothing is pending.
      if (expires <= 0 && delivered.info.pending === 0) break;
    }
    fetched.stop(missed);
  } finally {
    clearTimeout(timer);
    heartbeats?.stop();
  }
}
