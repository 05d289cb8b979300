/**
 * The watch over a server that promised heartbeats. Owns the browser's side of src/core/jetstream/idle.rs: the timer,
 * and the pause while the connection is away.
 */
import type { BaseConnection } from "../../core/types";
import type { Idle } from "../../engine/machines";
import { watchConnection } from "../connection-watch";

export class Heartbeats {
  #machine: Idle | undefined;
  readonly #onMissed: (count: number) => void;
  readonly #unwatch: () => void;
  readonly #until: number;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /**
   * True: the server was heard since the last check. The time is not noted: reading the clock costs more than all else
   * here.
   */
  #heard = false;

  /**
   * Begins to watch.
   *
   * @param interval in ms.
   * @param onMissed called at the second interval in a row without a sign of life, and at every one after it.
   * @param forMillis time after which the watch ends by itself. Default: never.
   */
  static async watch(
    nc: BaseConnection,
    interval: number,
    onMissed: (count: number) => void,
    forMillis = Number.POSITIVE_INFINITY,
  ): Promise<Heartbeats> {
    const { machines } = await import("../../engine/machines");
    const now = performance.now();
    return new Heartbeats(nc, new (machines().Idle)(now, interval), onMissed, now + forMillis);
  }

  private constructor(nc: BaseConnection, machine: Idle, onMissed: (count: number) => void, until: number) {
    this.#machine = machine;
    this.#onMissed = onMissed;
    this.#until = until;
    this.#unwatch = watchConnection(nc, {
      onDisconnect: () => this.#run((it) => it.pause()),
      onReconnect: () => this.#run((it) => it.resume(performance.now())),
    });
    this.#run(() => {});
  }

  /** Notes a sign of life: anything from the server. */
  hear(): void {
    this.#heard = true;
  }

  stop(): void {
    this.#unwatch();
    clearTimeout(this.#timer);
    this.#machine?.free();
    this.#machine = undefined;
  }

  #run(what: (machine: Idle) => void): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    what(machine);
    clearTimeout(this.#timer);
    const deadline = machine.deadline();
    if (deadline >= 0)
      this.#timer = setTimeout(() => this.#timeOut(machine), Math.max(0, deadline - performance.now()));
  }

  #timeOut(machine: Idle): void {
    const now = performance.now();
    if (now >= this.#until) {
      this.stop();
      return;
    }
    if (this.#heard) machine.handle_activity(now);
    this.#heard = false;
    const missed = machine.handle_timeout(now);
    this.#run(() => {});
    if (missed > 0) this.#onMissed(missed);
  }
}
