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
 * @param server index into `settings.servers`; -1 for a server learnt from the cluster.
 */
export function connectText(
  settings: Settings,
  info: ServerInfo | undefined,
  server: number,
  nonce: string,
): string | Promise<string> {
  const credentials = settings.authenticator === undefined ? fromUrl(settings, server) : settings.authenticator(nonce);
  return isPromise(credentials)
    ? credentials.then((resolved) => compose(settings, info, resolved))
    : compose(settings, info, credentials);
}

/** A server learnt from the cluster is met with what the user gave for the cluster's other servers. */
function fromUrl({ servers }: Settings, server: number): Auth {
  return server >= 0 ? servers[server]?.credentials : servers.find((each) => each.credentials)?.credentials;
}

function compose(settings: Settings, info: ServerInfo | undefined, credentials: Auth): string {
  const { verbose, pedantic, noEcho, name } = settings;
  return JSON.stringify({
    protocol: 1,
    version: VERSION,
    lang: LANG,
    verbose,
    pedantic,
    // A server that does not know headers refuses the options.
    ...(info?.headers ? { headers: true, no_responders: true } : {}),
    ...(noEcho ? { echo: false } : {}),
    ...(name === undefined ? {} : { name }),
    ...(credentials ?? {}),
  });
}

function isPromise(credentials: Auth | Promise<Auth>): credentials is Promise<Auth> {
  return typeof (credentials as Promise<Auth> | null | undefined)?.then === "function";
}
