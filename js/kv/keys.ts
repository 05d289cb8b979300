/** The rules for names of buckets and keys. Refuses before anything is sent, and says what is wrong with the name. */
import { misuse } from "../jetstream/names";

const BUCKET = /^[-\w]+$/;
const KEY = /^[-/=.\w]+$/;
const SEARCH_KEY = /^[-/=.>*\w]+$/;

/** @throws NatsError "BAD API" for a name with anything but letters, digits, `-` and `_`. */
export function checkBucket(name: string): void {
  if (!BUCKET.test(name)) {
    throw misuse(`invalid bucket name: ${name} - letters, digits, "-" and "_" are allowed, one at least`);
  }
}

/** @param key as it is stored. @throws NatsError "BAD API" */
export function checkKey(key: string): void {
  checkTokens(key, KEY, 'letters, digits and any of "-_/=." are allowed');
}

/** @param key as it is stored, with wildcards. @throws NatsError "BAD API" */
export function checkSearchKey(key: string): void {
  checkTokens(key, SEARCH_KEY, 'letters, digits and any of "-_/=.*>" are allowed');
}

/** True when a key stands for several keys. @throws NatsError "BAD API" for a ">" that is not at the end. */
export function hasWildcards(key: string): boolean {
  const tokens = key.split(".");
  const end = tokens.indexOf(">");
  if (end !== -1 && end < tokens.length - 1) throw invalid(key, 'nothing can follow ">"');
  return end !== -1 || tokens.includes("*");
}

function checkTokens(key: string, pattern: RegExp, allowed: string): void {
  if (!pattern.test(key)) throw invalid(key, allowed);
  if (key.startsWith(".") || key.endsWith(".") || key.includes("..")) throw invalid(key, "no token can be empty");
}

function invalid(key: string, why: string): Error {
  return misuse(`invalid key: ${key} - ${why}`);
}
