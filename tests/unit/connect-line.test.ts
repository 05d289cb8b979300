// The CONNECT line: its members, and whose credentials are in it.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { connectText, VERSION } from "../../js/core/connection/connect-line";
import { normalise } from "../../js/core/options/options";
import type { ConnectionOptions, ServerInfo } from "../../js/core/types";

const info = { headers: true, max_payload: 1, nonce: "nonce" } as ServerInfo;

async function line(options: ConnectionOptions, url = "ws://a:1/", from: ServerInfo = info) {
  return JSON.parse(await connectText(normalise(options), from, url));
}

it("says the version of the package", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(VERSION).toBe(version);
});

it("has what a server needs and no more", async () => {
  expect(await line({})).toEqual({
    protocol: 1,
    lang: "nats-wasm",
    version: VERSION,
    verbose: false,
    pedantic: false,
    headers: true,
    no_responders: true,
  });
  expect(
    await line({ noEcho: true, name: "page", verbose: true }, "ws://a:1/", { max_payload: 1 } as ServerInfo),
  ).toEqual({
    protocol: 1,
    lang: "nats-wasm",
    version: VERSION,
    verbose: true,
    pedantic: false,
    echo: false,
    name: "page",
  });
});

it("has the credentials of the server's URL, for that server", async () => {
  const options = { servers: ["ws://a:1", "ws://derek:s3cret@b:2"] };
  expect(await line(options, "ws://a:1/")).not.toHaveProperty("user");
  expect(await line(options, "ws://b:2/")).toMatchObject({ user: "derek", pass: "s3cret" });
  expect(await line(options, "ws://learnt:3")).toMatchObject({ user: "derek", pass: "s3cret" });
});

it("prefers the credentials of the options", async () => {
  const text = await line({ servers: "ws://derek:s3cret@b:2", authenticator: () => ({ auth_token: "t" }) });
  expect(text).toMatchObject({ auth_token: "t" });
  expect(text).not.toHaveProperty("user");
});

it("waits for an authenticator that takes its time, and gives it the nonce", async () => {
  const authenticator = async (nonce?: string) => ({ auth_token: `for ${nonce}` });
  expect(await line({ authenticator })).toMatchObject({ auth_token: "for nonce" });
  const { nonce: _none, ...silent } = info;
  expect(await line({ authenticator }, "ws://a:1/", silent as ServerInfo)).toMatchObject({ auth_token: "for " });
});
