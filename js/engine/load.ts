/**
 * Makes an `EngineModule` of wasm bytes. Owns the one sentence a user reads when a page refuses WebAssembly.
 */
import { ErrorCode } from "../base/enums";
import { errorFromCode, type NatsError } from "../base/errors";
import type { EngineModule } from "./engine";
import { initSync, scratch } from "./generated/client";
import { Memory } from "./memory";
import { Scratch } from "./scratch";

/** Whatever `WebAssembly` can be given: bytes, a compiled module, or a response to compile while it streams. */
export type WasmSource = BufferSource | WebAssembly.Module | Response;

/** The module has one instance for all connections: every later call returns what the first one made. */
export async function instantiate(source: WasmSource | Promise<WasmSource>): Promise<EngineModule> {
  if (typeof WebAssembly === "undefined") {
    throw errorFromCode(ErrorCode.Unknown, "WebAssembly is not available in this runtime");
  }
  try {
    const module = await compile(await source);
    const memory = new Memory(initSync({ module }).memory);
    return { memory, scratch: new Scratch(memory, scratch) };
  } catch (cause) {
    throw refused(cause);
  }
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (!(source instanceof Response)) return WebAssembly.compile(source);
  if (!source.ok) throw new Error(`${source.url} answered ${source.status} ${source.statusText}`);
  // Compiling while it streams asks for the right type.
  return source.headers.get("content-type") === "application/wasm"
    ? WebAssembly.compileStreaming(source)
    : WebAssembly.compile(await source.arrayBuffer());
}

function refused(cause: unknown): NatsError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  // Browsers word it differently; all of them name the policy or the directive.
  const byPolicy = /content security policy|unsafe-eval|\bCSP\b/i.test(error.message);
  const why = byPolicy
    ? "the page's Content-Security-Policy refuses WebAssembly: add 'wasm-unsafe-eval' to its script-src"
    : `the wasm module could not be loaded: ${error.message}`;
  return errorFromCode(ErrorCode.Unknown, why, error);
}
