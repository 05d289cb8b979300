/**
 * The user's choice of the next server: the pool that `reconnectToServer` gets, and the place of the chosen server in the
 * pool. Owns the history of each server; the core owns the pool, its order, and the dials.
 */
import type { EngineEvent, ServerChoice } from "../../engine/engine";
import type { KnownServer, ReconnectToServerHandler, Server, ServerInfo } from "../types";

type History = Omit<Server, keyof KnownServer>;

const NONE: History = { tlsName: "", reconnects: 0, lastConnect: 0, didConnect: false };

export class ServerChooser {
  /** INFO of the latest server. */
  info: ServerInfo | null = null;
  readonly #choose: ReconnectToServerHandler;
  readonly #histories = new Map<string, History>();

  constructor(choose: ReconnectToServerHandler) {
    this.#choose = choose;
  }

  /**
   * Asks the user's function.
   *
   * @param known the last of them comes first, then the others in their order.
   * @throws Error when the chosen server is not in the pool; the error of the user's function, unchanged.
   */
  choose(known: KnownServer[]): ServerChoice {
    const pool = [...known.slice(-1), ...known.slice(0, -1)].map((server) =>
      Object.freeze({ ...server, ...this.#history(server.listen) }),
    );
    const answer = this.#choose(Object.freeze(pool), this.info);
    const { server, delay } = answer !== null && "server" in answer ? answer : { server: answer, delay: 0 };
    const place = server === null ? 0 : pool.findIndex(({ listen }) => listen === server.listen);
    if (place < 0) throw new Error(`"reconnectToServer" chose ${server?.listen}, which is not in the pool`);
    const chosen = (pool[place] as Server).listen;
    const wait = Number.isFinite(delay) ? Math.max(delay, 0) : 0;
    this.#note(chosen, { lastConnect: Date.now() + wait });
    return { place, delay: wait };
  }

  notice(event: EngineEvent): void {
    if (event.type === "dialFailed") this.#note(event.server, { reconnects: event.attempt });
    if (event.type === "connected" || event.type === "reconnected") {
      this.#note(event.server, { reconnects: 0, didConnect: true });
    }
  }

  #history(name: string): History {
    return this.#histories.get(name) ?? NONE;
  }

  #note(name: string, news: Partial<History>): void {
    this.#histories.set(name, { ...this.#history(name), ...news });
  }
}
