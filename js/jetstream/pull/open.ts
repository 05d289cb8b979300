/** Makes the machine of a consume or fetch and what it drives. Imported when somebody first consumes. */
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
 * @param endless again and again; otherwise one batch.
 * @param watches whether the server's silence means something; otherwise the source watches it.
 * @throws NatsError "BAD API", SERVER_OPT_NA, and what subscribing throws.
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
