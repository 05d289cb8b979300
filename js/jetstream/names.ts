/**
 * The rules for names of streams and consumers, and for versions of servers. Refuses before anything is sent, and says
 * what is wrong with the value.
 */
import { ErrorCode } from "../base/enums";
import { errorFromCode, type NatsError } from "../base/errors";
import type { Features } from "../core/helpers/features";
import type { ServerInfo } from "../core/types";

/** The part of a connection that tells its server's version. */
interface Versioned {
  readonly features: Pick<Features, "require">;
  readonly info?: ServerInfo;
}

/** The characters that would make another token, a wildcard or a path. */
const FORBIDDEN = /[.*>/\\ \t\n\r]/;

/** @throws NatsError "BAD API" which names the character. */
export function checkStreamName(name: unknown): asserts name is string {
  checkName("stream", name);
}

/** @throws NatsError "BAD API" which names the character. */
export function checkConsumerName(name: unknown): asserts name is string {
  checkName("consumer", name);
}

/** @throws NatsError "BAD API" which names the character. */
export function checkName(what: string, name: unknown): asserts name is string {
  if (typeof name !== "string" || name === "") throw misuse(`${what} name required: got ${quoted(name)}`);
  const bad = FORBIDDEN.exec(name)?.[0];
  if (bad === undefined) return;
  throw misuse(`invalid ${what} name ${quoted(name)}: it cannot contain '${JSON.stringify(bad).slice(1, -1)}'`);
}

/**
 * @param min first version with the feature.
 * @throws NatsError SERVER_OPT_NA with feature, version needed and version found.
 */
export function requireServer(nc: Versioned, feature: string, min: string): void {
  if (nc.features.require(min)) return;
  const found = nc.info?.version ?? "older";
  throw errorFromCode(ErrorCode.ServerOptionNotAvailable, `${feature} requires server ${min}, this one is ${found}`);
}

/** The error of a call that cannot be right. */
export function misuse(message: string): NatsError {
  return errorFromCode(ErrorCode.ApiError, message);
}

function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
