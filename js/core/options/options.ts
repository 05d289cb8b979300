/**
 * The options of `connect()`, checked and complete. Owns all defaults and all checks; the user's object is read once
 * and never written.
 */
import type { EngineOptions } from "../../engine/engine";
import { buildAuthenticator } from "../auth/authenticators";
import { ErrorCode } from "../../base/enums";
import { asError, errorFromCode, type NatsError } from "../../base/errors";
import { createInbox } from "../helpers/inbox";
import { parseServer, type ServerAddress } from "./servers";
import type { Authenticator, ConnectionOptions } from "../types";

/** The options as the client uses them. */
export interface Settings {
  /** The core's part of the options. */
  readonly engine: EngineOptions;
  /** In the order of `engine.servers`. */
  readonly servers: readonly ServerAddress[];
  /** From `authenticator`, `token`, `user` and `pass`; undefined when none is given. */
  readonly authenticator: Authenticator | undefined;
  readonly name: string | undefined;
  readonly noEcho: boolean;
  readonly verbose: boolean;
  readonly pedantic: boolean;
  readonly debug: boolean;
  readonly noAsyncTraces: boolean;
  readonly reconnectDelayHandler: (() => number) | undefined;
  readonly reconnectToServer: ConnectionOptions["reconnectToServer"];
  readonly wsFactory: ConnectionOptions["wsFactory"];
  /** The user's own object, for `wsFactory`. */
  readonly given: ConnectionOptions;
}

/**
 * Checks the options and adds the defaults.
 *
 * @throws NatsError INVALID_OPTION, NOT_FUNC or "BAD API" (inboxPrefix), naming the option and its value.
 */
export function normalise(given: ConnectionOptions = {}): Settings {
  refuseUnsupported(given);
  const servers = serverList(given).map(parseServer);
  const read = reader(given);
  const engine: EngineOptions = {
    servers: servers.map(({ url, name }) => ({ url, name })),
    shuffle: !read.flag("noRandomize", false),
    ignoreClusterUpdates: read.flag("ignoreClusterUpdates", false),
    // 0 means no limit.
    timeout: read.number("timeout", 20_000, 0),
    reconnect: read.flag("reconnect", true),
    maxReconnectAttempts: read.attempts("maxReconnectAttempts", 10),
    reconnectTimeWait: read.number("reconnectTimeWait", 2_000, 0),
    reconnectJitter: read.number("reconnectJitter", 100, 0),
    asksRedialDelay: read.handler("reconnectDelayHandler") !== undefined,
    asksServer: read.handler("reconnectToServer") !== undefined,
    waitOnFirstConnect: read.flag("waitOnFirstConnect", false),
    ignoreAuthErrorAbort: read.flag("ignoreAuthErrorAbort", false),
    // As in nats.ws, 0 asks for the default: there is no connection without a heartbeat.
    pingInterval: read.number("pingInterval", 120_000, 0) || 120_000,
    maxPingOut: read.number("maxPingOut", 2, 0) || 2,
    wakeTimeout: read.number("wakeTimeout", 3_000, 1),
    reconnectBufferSize: read.number("reconnectBufferSize", 8 * 1024 * 1024, 0),
    inboxPrefix: inboxPrefix(given),
    failRequestsOnDisconnect: read.flag("failRequestsOnDisconnect", false),
  };
  return {
    engine,
    servers,
    authenticator: authenticator(given),
    name: given.name ?? undefined,
    noEcho: read.flag("noEcho", false),
    verbose: read.flag("verbose", false),
    pedantic: read.flag("pedantic", false),
    debug: read.flag("debug", false),
    noAsyncTraces: read.flag("noAsyncTraces", false),
    reconnectDelayHandler: read.handler("reconnectDelayHandler"),
    reconnectToServer: read.handler("reconnectToServer"),
    wsFactory: read.handler("wsFactory"),
    given,
  };
}

/** `nc.options`: the given options, and the default of every other. */
export function shownOptions(settings: Settings): ConnectionOptions {
  const { given, authenticator, noEcho, verbose, pedantic, debug, noAsyncTraces } = settings;
  const { servers: _, shuffle, asksRedialDelay: __, asksServer: ___, ...engine } = settings.engine;
  return {
    reconnectJitterTLS: 1_000,
    ...given,
    ...engine,
    ...{ noEcho, verbose, pedantic, debug, noAsyncTraces },
    ...(authenticator === undefined ? {} : { authenticator }),
    noRandomize: !shuffle,
    servers: serverList(given),
  };
}

/** Refuses options that a browser cannot honour: it owns TLS and name resolution. */
function refuseUnsupported(given: ConnectionOptions): void {
  if (given.tls !== undefined && given.tls !== null) {
    throw errorFromCode(
      ErrorCode.InvalidOption,
      'option "tls" is not available: the browser decides about TLS, by the wss: scheme',
    );
  }
  if (given.resolve) {
    throw errorFromCode(ErrorCode.InvalidOption, 'option "resolve" is not available: the browser resolves host names');
  }
}

/** Reads a new list of servers for a running connection. @throws NatsError INVALID_OPTION */
export function parseServers(servers: string[] | string): ServerAddress[] {
  const list = listOf(servers);
  if (list.length === 0) throw errorFromCode(ErrorCode.InvalidOption, "the list of servers cannot be empty");
  return list.map(parseServer);
}

function listOf(servers: string[] | string | undefined): string[] {
  const list = typeof servers === "string" ? [servers] : [...(servers ?? [])];
  for (const server of list) {
    if (typeof server !== "string") throw invalid("servers", server, "must be a string or an array of strings");
  }
  return list;
}

function serverList(given: ConnectionOptions): string[] {
  const servers = listOf(given.servers);
  const port = given.port ?? undefined;
  if (port !== undefined && servers.length > 0) {
    throw errorFromCode(ErrorCode.InvalidOption, 'options "port" and "servers" exclude each other');
  }
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw invalid("port", port, "must be an integer from 1 to 65535");
  }
  return servers.length > 0 ? servers : [`127.0.0.1:${port ?? 443}`];
}

/** The authenticator of the options' credentials; undefined without any, and then those of a server's URL count. */
function authenticator(given: ConnectionOptions): Authenticator | undefined {
  const own = given.authenticator ?? undefined;
  for (const each of Array.isArray(own) ? own : [own]) {
    if (each !== undefined && typeof each !== "function") {
      throw errorFromCode(ErrorCode.NotFunction, 'option "authenticator" must be a function or an array of functions');
    }
  }
  const has = Array.isArray(own) ? own.length > 0 : own !== undefined;
  return has || given.token || given.user ? buildAuthenticator(given) : undefined;
}

function inboxPrefix(given: ConnectionOptions): string {
  const prefix = given.inboxPrefix ?? "_INBOX";
  try {
    createInbox(prefix);
  } catch (thrown) {
    const cause = asError(thrown);
    throw errorFromCode(ErrorCode.ApiError, `option "inboxPrefix" cannot be ${shown(prefix)}: ${cause.message}`, cause);
  }
  return prefix;
}

/** Reads one option after the other; null and undefined ask for the default. */
function reader(given: ConnectionOptions) {
  type Named<T> = {
    [K in keyof ConnectionOptions]-?: NonNullable<ConnectionOptions[K]> extends T ? K : never;
  }[keyof ConnectionOptions];
  return {
    flag: (name: Named<boolean>, byDefault: boolean): boolean => Boolean(given[name] ?? byDefault),

    number(name: Named<number>, byDefault: number, least: number): number {
      const value: unknown = given[name] ?? byDefault;
      if (typeof value !== "number" || !Number.isFinite(value) || value < least) {
        throw invalid(name, value, `must be a number of at least ${least}`);
      }
      return value;
    },

    /** A negative number, and Infinity, mean no limit: -1. */
    attempts(name: Named<number>, byDefault: number): number {
      const value: unknown = given[name] ?? byDefault;
      if (typeof value !== "number" || Number.isNaN(value))
        throw invalid(name, value, "must be a number, -1 for no limit");
      return value < 0 || value === Infinity ? -1 : Math.floor(value);
    },

    handler<K extends "reconnectDelayHandler" | "reconnectToServer" | "wsFactory">(
      name: K,
    ): ConnectionOptions[K] | undefined {
      const value = given[name] ?? undefined;
      if (value !== undefined && typeof value !== "function") {
        throw errorFromCode(ErrorCode.NotFunction, `option "${name}" must be a function, not ${shown(value)}`);
      }
      return value;
    },
  };
}

function invalid(name: string, value: unknown, rule: string): NatsError {
  return errorFromCode(ErrorCode.InvalidOption, `option "${name}" cannot be ${shown(value)}: it ${rule}`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
