// What a user's function returns is awaited whatever made it: a promise of another realm, of a library, or of a page whose
// framework has replaced `Promise`. None of these is an instance of ours; the one below can do nothing but `then`.

import { connect, credsAuthenticator, jwtAuthenticator, nkeyAuthenticator, tokenAuthenticator } from "nats-wasm";
import { type ConnectionOptions, type NatsConnection, usernamePasswordAuthenticator } from "nats-wasm";
import { afterEach, describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { TestServer, useServer } from "../harness/server.ts";
import type { Connection } from "../harness/clients.ts";
import { uncaught } from "../harness/jetstream.ts";
import { statusOf } from "../harness/until.ts";

/** Settled after a while, as a promise that is none. `then` returns nothing to go on with. */
class Later<T> {
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
  then(resolve: (value: T) => void, reject: (reason: unknown) => void): void {
    setTimeout(() => {
      try {
        resolve(this.#make());
      } catch (thrown) {
        reject(thrown);
      }
    }, 5);
  }
}

function later<T>(value: T): Promise<T> {
  return new Later(() => value) as unknown as Promise<T>;
}

function failing(message: string): Promise<never> {
  const fail = (): never => {
    throw new Error(message);
  };
  return new Later(fail) as unknown as Promise<never>;
}

const users = useServer({ conf: 'authorization { users: [ { user: "ann", password: "s3cret" } ] }' });
const token = useServer({ conf: 'authorization { token: "t0ken" }' });
const server = useServer();

const opened: NatsConnection[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((nc) => nc.close()));
});

async function open(options: ConnectionOptions): Promise<NatsConnection> {
  const nc = await connect({ reconnect: false, ...options });
  opened.push(nc);
  return nc;
}

describe("authenticators", () => {
  test("of one's own", async () => {
    const nc = await open({ servers: users().url, authenticator: () => later({ user: "ann", pass: "s3cret" }) });
    await nc.flush();
  });

  test("several", async () => {
    const authenticator = [() => later({ user: "ann" }), () => ({ user: "ann", pass: "s3cret" })];
    await (await open({ servers: users().url, authenticator })).flush();
  });

  test("one that fails is the reason", async () => {
    await expect(
      open({ servers: users().url, authenticator: () => failing("no password at hand") }),
    ).rejects.toMatchObject({ code: "BAD_AUTHENTICATION", message: expect.stringContaining("no password at hand") });
  });

  test("functions that are asked for user, password or token", async () => {
    const known = usernamePasswordAuthenticator(
      () => later("ann"),
      () => later("s3cret"),
    );
    await (await open({ servers: users().url, authenticator: known })).flush();
    await (await open({ servers: token().url, authenticator: tokenAuthenticator(() => later("t0ken")) })).flush();
  });

  test("functions that are asked for an nkey, a JWT or a creds file", async () => {
    const operator = await commands.makeOperator(3600);
    const guarded = await TestServer.start({ conf: operator.conf });
    try {
      const { creds, jwt, seed } = operator.user;
      const bytes = (text: string) => new TextEncoder().encode(text);
      for (const authenticator of [
        credsAuthenticator(() => later(bytes(creds))),
        jwtAuthenticator(
          () => later(jwt),
          () => later(bytes(seed)),
        ),
      ]) {
        await (await open({ servers: guarded.url, authenticator })).flush();
      }
      const answer = nkeyAuthenticator(() => later(bytes(seed)))("nonce");
      expect(await answer).toMatchObject({ nkey: expect.stringMatching(/^U/), sig: expect.stringMatching(/.{86}/) });
    } finally {
      await guarded.remove();
    }
  });
});

describe("wsFactory", () => {
  test("makes the socket later", async () => {
    type Made = Promise<{ socket: WebSocket; encrypted: boolean }>;
    const wsFactory = (url: string) =>
      new Later(() => ({ socket: new WebSocket(url), encrypted: false })) as unknown as Made;
    await (await open({ servers: server().url, wsFactory })).flush();
  });

  test("that fails is the reason", async () => {
    const refused = open({ servers: server().url, wsFactory: () => failing("no socket today") });
    await expect(refused).rejects.toThrow("no socket today");
  });
});

test("a reconnectDelayHandler can only return a number: anything else is no wait", async () => {
  const own = await TestServer.start();
  try {
    const nc = await open({
      servers: own.url,
      reconnect: true,
      // It dials without a wait until the server is there.
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => later(60_000) as unknown as number,
    });
    const status = statusOf(nc as unknown as Connection);
    await own.stop();
    await own.restart();
    await status.told("reconnect");
  } finally {
    await own.remove();
  }
});

test("a message callback that fails later is told in the status", async () => {
  const nc = await open({ servers: server().url });
  const status = statusOf(nc as unknown as Connection);
  const errors = uncaught();
  nc.subscribe("a", { callback: () => failing("not today") as unknown as undefined });
  nc.publish("a");
  await status.told("error");
  errors.stop();
  expect(status.all).toContainEqual({ type: "error", data: expect.stringContaining("not today") });
  expect(errors.messages).toEqual(["not today"]);
});

describe("services", () => {
  test("a handler that answers later is counted until then, one that fails answers with its error", async () => {
    const nc = await open({ servers: server().url });
    const service = await nc.services.add({
      name: "svc",
      version: "1.0.0",
      statsHandler: () => later({ mood: "good" }),
    });
    service.addEndpoint("fails", { handler: () => failing("out of order") as unknown as undefined });
    service.addEndpoint("works", {
      handler: (_, message) => {
        message.respond("done");
        return later(undefined) as unknown as undefined;
      },
    });
    expect((await nc.request("works")).string()).toBe("done");
    const refused = await nc.request("fails");
    expect(refused.headers?.get("Nats-Service-Error")).toBe("out of order");
    const { endpoints } = await service.stats();
    expect(endpoints?.map(({ num_errors, data }) => ({ num_errors, data }))).toEqual([
      { num_errors: 1, data: { mood: "good" } },
      { num_errors: 0, data: { mood: "good" } },
    ]);
    expect(endpoints?.[1]?.processing_time).toBeGreaterThanOrEqual(4e6);
  });
});
