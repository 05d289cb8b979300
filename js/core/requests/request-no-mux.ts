/**
 * Requests with an inbox of their own (`noMux`): a subscription per request. The core sees a subscription and a
 * publish, so this file decides when such a request ends.
 */
import { onAbort } from "../helpers/abort";
import { Code } from "../../base/codes";
import type { Outcome } from "../messages/outcome";
import { RequestStrategy } from "../../base/enums";
import { asError, type NatsError } from "../../base/errors";
import { createInbox } from "../helpers/inbox";
import type { ClientSession, OwnInboxRequest } from "../connection/session";
import { MsgImpl } from "../messages/msg";
import { Queue } from "../messages/queue";
import type { ManyRules } from "./many-rules";
import type { Msg, MsgHdrs, Payload, RequestManyOptions, RequestOptions } from "../types";

/**
 * Sends a request on an inbox of its own.
 *
 * @returns a function that cancels it.
 * @throws NatsError when it cannot be sent.
 */
export function requestOverOwnInbox(
  session: ClientSession,
  subject: string,
  payload: Payload,
  options: RequestOptions,
  timeout: number,
  settle: (outcome: Outcome) => void,
): () => void {
  const inbox = options.reply || createInbox(session.settings.engine.inboxPrefix);
  const release = () => {
    session.ownInboxRequests.delete(request);
    subscription.unsubscribe();
  };
  const end = (outcome: Outcome) => {
    release();
    settle(outcome);
  };
  const subscription = session.subscribe(inbox, {
    max: 1,
    timeout,
    callback: (error, msg) => end(error === null ? outcomeOf(msg) : failureOf(error)),
  });
  const request: OwnInboxRequest = { subject, fail: end };
  session.ownInboxRequests.add(request);
  try {
    session.publish(subject, payload, publishOptions(inbox, options.headers));
  } catch (refused) {
    release();
    throw refused;
  }
  return release;
}

/** Sends a request for many replies on an inbox of its own. @throws NatsError when it cannot be sent. */
export function requestManyOverOwnInbox(
  session: ClientSession,
  subject: string,
  payload: Payload,
  options: Partial<RequestManyOptions>,
  rules: ManyRules,
  failure: (outcome: number | NatsError) => NatsError,
): Queue<Msg> {
  const inbox = createInbox(session.settings.engine.inboxPrefix);
  let received = 0;
  let stall: ReturnType<typeof setTimeout> | undefined;
  const release = () => {
    unwatch();
    clearTimeout(longest);
    clearTimeout(stall);
    session.ownInboxRequests.delete(request);
    subscription.unsubscribe();
  };
  const replies = new Queue<Msg>(release);
  const unwatch = onAbort(options.signal, (reason) => {
    release();
    replies.stop(asError(reason));
  });
  const end = (reason?: number | NatsError) => {
    release();
    replies.stop(reason === undefined ? undefined : failure(reason));
  };
  const subscription = session.subscribe(inbox, {
    callback: (error, msg) => {
      if (error !== null) return end(failureOf(error));
      const outcome = outcomeOf(msg);
      if (!(outcome instanceof MsgImpl)) return end(outcome);
      received++;
      replies.push(outcome);
      if (rules.strategy === RequestStrategy.Count && received === rules.maxMessages) end();
      if (rules.strategy === RequestStrategy.SentinelMsg && outcome.data.length === 0) end();
      if (rules.strategy === RequestStrategy.JitterTimer) {
        clearTimeout(stall);
        stall = setTimeout(end, rules.jitter);
      }
    },
  });
  const request: OwnInboxRequest = { subject, fail: end };
  session.ownInboxRequests.add(request);
  const longest = setTimeout(end, rules.maxWait);
  try {
    session.publish(subject, payload, publishOptions(inbox, options.headers));
  } catch (refused) {
    release();
    throw refused;
  }
  return replies;
}

function publishOptions(reply: string, headers: MsgHdrs | undefined) {
  return headers === undefined ? { reply } : { reply, headers };
}

/** The outcome of a message: a reply, or the server's word that nobody is subscribed. */
function outcomeOf(msg: Msg): Outcome {
  if (!(msg instanceof MsgImpl)) return Code.Unknown;
  return msg.saysNoResponders() ? Code.NoResponders : msg;
}

/** The outcome of an error: a time limit as its code, which gets the words of a request. */
function failureOf(error: NatsError): number | NatsError {
  return error.code === "TIMEOUT" ? Code.Timeout : error;
}
