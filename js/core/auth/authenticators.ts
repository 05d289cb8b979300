/**
 * Authenticators: functions that give the credentials of CONNECT, called anew for every dial. Those that sign fetch the
 * credentials module with their first call; the others answer at once. Refuses to know keys, which the module does.
 */
import { late } from "../../base/late";
import { isThenable, whenKnown } from "../../base/thenable";
import type { Auth, Authenticator, ConnectionOptions, TokenAuth, UserPass } from "../types";

/** A value, or a function that every dial asks for the value: for credentials that expire. Either may be, or give, a promise. */
export type Ask<T> = T | PromiseLike<T> | (() => T | PromiseLike<T>);

/**
 * Makes an authenticator that shows a token.
 *
 * @param token the token, or a function that every dial asks; the function may return a promise, which nats.ws does not
 * allow.
 */
export function tokenAuthenticator(token: Ask<string>): Authenticator {
  return () => whenKnown(ask(token), (auth_token): TokenAuth => ({ auth_token }));
}

/**
 * Makes an authenticator that shows a user name and a password.
 *
 * @param user the name, or a function that every dial asks.
 * @param pass the password, or a function that every dial asks. Default: none.
 */
export function usernamePasswordAuthenticator(user: Ask<string>, pass?: Ask<string | undefined>): Authenticator {
  return () =>
    whenKnown(ask(user), (known) =>
      whenKnown(
        ask(pass),
        (secret): UserPass => (secret === undefined ? { user: known } : { user: known, pass: secret }),
      ),
    );
}

/**
 * Makes an authenticator that signs the server's nonce with an nkey. The authenticator rejects with NKeysError for a
 * seed that is not one.
 *
 * @param seed an encoded seed, `SU…`, or a function that every dial asks. Without a seed, key and signature are empty.
 */
export function nkeyAuthenticator(seed?: Ask<Uint8Array | undefined>): Authenticator {
  return async (nonce) => (await credentials()).authenticate(undefined, seed, nonce);
}

/**
 * Makes an authenticator that shows a user JWT, and signs the server's nonce with the seed. The authenticator rejects
 * with NKeysError for a seed that is not one.
 *
 * @param jwt the JWT, or a function that every dial asks.
 * @param seed an encoded seed, `SU…`, or a function that every dial asks. Not needed for a bearer JWT.
 */
export function jwtAuthenticator(jwt: Ask<string>, seed?: Ask<Uint8Array | undefined>): Authenticator {
  return async (nonce) => (await credentials()).authenticate(jwt, seed, nonce);
}

/**
 * Makes an authenticator that takes JWT and seed from a creds file. The authenticator rejects with NatsError BAD_CREDS
 * when JWT or seed are missing, and with NKeysError for a seed that is not one.
 *
 * @param creds the file's bytes, or a function that every dial asks.
 */
export function credsAuthenticator(creds: Ask<Uint8Array>): Authenticator {
  return async (nonce) => (await credentials()).authenticateWithCreds(creds, nonce);
}

/** The authenticator for servers that let everybody in, or know the page by a cookie. */
export function noAuthFn(): Authenticator {
  return () => undefined;
}

/**
 * Makes one authenticator of those that the options name, in the order `authenticator`, `token`, `user` and `pass`.
 * Their results are merged; the later one wins. Without any of them, the authenticator returns no credentials.
 */
export function buildAuthenticator(options: ConnectionOptions): Authenticator {
  const { authenticator, token, user, pass } = options;
  const all: Authenticator[] = [];
  if (typeof authenticator === "function") all.push(authenticator);
  if (Array.isArray(authenticator)) all.push(...authenticator);
  if (token) all.push(tokenAuthenticator(token));
  if (user) all.push(usernamePasswordAuthenticator(user, pass));
  return all.length === 0 ? noAuthFn() : merged(all);
}

/** Merges the results of several authenticators. Returns a promise only when one of them does. */
function merged(all: Authenticator[]): Authenticator {
  return (nonce) => {
    const answers = all.map((authenticator) => authenticator(nonce));
    return answers.some(isThenable)
      ? Promise.all(answers).then((known) => Object.assign({}, ...known) as Auth)
      : (Object.assign({}, ...answers) as Auth);
  };
}

function credentials() {
  return late("the credentials module", () => import("../../engine/credentials"));
}

function ask<T>(value: Ask<T>): T | PromiseLike<T> {
  return typeof value === "function" ? (value as () => T | PromiseLike<T>)() : value;
}
