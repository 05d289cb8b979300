/**
 * The JSON text after `CONNECT `, in which the client introduces itself. Owns its members, and the choice of the credentials:
 * the authenticator's, or those in the URL of a server.
 */
import { whenKnown } from "../../base/thenable";
import type { Settings } from "../options/options";
import type { ServerAddress } from "../options/servers";
import type { Auth, ServerInfo } from "../types";

/** The version in package.json; tests/unit/connect-line.test.ts keeps both equal. */
export const VERSION = "0.1.0";
export const LANG = "nats-wasm";

/**
 * The JSON text of CONNECT, for the server at `url` whose INFO is `info`. A promise when the authenticator returns a
 * promise.
 */
export function connectText(settings: Settings, info: ServerInfo, url: string): string | Promise<string> {
  const { authenticator, servers } = settings;
  const credentials = authenticator === undefined ? credentialsFor(url, servers) : authenticator(info.nonce ?? "");
  return whenKnown(credentials, (known) => compose(settings, info, known));
}

/** The credentials in a URL. A server that was learnt from the cluster gets those of a server that the user gave. */
function credentialsFor(url: string, servers: readonly ServerAddress[]): Auth {
  const given = servers.find((server) => server.url === url) ?? servers.find((server) => server.credentials);
  return given?.credentials;
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
