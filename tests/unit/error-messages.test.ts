// Every error of this client begins with its code: that one function makes them all, and what each source that needs no
// server says.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { Code } from "../../js/base/codes";
import { errorFromCode, isNatsError, NatsError } from "../../js/base/errors";
import { credsAuthenticator } from "../../js/core/auth/authenticators";
import { checkPayload, checkSlow, encodeHeaders, refusal } from "../../js/core/connection/call-errors";
import {
  dialError,
  endError,
  type FailedDial,
  lossError,
  serverError,
} from "../../js/core/connection/connection-errors";
import { JSONCodec } from "../../js/core/helpers/codecs";
import { boundOf } from "../../js/core/messages/bounded";
import { headers } from "../../js/core/messages/headers";
import { Queue } from "../../js/core/messages/queue";
import { normalise, parseServers } from "../../js/core/options/options";
import type { ConnectionOptions, Msg, MsgHdrs, ServerInfo, SubscriptionOptions } from "../../js/core/types";
import { loaded } from "../../js/engine/fetch";
import { instantiate } from "../../js/engine/load";
import { Api, type Nats } from "../../js/jetstream/api";
import { apiError, checkJsError, statusError } from "../../js/jetstream/errors";
import { consumerOpts } from "../../js/jetstream/legacy/options-builder";
import { parseInfo } from "../../js/jetstream/messages/msg";
import { checkName, requireServer } from "../../js/jetstream/names";
import { publishHeaders } from "../../js/jetstream/publish/publish";
import { normalise as pullSettings } from "../../js/jetstream/pull/options";
import { checkBucket, checkKey } from "../../js/kv/keys";
import { type ChunkPlace, cancellation, removeChunks } from "../../js/object-store/failures";
import { parseDigest, streamOf } from "../../js/object-store/names";
import { checkVersion, checkName as checkServiceName } from "../../js/services/names";

const JS = new URL("../../js/", import.meta.url).pathname;
const sources = (readdirSync(JS, { recursive: true }) as string[])
  .filter((file) => file.endsWith(".ts") && !file.includes("generated"))
  .map((file) => ({ file, text: readFileSync(join(JS, file), "utf8") }));

const mentions = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ file }) => file);

describe("one function makes all errors", () => {
  it("nobody else calls the constructor, or takes the message from nats.ws's table", () => {
    expect(mentions(/new NatsError\(/)).toEqual(["base/errors.ts"]);
    expect(mentions(/\.errorForCode\(/)).toEqual([]);
    expect(mentions(/extends NatsError/)).toEqual([]);
  });

  it("nobody changes code or message afterwards", () => {
    // The classes set their own code in their constructor.
    expect(mentions(/(?<!this)\.(code|message) = /)).toEqual([]);
  });
});

const URL_ = "ws://127.0.0.1:1";
const settings = normalise({ servers: URL_ });
const dial: FailedDial = {
  server: "127.0.0.1:1",
  url: URL_,
  phase: "auth",
  attempt: 2,
  closeCode: 0,
  reason: "",
  cause: undefined,
};
const heard = (code: Code, text: string) =>
  serverError({ type: "serverError", code, text, operation: "", subject: "", queue: "", sid: 0, tickets: [] });
const refuse = (code: Code, more: object = {}) =>
  refusal(code, { verb: "publish", subject: "a.b", ...more }, settings, { max_payload: 64 } as ServerInfo);
const option = (given: object) => () => normalise(given as ConnectionOptions);
const pending = (given: object) => () => boundOf(given as SubscriptionOptions);
const nc = { options: {}, features: { require: () => false }, info: { version: "2.9.0" } } as unknown as Nats;
const status = (code: number, description: string, data = new Uint8Array()) =>
  checkJsError({ data, headers: headers(code, description) } as Msg);
const bytes = (text: string) => new TextEncoder().encode(text);
const queue = new Queue<number>(() => {});
void queue[Symbol.asyncIterator]().next();
const circle: { self?: unknown } = {};
circle.self = circle;
const aborted = AbortSignal.abort(new Error("changed my mind"));
const api = new Api(nc);
/** Chunks that cannot be removed: nobody answers. */
const stuck: ChunkPlace = {
  api: Object.assign(new Api(nc), { request: () => Promise.reject(errorFromCode("TIMEOUT", "no reply")) }),
  stream: "OBJ_a",
  subject: "$O.a.C.1",
};

/** What goes wrong, and all the words of its error: its code and what follows it. */
const said: [string | RegExp, () => unknown][] = [
  // a call
  ['CONNECTION_CLOSED: cannot publish on "a.b": the connection is closed', () => refuse(Code.ConnectionClosed)],
  ['CONNECTION_DRAINING: cannot publish on "a.b": the connection is draining', () => refuse(Code.ConnectionDraining)],
  [
    'BAD_SUBJECT: cannot publish on "a b": the subject "a b" has white space or control characters in it',
    () => refuse(Code.BadSubject, { subject: "a b" }),
  ],
  [
    'MAX_PAYLOAD_EXCEEDED: cannot publish on "a.b": the payload of 65 bytes exceeds the server\'s max_payload of 64 bytes',
    () => refuse(Code.MaxPayloadExceeded, { payload: new Uint8Array(65) }),
  ],
  [
    /^RECONNECT_BUFFER_EXCEEDED: cannot publish on "a\.b": there is no connection, and the 8388608 bytes /,
    () => refuse(Code.ReconnectBufferExceeded),
  ],
  [
    'SERVER_OPT_NA: cannot publish on "a.b": the server does not support headers',
    () => refuse(Code.ServerOptionNotAvailable),
  ],
  ['DISCONNECT: cannot publish on "a.b": there is no connection to a server', () => refuse(Code.Disconnect)],
  ['UNKNOWN_ERROR: cannot publish on "a.b": it was refused', () => refuse(Code.Unknown)],
  [
    'BAD_PAYLOAD: cannot publish on "a": the payload must be a string or a Uint8Array, not number',
    () => checkPayload(5, "publish", "a"),
  ],
  ["BAD_HEADER: headers must be made by headers()", () => encodeHeaders({} as MsgHdrs)],
  ["BAD_HEADER: ':' is not a valid character for a header key", () => headers().set("a:b", "")],
  ["BAD_HEADER: invalid header value - \\r and \\n are not allowed.", () => headers().set("a", "\r")],
  ['INVALID_OPTION: option "slow" cannot be 0: it must be over 0', () => checkSlow({ slow: 0 })],
  [
    'INVALID_OPTION: option "pending": maxMsgs cannot be 0: at least 1',
    pending({ pending: { policy: "close", maxMsgs: 0 } }),
  ],
  [/^BAD_JSON: Bad JSON: Converting circular structure to JSON/, () => JSONCodec().encode(circle)],
  ["BAD API: already yielding", () => queue[Symbol.asyncIterator]().next()],
  // options
  [
    'INVALID_OPTION: option "pingInterval" cannot be -5: it must be a number of at least 0',
    option({ pingInterval: -5 }),
  ],
  ['INVALID_OPTION: options "port" and "servers" exclude each other', option({ port: 1, servers: "a" })],
  [/^INVALID_OPTION: option "tls" is not available: /, option({ tls: {} })],
  [/^INVALID_OPTION: option "resolve" is not available: /, option({ resolve: true })],
  ["INVALID_OPTION: the list of servers cannot be empty", () => parseServers([])],
  [/^INVALID_OPTION: server "ftp:\/\/a" cannot be used: /, () => parseServers("ftp://a")],
  ['NOT_FUNC: option "authenticator" must be a function or an array of functions', option({ authenticator: {} })],
  ['NOT_FUNC: option "reconnectDelayHandler" must be a function, not 1', option({ reconnectDelayHandler: 1 })],
  [
    'BAD API: option "inboxPrefix" cannot be "a.*": inbox prefixes cannot have wildcards \'a.*\'',
    option({ inboxPrefix: "a.*" }),
  ],
  // the connection
  [
    "PERMISSIONS_VIOLATION: 'Permissions Violation for Publish to \"x\"'",
    () => heard(Code.PermissionsViolation, "'Permissions Violation for Publish to \"x\"'"),
  ],
  ["NATS_PROTOCOL_ERR", () => heard(Code.ProtocolError, "")],
  [
    "DISCONNECT: lost the connection to a:1 (WebSocket close code 1006)",
    () => lossError({ type: "disconnected", server: "a:1", closeCode: 1006, reason: "" }),
  ],
  [
    "NATS_PROTOCOL_ERR: lost the connection to a:1: protocol error: unknown op",
    () => lossError({ type: "disconnected", server: "a:1", closeCode: 0, reason: "protocol error: unknown op" }),
  ],
  [
    `AUTHORIZATION_VIOLATION: could not connect to ${URL_}: attempt 2 failed in the auth phase: 'Authorization Violation'`,
    () => dialError(Code.AuthorizationViolation, { ...dial, reason: "'Authorization Violation'" }),
  ],
  [
    `BAD_AUTHENTICATION: could not connect to ${URL_}: attempt 2 failed in the auth phase: the shop is closed`,
    () => dialError(Code.BadAuthentication, { ...dial, cause: new Error("the shop is closed") }),
  ],
  // The final code, and only once.
  [
    `BAD_CREDS: could not connect to ${URL_}: attempt 2 failed in the auth phase: creds have no JWT`,
    () => dialError(Code.BadAuthentication, { ...dial, cause: errorFromCode("BAD_CREDS", "creds have no JWT") }),
  ],
  [
    `BAD_CREDS: could not connect to ${URL_}: attempt 2 failed in the auth phase`,
    () => endError(Code.BadAuthentication, "", { ...dial, cause: NatsError.errorForCode("BAD_CREDS") }, settings),
  ],
  [
    /^UNKNOWN_ERROR: could not connect to ws:/,
    () => endError(Code.ConnectionRefused, "", { ...dial, phase: "dial" }, settings),
  ],
  [
    `NATS_PROTOCOL_ERR: 'Slow Consumer' (${URL_}/)`,
    () => endError(Code.ProtocolError, "'Slow Consumer'", undefined, settings),
  ],
  ["CONNECTION_CLOSED", () => endError(Code.ConnectionClosed, "", undefined, settings)],
  [/^BAD_CREDS: creds have no JWT/, () => credsAuthenticator(bytes("no creds"))("nonce")],
  ['UNKNOWN_ERROR: the wasm module is not loaded: call init("…/nats.wasm") before connect()', () => loaded()],
  [
    /^UNKNOWN_ERROR: the wasm module could not be loaded: WebAssembly.compile\(\): /,
    () => instantiate(bytes("no wasm")),
  ],
  // JetStream
  ["404: stream not found", () => apiError({ code: 404, err_code: 10059, description: "stream not found" })],
  [
    "400: wrong last sequence: 3",
    () => apiError({ code: 400, err_code: 10071, description: "wrong last sequence: 3" }),
  ],
  ["409: consumer deleted", () => status(409, "Consumer Deleted")],
  ["503: no responders", () => status(503, "No Responders")],
  ["IDLE_HEARTBEAT: idle heartbeats missed", () => status(409, "Idle Heartbeats Missed")],
  ["404", () => statusError(404)],
  ["431: UNKNOWN_ERROR", () => statusError(431)],
  ["SERVER_OPT_NA: a stream requires server 2.10.0, this one is 2.9.0", () => requireServer(nc, "a stream", "2.10.0")],
  ["BAD API: invalid stream name \"a.b\": it cannot contain '.'", () => checkName("stream", "a.b")],
  ['BAD API: option "apiPrefix" of "." is empty', () => new Api(nc, { apiPrefix: "." })],
  ["BAD API: expires of 5 ms is too short: at least 1000", () => pullSettings(nc, { expires: 5 })],
  [/^BAD API: start sequence 0: sequence must be greater than 0$/, () => consumerOpts().startSequence(0)],
  ['BAD API: not a message of a consumer: its reply subject is "a"', () => parseInfo("a")],
  [
    'BAD API: publish option "increment" of 0.5: it must be a whole number',
    () => publishHeaders(api, "a", { increment: 0.5 }, []),
  ],
  // buckets, objects, services
  ["BAD API: invalid key: a..b - no token can be empty", () => checkKey("a..b")],
  [/^BAD API: invalid bucket name: a b - /, () => checkBucket("a b")],
  ["BAD API: invalid bucket name: a b", () => streamOf("a b")],
  ["BAD API: unknown digest type: MD5=x", () => parseDigest("MD5=x")],
  ["CANCELLED: changed my mind", () => cancellation(aborted)],
  [
    'CANCELLED: changed my mind; and chunks on "$O.a.C.1" could not be removed: TIMEOUT: no reply',
    () => removeChunks(stuck, cancellation(aborted)),
  ],
  [
    'UNKNOWN_ERROR: enough; and chunks on "$O.a.C.1" could not be removed: TIMEOUT: no reply',
    () => removeChunks(stuck, new DOMException("enough", "AbortError")),
  ],
  [/^BAD API: .*name cannot /, () => checkServiceName("endpoint", "a b")],
  [/^BAD API: .*'one' is not a semver value/, () => checkVersion("one")],
];

/** What it throws, rejects with, or returns. */
async function errorOf(provoke: () => unknown): Promise<unknown> {
  try {
    return await provoke();
  } catch (thrown) {
    return thrown;
  }
}

test.each(said)("%s", async (words, provoke) => {
  const error = (await errorOf(provoke)) as NatsError;
  expect(isNatsError(error)).toBe(true);
  expect(error.message.startsWith(error.code)).toBe(true);
  if (typeof words === "string") expect(error.message).toBe(words);
  else expect(error.message).toMatch(words);
  // Not twice, and nothing between the code and the words but what is said here.
  expect(error.message === error.code || error.message.startsWith(`${error.code}: `)).toBe(true);
  expect(error.message.slice(error.code.length)).not.toContain(`${error.code}: `);
});
