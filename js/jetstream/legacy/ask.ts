/**
 * The part of `js.fetch()` that must happen in the turn of the call: refusing wrong arguments, and asking the server.
 * The part that receives the messages (fetch.ts) is imported meanwhile.
 */
import { nanos } from "../../core/helpers/nanos";
import { asError } from "../../base/errors";
import { Queue } from "../../core/messages/queue";
import type { QueuedIterator } from "../../core/types";
import type { Api } from "../api";
import { checkConsumerName, checkStreamName, misuse, requireServer } from "../names";
import type { PullOptions } from "../types/consumer-config";
import type { JsMsg } from "../types/messages";

/** Asks for up to `batch` messages; fewer come when `expires` ends first. @throws NatsError "BAD API", SERVER_OPT_NA */
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
  const asked = performance.now();
  const inbox = api.inbox();
  const replies = api.nc.subscribe(inbox);
  const request = {
    batch,
    no_wait,
    ...(max_bytes > 0 && { max_bytes }),
    ...(expires > 0 && { expires: nanos(expires) }),
    ...(idle_heartbeat > 0 && { idle_heartbeat: nanos(idle_heartbeat) }),
  };
  api.nc.publish(`${api.prefix}.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(request), { reply: inbox });
  const fetched = new Queue<JsMsg>(() => replies.unsubscribe());
  import("./fetch")
    .then(({ receive }) => receive(api, replies, fetched, { batch, max_bytes, expires, idle_heartbeat, asked }))
    .catch((error) => fetched.stop(asError(error)))
    .finally(() => replies.unsubscribe());
  return fetched;
}
