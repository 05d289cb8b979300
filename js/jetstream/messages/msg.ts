/**
 * A message that a consumer has delivered. Owns its acknowledgement: once, except for `working()`. The reply subject is
 * read when a member needs it.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode } from "../../base/errors";
import { nanos } from "../../core/helpers/nanos";
import type { Msg, MsgHdrs, Payload, ReviverFn } from "../../core/types";
import type { Api } from "../api";
import { deliveriesOf, sequenceOf } from "./delivery";
import type { DeliveryInfo, PullOptions } from "../types/consumer-config";
import type { JsMsg } from "../types/messages";

/** "+ACK", "-NAK" and "+WPI" as bytes: they are sent for every message. */
const ACK = /* @__PURE__ */ Uint8Array.of(43, 65, 67, 75);
const NAK = /* @__PURE__ */ Uint8Array.of(45, 78, 65, 75);
const WPI = /* @__PURE__ */ Uint8Array.of(43, 87, 80, 73);

export class JsMsgImpl implements JsMsg {
  /** The message as it was received. */
  readonly msg: Msg;
  readonly #api: Api;
  #info: DeliveryInfo | undefined = undefined;
  #sequence: number;
  #isAcked = false;

  /** @param sequence stream sequence, when it is known; 0: the reply subject is read for it. */
  constructor(msg: Msg, api: Api, sequence = 0) {
    this.msg = msg;
    this.#api = api;
    this.#sequence = sequence;
  }

  get subject(): string {
    return this.msg.subject;
  }

  get sid(): number {
    return this.msg.sid;
  }

  get reply(): string {
    return this.msg.reply ?? "";
  }

  get data(): Uint8Array {
    return this.msg.data;
  }

  get headers(): MsgHdrs | undefined {
    return this.msg.headers;
  }

  get info(): DeliveryInfo {
    this.#info ??= parseInfo(this.reply);
    return this.#info;
  }

  get seq(): number {
    this.#sequence ||= sequenceOf(this.msg) || this.info.streamSequence;
    return this.#sequence;
  }

  get redelivered(): boolean {
    return (deliveriesOf(this.msg) || this.info.deliveryCount) > 1;
  }

  ack(): void {
    this.#acknowledge(ACK);
  }

  nak(millis?: number): void {
    this.#acknowledge(millis ? `-NAK ${JSON.stringify({ delay: nanos(millis) })}` : NAK);
  }

  term(reason?: string): void {
    this.#acknowledge(reason ? `+TERM ${reason}` : "+TERM");
  }

  working(): void {
    if (!this.#isAcked) this.msg.respond(WPI);
  }

  next(subject: string, options: Partial<PullOptions> = {}): void {
    const { batch = 1, no_wait = false, expires = 0 } = options;
    const request = { batch, no_wait, ...(expires > 0 && { expires: nanos(expires) }) };
    this.#isAcked = true;
    this.msg.respond(`+NXT ${JSON.stringify(request)}`, subject ? { reply: subject } : undefined);
  }

  async ackAck(options?: Partial<{ timeout: number }>): Promise<boolean> {
    if (this.#isAcked) return false;
    this.#isAcked = true;
    if (this.reply === "") return false;
    await this.#api.nc.request(this.reply, ACK, { timeout: options?.timeout || this.#api.timeout });
    return true;
  }

  json<T = unknown>(reviver?: ReviverFn): T {
    return this.msg.json<T>(reviver);
  }

  string(): string {
    return this.msg.string();
  }

  #acknowledge(payload: Payload): void {
    if (this.#isAcked) return;
    this.#isAcked = true;
    this.msg.respond(payload);
  }
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<delivery seq>.<time>.<pending>`. Newer servers put
 * domain and account hash before the stream, and may add tokens at the end.
 *
 * @throws NatsError "BAD API" for another reply subject.
 */
export function parseInfo(reply: string): DeliveryInfo {
  const tokens = reply.split(".");
  if (tokens.length === 9) tokens.splice(2, 0, "_", "");
  if (tokens.length < 11 || tokens[0] !== "$JS" || tokens[1] !== "ACK") {
    throw errorFromCode(ErrorCode.ApiError, `not a message of a consumer: its reply subject is "${reply}"`);
  }
  const [domain, account_hash, stream, consumer] = tokens.slice(2) as [string, string, string, string];
  const numbers = tokens.slice(6).map(Number) as [number, number, number, number, number];
  const [deliveryCount, streamSequence, deliverySequence, timestampNanos, pending] = numbers;
  return {
    domain: domain === "_" ? "" : domain,
    account_hash,
    stream,
    consumer,
    deliveryCount,
    redeliveryCount: deliveryCount,
    redelivered: deliveryCount > 1,
    streamSequence,
    deliverySequence,
    timestampNanos,
    pending,
  };
}
