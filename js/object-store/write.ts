/**
 * The chunks of an object on their way to the stream. Owns the source and the bytes that the source gave; src/core/object/write.rs
 * decides when to read, what to send and how much may be under way. A put that fails leaves nothing behind.
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

/** Bytes and chunks that may be under way. */
const WINDOW = 4 * 1024 * 1024;
const WINDOW_CHUNKS = 256;

export interface UploadTarget extends ChunkPlace {
  /** Bytes of every chunk but the last. */
  chunk: number;
  /** How long each ack may take, in ms. */
  timeout: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ObjectProgress) => void) | undefined;
  /** Size of the object in bytes, when known. */
  total?: number | undefined;
}

interface ChunkSummary {
  size: number;
  chunks: number;
  digest: string;
}

/**
 * Stores the bytes of a source. After a failure the source is cancelled and the stored chunks are removed.
 *
 * @throws the first error of the source, the signal, `onProgress` or a publish, as a rejection.
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
      // After a failure nobody wants the piece, and the machine may be freed.
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
    // A source that has failed rejects here, with the error that is thrown below.
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
