/**
 * The loss and the return of a connection's server. Owns one status iterator per connection, however many consumers
 * watch it.
 */
import { Events } from "../base/enums";
import type { BaseConnection } from "../core/types";

interface ConnectionWatcher {
  onDisconnect(): void;
  onReconnect(): void;
}

const watchers = /* @__PURE__ */ new WeakMap<BaseConnection, Set<ConnectionWatcher>>();

/** Calls `watcher` from now on. Returns a function that stops the calls. */
export function watchConnection(nc: BaseConnection, watcher: ConnectionWatcher): () => void {
  let all = watchers.get(nc);
  if (all === undefined) {
    all = new Set();
    watchers.set(nc, all);
    void follow(nc, all);
  }
  all.add(watcher);
  return () => void all.delete(watcher);
}

async function follow(nc: BaseConnection, all: Set<ConnectionWatcher>): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === Events.Disconnect) for (const each of [...all]) each.onDisconnect();
    else if (type === Events.Reconnect) for (const each of [...all]) each.onReconnect();
  }
}
