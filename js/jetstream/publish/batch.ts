/**
 * Atomic batches: messages that are stored all together or not at all. Owns their numbers. The server answers the first
 * and the last message; of the others, those that ask for an answer.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode } from "../../base/errors";
import { nuid } from "../../core/helpers/nuid";
import type { Payload } from "../../core/types";
import { type Api, parseAnswer } from "../api";
import { misuse, requireServer } from "../names";
import { publishHeaders, send } from "./publish";
import type { Batch, BatchAck, BatchMessageOptions } from "../types/messages";

/** Begins a batch. Resolves when the server has the first message. */
export async function startBatch(
  api: Api,
  subject: string,
  payload?: Payload,
  options?: BatchMessageOptions,
): Promise<Batch> {
  requireServer(api.nc, "atomic batch publish", "2.12.0");
  const batch = new AtomicBatch(api);
  await batch.first(subject, payload, options);
  return batch;
}

class AtomicBatch implements Batch {
  readonly #api: Api;
  readonly id = nuid.next();
  #count = 0;
  #isOver = false;

  constructor(api: Api) {
    this.#api = api;
  }

  get count(): number {
    return this.#count;
  }

  first(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<void> {
    return this.#ask(subject, payload, options);
  }

  add(subject: string, payload: Payload | undefined, options: BatchMessageOptions & { ack: true }): Promise<void>;
  add(subject: string, payload?: Payload, options?: BatchMessageOptions): void;
  add(subject: string, payload?: Payload, options: BatchMessageOptions = {}): Promise<void> | undefined {
    this.#checkOpen();
    if (options.ack) return this.#ask(subject, payload, options);
    const headers = publishHeaders(this.#api, subject, options, this.#next());
    this.#api.nc.publish(subject, payload, { ...(headers !== undefined && { headers }) });
    return undefined;
  }

  async commit(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<BatchAck> {
    this.#checkOpen();
    this.#isOver = true;
    const said: [string, string][] = [...this.#next(), ["Nats-Batch-Commit", "1"]];
    const ack = parseAnswer<BatchAck>(await send(this.#api, subject, payload, options, said));
    if (ack.batch !== this.id || ack.count !== this.#count) {
      throw errorFromCode(
        ErrorCode.JetStreamInvalidAck,
        `the batch has ${this.#count} messages, the stream stored ${ack.count}`,
      );
    }
    ack.duplicate ??= false;
    return ack;
  }

  async #ask(subject: string, payload?: Payload, options?: BatchMessageOptions): Promise<void> {
    try {
      const answer = await send(this.#api, subject, payload, options, this.#next());
      if (answer.data.length > 0) parseAnswer(answer);
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  #next(): [string, string][] {
    this.#count++;
    return [
      ["Nats-Batch-Id", this.id],
      ["Nats-Batch-Sequence", `${this.#count}`],
    ];
  }

  #checkOpen(): void {
    if (this.#isOver) throw misuse(`the batch "${this.id}" is over`);
  }
}
