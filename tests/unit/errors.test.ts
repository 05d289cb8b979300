import * as natsWs from "nats.ws";
import { describe, expect, it } from "vitest";
import { CODE_NAMES, Code } from "../../js/base/codes";
import { DebugEvents, ErrorCode, Events, RequestStrategy } from "../../js/base/enums";
import { asError, codeName, errorFromCode, isNatsError, NatsError, wordsOf } from "../../js/base/errors";

describe("the constants of nats.ws", () => {
  it("are all here, with the same values", () => {
    expect(Events).toMatchObject(natsWs.Events);
    expect(DebugEvents).toEqual(natsWs.DebugEvents);
    expect(RequestStrategy).toEqual(natsWs.RequestStrategy);
    const ours = {
      CoreFailed: "CORE_FAILED",
      ReconnectBufferExceeded: "RECONNECT_BUFFER_EXCEEDED",
      SlowConsumer: "SLOW_CONSUMER",
    };
    expect(ErrorCode).toEqual({ ...natsWs.ErrorCode, ...ours });
  });
});

describe("NatsError", () => {
  it.each(Object.values(natsWs.ErrorCode))("says the same as nats.ws for %s", (code) => {
    const cause = new Error("why");
    const error = NatsError.errorForCode(code, cause);
    const theirs = natsWs.NatsError.errorForCode(code, cause);
    expect([error.name, error.message, error.code, error.chainedError]).toEqual([
      theirs.name,
      theirs.message,
      theirs.code,
      theirs.chainedError,
    ]);
    expect([
      error.isAuthError(),
      error.isAuthTimeout(),
      error.isPermissionError(),
      error.isProtocolError(),
      error.isJetStreamError(),
      error.jsError(),
    ]).toEqual([
      theirs.isAuthError(),
      theirs.isAuthTimeout(),
      theirs.isPermissionError(),
      theirs.isProtocolError(),
      theirs.isJetStreamError(),
      theirs.jsError(),
    ]);
  });

  it("carries what the JetStream API said", () => {
    const error = new NatsError("stream not found", "404");
    error.api_error = { code: 404, description: "stream not found", err_code: 10059 };
    expect(error.isJetStreamError()).toBe(true);
    expect(error.jsError()).toEqual({ code: 404, description: "stream not found", err_code: 10059 });
  });

  it("has the standard cause as well, and none when there is none", () => {
    const cause = new Error("why");
    expect(new NatsError("m", "c", cause).cause).toBe(cause);
    expect(Object.keys(new NatsError("m", "c"))).not.toContain("chainedError");
    expect("cause" in new NatsError("m", "c")).toBe(false);
  });

  it("is told apart from other errors, also when it comes from another copy of the module", () => {
    expect(isNatsError(new NatsError("m", "c"))).toBe(true);
    expect(isNatsError(natsWs.NatsError.errorForCode("c"))).toBe(true);
    expect(isNatsError(Object.assign(new Error("m"), { code: "ENOENT" }))).toBe(false);
    expect(isNatsError({ name: "NatsError", code: "c" })).toBe(false);
    expect(isNatsError(undefined)).toBe(false);
  });
});

describe("the core's numbers", () => {
  const numbers = Object.values(Code).filter((code) => typeof code === "number");

  it("have a name, and every name is an ErrorCode", () => {
    expect(numbers).toHaveLength(CODE_NAMES.length - 1);
    for (const code of numbers) expect(Object.values(ErrorCode)).toContain(codeName(code));
  });

  it("become errors", () => {
    expect(errorFromCode(codeName(Code.NoResponders))).toMatchObject({ message: "503", code: ErrorCode.NoResponders });
    expect(errorFromCode(codeName(Code.BadSubject), "subject 'a b' has white space", new Error("why"))).toMatchObject({
      message: "BAD_SUBJECT: subject 'a b' has white space",
      code: "BAD_SUBJECT",
      cause: new Error("why"),
    });
    expect(codeName(9999 as Code)).toBe("UNKNOWN_ERROR");
  });
});

describe("an error of this client", () => {
  it.each([
    [errorFromCode("404", "stream not found"), "404: stream not found", "stream not found"],
    [errorFromCode("404"), "404", ""],
    [new NatsError("as the user likes", "404"), "as the user likes", "as the user likes"],
    [new Error("404: of somebody else"), "404: of somebody else", "404: of somebody else"],
  ])("%s has its code before its words", (error, message, words) => {
    expect(error.message).toBe(message);
    expect(wordsOf(error)).toBe(words);
  });
});

describe("asError", () => {
  it("leaves errors alone and wraps everything else", () => {
    const error = new RangeError("x");
    expect(asError(error)).toBe(error);
    expect(asError("x")).toEqual(new Error("x"));
    expect(asError(undefined)).toEqual(new Error("undefined"));
  });
});
