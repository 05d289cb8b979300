/**
 * The JetStream API of a connection: requests as JSON, answers as JSON or as errors. Owns prefix, domain and time
 * limit. Uses only members that connections of nats.ws have too.
 */
import { backoff } from "../core/helpers/backoff";
import { delay } from "../core/helpers/delay";
import { Empty } from "../base/empty";
import { ErrorCode } from "../base/enums";
import type { Features } from "../core/helpers/features";
import { createInbox } from "../core/helpers/inbox";
import type { BaseConnection, ConnectionOptions, Msg } from "../core/types";
import { apiError } from "./errors";
import { misuse } from "./names";
import type { ApiResponse } from "./types/stream";
import type { JetStreamClient, JetStreamOptions } from "./types/client";

/** The members every connection has, declared or not. */
export type Nats = BaseConnection & {
  readonly features: Pick<Features, "require">;
  readonly options: ConnectionOptions;
};

interface ApiRequestOptions {
  /** Time limit in ms. Default: that of the JetStream options. */
  timeout?: number;
  /** Attempts in all when nobody answers; -1: no limit. Default 1. */
  retries?: number;
}

const DEFAULT_PREFIX = "$JS.API";
const DEFAULT_TIMEOUT = 5_000;

export class Api {
  readonly nc: Nats;
  /** Prefix of the API's subjects, without a dot at its end. */
  readonly prefix: string;
  /** Default time limit in ms. */
  readonly timeout: number;
  /** The given options, with `domain` as a prefix. */
  readonly options: Readonly<JetStreamOptions>;

  /** @throws NatsError "BAD API" for an empty prefix. */
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

  /** Makes an inbox of this connection. */
  inbox(): string {
    return createInbox(this.nc.options.inboxPrefix);
  }
}

/** The API of a connection, with the default options; or of a JetStream client, with its options. */
export function apiOf(target: BaseConnection | JetStreamClient): Api {
  const client = target as JetStreamClient & { nc?: BaseConnection };
  return client.nc === undefined ? new Api(target as BaseConnection) : new Api(client.nc, client.getOptions());
}

/** Reads an answer of the API. @throws NatsError with `api_error` for a refusal; BAD_JSON */
export function parseAnswer<T>(message: Msg): T {
  const answer = message.json<T & Partial<ApiResponse>>();
  const refusal = answer.error === undefined ? null : apiError(answer.error);
  if (refusal !== null) throw refusal;
  return answer;
}

/** True when nobody was there, or nobody answered in time. A refusal of the API is an answer. */
function isUnanswered(error: unknown): boolean {
  const { code, api_error } = error as { code?: string; api_error?: unknown };
  return api_error === undefined && (code === ErrorCode.NoResponders || code === ErrorCode.Timeout);
}
