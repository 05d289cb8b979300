/**
 * The JetStream API of a connection: requests as JSON, answers as JSON or as errors. Owns prefix, domain and time limit.
 * Needs nothing of a connection but what a connection of nats.ws has too.
 */
import { backoff } from "../core/helpers/backoff";
import { delay } from "../core/helpers/delay";
import { Empty } from "../core/helpers/empty";
import { ErrorCode } from "../base/enums";
import type { Features } from "../core/helpers/features";
import { createInbox } from "../core/helpers/inbox";
import type { BaseConnection, ConnectionOptions, Msg } from "../core/types";
import { apiError } from "./errors";
import { misuse } from "./names";
import type { ApiResponse } from "./types/stream";
import type { JetStreamClient, JetStreamOptions } from "./types/client";

/** What every connection has, declared or not. */
export type Nats = BaseConnection & {
  readonly features: Pick<Features, "require">;
  readonly options: ConnectionOptions;
};

export interface ApiRequestOptions {
  /** In ms. Default: that of the JetStream options. */
  timeout?: number;
  /** How often it is tried when nobody answers; -1: until somebody does. Default 1. */
  retries?: number;
}

const DEFAULT_PREFIX = "$JS.API";
const DEFAULT_TIMEOUT = 5_000;

export class Api {
  readonly nc: Nats;
  /** Without a dot at its end. */
  readonly prefix: string;
  /** In ms. */
  readonly timeout: number;
  /** As given, with `domain` as a prefix. */
  readonly options: Readonly<JetStreamOptions>;

  /** @throws NatsError "BAD API" for a prefix that is none. */
  constructor(nc: BaseConnection, options: JetStreamOptions = {}) {
    const { domain, apiPrefix = DEFAULT_PREFIX, timeout = DEFAULT_TIMEOUT, ...others } = options;
    this.nc = nc as Nats;
    this.prefix = domain ? `$JS.${domain}.API` : apiPrefix.replace(/\.$/, "");
    if (this.prefix === "") throw misuse(`option "apiPrefix" of ${JSON.stringify(apiPrefix)} is empty`);
    this.timeout = timeout;
    this.options = { ...others, apiPrefix: this.prefix, timeout };
  }

  /**
   * Asks `<prefix>.<name>`; `body` is sent as JSON, nothing when it is undefined.
   *
   * @throws NatsError, as a rejection: with `api_error` when the API refuses, "503" when nobody answers, TIMEOUT,
   * BAD_JSON.
   */
  async request<T>(name: string, body?: unknown, options: ApiRequestOptions = {}): Promise<T> {
    const { retries = 1, timeout = this.timeout } = options;
    const payload = body === undefined || body === null ? Empty : JSON.stringify(body);
    const pauses = backoff();
    for (let tries = 1; ; tries++) {
      try {
        return parseAnswer<T>(await this.nc.request(`${this.prefix}.${name}`, payload, { timeout }));
      } catch (error) {
        if (tries === retries || !isUnanswered(error)) throw error;
        await delay(pauses.backoff(tries - 1));
      }
    }
  }

  /** A subject for replies to this connection alone. */
  inbox(): string {
    return createInbox(this.nc.options.inboxPrefix);
  }
}

/** The API of a connection, with the defaults; or that of a client of JetStream, with its options. */
export function apiOf(target: BaseConnection | JetStreamClient): Api {
  const client = target as JetStreamClient & { nc?: BaseConnection };
  return client.nc === undefined ? new Api(target as BaseConnection) : new Api(client.nc, client.getOptions());
}

/** What the API said. @throws NatsError with `api_error`; BAD_JSON */
export function parseAnswer<T>(message: Msg): T {
  const answer = message.json<T & Partial<ApiResponse>>();
  const refusal = answer.error === undefined ? null : apiError(answer.error);
  if (refusal !== null) throw refusal;
  return answer;
}

/** Nobody was there, or nobody answered in time; an error the API itself answered with is an answer. */
function isUnanswered(error: unknown): boolean {
  const { code, api_error } = error as { code?: string; api_error?: unknown };
  return api_error === undefined && (code === ErrorCode.NoResponders || code === ErrorCode.Timeout);
}
