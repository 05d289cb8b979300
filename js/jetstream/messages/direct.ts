/**
 * Reading without the stream's leader. Owns the end of a batch: the server tells the end in a message of its own, and a
 * batch without that message is an error, never a short batch.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import { Queue } from "../../core/messages/queue";
import type { Msg, QueuedIterator } from "../../core/types";
import type { Api } from "../api";
import { checkJsError, statusError } from "../errors";
import { checkStreamName, misuse, requireServer } from "../names";
import { DirectMsgImpl } from "./stored-msg";
import type { DirectBatchOptions, DirectLastFor, DirectStreamAPI, StoredMsg } from "../types/messages";
import type { DirectMsgRequest } from "../types/stream";

/** Messages of a batch without a limit in its options. */
const DEFAULT_BATCH = 1024;
const END_OF_BATCH = 204;

export class DirectStreams implements DirectStreamAPI {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async getMessage(stream: string, query: DirectMsgRequest): Promise<StoredMsg> {
    checkStreamName(stream);
    if ("start_time" in query) requireServer(this.#api.nc, "direct get by start_time", "2.11.0");
    // The subject to read is part of the request's subject, so that permissions can name it.
    const [name, body] =
      "last_by_subj" in query ? [`${stream}.${query.last_by_subj}`, undefined] : [stream, JSON.stringify(query)];
    const { nc, prefix, timeout } = this.#api;
    const reply = await nc.request(`${prefix}.DIRECT.GET.${name}`, body, { timeout });
    const refusal = checkJsError(reply);
    if (refusal !== null) throw refusal;
    return new DirectMsgImpl(reply);
  }

  async getBatch(stream: string, options: DirectBatchOptions): Promise<QueuedIterator<StoredMsg>> {
    if (options.multi_last !== undefined) return this.getLastMessagesFor(stream, options as DirectLastFor);
    const start = options.start_time === undefined ? { seq: options.seq ?? 1 } : {};
    const limit = options.max_bytes === undefined ? { batch: DEFAULT_BATCH } : {};
    return this.#read(stream, { ...start, ...limit, ...options });
  }

  async getLastMessagesFor(stream: string, options: DirectLastFor): Promise<QueuedIterator<StoredMsg>> {
    if (!Array.isArray(options.multi_last) || options.multi_last.length === 0) {
      throw misuse('option "multi_last" of a batch needs at least one subject');
    }
    return this.#read(stream, options);
  }

  /** Reads a batch. @param request the body; JSON leaves out the callback. */
  #read(stream: string, request: Partial<DirectLastFor>): QueuedIterator<StoredMsg> {
    checkStreamName(stream);
    const { nc, prefix, timeout } = this.#api;
    requireServer(nc, "batch direct get", "2.11.0");

    let silent = true;
    const watch = setInterval(() => {
      if (silent)
        fail(errorFromCode(ErrorCode.Timeout, `no end of the batch within ${timeout} ms of its last message`));
      silent = true;
    }, timeout);
    const messages = new Queue<StoredMsg>(() => end());
    const { callback } = request;
    if (callback) messages.iterClosed.then((err) => callback(err === undefined ? {} : { err }, {} as StoredMsg));
    const inbox = this.#api.inbox();
    const sub = nc.subscribe(inbox, {
      callback: (error, message: Msg) => {
        silent = false;
        if (error) return fail(error);
        const status = message.headers?.code ?? 0;
        if (status === END_OF_BATCH || status === 404) return fail();
        const refusal = status === 0 ? null : statusError(status, message.headers?.description);
        if (refusal !== null) return fail(refusal);
        if (callback) callback(null, new DirectMsgImpl(message));
        else messages.push(new DirectMsgImpl(message));
      },
    });
    const end = () => {
      clearInterval(watch);
      if (!sub.isClosed()) sub.unsubscribe();
    };
    const fail = (error?: NatsError) => {
      end();
      messages.stop(error);
    };
    sub.closed.then(() => messages.stop());
    try {
      nc.publish(`${prefix}.DIRECT.GET.${stream}`, JSON.stringify(request), { reply: inbox });
    } catch (error) {
      end();
      throw error;
    }
    return messages;
  }
}
