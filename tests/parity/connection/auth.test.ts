// Credentials: what each authenticator says, in which form it is told, and what a refusal is called.

import type { Authenticator, ConnectionOptions } from "nats.ws";
import { describe, expect, test } from "vitest";
import { clients, connected } from "../../browser/harness/clients.ts";
import { rejection } from "../../browser/harness/frameworks.ts";
import { TestServer, useServer } from "../../browser/harness/server.ts";
import { statusOf } from "../../browser/harness/until.ts";

const passwords = useServer({ conf: 'authorization { users: [ { user: "ann", password: "secret" } ] }' });
const tokens = useServer({ conf: 'authorization { token: "a-token" }' });

/** A signature is base64, with either alphabet; nats-server reads both. */
const decoded = (text = "") =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const bytes = (text: string) => new TextEncoder().encode(text);

describe.each(clients)("$name", ({ client, ours }) => {
  const open = (server: TestServer, more: ConnectionOptions) => connected(client, { servers: server.url, ...more });
  const pair = client.nkeys.createUser();
  const seed = pair.getSeed();

  describe("what authenticators return", () => {
    const ask = async (authenticator: Authenticator, nonce?: string) =>
      (await authenticator(nonce)) as unknown as Record<string, string>;

    test("token, as text or function", async () => {
      expect(await ask(client.tokenAuthenticator("t"))).toEqual({ auth_token: "t" });
      expect(await ask(client.tokenAuthenticator(() => "t"))).toEqual({ auth_token: "t" });
    });

    test("user and password, as texts or functions; the password may be missing", async () => {
      expect(await ask(client.usernamePasswordAuthenticator("u", "p"))).toEqual({ user: "u", pass: "p" });
      expect(
        await ask(
          client.usernamePasswordAuthenticator(
            () => "u",
            () => "p",
          ),
        ),
      ).toEqual({ user: "u", pass: "p" });
      expect(await ask(client.usernamePasswordAuthenticator("u"))).toEqual({ user: "u", pass: undefined });
    });

    test.each(["the seed", "a function"])("nkey, of %s: the nonce is signed", async (kind) => {
      const given = kind === "the seed" ? seed : () => seed;
      const { nkey, sig } = await ask(client.nkeyAuthenticator(given), "the nonce");
      expect(nkey).toBe(pair.getPublicKey());
      expect(pair.verify(bytes("the nonce"), decoded(sig))).toBe(true);
      expect(await ask(client.nkeyAuthenticator(given))).toEqual({ nkey: pair.getPublicKey(), sig: "" });
    });

    test("jwt with a seed signs; without one it is a bearer", async () => {
      const signed = await ask(client.jwtAuthenticator("a.jwt", seed), "the nonce");
      expect(signed).toMatchObject({ jwt: "a.jwt", nkey: pair.getPublicKey() });
      expect(pair.verify(bytes("the nonce"), decoded(signed.sig))).toBe(true);
      const bearer = await ask(
        client.jwtAuthenticator(() => "a.jwt"),
        "the nonce",
      );
      expect(bearer).toEqual({ jwt: "a.jwt", nkey: "", sig: "" });
    });

    test("a creds file has both; anything else is BAD_CREDS", async () => {
      const file = [
        "-----BEGIN NATS USER JWT-----",
        "the.own.jwt",
        "------END NATS USER JWT------",
        "",
        "************************* IMPORTANT *************************",
        "",
        "-----BEGIN USER NKEY SEED-----",
        new TextDecoder().decode(seed),
        "------END USER NKEY SEED------",
        "",
      ].join("\n");
      // nats.ws cannot read a file with the line ends of Windows.
      for (const text of ours ? [file, file.replaceAll("\n", "\r\n")] : [file]) {
        const said = await ask(client.credsAuthenticator(bytes(text)), "the nonce");
        expect(said).toMatchObject({ jwt: "the.own.jwt", nkey: pair.getPublicKey() });
        expect(pair.verify(bytes("the nonce"), decoded(said.sig))).toBe(true);
      }
      for (const text of ["", "no creds", file.split("\n").slice(0, 4).join("\n")]) {
        expect(await rejection((async () => client.credsAuthenticator(bytes(text))("nonce"))())).toMatchObject({
          name: "NatsError",
          code: "BAD_CREDS",
        });
      }
    });

    test("buildAuthenticator merges what the options say", async () => {
      const options = (more: ConnectionOptions) => ask(client.buildAuthenticator(more));
      expect(await options({ token: "t" })).toEqual({ auth_token: "t" });
      expect(await options({ user: "u", pass: "p" })).toEqual({ user: "u", pass: "p" });
      expect(await options({ authenticator: () => ({ auth_token: "own" }), user: "u", pass: "p" })).toEqual({
        auth_token: "own",
        user: "u",
        pass: "p",
      });
      expect(
        await options({ authenticator: [() => ({ auth_token: "own" }), () => ({ user: "u", pass: "p" })] }),
      ).toEqual({ auth_token: "own", user: "u", pass: "p" });
    });
  });

  test("user and password; and an authenticator, asked at each dial", async () => {
    await open(passwords(), { user: "ann", pass: "secret" });
    let asked = 0;
    const nc = await open(passwords(), {
      authenticator: () => {
        asked++;
        return { user: "ann", pass: "secret" };
      },
      reconnectTimeWait: 20,
    });
    const status = statusOf(nc);
    expect(asked).toBe(1);
    await nc.reconnect();
    await status.told("reconnect");
    expect(asked).toBe(2);
  });

  test("one of several authenticators that knows is enough", async () => {
    const nc = await open(tokens(), {
      authenticator: [() => {}, client.tokenAuthenticator("a-token")],
    });
    expect(nc.isClosed()).toBe(false);
  });

  test.each([
    ["wrong password", () => passwords(), { user: "ann", pass: "wrong" }],
    ["no credentials", () => passwords(), {}],
    ["wrong token", () => tokens(), { token: "wrong" }],
  ])("%s: AUTHORIZATION_VIOLATION", async (_, server, credentials) => {
    const error = await rejection(client.connect({ servers: server().url, ...credentials }));
    expect(error).toMatchObject({ name: "NatsError", code: "AUTHORIZATION_VIOLATION" });
    expect(error.isAuthError()).toBe(true);
  });

  test("user and password in the URL: dropped by nats.ws, used by us", async () => {
    const url = passwords().url.replace("ws://", "ws://ann:secret@");
    if (ours) await connected(client, { servers: url });
    else expect(await rejection(client.connect({ servers: url }))).toMatchObject({ code: "AUTHORIZATION_VIOLATION" });
  });

  describe("credentials that are refused after a reconnect", () => {
    async function refused(more: ConnectionOptions, body: (server: TestServer, told: string[]) => Promise<void>) {
      const server = await TestServer.start({ conf: 'authorization { users: [ { user: "ann", password: "one" } ] }' });
      try {
        const nc = await open(server, {
          user: "ann",
          pass: "one",
          reconnectTimeWait: 20,
          reconnectJitter: 0,
          maxReconnectAttempts: -1,
          ...more,
        });
        const status = statusOf(nc);
        await server.stop();
        await status.told("disconnect");
        await server.restart({ conf: 'authorization { users: [ { user: "ann", password: "two" } ] }' });
        const ended = await Promise.race([
          nc.closed().then((reason) => String((reason as { code?: string } | undefined)?.code)),
          new Promise<string>((resolve) => setTimeout(() => resolve("still dialling"), 600)),
        ]);
        await body(server, [ended]);
      } finally {
        await server.remove();
      }
    }

    test("twice in a row they end it", () =>
      refused({}, async (_, [ended]) => expect(ended).toBe("AUTHORIZATION_VIOLATION")));

    test("unless ignoreAuthErrorAbort", () =>
      refused({ ignoreAuthErrorAbort: true }, async (_, [ended]) => expect(ended).toBe("still dialling")));
  });
});
