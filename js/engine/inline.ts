/**
 * Loads the wasm module that lies inside this package's JavaScript as text: works in every bundler, from a CDN and in a
 * worker without configuration. Importing this file does nothing.
 */
import { packed } from "./generated/client.inline.js";
import type { EngineModule } from "./engine";
import { instantiate } from "./load";
import { unpack } from "./unpack";

let loading: Promise<EngineModule> | undefined;

export function loadInline(): Promise<EngineModule> {
  // A failed load is forgotten, so that the next connect tries again.
  loading ??= instantiate(unpacked()).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Asynchronous only so that a page which refuses WebAssembly is told so by `instantiate`. */
async function unpacked(): Promise<Uint8Array<ArrayBuffer>> {
  return unpack(packed);
}
