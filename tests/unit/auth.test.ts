import { runInNewContext } from "node:vm";
import * as natsWs from "nats.ws";
import { describe, expect, it } from "vitest";
import * as ours from "../../js/core/auth/authenticators";
import { nkeys } from "../../js/core/auth/nkeys";
import type { Auth, Authenticator, NKeyAuth } from "../../js/core/types";

const bytes = (text: string) => new TextEncoder().encode(text);
const SEED = natsWs.nkeys.createUser().getSeed();
const PUBLIC = natsWs.nkeys.fromSeed(SEED).getPublicKey();
const NONCE = "PXoWU7zWAMt75FY";
const JWT = "eyJ0eXAi.eyJqdGki.c2ln";
const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n------END ${label}------\n`;
const CREDS = bytes(
  `${block("NATS USER JWT", JWT)}\n*** IMPORTANT ***\n\n${block("USER NKEY SEED", new TextDecoder().decode(SEED))}\n`,
);

/** The same signature, whichever base64 it is written in. */
const plain = (auth: Auth) => {
  const proof = { ...(auth as NKeyAuth) };
  return { ...proof, sig: Buffer.from(proof.sig ?? "", "base64").toString("hex") };
};

describe("authenticators that need no signature", () => {
  it("answer at once and as nats.ws does", () => {
    for (const [mine, theirs] of [
      [ours.tokenAuthenticator("t"), natsWs.tokenAuthenticator("t")],
      [ours.tokenAuthenticator(() => "t"), natsWs.tokenAuthenticator(() => "t")],
      [ours.usernamePasswordAuthenticator("u", "p"), natsWs.usernamePasswordAuthenticator("u", "p")],
      [
        ours.usernamePasswordAuthenticator(
          () => "u",
          () => "p",
        ),
        natsWs.usernamePasswordAuthenticator(
          () => "u",
          () => "p",
        ),
      ],
      [ours.usernamePasswordAuthenticator("u"), natsWs.usernamePasswordAuthenticator("u")],
    ] as [Authenticator, natsWs.Authenticator][]) {
      expect(mine(NONCE)).toEqual(theirs(NONCE));
    }
    expect(ours.noAuthFn()(NONCE)).toBeUndefined();
  });

  it("ask their function anew at every dial, and wait for its promise", async () => {
    let count = 0;
    const authenticator = ours.tokenAuthenticator(async () => `t${++count}`);
    expect([await authenticator(), await authenticator()]).toEqual([{ auth_token: "t1" }, { auth_token: "t2" }]);
    const user = ours.usernamePasswordAuthenticator("u", async () => "p");
    expect(await user()).toEqual({ user: "u", pass: "p" });
  });

  it("hand on the rejection of their function", async () => {
    const authenticator = ours.tokenAuthenticator(async () => {
      throw new Error("no token today");
    });
    await expect(authenticator()).rejects.toThrow("no token today");
  });
});

describe("authenticators that sign", () => {
  it("nkey: as nats.ws, the signature in base64url without padding", async () => {
    for (const seed of [SEED, () => SEED]) {
      const auth = (await ours.nkeyAuthenticator(seed)(NONCE)) as NKeyAuth;
      expect(plain(auth)).toEqual(plain(natsWs.nkeyAuthenticator(seed)(NONCE)));
      expect(auth.sig).toMatch(/^[\w-]{86}$/);
      expect(nkeys.fromPublic(PUBLIC).verify(bytes(NONCE), Buffer.from(auth.sig, "base64url"))).toBe(true);
    }
  });

  it("nkey: without a seed or a nonce, as nats.ws", async () => {
    expect(await ours.nkeyAuthenticator()(NONCE)).toEqual(natsWs.nkeyAuthenticator()(NONCE));
    expect(await ours.nkeyAuthenticator(SEED)()).toEqual(natsWs.nkeyAuthenticator(SEED)());
    expect(await ours.nkeyAuthenticator(SEED)("")).toEqual({ nkey: PUBLIC, sig: "" });
  });

  it("jwt: with a seed, and without for a bearer, as nats.ws", async () => {
    expect(plain(await ours.jwtAuthenticator(JWT, SEED)(NONCE))).toEqual(
      plain(natsWs.jwtAuthenticator(JWT, SEED)(NONCE)),
    );
    expect(await ours.jwtAuthenticator(() => JWT)(NONCE)).toEqual(natsWs.jwtAuthenticator(() => JWT)(NONCE));
    expect(await ours.jwtAuthenticator(async () => JWT)()).toEqual({ jwt: JWT, nkey: "", sig: "" });
  });

  it("creds: as nats.ws, and from a function that fetches them", async () => {
    const theirs = plain(natsWs.credsAuthenticator(CREDS)(NONCE));
    expect(theirs).toMatchObject({ jwt: JWT, nkey: PUBLIC });
    for (const creds of [CREDS, () => CREDS, async () => CREDS]) {
      expect(plain(await ours.credsAuthenticator(creds)(NONCE))).toEqual(theirs);
    }
  });

  it("take values, promises, other thenables, and functions that return them", async () => {
    const theirs = plain(natsWs.jwtAuthenticator(JWT, SEED)(NONCE));
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is no promise
    const thenable = <T>(value: T) => ({ then: (resolve: (value: T) => void) => resolve(value) }) as PromiseLike<T>;
    const ways = <T>(value: T): ours.Ask<T>[] => [
      value,
      Promise.resolve(value),
      thenable(value),
      () => value,
      async () => value,
      () => thenable(value),
    ];
    for (const jwt of ways(JWT)) {
      for (const seed of ways(SEED)) expect(plain(await ours.jwtAuthenticator(jwt, seed)(NONCE))).toEqual(theirs);
    }
  });

  it("take bytes and promises of another realm", async () => {
    const seed = runInNewContext("Promise.resolve(Uint8Array.from(seed))", { seed: SEED });
    expect(seed).not.toBeInstanceOf(Promise);
    expect(plain(await ours.nkeyAuthenticator(seed)(NONCE))).toEqual(plain(natsWs.nkeyAuthenticator(SEED)(NONCE)));
  });

  it("ask for JWT and seed together, and anew at every dial", async () => {
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    const give =
      <T>(name: string, value: T) =>
      () => {
        asked.push(name);
        // Nobody is answered before both have been asked.
        const answered = new Promise<T>((resolve) => waiting.push(() => resolve(value)));
        if (waiting.length === 2) for (const answer of waiting.splice(0)) answer();
        return answered;
      };
    const authenticator = ours.jwtAuthenticator(give("jwt", JWT), give("seed", SEED));
    for (const dial of [1, 2]) {
      expect(await authenticator(NONCE)).toMatchObject({ jwt: JWT, nkey: PUBLIC });
      expect(asked).toHaveLength(2 * dial);
    }
  });

  it.each([["a word"], [new RangeError("no JWT today")], ["nkeys: invalid seed"], [undefined]])(
    "reject with what a function throws, unchanged: %s",
    async (thrown) => {
      const broken = () => {
        throw thrown;
      };
      for (const authenticator of [
        ours.nkeyAuthenticator(broken),
        ours.jwtAuthenticator(broken),
        ours.jwtAuthenticator(JWT, () => Promise.reject(thrown)),
        ours.credsAuthenticator(broken),
      ]) {
        const outcome = await Promise.allSettled([authenticator(NONCE)]);
        expect(outcome).toEqual([{ status: "rejected", reason: thrown }]);
      }
    },
  );

  it.each([
    ["", "creds have no JWT"],
    ["just text", "creds have no JWT"],
    [block("NATS USER JWT", JWT), "creds have a JWT and no seed"],
    [block("USER NKEY SEED", "SUSEED") + block("NATS USER JWT", JWT), "creds have no JWT: the first block"],
  ])("creds: %j is refused with what is missing", async (text, message) => {
    const refused = ours.credsAuthenticator(bytes(text))(NONCE) as Promise<Auth>;
    await expect(refused).rejects.toMatchObject({ name: "NatsError", code: "BAD_CREDS" });
    await expect(refused).rejects.toThrow(message);
  });

  it("never show the secret when it is refused", async () => {
    const secret = "SUAHOTTOBEKEPTSECRET";
    const creds = bytes(block("NATS USER JWT", JWT) + block("USER NKEY SEED", secret));
    for (const authenticator of [ours.credsAuthenticator(creds), ours.nkeyAuthenticator(bytes(secret))]) {
      const error = await Promise.resolve(authenticator(NONCE)).catch((error: Error) => error);
      expect(error).toMatchObject({ name: "NKeysError" });
      expect(`${error} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain("HOTTOBEKEPT");
    }
  });
});

describe("buildAuthenticator", () => {
  it.each([
    [{}],
    [{ token: "t" }],
    [{ user: "u", pass: "p" }],
    [{ user: "u" }],
    [{ pass: "p" }],
    [{ token: "t", user: "u", pass: "p" }],
    [{ authenticator: () => ({ auth_token: "a" }), token: "t" }],
    [{ authenticator: [() => ({ auth_token: "a" }), () => ({ user: "b" }), () => undefined] }],
  ])("merges what the options name, as nats.ws: %j", (options) => {
    expect(ours.buildAuthenticator(options)(NONCE)).toEqual(natsWs.buildAuthenticator(options)(NONCE));
  });

  it("hands the nonce to each", () => {
    const seen: unknown[] = [];
    const listen = (nonce?: string) => {
      seen.push(nonce);
    };
    ours.buildAuthenticator({ authenticator: [listen, listen] })(NONCE);
    expect(seen).toEqual([NONCE, NONCE]);
  });

  it("waits for promises and keeps the order", async () => {
    const slow = async () => ({ auth_token: "slow", user: "slow" });
    const fast = () => ({ auth_token: "fast" });
    expect(await ours.buildAuthenticator({ authenticator: [slow, fast] })()).toEqual({
      auth_token: "fast",
      user: "slow",
    });
    const failing = async () => {
      throw new Error("no");
    };
    await expect(ours.buildAuthenticator({ authenticator: [fast, failing], token: "t" })()).rejects.toThrow("no");
  });
});
