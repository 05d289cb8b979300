/** Makes the machine of a `consume()` or `fetch()`, and the messages it drives. Imported by the first call. */
import { onAbort } from "../../core/helpers/abort";
import { PullFlag } from "../../engine/generated/machines.enums";
import { machines } from "../../engine/machines";
import type { Api } from "../api";
import type { ConsumeOptions, FetchOptions } from "../types/consumption";
import { PullMessages, type Source } from "./messages";
import { normalise } from "./options";

export type { Source };

/**
 * Begins to ask for messages.
 *
 * @param endless true: again and again; false: one batch.
 * @param watches true: missing heartbeats are watched here; false: the source watches them.
 * @throws NatsError "BAD API", SERVER_OPT_NA, and what `subscribe()` throws.
 */
export function openPull(
  api: Api,
  source: Source,
  options: ConsumeOptions | FetchOptions,
  endless: boolean,
  watches = true,
): PullMessages {
  const settings = normalise(api.nc, options);
  options.signal?.throwIfAborted();
  const { max_messages, max_bytes, threshold_messages, threshold_bytes, expires, idle_heartbeat } = settings;
  const machine = new (machines().Pull)(
    performance.now(),
    (endless ? PullFlag.Endless : 0) |
      (settings.abort_on_missing_resource ? PullFlag.AbortOnMissing : 0) |
      (settings.bind ? PullFlag.Blind : 0) |
      (watches ? PullFlag.Watches : 0),
    max_messages,
    max_bytes,
    threshold_messages,
    threshold_bytes,
    expires,
    idle_heartbeat,
  );
  const messages = new PullMessages(api, source, settings, machine, endless);
  void messages.closed().then(onAbort(options.signal, () => messages.stop()));
  return messages;
}
