/** The requests of an endpoint without a handler. Owns the time its consumer spends on each. */
import { ErrorCode } from "../base/enums";
import { errorFromCode } from "../base/errors";
import { Queue } from "../core/messages/queue";
import type { Counters } from "./counters";
import type { ServiceMsg } from "./types";

export class Requests extends Queue<ServiceMsg> {
  readonly #counters: Counters;
  readonly #hasHandler: boolean;
  /** Time when the consumer took the request it works on. */
  #taken: number | undefined;

  /** `onEnd` is called once, when the consumer has taken everything or has left. */
  constructor(counters: Counters, hasHandler: boolean, onEnd: () => void) {
    super(onEnd);
    this.#counters = counters;
    this.#hasHandler = hasHandler;
  }

  override async next(): Promise<IteratorResult<ServiceMsg>> {
    // The requests go to the handler: this loop would wait for ever.
    if (this.#hasHandler) throw errorFromCode(ErrorCode.ApiError, "unsupported iterator");
    this.#finish();
    const result = await super.next();
    if (!result.done) {
      this.#counters.countRequest();
      this.#taken = performance.now();
    }
    return result;
  }

  override abandon(): void {
    this.#finish();
    super.abandon();
  }

  #finish(): void {
    if (this.#taken !== undefined) this.#counters.countTime(this.#taken);
    this.#taken = undefined;
  }
}
