/**
 * The chunks of an object on their way to the stream. Owns the source and the bytes it gave; when to read, what to send and
 * how much may be under way is decided in src/core/object/write.rs. Leaves nothing behind when it fails.
 */
import { deferred } from "../core/helpers/deferred";
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode } from "../base/errors";
import { WriteOutput } from "../engine/generated/machines.enums";
import { publish } from "../jetstream/publish/publish";
import { type ChunkPlace, cancellation, kindOf, removeChunks } from "./failures";
import { feed } from "./feed";
import { formatDigest } from "./names";
import { Pieces } from "./pieces";
import type { ObjectProgress } from "../jetstream/types/object-store";

/** Bytes and chunks that may be on their way. */
const WINDOW = 4 * 1024 * 1024;
const WINDOW_CHUNKS = 256;

export interface UploadTarget extends ChunkPlace {
  /** Bytes of every chunk but the last. */
  chunk: number;
  /** For each ack, in ms. */
  timeout: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ObjectProgress) => void) | undefined;
  /** Bytes there will be, when that is known. */
  total?: number | undefined;
}

interface ChunkSummary {
  size: number;
  chunks: number;
  digest: string;
}

/**
 * Stores what the source gives. When that fails, the source is cancelled and what was stored is removed.
 *
 * @throws what the source, the signal or a publish failed with, the first of them.
 */
export async function write(source: ReadableStream<Uint8Array> | null, target: UploadTarget): Promise<ChunkSummary> {
  const { api, subject, timeout, signal, onProgress, total } = target;
  const { machines } = await import("../engine/machines");
  const { Write, memory } = machines();
  const machine = new Write(target.chunk, WINDOW, WINDOW_CHUNKS, timeout);
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
  const onAbort = () => fail(cancellation(signal as AbortSignal));
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
      if (output === WriteOutput.Send) {
        const chunk = pieces.take(machine.len());
        feed(memory, machine, chunk);
        void send(chunk);
        continue;
      }
      if (output === WriteOutput.Commit) {
        reader?.releaseLock();
        return { size: machine.size(), chunks: machine.chunks(), digest: formatDigest(machine.sum()) };
      }
      if (output === WriteOutput.Clean) break;
      const woken = deferred<void>();
      wake = woken.resolve;
      if (output === WriteOutput.Read && !isReading) void read();
      await woken;
    }
    const error = failure as unknown as Error;
    // A source that has failed rejects here with the error there is already.
    reader?.cancel(error).catch(() => {});
    throw machine.chunks() > 0 ? await removeChunks(target, error) : error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    machine.free();
  }
}

function checkPiece(piece: unknown): asserts piece is Uint8Array {
  if (piece instanceof Uint8Array) return;
  throw errorFromCode(ErrorCode.BadPayload, `the source gave ${kindOf(piece)}, not a Uint8Array`);
}
