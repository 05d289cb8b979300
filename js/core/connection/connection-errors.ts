/**
 * Errors that no call has caused: failed dials, refusals by the server, the end of a connection. Owns their words: URL,
 * phase, attempt, close code, likely causes. Credentials are not among the words.
 */
import type { EngineEvent } from "../../engine/engine";
import { Code } from "../../base/codes";
import { ErrorCode } from "../../base/enums";
import { codeName, errorFromCode, isNatsError, type NatsError, wordsOf } from "../../base/errors";
import type { Settings } from "../options/options";

/** The latest dial that failed, and the error that an authenticator or a socket factory threw in it. */
export type FailedDial = Omit<EngineEvent & { type: "dialFailed" }, "type"> & { cause: Error | undefined };

/** The error of an -ERR line, in the words of the server. */
export function serverError(event: EngineEvent & { type: "serverError" }): NatsError {
  const error = errorFromCode(codeName(event.code), event.text);
  const { operation, subject, queue } = event;
  if (operation !== "") {
    error.permissionContext = queue === "" ? { operation, subject } : { operation, subject, queue };
  }
  return error;
}

/** The error of a live connection that was lost. When the server broke the protocol, the core's reason says so. */
export function lossError({ server, closeCode, reason }: EngineEvent & { type: "disconnected" }): NatsError {
  const code = reason.startsWith("protocol error: ") ? ErrorCode.ProtocolError : ErrorCode.Disconnect;
  const closed = closeCode === 0 ? "" : ` (WebSocket close code ${closeCode})`;
  return errorFromCode(code, `lost the connection to ${server}${closed}${reason === "" ? "" : `: ${reason}`}`);
}

export function dialError(code: number, dial: FailedDial): NatsError {
  return errorFromCode(codeOf(code, dial), describe(dial), dial.cause);
}

/** The code of a failed dial. A NatsError that the authenticator threw, such as BAD_CREDS, has the better code. */
function codeOf(code: number, { cause }: FailedDial): string {
  return code === Code.BadAuthentication && isNatsError(cause) ? cause.code : codeName(code);
}

/** The error of a connection that ended, or never began. */
export function endError(reason: number, detail: string, dial: FailedDial | undefined, settings: Settings): NatsError {
  // A browser does not tell a refused connection from other failures. nats.ws gives all of them this code.
  const code = reason === Code.ConnectionRefused && dial?.phase === "dial" ? Code.Unknown : reason;
  if (dial === undefined) {
    const servers = settings.servers.map(({ url }) => url).join(", ");
    return errorFromCode(codeName(code), detail === "" ? "" : `${detail} (${servers})`);
  }
  const words = describe(dial);
  return errorFromCode(codeOf(code, dial), words.includes(detail) ? words : `${detail}: ${words}`, dial.cause);
}

function describe(dial: FailedDial): string {
  const { url, phase, attempt, closeCode, reason, cause } = dial;
  const closed = closeCode === 0 ? "" : `, WebSocket close code ${closeCode}`;
  const said = reason === "" && cause !== undefined ? wordsOf(cause) : reason;
  const head = `could not connect to ${url}: attempt ${attempt} failed in the ${phase} phase${closed}`;
  const causes = phase === "dial" && cause === undefined ? likelyCauses(url) : [];
  return [
    said === "" ? head : `${head}: ${said}`,
    ...(causes.length === 0 ? [] : [`likely causes: ${causes.join("; ")}`]),
  ].join(". ");
}

/** A browser tells a page nothing about why a socket failed, so that pages cannot scan networks. */
function likelyCauses(url: string): string[] {
  const page = (globalThis as { location?: Location }).location;
  const isTls = url.startsWith("wss:");
  if (page?.protocol === "https:" && !isTls) {
    return ["a page loaded over https may open wss: only (mixed content)"];
  }
  return [
    "nothing listens at this address and port",
    "it is not the port of nats-server's websocket listener",
    isTls ? "the certificate is not trusted, or the server has no TLS there" : "the server expects TLS (wss:)",
    page === undefined || page.origin === "null"
      ? "the server refuses the origin (allowed_origins, same_origin)"
      : `the server refuses the origin ${page.origin} (allowed_origins, same_origin)`,
    "the page's Content-Security-Policy does not allow it (connect-src)",
  ];
}
