/**
 * Imports of parts that most pages do without. Owns the sentence a user reads when one is not to be had.
 */
import { ErrorCode } from "./enums";
import { asError, errorFromCode } from "./errors";

/**
 * A part, imported when it is needed. An import that failed is not kept: browsers ask for the file anew at the next call.
 *
 * @param what names the part in the error.
 * @throws NatsError UNKNOWN_ERROR, as a rejection, whose cause is the browser's.
 */
export async function late<T>(what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (thrown) {
    const cause = asError(thrown);
    throw errorFromCode(ErrorCode.Unknown, `${what} could not be loaded: ${cause.message}`, cause);
  }
}
