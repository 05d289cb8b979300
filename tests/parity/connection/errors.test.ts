// NatsError as a class: what applications read of it, and how it is made of a code.

import { describe, expect, test } from "vitest";
import { clients } from "../../browser/harness/clients.ts";

describe.each(clients)("$name", ({ client }) => {
  const { NatsError, ErrorCode } = client;

  test("is an Error with name, code and what led to it", () => {
    const cause = new Error("the cause");
    const error = new NatsError("the words", "TIMEOUT", cause);
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(NatsError);
    expect(error.name).toBe("NatsError");
    expect(error.message).toBe("the words");
    expect(error.code).toBe("TIMEOUT");
    expect(error.chainedError).toBe(cause);
    expect(new NatsError("alone", "TIMEOUT").chainedError).toBeUndefined();
  });

  test.each([
    ["TIMEOUT", "TIMEOUT"],
    ["503", "503"],
    ["INVALID_PAYLOAD", "Invalid payload type - payloads can be 'binary', 'string', or 'json'"],
    ["BAD_JSON", "Bad JSON"],
    ["WSS_REQUIRED", "TLS is required, therefore a secure websocket connection is also required"],
  ])("errorForCode(%s) says %s", (code, message) => {
    const cause = new Error("the cause");
    expect(NatsError.errorForCode(code)).toMatchObject({ code, message });
    expect(NatsError.errorForCode(code, cause).chainedError).toBe(cause);
  });

  test("says what kind it is", () => {
    const kinds = (code: string) => {
      const error = new NatsError(code, code);
      return {
        auth: error.isAuthError(),
        authTimeout: error.isAuthTimeout(),
        permission: error.isPermissionError(),
        protocol: error.isProtocolError(),
        jetStream: error.isJetStreamError(),
      };
    };
    const none = { auth: false, authTimeout: false, permission: false, protocol: false, jetStream: false };
    expect(kinds(ErrorCode.AuthorizationViolation)).toEqual({ ...none, auth: true });
    expect(kinds(ErrorCode.AuthenticationExpired)).toEqual({ ...none, auth: true });
    expect(kinds(ErrorCode.AccountExpired)).toEqual({ ...none, auth: true });
    expect(kinds(ErrorCode.AuthenticationTimeout)).toEqual({ ...none, authTimeout: true });
    expect(kinds(ErrorCode.PermissionsViolation)).toEqual({ ...none, permission: true });
    expect(kinds(ErrorCode.ProtocolError)).toEqual({ ...none, protocol: true });
    expect(kinds(ErrorCode.Timeout)).toEqual(none);
  });

  test("has what the JetStream API said, or null", () => {
    const error = new NatsError("stream not found", "404");
    expect(error.jsError()).toBeNull();
    error.api_error = { code: 404, err_code: 10059, description: "stream not found" };
    expect(error.isJetStreamError()).toBe(true);
    expect(error.jsError()).toEqual({ code: 404, err_code: 10059, description: "stream not found" });
  });
});
