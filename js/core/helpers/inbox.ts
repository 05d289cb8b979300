/** Subjects for answers. */
import { nuid } from "./nuid";

/**
 * A subject nobody else has: `prefix`, a dot and a NUID.
 *
 * @param prefix default `_INBOX`.
 * @throws Error when the prefix is not a string, has a wildcard in it, or white space.
 */
export function createInbox(prefix = ""): string {
  const chosen = prefix || "_INBOX";
  if (typeof chosen !== "string") throw new Error("prefix must be a string");
  if (chosen.split(".").some((token) => token === "*" || token === ">")) {
    throw new Error(`inbox prefixes cannot have wildcards '${chosen}'`);
  }
  if (/\s/.test(chosen)) throw new Error(`inbox prefixes cannot have white space '${chosen}'`);
  return `${chosen}.${nuid.next()}`;
}
