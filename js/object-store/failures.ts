/** What a put or a get that failed comes to: its error, and that none of its chunks stay behind. */
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode, isNatsError, type NatsError, wordsOf } from "../base/errors";
import type { Api } from "../jetstream/api";

/** Where the chunks of one object are. */
export interface ChunkPlace {
  api: Api;
  stream: string;
  subject: string;
}

/** How often the server is asked to remove chunks. */
const REMOVALS = 3;

/** Removes the chunks of what failed with `error`. Resolves with the error, which says so when they could not be removed. */
export async function removeChunks({ api, stream, subject }: ChunkPlace, error: Error): Promise<Error> {
  try {
    await api.request(`STREAM.PURGE.${stream}`, { filter: subject }, { retries: REMOVALS });
    return error;
  } catch (thrown) {
    const code = isNatsError(error) ? error.code : ErrorCode.Unknown;
    const left = `chunks on "${subject}" could not be removed: ${asError(thrown).message}`;
    return errorFromCode(code, [wordsOf(error), left].filter(Boolean).join("; and "), error);
  }
}

/** What a call rejects with whose signal was aborted: CANCELLED. */
export function cancellation(signal: AbortSignal): NatsError {
  const reason = asError(signal.reason);
  return errorFromCode(ErrorCode.Cancelled, reason.message, reason);
}

/** What kind of value it is, for an error. */
export function kindOf(value: unknown): string {
  return (value as object | null | undefined)?.constructor?.name ?? String(value);
}
