// Every kind of credentials nats-server knows: accepted when right, refused with the right code when wrong.

import { beforeAll, describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import type { Operator } from "../../server/accounts.ts";
import { type Client, clients, connected } from "../harness/clients.ts";
import { TestServer, useServer } from "../harness/server.ts";

const users = useServer({
  conf: 'authorization { users: [ { user: "ann", password: "s3cret" }, { user: "bob", password: "pass word: ü" } ] }',
});
const token = useServer({ conf: 'authorization { token: "t0ken" }' });

const encode = (text: string) => new TextEncoder().encode(text);

async function refused(client: Client, options: Parameters<Client["connect"]>[0]) {
  await expect(client.connect({ ...options, reconnect: false })).rejects.toMatchObject({
    name: "NatsError",
    code: "AUTHORIZATION_VIOLATION",
  });
}

describe.each(clients)("$name", ({ client, ours }) => {
  describe("user and password", () => {
    test("as options", async () => {
      const nc = await connected(client, { servers: users().url, user: "ann", pass: "s3cret" });
      await nc.flush();
    });

    test("with characters outside ASCII", async () => {
      const nc = await connected(client, { servers: users().url, user: "bob", pass: "pass word: ü" });
      await nc.flush();
    });

    test("from functions, asked at each dial", async () => {
      let asked = 0;
      const authenticator = client.usernamePasswordAuthenticator("ann", () => {
        asked++;
        return "s3cret";
      });
      const nc = await connected(client, { servers: users().url, authenticator });
      await nc.flush();
      expect(asked).toBe(1);
    });

    test("wrong, or none", async () => {
      await refused(client, { servers: users().url, user: "ann", pass: "wrong" });
      await refused(client, { servers: users().url });
    });

    if (ours)
      test("in the URL", async () => {
        const nc = await connected(client, { servers: users().url.replace("ws://", "ws://ann:s3cret@") });
        await nc.flush();
        expect(nc.getServer()).toBe(users().name);
        await refused(client, { servers: users().url.replace("ws://", "ws://ann:wrong@") });
      });

    if (ours)
      test("in the URL are never shown", async () => {
        const error: Error = await client
          .connect({ servers: users().url.replace("ws://", "ws://ann:hidden-word@"), reconnect: false })
          .then(
            () => new Error("it connected"),
            (refusal) => refusal,
          );
        expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain("hidden-word");
      });
  });

  describe("token", () => {
    test("as an option and as an authenticator", async () => {
      await (await connected(client, { servers: token().url, token: "t0ken" })).flush();
      const authenticator = client.tokenAuthenticator(() => "t0ken");
      await (await connected(client, { servers: token().url, authenticator })).flush();
    });

    test("wrong, or none", async () => {
      await refused(client, { servers: token().url, token: "t0ke" });
      await refused(client, { servers: token().url });
    });
  });

  test("nkey: the right seed signs, another does not", async () => {
    const [right, wrong] = [await commands.makeNkey(), await commands.makeNkey()];
    const server = await TestServer.start({ conf: `authorization { users: [ { nkey: ${right.publicKey} } ] }` });
    try {
      const options = { servers: server.url, authenticator: client.nkeyAuthenticator(encode(right.seed)) };
      await (await connected(client, options)).flush();
      await refused(client, { servers: server.url, authenticator: client.nkeyAuthenticator(encode(wrong.seed)) });
    } finally {
      await server.remove();
    }
  });

  describe("operator mode", () => {
    let operator: Operator;
    beforeAll(async () => {
      operator = await commands.makeOperator(3600);
    });
    const server = useOperatorServer(() => operator);

    test("JWT and seed", async () => {
      const { jwt, seed } = operator.user;
      const nc = await connected(client, {
        servers: server().url,
        authenticator: client.jwtAuthenticator(jwt, encode(seed)),
      });
      await nc.flush();
    });

    test("JWT from a function", async () => {
      const { jwt, seed } = operator.user;
      const nc = await connected(client, {
        servers: server().url,
        authenticator: client.jwtAuthenticator(
          () => jwt,
          () => encode(seed),
        ),
      });
      await nc.flush();
    });

    test("bearer JWT without a seed", async () => {
      const nc = await connected(client, {
        servers: server().url,
        authenticator: client.jwtAuthenticator(operator.bearer.jwt),
      });
      await nc.flush();
    });

    test("credentials file", async () => {
      const nc = await connected(client, {
        servers: server().url,
        authenticator: client.credsAuthenticator(encode(operator.user.creds)),
      });
      await nc.flush();
    });

    test("the wrong seed, a JWT without its seed, and an unknown account are refused", async () => {
      const { user, bearer, stranger } = operator;
      await refused(client, {
        servers: server().url,
        authenticator: client.jwtAuthenticator(user.jwt, encode(bearer.seed)),
      });
      await refused(client, { servers: server().url, authenticator: client.jwtAuthenticator(user.jwt) });
      await refused(client, {
        servers: server().url,
        authenticator: client.credsAuthenticator(encode(stranger.creds)),
      });
      await refused(client, { servers: server().url });
    });

    test("permissions of the JWT bind: a forbidden subscription gets the error, others live on", async () => {
      const nc = await connected(client, {
        servers: server().url,
        authenticator: client.credsAuthenticator(encode(operator.restricted.creds)),
      });
      const errors: unknown[] = [];
      const heard: string[] = [];
      nc.subscribe("forbidden", { callback: (error) => error && errors.push(error) });
      nc.subscribe("allowed.a", { callback: (_, message) => heard.push(message.string()) });
      nc.publish("allowed.a", "yes");
      await nc.flush();
      expect(errors).toEqual([expect.objectContaining({ code: "PERMISSIONS_VIOLATION" })]);
      expect(heard).toEqual(["yes"]);
    });

    test("a forbidden request is refused with the permission error", async () => {
      const nc = await connected(client, {
        servers: server().url,
        authenticator: client.credsAuthenticator(encode(operator.restricted.creds)),
      });
      await expect(nc.request("forbidden", "", { timeout: 2000 })).rejects.toMatchObject({
        code: "PERMISSIONS_VIOLATION",
      });
    });

    test.each(["", "no creds at all", "-----BEGIN NATS USER JWT-----\nx\n------END NATS USER JWT------\n"])(
      "%j is no credentials file",
      async (text) => {
        await expect(
          client.connect({
            servers: server().url,
            authenticator: client.credsAuthenticator(encode(text)),
            reconnect: false,
          }),
        ).rejects.toMatchObject({ code: "BAD_CREDS" });
      },
    );
  });

  if (ours)
    test("an authenticator may return a promise, and its rejection is told with its cause", async () => {
      const later = async () => ({ user: "ann", pass: "s3cret" });
      const options = { servers: users().url, authenticator: later as never };
      await (await connected(client, options)).flush();
      const broken = async () => {
        throw new Error("the token shop is closed");
      };
      const refusal = client.connect({ servers: users().url, authenticator: broken as never, reconnect: false });
      await expect(refusal).rejects.toMatchObject({ code: "BAD_AUTHENTICATION" });
      await expect(refusal).rejects.toThrow("the token shop is closed");
    });
});

function useOperatorServer(operator: () => Operator): () => TestServer {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ conf: operator().conf });
    return () => server.remove();
  });
  return () => server;
}
