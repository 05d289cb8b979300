/**
 * Loads the wasm module that lies compressed inside this package's JavaScript: works in every bundler, from a CDN and
 * in a worker without configuration. Importing this file does nothing.
 */
import { decodeBase64 } from "./base64";
import type { EngineModule } from "./index";
import { bytes } from "./generated/client.inline.js";
import { instantiate } from "./load";

let loading: Promise<EngineModule> | undefined;

export function loadInline(): Promise<EngineModule> {
  // A failed load is forgotten, so that the next connect tries again.
  loading ??= instantiate(unpack(bytes)).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The type `application/wasm` lets the browser compile while the bytes are still being unpacked. */
function unpack(base64: string): Response {
  const packed = new Blob([decodeBase64(base64)]).stream();
  const wasm = packed.pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(wasm, { headers: { "content-type": "application/wasm" } });
}
