/**
 * Requests for one reply or many. Owns their promises and iterators; the core owns tickets, inboxes, time limits and the rules
 * of the strategies.
 */
import { Empty } from "../../base/empty";
import { Strategy } from "../../engine/numbers";
import { onAbort } from "../helpers/abort";
import { createInbox } from "../helpers/inbox";
import { Code } from "../../base/codes";
import { DONE, type Outcome, type Waiter } from "../messages/outcome";
import { ErrorCode, RequestStrategy } from "../../base/enums";
import { asError, codeName, errorFromCode, type NatsError, wordsOf } from "../../base/errors";
import type { ClientSession } from "../connection/session";
import { MsgImpl } from "../messages/msg";
import { Queue } from "../messages/queue";
import { encodeHeaders, isPayload } from "../connection/call-errors";
import type { Msg, Payload, RequestManyOptions, RequestOptions } from "../types";

const DEFAULT_TIMEOUT = 1_000;
const DEFAULT_JITTER = 300;

/** The core's numbers for the strategies. */
const STRATEGIES: Readonly<Record<RequestStrategy, number>> = {
  [RequestStrategy.Timer]: Strategy.Timer,
  [RequestStrategy.Count]: Strategy.Count,
  [RequestStrategy.JitterTimer]: Strategy.Stall,
  [RequestStrategy.SentinelMsg]: Strategy.Sentinel,
};

/**
 * How a late error names the caller: not at all, by the functions that await, or by a stack recorded with the request.
 */
export type Traces = "none" | "awaits" | "recorded";

/** Sends a request for one reply. Rejects, and never throws. */
export function request(
  session: ClientSession,
  traces: Traces,
  subject: string,
  payload: Payload = Empty,
  options: RequestOptions | undefined,
): Promise<Msg> {
  const reply = new Promise<Msg>(keepResolve);
  const caller = traces === "recorded" ? new Error() : undefined;
  const pending = new PendingReply(resolveKept, traces, subject, timeoutOf(options), caller);
  try {
    send(session, subject, payload, options, pending);
  } catch (refused) {
    return Promise.reject(refused);
  }
  return reply;
}

let resolveKept: (reply: Msg | Promise<never>) => void;

/**
 * Keeps the resolve function of a new promise: one function for all requests. A closure for each took 1 to 10 % more processor
 * time a request in `npm run bench` (100 and 1 000 in flight, Chromium).
 */
function keepResolve(resolve: (reply: Msg | Promise<never>) => void): void {
  resolveKept = resolve;
}

class PendingReply implements Waiter {
  readonly #resolve: (reply: Msg | Promise<never>) => void;
  readonly #traces: Traces;
  readonly #subject: string;
  readonly #caller: Error | undefined;
  readonly timeout: number;
  #unwatch: (() => void) | undefined = undefined;

  constructor(
    resolve: (reply: Msg | Promise<never>) => void,
    traces: Traces,
    subject: string,
    timeout: number,
    caller: Error | undefined,
  ) {
    this.#resolve = resolve;
    this.#traces = traces;
    this.#subject = subject;
    this.#caller = caller;
    this.timeout = timeout;
  }

  /** Cancels the request when the signal is aborted, and rejects with the signal's reason. */
  endWith(signal: AbortSignal, cancel: () => void): void {
    this.#unwatch = onAbort(signal, (reason) => {
      cancel();
      this.#resolve(Promise.reject(reason));
    });
  }

  settle(outcome: Outcome): void {
    this.#unwatch?.();
    if (outcome instanceof MsgImpl) this.#resolve(outcome);
    else if (this.#traces === "awaits") this.#resolve(this.#rejectTraced(outcome));
    else this.#resolve(Promise.reject(withCaller(requestError(outcome, this.#subject, this.timeout), this.#caller)));
  }

  /**
   * Makes the error inside an async function that the request's promise waits for: V8 then follows that promise to the
   * functions that await it, and names them in the stack. Two turns, because in the first the request's promise learns
   * of this one.
   */
  async #rejectTraced(outcome: number | NatsError): Promise<never> {
    await undefined;
    await undefined;
    throw requestError(outcome, this.#subject, this.timeout);
  }
}

/** Checks the call and sends the request. @throws NatsError for what is wrong with the call itself. */
function send(
  session: ClientSession,
  subject: string,
  payload: Payload,
  options: RequestOptions | undefined,
  pending: PendingReply,
): void {
  const { timeout } = pending;
  const signal = options?.signal;
  signal?.throwIfAborted();
  check(session, subject, payload);
  if (!(timeout >= 1)) {
    throw errorFromCode(ErrorCode.InvalidOption, `request timeout of ${timeout} ms: it must be at least 1`);
  }
  if (options?.reply && !options.noMux) {
    throw errorFromCode(ErrorCode.InvalidOption, 'option "reply" of a request needs "noMux"');
  }
  const inbox = options?.noMux ? options.reply || ownInbox(session) : "";
  const headers = encodeHeaders(options?.headers);
  const refused =
    typeof inbox === "string" ? session.engine.request(subject, payload, inbox, headers, timeout) : -Code.BadSubject;
  if (refused < 0) throw session.refusal(-refused, { verb: "request", subject, reply: inbox, payload, headers });
  const ticket = session.engine.ticket();
  session.dispatch.waiting.set(ticket, pending);
  if (signal) pending.endWith(signal, () => cancel(session, ticket));
}

/** Forgets a ticket, here and in the core. */
function cancel(session: ClientSession, ticket: number): void {
  if (session.dispatch.waiting.delete(ticket)) session.engine.cancel(ticket);
}

export function requestMany(
  session: ClientSession,
  traces: Traces,
  subject: string,
  payload: Payload = Empty,
  options: Partial<RequestManyOptions> = {},
): Queue<Msg> {
  const rules = rulesOf(options);
  options.signal?.throwIfAborted();
  check(session, subject, payload);
  const caller = traces === "none" ? undefined : new Error();
  const failure = (outcome: number | NatsError) => withCaller(requestError(outcome, subject, rules.maxWait), caller);
  const inbox = options.noMux ? ownInbox(session) : "";
  const headers = encodeHeaders(options.headers);
  const refused = session.engine.requestMany(subject, payload, inbox, headers, {
    ...rules,
    strategy: STRATEGIES[rules.strategy],
    stall: rules.jitter,
  });
  if (refused < 0) throw session.refusal(-refused, { verb: "request", subject, reply: inbox, payload, headers });
  const ticket = session.engine.ticket();
  const replies = new Queue<Msg>(() => {
    unwatch();
    cancel(session, ticket);
  });
  const unwatch = onAbort(options.signal, (reason) => {
    cancel(session, ticket);
    replies.stop(asError(reason));
  });
  session.dispatch.waiting.set(ticket, {
    settle(outcome, isLast) {
      if (outcome instanceof MsgImpl) replies.push(outcome);
      else if (outcome !== DONE) replies.stop(failure(outcome));
      if (isLast) replies.stop();
    },
  });
  return replies;
}

/** For the replies to one request alone. */
function ownInbox(session: ClientSession): string {
  return createInbox(session.settings.engine.inboxPrefix);
}

function check(session: ClientSession, subject: string, payload: unknown): void {
  if (typeof subject !== "string" || subject === "")
    throw session.refusal(Code.BadSubject, { verb: "request", subject });
  if (!isPayload(payload)) session.checkPayload(payload, "request", subject);
}

/** The time limit in ms. As in nats.ws, 0 asks for the default. */
function timeoutOf(options: RequestOptions | undefined): number {
  return options?.timeout || DEFAULT_TIMEOUT;
}

/** Names of two strategies in version 3 of the NATS clients. */
const RENAMED: Readonly<Record<string, RequestStrategy>> = {
  stall: RequestStrategy.JitterTimer,
  sentinel: RequestStrategy.SentinelMsg,
};

/** When a request for many replies is over: checked and complete. Times in ms. */
interface ManyRules {
  readonly strategy: RequestStrategy;
  readonly maxWait: number;
  /** 0: no limit. */
  readonly maxMessages: number;
  readonly jitter: number;
}

function rulesOf(options: Partial<RequestManyOptions> & { stall?: number }): ManyRules {
  const given = options.strategy || RequestStrategy.Timer;
  const strategy = RENAMED[given] ?? given;
  const maxWait = options.maxWait || DEFAULT_TIMEOUT;
  if (!(strategy in STRATEGIES)) {
    throw errorFromCode(ErrorCode.InvalidOption, `request strategy "${strategy}" is not one of RequestStrategy`);
  }
  if (!(maxWait >= 1))
    throw errorFromCode(ErrorCode.InvalidOption, `request maxWait of ${maxWait} ms: it must be at least 1`);
  const { maxMessages = 0, stall, jitter = stall } = options;
  return { strategy, maxWait, maxMessages: Math.max(maxMessages, 0), jitter: jitter || DEFAULT_JITTER };
}

function requestError(outcome: number | NatsError, subject: string, timeout: number): NatsError {
  if (typeof outcome !== "number") {
    const error = errorFromCode(outcome.code, wordsOf(outcome), outcome);
    if (outcome.permissionContext !== undefined) error.permissionContext = outcome.permissionContext;
    return error;
  }
  return errorFromCode(codeName(outcome), why(outcome, subject, timeout));
}

function why(outcome: number, subject: string, timeout: number): string {
  switch (outcome) {
    case Code.Timeout:
      return `no reply from "${subject}" within ${timeout} ms`;
    case Code.NoResponders:
      return `no responders: nobody is subscribed to "${subject}"`;
    case Code.Disconnect:
      return `the connection was lost while a request to "${subject}" was waiting for its reply`;
    case Code.ConnectionClosed:
      return `the connection was closed while a request to "${subject}" was waiting for its reply`;
    default:
      return `the request to "${subject}" failed`;
  }
}

/** Appends the stack of the call that made the request. */
function withCaller(error: NatsError, caller: Error | undefined): NatsError {
  if (caller?.stack !== undefined) error.stack = `${error.stack ?? ""}\n\n${caller.stack}`;
  return error;
}
