/**
 * Loads the wasm module from a place that the application chooses: a URL, bytes, or a compiled module. For pages that want
 * streaming compilation, long caching, or one module shared with their workers.
 */
import { ErrorCode } from "../base/enums";
import { errorFromCode } from "../base/errors";
import type { EngineModule } from "./engine";
import { instantiate, type WasmSource } from "./load";

let loading: Promise<EngineModule> | undefined;

/**
 * Starts loading. Call it once before the first `connect`; the promise need not be awaited.
 * @param source URL of `nats.wasm`, a `Response`, its bytes, or a compiled module.
 */
export async function init(source: string | URL | WasmSource | Promise<WasmSource>): Promise<void> {
  const wasm = typeof source === "string" || source instanceof URL ? fetch(source) : source;
  loading = instantiate(wasm);
  try {
    await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

export function loaded(): Promise<EngineModule> {
  return (
    loading ??
    Promise.reject(
      errorFromCode(ErrorCode.Unknown, 'the wasm module is not loaded: call init("…/nats.wasm") before connect()'),
    )
  );
}
