/** The options of a pull consumer. Owns defaults, ranges and the servers' versions; refuses everything else. */
import { nanos } from "../../core/helpers/nanos";
import type { PullRequest } from "../../engine/machines";
import type { Nats } from "../api";
import { misuse, requireServer } from "../names";
import type {
  AbortOnMissingResource,
  ConsumeOptions,
  ConsumerCallbackFn,
  FetchOptions,
  MaxBytes,
  PriorityOptions,
} from "../types/consumption";

/** Options with all defaults. Times in milliseconds. */
export interface Settings {
  readonly max_messages: number;
  /** Bytes; 0: no limit. */
  readonly max_bytes: number;
  readonly threshold_messages: number;
  readonly threshold_bytes: number;
  readonly expires: number;
  readonly idle_heartbeat: number;
  readonly callback: ConsumerCallbackFn | undefined;
  readonly abort_on_missing_resource: boolean;
  readonly bind: boolean;
  /** The priority options of every request. */
  readonly priority: PriorityOptions;
  /** True: the server may pin this client, whose requests then carry the id the server gave it. */
  readonly isPinnable: boolean;
}

const MAX_MESSAGES = 100;
const EXPIRES = 30_000;
const LEAST_EXPIRES = 1_000;
const LONGEST_HEARTBEAT = 30_000;
/** Share of a limit at or below which the client asks for more. */
const THRESHOLD = 0.75;
const LONGEST_GROUP = 16;
const LAST_PRIORITY = 9;

/** Checks the options and adds the defaults. @throws NatsError "BAD API", which names the option; SERVER_OPT_NA. */
export function normalise(
  nc: Nats,
  given: (ConsumeOptions | FetchOptions) & Partial<MaxBytes & AbortOnMissingResource>,
): Settings {
  const max_bytes = count("max_bytes", given.max_bytes, 0);
  const messages = count("max_messages", given.max_messages, 0);
  if (max_bytes > 0 && messages > 0) {
    throw misuse(`only one of max_messages (${messages}) and max_bytes (${max_bytes}) can be given`);
  }
  // The server ends a request without a number of messages after the first one.
  const max_messages = messages || MAX_MESSAGES;
  const expires = count("expires", given.expires, EXPIRES);
  if (expires < LEAST_EXPIRES) throw misuse(`expires of ${expires} ms is too short: at least ${LEAST_EXPIRES}`);
  const { threshold_messages, threshold_bytes, callback } = given as Record<string, unknown>;
  if (callback && typeof callback !== "function") throw misuse(`callback is no function: ${callback}`);
  return {
    max_messages,
    max_bytes,
    threshold_messages: count("threshold_messages", threshold_messages, Math.round(max_messages * THRESHOLD)),
    threshold_bytes: count("threshold_bytes", threshold_bytes, Math.round(max_bytes * THRESHOLD)),
    expires,
    idle_heartbeat: Math.min(count("idle_heartbeat", given.idle_heartbeat, expires / 2), LONGEST_HEARTBEAT),
    callback: (callback || undefined) as ConsumerCallbackFn | undefined,
    abort_on_missing_resource: given.abort_on_missing_resource === true,
    bind: given.bind === true,
    ...prioritise(nc, given),
  };
}

/** The body of one request: durations in nanoseconds. */
export function requestOf(
  { priority }: Settings,
  { messages, bytes, expires, heartbeat }: PullRequest,
  id: string,
): Record<string, unknown> {
  return {
    batch: messages,
    max_bytes: bytes,
    expires: nanos(expires),
    idle_heartbeat: nanos(heartbeat),
    ...priority,
    ...(id && { id }),
  };
}

function prioritise(nc: Nats, given: PriorityOptions): Pick<Settings, "priority" | "isPinnable"> {
  const { group, min_pending, min_ack_pending, priority } = given;
  const others = { min_pending, min_ack_pending, priority };
  const wanted = Object.entries(others).filter(([, value]) => value !== undefined);
  if (group === undefined) {
    const [first] = wanted;
    if (first === undefined) return { priority: {}, isPinnable: false };
    throw misuse(`${first[0]} of ${first[1]} needs a group`);
  }
  if (typeof group !== "string" || group === "" || group.length > LONGEST_GROUP) {
    throw misuse(`group ${JSON.stringify(group)} must be a string of 1 to ${LONGEST_GROUP} characters`);
  }
  for (const [name, value] of wanted) count(name, value, 0);
  if (priority !== undefined && priority > LAST_PRIORITY) {
    throw misuse(`priority of ${priority} is too large: at most ${LAST_PRIORITY}`);
  }
  requireServer(nc, "priority groups", "2.11.0");
  if (priority !== undefined) requireServer(nc, "pull requests with a priority", "2.12.0");
  return { priority: { group, ...Object.fromEntries(wanted) }, isPinnable: wanted.length === 0 };
}

/** Reads a whole number of at least 0; 0, null and undefined ask for `standard`. */
function count(name: string, value: unknown, standard: number): number {
  if (value === undefined || value === null || value === 0) return standard;
  if (typeof value !== "number" || !(value > 0)) throw misuse(`${name} must be a number, at least 0: got ${value}`);
  return Math.round(value);
}
