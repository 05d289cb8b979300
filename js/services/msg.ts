/** A request as a service sees it: the message, and a way to reply with an error. */
import type { Msg, MsgHdrs, Payload, PublishOptions, ReviverFn } from "../core/types";
import { errorHeaders } from "./errors";
import type { ServiceMsg } from "./types";

export class ServiceMsgImpl implements ServiceMsg {
  readonly msg: Msg;

  constructor(msg: Msg) {
    this.msg = msg;
  }

  get data(): Uint8Array {
    return this.msg.data;
  }

  get sid(): number {
    return this.msg.sid;
  }

  get subject(): string {
    return this.msg.subject;
  }

  get reply(): string {
    return this.msg.reply ?? "";
  }

  /** Undefined without headers, which a getter's type cannot say of the interface's optional field. */
  get headers(): MsgHdrs {
    return this.msg.headers as MsgHdrs;
  }

  respond(payload?: Payload, options?: PublishOptions): boolean {
    return this.msg.respond(payload, options);
  }

  respondError(code: number, description: string, data?: Payload, options?: PublishOptions): boolean {
    return this.msg.respond(data, { ...options, headers: errorHeaders(code, description, options?.headers) });
  }

  json<T = unknown>(reviver?: ReviverFn): T {
    return this.msg.json<T>(reviver);
  }

  string(): string {
    return this.msg.string();
  }
}
