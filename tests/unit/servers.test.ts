// Server URLs as users write them: what is dialled, what it is called, and whose credentials never show.
import { describe, expect, it } from "vitest";
import { parseServer } from "../../js/core/options/servers";

describe("parseServer", () => {
  it.each([
    ["demo.nats.io", "wss://demo.nats.io:443/", "demo.nats.io:443"],
    ["demo.nats.io:8443", "wss://demo.nats.io:8443/", "demo.nats.io:8443"],
    ["127.0.0.1:443", "wss://127.0.0.1:443/", "127.0.0.1:443"],
    ["ws://localhost", "ws://localhost:80/", "localhost:80"],
    ["http://localhost", "ws://localhost:80/", "localhost:80"],
    ["nats://localhost:4222", "ws://localhost:4222/", "localhost:4222"],
    ["wss://localhost", "wss://localhost:443/", "localhost:443"],
    ["https://localhost:443", "wss://localhost:443/", "localhost:443"],
    ["tls://localhost", "wss://localhost:443/", "localhost:443"],
    ["WSS://LocalHost:9", "wss://localhost:9/", "localhost:9"],
    ["ws://host:80/a/b?c=d&e#hash", "ws://host:80/a/b?c=d&e", "host:80"],
    ["host/path?query", "wss://host:443/path?query", "host:443"],
    ["[::1]:8080", "wss://[::1]:8080/", "[::1]:8080"],
    ["ws://[::1]", "ws://[::1]:80/", "[::1]:80"],
    ["::1", "wss://[::1]:443/", "[::1]:443"],
    ["  ws://localhost:1  ", "ws://localhost:1/", "localhost:1"],
  ])("%s", (written, url, name) => {
    expect(parseServer(written)).toMatchObject({ url, name, credentials: undefined });
  });

  it.each([
    ["wss://derek:s3cret@host", { user: "derek", pass: "s3cret" }],
    ["derek:s3cret@host:4443", { user: "derek", pass: "s3cret" }],
    ["ws://a%40b:p%3Aw%25@host", { user: "a@b", pass: "p:w%" }],
    ["ws://user:100%@host", { user: "user", pass: "100%" }],
    ["nats://t0ken@host", { auth_token: "t0ken" }],
  ])("takes the credentials out of %s", (written, credentials) => {
    const server = parseServer(written);
    expect(server.credentials).toEqual(credentials);
    expect(server.url).not.toMatch(/derek|s3cret|user|t0ken|@/);
    expect(server.name).not.toMatch(/derek|s3cret|user|t0ken|@/);
  });

  it.each([
    ["ftp://host", /scheme is none of ws:, http:/],
    ["ws://", /not a URL/],
    ["", /not a URL/],
    ["ws://host:port", /not a URL/],
    ["host:99999", /not a URL/],
  ])("refuses %j", (written, why) => {
    expect(() => parseServer(written)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION", message: expect.stringMatching(why) }),
    );
  });

  it("does not show the credentials of a URL it refuses", () => {
    expect(() => parseServer("ws://derek:s3c@ret@host:port")).toThrow(
      /^INVALID_OPTION: server "ws:\/\/host:port" cannot be used/,
    );
  });
});
