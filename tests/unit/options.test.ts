// What connect() accepts, and what it makes of it.
import { describe, expect, it } from "vitest";
import { normalise } from "../../js/core/options/options";
import type { ConnectionOptions } from "../../js/core/types";

describe("normalise", () => {
  it("fills in every default", () => {
    expect(normalise().engine).toEqual({
      servers: [{ url: "wss://127.0.0.1:443/", name: "127.0.0.1:443" }],
      shuffle: true,
      ignoreClusterUpdates: false,
      timeout: 20_000,
      reconnect: true,
      maxReconnectAttempts: 10,
      reconnectTimeWait: 2_000,
      reconnectJitter: 100,
      asksRedialDelay: false,
      asksServer: false,
      waitOnFirstConnect: false,
      ignoreAuthErrorAbort: false,
      pingInterval: 120_000,
      maxPingOut: 2,
      wakeTimeout: 3_000,
      reconnectBufferSize: 8_388_608,
      inboxPrefix: "_INBOX",
      failRequestsOnDisconnect: false,
    });
  });

  it("does not write to the user's object", () => {
    const given: ConnectionOptions = Object.freeze({
      servers: Object.freeze(["ws://a:1", "ws://b:2"]) as string[],
      name: "me",
    });
    const settings = normalise(given);
    expect(settings.servers.map(({ name }) => name)).toEqual(["a:1", "b:2"]);
    expect(settings.name).toBe("me");
    expect(given).toEqual({ servers: ["ws://a:1", "ws://b:2"], name: "me" });
  });

  it("takes undefined and null for the default", () => {
    const given = { timeout: undefined, maxReconnectAttempts: null, reconnect: undefined, servers: null, tls: null };
    expect(normalise(given as unknown as ConnectionOptions).engine).toEqual(normalise().engine);
  });

  it("makes a localhost server of a port", () => {
    expect(normalise({ port: 8443 }).engine.servers).toEqual([
      { url: "wss://127.0.0.1:8443/", name: "127.0.0.1:8443" },
    ]);
  });

  it.each([-1, -7, Number.POSITIVE_INFINITY])("reads %d attempts as no limit", (maxReconnectAttempts) => {
    expect(normalise({ maxReconnectAttempts }).engine.maxReconnectAttempts).toBe(-1);
  });

  it("hides the credentials of a URL from the core", () => {
    const settings = normalise({ servers: "ws://derek:s3cret@host:1" });
    expect(JSON.stringify(settings.engine)).not.toContain("s3cret");
    expect(settings.servers[0]?.credentials).toEqual({ user: "derek", pass: "s3cret" });
    expect(settings.authenticator).toBeUndefined();
  });

  it.each<[string, object, string, RegExp]>([
    ["port and servers", { port: 1, servers: "a" }, "INVALID_OPTION", /"port" and "servers"/],
    ["port", { port: 70_000 }, "INVALID_OPTION", /"port" cannot be 70000/],
    ["tls", { tls: {} }, "INVALID_OPTION", /"tls"/],
    ["resolve", { resolve: true }, "INVALID_OPTION", /"resolve"/],
    ["a number that is none", { timeout: "5s" }, "INVALID_OPTION", /"timeout" cannot be "5s"/],
    ["NaN", { pingInterval: Number.NaN }, "INVALID_OPTION", /"pingInterval" cannot be NaN/],
    [
      "less than possible",
      { reconnectTimeWait: -1 },
      "INVALID_OPTION",
      /"reconnectTimeWait" cannot be -1.* at least 0/,
    ],
    ["a server that is no string", { servers: [1] }, "INVALID_OPTION", /"servers" cannot be 1/],
    ["an authenticator that is none", { authenticator: {} }, "NOT_FUNC", /"authenticator"/],
    ["a list with one that is none", { authenticator: [() => {}, 1] }, "NOT_FUNC", /"authenticator"/],
    ["a handler that is none", { reconnectDelayHandler: 500 }, "NOT_FUNC", /"reconnectDelayHandler".* not 500/],
    ["a wildcard in the inbox prefix", { inboxPrefix: "a.*" }, "BAD API", /"inboxPrefix" cannot be "a\.\*"/],
  ])("refuses %s", (_what, given, code, message) => {
    expect(() => normalise(given as ConnectionOptions)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
