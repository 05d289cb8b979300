/**
 * Publishing to streams: headers from options, attempts, and the stream's answer. Never changes the headers of the
 * caller.
 */
import { delay } from "../../core/helpers/delay";
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import { headers as noHeaders } from "../../core/messages/headers";
import type { Msg, MsgHdrs, Payload } from "../../core/types";
import { type Api, parseAnswer } from "../api";
import { PubHeaders } from "./pub-headers";
import { misuse, requireServer } from "../names";
import type { JetStreamPublishOptions, PubAck, ScheduleOptions } from "../types/messages";

const RETRY_DELAY = 250;

export async function publish(
  api: Api,
  subject: string,
  payload?: Payload,
  options?: Partial<JetStreamPublishOptions>,
): Promise<PubAck> {
  const ack = parseAnswer<PubAck>(await send(api, subject, payload, options));
  if (!ack.stream) {
    throw errorFromCode(ErrorCode.JetStreamInvalidAck, `the answer to a publish on "${subject}" is no ack of a stream`);
  }
  ack.duplicate ??= false;
  return ack;
}

/** Publishes, and resolves with the raw answer. @param more headers besides those of the options. */
export async function send(
  api: Api,
  subject: string,
  payload?: Payload,
  options: Partial<JetStreamPublishOptions> = {},
  more: [string, string][] = [],
): Promise<Msg> {
  const headers = publishHeaders(api, subject, options, more);
  const request = { timeout: options.timeout || api.timeout, ...(headers !== undefined && { headers }) };
  for (let left = options.retries || 1; ; left--) {
    try {
      return await api.nc.request(subject, payload, request);
    } catch (error) {
      if (left <= 1 || (error as NatsError).code !== ErrorCode.NoResponders) throw error;
      await delay(options.retry_delay || RETRY_DELAY);
    }
  }
}

/**
 * The headers that the options ask for; the caller's own headers when the options ask for none.
 *
 * @throws NatsError "BAD API"; SERVER_OPT_NA when the server is too old for an option.
 */
export function publishHeaders(
  api: Api,
  subject: string,
  options: Partial<JetStreamPublishOptions>,
  more: [string, string][],
): MsgHdrs | undefined {
  const { msgID, expect, ttl, increment, schedule, cancelSchedule } = options;
  const said = [...more];
  /** Adds a header. `option` names an option that needs server `min`. */
  const say = (key: string, value: unknown, option?: string, min = "2.12.0") => {
    if (value === undefined || value === "") return;
    if (option !== undefined) requireServer(api.nc, `publish option "${option}"`, min);
    said.push([key, `${value}`]);
  };
  say(PubHeaders.MsgIdHdr, msgID);
  say(PubHeaders.ExpectedLastMsgIdHdr, expect?.lastMsgID);
  say(PubHeaders.ExpectedStreamHdr, expect?.streamName);
  say(PubHeaders.ExpectedLastSeqHdr, expect?.lastSequence);
  say(PubHeaders.ExpectedLastSubjectSequenceHdr, expect?.lastSubjectSequence);
  say(
    PubHeaders.ExpectedLastSubjectSequenceSubjectHdr,
    expect?.lastSubjectSequenceSubject,
    "expect.lastSubjectSequenceSubject",
  );
  say(PubHeaders.MessageTTL, ttl, "ttl", "2.11.0");
  if (increment !== undefined) {
    if (typeof increment !== "bigint" && !Number.isSafeInteger(increment)) {
      throw misuse(`publish option "increment" of ${increment}: it must be a whole number`);
    }
    say(PubHeaders.Increment, `${increment < 0 ? "" : "+"}${increment}`, "increment");
  }
  if (schedule) {
    if (cancelSchedule) throw misuse('publish options "schedule" and "cancelSchedule" exclude each other');
    const when = scheduleText(schedule.specification);
    // Schedules for one date came first. An older server refuses the others without a reason, or ignores them.
    if (when.startsWith("@at")) say(PubHeaders.Schedule, when, "schedule");
    else say(PubHeaders.Schedule, when, `schedule ${when}`, "2.14.0");
    say(PubHeaders.ScheduleTarget, schedule.target);
    say(PubHeaders.ScheduleTTL, schedule.ttl);
    say(PubHeaders.ScheduleSource, schedule.source, "schedule.source", "2.14.0");
    say(PubHeaders.ScheduleTimeZone, schedule.timezone, "schedule.timezone", "2.14.0");
    say(PubHeaders.ScheduleRollup, schedule.rollup, "schedule.rollup", "2.14.0");
  }
  if (cancelSchedule) {
    if (cancelSchedule.scheduleSubject === subject) {
      throw misuse(`a schedule cannot be cancelled by a message on its own subject "${subject}"`);
    }
    say(PubHeaders.Scheduler, cancelSchedule.scheduleSubject, "cancelSchedule");
    say(PubHeaders.ScheduleNext, "purge");
  }
  return said.length === 0 ? options.headers : withHeaders(options.headers, said);
}

function withHeaders(given: MsgHdrs | undefined, said: [string, string][]): MsgHdrs {
  const all = given?.description ? noHeaders(given.code, given.description) : noHeaders();
  for (const [key, values] of given ?? []) for (const value of values) all.append(key, value);
  for (const [key, value] of said) all.set(key, value);
  return all;
}

function scheduleText(specification: ScheduleOptions["specification"]): string {
  if (typeof specification === "string") return specification;
  const { at, every, cron, predefined } = (specification instanceof Date ? { at: specification } : specification) as {
    [Form in "at" | "every" | "cron" | "predefined"]?: string | Date;
  };
  if (at) return `@at ${at instanceof Date ? at.toISOString() : at}`;
  const text = every ? `@every ${every}` : cron || predefined;
  if (text) return `${text}`;
  throw misuse(`publish option "schedule.specification" of ${JSON.stringify(specification)} says no time`);
}
