/**
 * Credentials: the results of authenticators, as they stand in CONNECT. Types only. Names and members are those of
 * nats.ws 1.30.3, unless a comment says otherwise.
 */

/**
 * Supplies the credentials of one dial. Every dial calls it anew, with the server's nonce when the server sent one. It
 * may return a promise, which nats.ws does not allow; `ConnectionOptions.timeout` covers the promise. A throw or a
 * rejection fails the dial with BAD_AUTHENTICATION, or with the code of the `NatsError` that was thrown.
 */
export type Authenticator = (nonce?: string) => Auth | Promise<Auth>;

/** Credentials of any kind. Their members are sent in CONNECT under the same names. */
export type Auth = NoAuth | TokenAuth | UserPass | NKeyAuth | JwtAuth;

/** No credentials: for servers that let everybody in, or know the user by a cookie or a certificate. */
// biome-ignore lint/suspicious/noConfusingVoidType: an authenticator that returns nothing is one, as in nats.ws
export type NoAuth = void;

/** A token, for servers with `authorization { token }`. */
export interface TokenAuth {
  /** The token, in plain text. */
  auth_token: string;
}

/** A user name and a password. */
export interface UserPass {
  /** The user name. */
  user: string;
  /** The password, in plain text. Default: none. */
  pass?: string;
}

/** An nkey, proven by a signature. */
export interface NKeyAuth {
  /** The public key, `U…`. */
  nkey: string;
  /** Ed25519 signature of the server's nonce, base64url without padding. */
  sig: string;
}

/** A user JWT, and for JWTs that are not bearer tokens the proof of its key. */
export interface JwtAuth {
  /** The user JWT. */
  jwt: string;
  /** The public key, `U…`; empty for a bearer JWT. */
  nkey?: string;
  /** Ed25519 signature of the server's nonce, base64url without padding; empty for a bearer JWT. */
  sig?: string;
}
