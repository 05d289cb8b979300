/**
 * Loads the wasm module that lies inside this package's JavaScript as text: works in every bundler, from a CDN and in a
 * worker without configuration. Importing this file does nothing.
 */
import { shift, text } from "./generated/client.inline.js";
import type { EngineModule } from "./index";
import { instantiate } from "./load";

let loading: Promise<EngineModule> | undefined;

export function loadInline(): Promise<EngineModule> {
  // A failed load is forgotten, so that the next connect tries again.
  loading ??= instantiate(unpack(text)).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The text has one character a byte, moved on by `shift`; storing it brings it back into its range. */
function unpack(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i) - shift;
  return bytes;
}
