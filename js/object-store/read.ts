/**
 * An object on its way to its reader. Owns the consumer, and the chunks that wait for the reader: the server sends on when the
 * reader takes them. src/core/object/read.rs decides whether the object is whole.
 */
import { deferred } from "../core/helpers/deferred";
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode, type NatsError } from "../base/errors";
import { ReadVerdict } from "../engine/generated/machines.enums";
import type { Machines, Read } from "../engine/machines";
import type { Api } from "../jetstream/api";
import { type OrderedPush, openOrdered } from "../jetstream/push/ordered-push";
import type { ConsumerInfo } from "../jetstream/types/consumer-config";
import { cancellation } from "./failures";
import { feed } from "./feed";
import { parseDigest } from "./names";
import type { ObjectGetOpts, ObjectInfo } from "../jetstream/types/object-store";

interface Chunk {
  data: Uint8Array;
  seq: number;
  /** Messages of the object behind this chunk. */
  pending: number;
}

/** The defect that a verdict means; undefined: none. */
const DEFECTS: Readonly<Record<ReadVerdict, string | undefined>> = {
  [ReadVerdict.More]: undefined,
  [ReadVerdict.Whole]: undefined,
  [ReadVerdict.TooShort]: "too short",
  [ReadVerdict.TooLong]: "too long",
  [ReadVerdict.OutOfOrder]: "out of order",
  [ReadVerdict.Corrupt]: "corrupt: digests do not match",
};

/** Heartbeats in a row without a message, until the server is asked whether messages are pending. */
const QUIET_HEARTBEATS = 2;

/**
 * Begins to read an object.
 *
 * @param subject the subject of the chunks.
 * @throws NatsError, as a rejection: "BAD API" for an invalid digest, with `api_error` when the server refuses, "503", TIMEOUT.
 */
export async function read(
  api: Api,
  stream: string,
  subject: string,
  info: ObjectInfo,
  options: ObjectGetOpts,
): Promise<{ data: ReadableStream<Uint8Array>; error: Promise<Error | null> }> {
  const expected = parseDigest(info.digest);
  if (options.signal?.aborted) throw cancellation(options.signal);
  const { machines } = await import("../engine/machines");
  const reader = new ObjectReader(machines(), info, expected, options);
  if (info.size > 0) await reader.open(api, stream, subject);
  else reader.openEmpty();
  if (options.signal?.aborted) throw cancellation(options.signal);
  return { data: reader.data, error: reader.error };
}

class ObjectReader {
  readonly data: ReadableStream<Uint8Array>;
  readonly error = deferred<Error | null>();
  readonly #memory: Machines["memory"];
  readonly #machine: Read;
  readonly #info: ObjectInfo;
  readonly #options: ObjectGetOpts;
  #ordered: OrderedPush | undefined = undefined;
  #askEnd: (() => Promise<ConsumerInfo>) | undefined = undefined;
  readonly #chunks: Chunk[] = [];
  /** Heartbeats since the last message. */
  #quiet = 0;
  /** Set when no more chunks come: the error, or null for the end of the object. */
  #end: Error | null | undefined = undefined;
  #isOver = false;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #wake: (() => void) | undefined = undefined;

  constructor({ Read, memory }: Machines, info: ObjectInfo, expected: Uint8Array, options: ObjectGetOpts) {
    this.#memory = memory;
    this.#info = info;
    this.#options = options;
    this.#machine = new Read(info.size, info.chunks, expected);
    // Nothing is read ahead of the reader: flow control of the server counts the chunks that wait.
    this.data = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#pull(),
        cancel: () => this.#finish(null),
      },
      { highWaterMark: 0 },
    );
    options.signal?.addEventListener("abort", this.#onAbort);
  }

  async open(api: Api, stream: string, subject: string): Promise<void> {
    try {
      this.#ordered = await openOrdered(
        api,
        stream,
        { filter_subject: subject },
        {
          onMessage: ({ data }, { streamSequence, pending }) => this.#receive({ data, seq: streamSequence, pending }),
          onError: (error) => this.#stop(error),
          // Messages that the server sent before its answer are no longer pending.
          onCreated: ({ num_pending, delivered }) => {
            if (num_pending + delivered.consumer_seq === 0) this.#stop(null);
          },
          onHeartbeat: () => void this.#checkEnd(),
        },
        { queued: true },
      );
    } catch (error) {
      this.#finish(null);
      throw error;
    }
    const ordered = this.#ordered;
    this.#askEnd = () => api.request(`CONSUMER.INFO.${stream}.${ordered.info.name}`);
    // The end came before the answer: by an error, or because all chunks have come.
    if (this.#end !== undefined) ordered.stop();
  }

  /** Reads an object without chunks: there is nothing to wait for. */
  openEmpty(): void {
    this.#judge(this.#machine.handle_end(), undefined);
  }

  #receive(chunk: Chunk): void {
    if (this.#end !== undefined) return;
    this.#quiet = 0;
    this.#chunks.push(chunk);
    if (chunk.pending === 0) this.#stop(null);
    else this.#wake?.();
  }

  /** Asks the server whether chunks are pending: chunks that were removed meanwhile do not come, and no message says so. */
  async #checkEnd(): Promise<void> {
    this.#quiet++;
    const askEnd = this.#askEnd;
    if (this.#chunks.length > 0 || this.#quiet < QUIET_HEARTBEATS || askEnd === undefined) return;
    this.#quiet = 0;
    const received = this.#machine.received();
    try {
      const { num_pending } = await askEnd();
      const isStill = !this.#isOver && this.#chunks.length === 0 && this.#machine.received() === received;
      if (num_pending === 0 && isStill) this.#stop(null);
    } catch {
      // A lost consumer is replaced; when that fails, the replacement reports what is wrong with the stream.
    }
  }

  /** No more chunks come. */
  #stop(end: Error | null): void {
    this.#end ??= end;
    this.#ordered?.stop();
    this.#wake?.();
  }

  async #pull(): Promise<void> {
    while (this.#chunks.length === 0 && this.#end === undefined) {
      const woken = deferred<void>();
      this.#wake = woken.resolve;
      await woken;
      if (this.#isOver) return;
    }
    const chunk = this.#chunks.shift();
    if (chunk === undefined) {
      if (this.#end) this.#fail(this.#end);
      else this.#judge(this.#machine.handle_end(), undefined);
      return;
    }
    feed(this.#memory, this.#machine, chunk.data);
    const verdict = this.#machine.handle_chunk(chunk.seq, chunk.data.length, chunk.pending);
    this.#ordered?.processed();
    this.#judge(verdict, chunk.data);
    // The reader still waits: a stream cannot be given a chunk without bytes.
    if (verdict === ReadVerdict.More && chunk.data.length === 0) await this.#pull();
  }

  #judge(verdict: ReadVerdict, data: Uint8Array | undefined): void {
    if (DEFECTS[verdict] !== undefined) {
      this.#fail(this.#defect(verdict));
      return;
    }
    if (data !== undefined && data.length > 0) {
      this.#controller.enqueue(data);
      try {
        this.#options.onProgress?.({
          bytes: this.#machine.received(),
          chunks: this.#machine.received_chunks(),
          total: this.#info.size,
        });
      } catch (thrown) {
        this.#fail(asError(thrown));
        return;
      }
    }
    // The application may have cancelled in `onProgress`.
    if (verdict === ReadVerdict.Whole && !this.#isOver) {
      this.#controller.close();
      this.#finish(null);
    }
  }

  #defect(verdict: ReadVerdict): NatsError {
    const { name, size, chunks, digest } = this.#info;
    const came = `${this.#machine.received()} bytes in ${this.#machine.received_chunks()} chunks came`;
    const hint = verdict === ReadVerdict.TooShort ? "; was it replaced or deleted while it was read?" : "";
    return errorFromCode(
      ErrorCode.Unknown,
      `received a corrupt object "${name}": ${DEFECTS[verdict]} (${came}, its info says ${size} in ${chunks}, ${digest})${hint}`,
    );
  }

  readonly #onAbort = () => this.#fail(cancellation(this.#options.signal as AbortSignal));

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#controller.error(error);
    this.#finish(error);
  }

  #finish(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#chunks.length = 0;
    this.#stop(error);
    this.#machine.free();
    this.error.resolve(error);
  }
}
