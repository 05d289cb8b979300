// Credentials that change or run out while the connection lives, and credentials that the browser sends by itself.

import { afterEach, describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { clients, connected } from "../harness/clients.ts";
import { TestServer } from "../harness/server.ts";
import { statusOf } from "../harness/until.ts";

const soon = { reconnectTimeWait: 100, reconnectJitter: 0, maxReconnectAttempts: -1 };
const users = (password: string) => `authorization { users: [ { user: "ann", password: "${password}" } ] }`;

let server: TestServer | undefined;
afterEach(() => server?.remove());

describe.each(clients)("$name", ({ client }) => {
  test("a JWT that runs out: the error is told, and the authenticator is asked for the next one", async () => {
    const operator = await commands.makeOperator(5);
    server = await TestServer.start({ conf: operator.conf });
    let current = operator.expiring.creds;
    let asked = 0;
    const authenticator = client.credsAuthenticator(() => {
      asked++;
      return new TextEncoder().encode(current);
    });
    const nc = await connected(client, { servers: server.url, authenticator, ...soon });
    const status = statusOf(nc);
    const askedBefore = asked;
    current = operator.user.creds;
    await status.told("reconnect", 1, 15_000);
    expect(asked).toBeGreaterThan(askedBefore);
    expect(status.all).toContainEqual(expect.objectContaining({ type: "error", data: "AUTHENTICATION_EXPIRED" }));
    await nc.flush();
  }, 30_000);

  test("a password changed on the server: the new one is used at the next dial", async () => {
    server = await TestServer.start({ conf: users("first") });
    let password = "first";
    const authenticator = client.usernamePasswordAuthenticator("ann", () => password);
    const nc = await connected(client, { servers: server.url, authenticator, ...soon });
    const status = statusOf(nc);
    password = "second";
    await server.restart({ conf: users("second") });
    await status.told("reconnect");
    await nc.flush();
  });

  test("the same refusal twice in a row ends the connection", async () => {
    server = await TestServer.start({ conf: users("first") });
    const nc = await connected(client, { servers: server.url, user: "ann", pass: "first", ...soon });
    await server.restart({ conf: users("second") });
    expect(await nc.closed()).toMatchObject({ code: "AUTHORIZATION_VIOLATION" });
  });

  test("cookies of the page are credentials where the server reads them", async () => {
    server = await TestServer.start({
      conf: `${users("from-a-cookie")}
        websocket { listen: $NATS_WEBSOCKET, no_tls: true, user_cookie: "nats_user", pass_cookie: "nats_pass" }`,
    });
    const cookies = (age: number) => {
      // biome-ignore lint/suspicious/noDocumentCookie: the subject of this test
      document.cookie = `nats_user=ann; path=/; max-age=${age}`;
      // biome-ignore lint/suspicious/noDocumentCookie: the subject of this test
      document.cookie = `nats_pass=from-a-cookie; path=/; max-age=${age}`;
    };
    await expect(client.connect({ servers: server.url, reconnect: false })).rejects.toMatchObject({
      code: "AUTHORIZATION_VIOLATION",
    });
    cookies(60);
    try {
      await (await connected(client, { servers: server.url })).flush();
    } finally {
      cookies(0);
    }
  });
});
