/** Inboxes: unique subjects that replies come to. */
import { nuid } from "./nuid";

/**
 * Makes a unique subject: `prefix`, a dot and a NUID.
 *
 * @param prefix default (and for an empty string) `_INBOX`.
 * @throws Error for a prefix that is not a string, or has a wildcard token or white space in it.
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
