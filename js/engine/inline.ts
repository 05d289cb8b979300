/**
 * Loads the wasm module that lies inside this package's JavaScript as text: in every bundler, from a CDN and in a worker
 * without configuration. Importing this file loads nothing.
 */
import { wasm } from "./generated/client.inline.js";
import type { EngineModule } from "./engine";
import { decodeHex } from "./hex";
import { instantiate } from "./load";

let loading: Promise<EngineModule> | undefined;

export function loadInline(): Promise<EngineModule> {
  // A failed load is forgotten, so that the next connect tries again.
  loading ??= instantiate(decodeHex(wasm)).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
