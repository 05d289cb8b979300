/**
 * What the client says of itself: the text after `CONNECT `. Owns its members and who supplies the credentials.
 */
import type { Settings } from "../options/options";
import type { Auth, ServerInfo } from "../types";

/** Of package.json; tests/unit/connect-line.test.ts keeps them equal. */
export const VERSION = "0.1.0";
export const LANG = "nats-wasm";

/**
 * The JSON text of CONNECT. A promise when the authenticator returns one.
 * @param info what the server said of itself, its nonce included.
 * @param url the server's.
 */
export function connectText(settings: Settings, info: ServerInfo, url: string): string | PromiseLike<string> {
  const { authenticator } = settings;
  const credentials = authenticator === undefined ? fromUrl(settings, url) : authenticator(info.nonce ?? "");
  return isThenable(credentials)
    ? credentials.then((resolved) => compose(settings, info, resolved))
    : compose(settings, info, credentials);
}

/** A server learnt from the cluster is met with what the user gave for the cluster's other servers. */
function fromUrl({ servers }: Settings, url: string): Auth {
  const given = servers.find((server) => server.url === url);
  return given === undefined ? servers.find(({ credentials }) => credentials)?.credentials : given.credentials;
}

function compose(settings: Settings, info: ServerInfo, credentials: Auth): string {
  const { verbose, pedantic, noEcho, name } = settings;
  return JSON.stringify({
    protocol: 1,
    version: VERSION,
    lang: LANG,
    verbose,
    pedantic,
    // A server that does not know headers refuses the options.
    ...(info.headers ? { headers: true, no_responders: true } : {}),
    ...(noEcho ? { echo: false } : {}),
    ...(name === undefined ? {} : { name }),
    ...(credentials ?? {}),
  });
}

function isThenable(credentials: Auth | PromiseLike<Auth>): credentials is PromiseLike<Auth> {
  return typeof (credentials as PromiseLike<Auth> | null | undefined)?.then === "function";
}
