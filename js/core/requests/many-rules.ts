/** The end of a request for many replies, as data. */
import type { RequestStrategy } from "../../base/enums";

/** A request for many replies, checked and complete. */
export interface ManyRules {
  readonly strategy: RequestStrategy;
  readonly maxWait: number;
  /** 0: no limit. */
  readonly maxMessages: number;
  readonly jitter: number;
}
