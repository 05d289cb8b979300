// An operator, one account and its users, as a nats-server in operator mode wants them: keys and JWTs made in memory.

import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
} from "@nats-io/jwt";
import { createUser as createNkey } from "@nats-io/nkeys";

export interface UserCredentials {
  jwt: string;
  seed: string;
  /** The file both come in. */
  creds: string;
}

export interface Operator {
  /** Configuration of a server that trusts this operator and knows its account. */
  conf: string;
  /** An ordinary user. */
  user: UserCredentials;
  /** A user whose JWT is enough by itself. */
  bearer: UserCredentials;
  /** A user that may publish and subscribe below `allowed.` and to inboxes only. */
  restricted: UserCredentials;
  /** A user whose JWT expires `expiresIn` seconds after this was made. */
  expiring: UserCredentials;
  /** A user of an account the server does not know. */
  stranger: UserCredentials;
}

export async function makeOperator(expiresIn: number): Promise<Operator> {
  const operatorKey = createOperator();
  const accountKey = createAccount();
  const account = await encodeAccount(
    "app",
    accountKey,
    {
      limits: { conn: -1, subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, leaf: -1 },
    },
    { signer: operatorKey },
  );
  const operator = await encodeOperator("operator", operatorKey);

  const user = async (name: string, issuer = accountKey, claims = {}, exp?: number): Promise<UserCredentials> => {
    const key = createUser();
    const limits = { subs: -1, data: -1, payload: -1 };
    const jwt = await encodeUser(name, key, issuer, { ...limits, ...claims }, exp === undefined ? {} : { exp });
    return { jwt, seed: text(key.getSeed()), creds: text(fmtCreds(jwt, key)) };
  };
  const reach = { allow: ["allowed.>", "_INBOX.>"] };
  return {
    conf: `operator: ${operator}\nresolver: MEMORY\nresolver_preload: { ${accountKey.getPublicKey()}: ${account} }\n`,
    user: await user("user"),
    bearer: await user("bearer", accountKey, { bearer_token: true }),
    restricted: await user("restricted", accountKey, { pub: reach, sub: reach }),
    expiring: await user("expiring", accountKey, {}, Math.floor(Date.now() / 1000) + expiresIn),
    stranger: await user("stranger", createAccount()),
  };
}

export interface Nkey {
  seed: string;
  publicKey: string;
}

export function makeNkey(): Nkey {
  const key = createNkey();
  return { seed: text(key.getSeed()), publicKey: key.getPublicKey() };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
