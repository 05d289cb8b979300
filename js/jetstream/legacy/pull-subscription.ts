/** A deprecated subscription whose consumer delivers the messages it is asked for. Owns the requests. */
import { nanos } from "../../core/helpers/nanos";
import { misuse, requireServer } from "../names";
import type { ConsumerInfo, PullOptions } from "../types/consumer-config";
import type { JetStreamPullSubscription } from "../types/legacy";
import { PlainSubscription } from "./subscription";

export class PullSubscription extends PlainSubscription implements JetStreamPullSubscription {
  /**
   * @throws NatsError "BAD API" for a heartbeat without `expires` or longer than it, SERVER_OPT_NA, and what `publish`
   * throws.
   */
  pull(options: Partial<PullOptions> = {}): void {
    const { batch = 1, no_wait = false, max_bytes = 0, expires = 0, idle_heartbeat = 0 } = options;
    if (max_bytes > 0) requireServer(this.api.nc, "max_bytes", "2.8.3");
    if (idle_heartbeat > 0 && expires <= 0)
      throw misuse(`idle_heartbeat requires expires: ${idle_heartbeat} ms without it`);
    if (idle_heartbeat > expires) {
      throw misuse(`expires must be greater than idle_heartbeat: ${expires} ms are less than ${idle_heartbeat} ms`);
    }
    const { stream_name, name } = this.info as ConsumerInfo;
    const request = {
      batch: batch || 1,
      no_wait,
      ...(max_bytes > 0 && { max_bytes }),
      ...(expires > 0 && { expires: nanos(expires) }),
      ...(idle_heartbeat > 0 && { idle_heartbeat: nanos(idle_heartbeat) }),
    };
    if (idle_heartbeat > 0) void this.push.watch(idle_heartbeat, expires);
    this.api.nc.publish(`${this.api.prefix}.CONSUMER.MSG.NEXT.${stream_name}.${name}`, JSON.stringify(request), {
      reply: this.getSubject(),
    });
  }
}
