/**
 * Makes an `EngineModule` of wasm bytes. Owns the sentence that a user reads when a page refuses WebAssembly.
 */
import { ErrorCode } from "../base/enums";
import { asError, errorFromCode, type NatsError } from "../base/errors";
import type { EngineModule } from "./engine";
import { initSync, scratch } from "./generated/client";
import { Memory } from "./memory";
import { Scratch } from "./scratch";

/** A source of the module: bytes, a compiled module, or a response that is compiled while it streams. */
export type WasmSource = BufferSource | WebAssembly.Module | Response;

/** Compiles and instantiates. The module has one instance for all connections: later calls return the memory of the first. */
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
  // `compileStreaming` refuses any other content type.
  return source.headers.get("content-type") === "application/wasm"
    ? WebAssembly.compileStreaming(source)
    : WebAssembly.compile(await source.arrayBuffer());
}

function refused(cause: unknown): NatsError {
  const error = asError(cause);
  // The words differ between browsers; all of them name the policy or the directive.
  const byPolicy = /content security policy|unsafe-eval|\bCSP\b/i.test(error.message);
  const why = byPolicy
    ? "the page's Content-Security-Policy refuses WebAssembly: add 'wasm-unsafe-eval' to its script-src"
    : `the wasm module could not be loaded: ${error.message}`;
  return errorFromCode(ErrorCode.Unknown, why, error);
}
