/** Credentials: what authenticators return. Types only. Names and members are those of nats.ws 1.30.3, unless a comment says otherwise. */

/**
 * Says who we are. Called for every dial, with the server's nonce when it sent one. May return a promise, which nats.ws
 * does not allow; the dial's timeout covers it.
 */
export type Authenticator = (nonce?: string) => Auth | Promise<Auth>;

export type Auth = NoAuth | TokenAuth | UserPass | NKeyAuth | JwtAuth;

// biome-ignore lint/suspicious/noConfusingVoidType: an authenticator that returns nothing is one, as in nats.ws
export type NoAuth = void;

export interface TokenAuth {
  auth_token: string;
}

export interface UserPass {
  user: string;
  pass?: string;
}

export interface NKeyAuth {
  /** The public key. */
  nkey: string;
  /** Signature of the nonce, base64. */
  sig: string;
}

export interface JwtAuth {
  jwt: string;
  nkey?: string;
  sig?: string;
}
