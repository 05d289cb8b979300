/**
 * Server URLs, as users write them and as the core gets them. Owns schemes, default ports, and the credentials in a
 * URL, which are taken out here and never shown.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import type { TokenAuth, UserPass } from "../types";

export interface ServerAddress {
  /** Complete WebSocket URL without credentials: `wss://demo.nats.io:443/path?query`. */
  readonly url: string;
  /** `host:port`: the server's name in `getServer()` and in events. */
  readonly name: string;
  /** As in a URL: an IPv6 address is in brackets. */
  readonly hostname: string;
  readonly port: number;
  /** From `user:pass@` or `token@`; undefined when the URL has none. */
  readonly credentials: UserPass | TokenAuth | undefined;
}

const DEFAULT_PORT = { ws: "80", wss: "443" } as const;

/** Schemes as NATS users write them. Without a scheme the client uses TLS. */
const SCHEMES: Readonly<Record<string, keyof typeof DEFAULT_PORT>> = {
  ws: "ws",
  http: "ws",
  nats: "ws",
  wss: "wss",
  https: "wss",
  tls: "wss",
};

/**
 * Reads `wss://host:port/path?query`, `host:port`, `host`, `[::1]:8080`, with or without `user:pass@`.
 * @throws NatsError INVALID_OPTION, with the credentials left out of its message.
 */
export function parseServer(text: string): ServerAddress {
  const trimmed = text.trim();
  const schemed = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(trimmed);
  const scheme = schemed === null ? "wss" : SCHEMES[(schemed[1] as string).toLowerCase()];
  if (scheme === undefined) {
    const known = Object.keys(SCHEMES)
      .map((each) => `${each}:`)
      .join(", ");
    throw refused(trimmed, `the scheme is none of ${known}`);
  }
  const rest = schemed === null ? trimmed : (schemed[2] as string);
  const url = parse(`${scheme}://${bracketed(rest)}`, trimmed);
  if (url.hostname === "") throw refused(trimmed, "there is no host in it");
  const { hostname } = url;
  const port = Number(url.port || DEFAULT_PORT[scheme]);
  const name = `${hostname}:${port}`;
  return {
    url: `${scheme}://${name}${url.pathname}${url.search}`,
    name,
    hostname,
    port,
    credentials: credentials(url),
  };
}

function parse(url: string, written: string): URL {
  try {
    return new URL(url);
  } catch {
    // The browser's own error is not kept as a cause: that error quotes the URL, credentials included.
    throw refused(written, "it is not a URL");
  }
}

/** A bare IPv6 address: more than one colon, and no brackets around it. */
function bracketed(rest: string): string {
  return /^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i.test(rest) ? `[${rest}]` : rest;
}

/** The credentials of a URL. As in other NATS clients, a user without a password is a token. */
function credentials(url: URL): UserPass | TokenAuth | undefined {
  if (url.username === "" && url.password === "") return undefined;
  const user = decode(url.username);
  return url.password === "" ? { auth_token: user } : { user, pass: decode(url.password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A password with a bare % is taken as it is written.
    return text;
  }
}

function refused(written: string, why: string): NatsError {
  return errorFromCode(ErrorCode.InvalidOption, `server "${withoutCredentials(written)}" cannot be used: ${why}`);
}

/** Cuts off everything before the last @: a URL that cannot be parsed may still have a password in it. */
function withoutCredentials(written: string): string {
  return written.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1");
}
