/**
 * The chunks of an object on their way to the stream. Owns the source and the bytes it gave; when to read, what to send and
 * how much may be under way is decided in src/core/object/write.rs. Leaves nothing behind when it fails.
 */
import { ErrorCode } from "../base/enums";
import { asError, NatsError } from "../base/errors";
import type { Api } from "../jetstream/api";
import { publish } from "../jetstream/publish/publish";
import { feed } from "./feed";
import { formatDigest } from "./names";
import { Pieces } from "./pieces";
import type { ObjectProgress } from "../jetstream/types/object-store";

/** Bytes and chunks that may be on their way. */
const WINDOW = 4 * 1024 * 1024;
const WINDOW_CHUNKS = 256;
/** How often the server is asked to remove the chunks of what failed. */
const CLEANINGS = 3;

/** What `Write.poll_output()` answers. */
const READ = 0;
const SEND = 1;
const COMMIT = 3;
const CLEAN = 4;

export interface Target {
  api: Api;
  stream: string;
  /** Of the chunks. */
  subject: string;
  /** Bytes of every chunk but the last. */
  chunk: number;
  /** For each ack, in ms. */
  timeout: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ObjectProgress) => void) | undefined;
  /** Bytes there will be, when that is known. */
  total?: number | undefined;
}

export interface Written {
  size: number;
  chunks: number;
  digest: string;
}

/**
 * Stores what the source gives. When that fails, the source is cancelled and what was stored is removed.
 *
 * @throws what the source, the signal or a publish failed with, the first of them.
 */
export async function write(source: ReadableStream<Uint8Array> | null, target: Target): Promise<Written> {
  const { api, subject, timeout, signal, onProgress, total } = target;
  const engine = (await import("../engine/object-store")).objectMachines();
  const machine = new engine.Write(target.chunk, WINDOW, WINDOW_CHUNKS, timeout);
  const pieces = new Pieces();
  const reader = source?.getReader();
  let failure: Error | undefined;
  let isReading = false;
  let wake = () => {};

  const fail = (thrown: unknown) => {
    failure ??= asError(thrown);
    machine.abort();
    wake();
  };
  const onAbort = () => fail(cancelled(signal as AbortSignal));
  const send = async (chunk: Uint8Array) => {
    try {
      await publish(api, subject, chunk, { timeout });
      machine.handle_stored(performance.now());
    } catch (error) {
      machine.handle_refused();
      return fail(error);
    }
    try {
      onProgress?.({ bytes: machine.stored(), chunks: machine.settled(), ...(total !== undefined && { total }) });
    } catch (thrown) {
      fail(thrown);
    }
    wake();
  };
  const read = async () => {
    isReading = true;
    try {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      // After a failure nobody wants it, and the machine may be gone.
      if (failure !== undefined) return;
      if (done) {
        machine.end();
      } else {
        checkPiece(value);
        pieces.add(value);
        machine.add(value.length);
      }
    } catch (thrown) {
      if (failure === undefined) fail(thrown);
    }
    isReading = false;
    wake();
  };

  try {
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort);
    for (;;) {
      const output = machine.poll_output(performance.now());
      if (output === SEND) {
        const chunk = pieces.take(machine.len());
        feed(engine, machine, chunk);
        void send(chunk);
        continue;
      }
      if (output === COMMIT) {
        reader?.releaseLock();
        return { size: machine.size(), chunks: machine.chunks(), digest: formatDigest(machine.sum()) };
      }
      if (output === CLEAN) break;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (output === READ && !isReading) void read();
      await woken;
    }
    const error = failure as unknown as Error;
    // A source that has failed rejects here with the error there is already.
    reader?.cancel(error).catch(() => {});
    throw machine.chunks() > 0 ? await cleaned(target, error) : error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    machine.free();
  }
}

/** Removes the chunks of what failed with `error`; the error, which says so when they could not be removed. */
export async function cleaned({ api, stream, subject }: Target, error: Error): Promise<Error> {
  try {
    await api.request(`STREAM.PURGE.${stream}`, { filter: subject }, { retries: CLEANINGS });
    return error;
  } catch (thrown) {
    const { code = ErrorCode.Unknown } = error as Partial<NatsError>;
    const why = asError(thrown).message;
    return new NatsError(`${error.message}; and chunks on "${subject}" could not be removed: ${why}`, code, error);
  }
}

/** What a call rejects with whose signal was aborted. */
export function cancelled(signal: AbortSignal): NatsError {
  const reason = asError(signal.reason);
  return new NatsError(`cancelled: ${reason.message}`, ErrorCode.Cancelled, reason);
}

function checkPiece(piece: unknown): asserts piece is Uint8Array {
  if (piece instanceof Uint8Array) return;
  throw new NatsError(`the source gave ${nameOf(piece)}, not a Uint8Array`, ErrorCode.BadPayload);
}

/** What it is, for an error. */
export function nameOf(value: unknown): string {
  return (value as object | null | undefined)?.constructor?.name ?? String(value);
}
