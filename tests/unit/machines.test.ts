// What the machines' module asks of the runtime: WebAssembly with SIMD, or an error that says so. And its digest.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "nats-wasm-unit-"));
  bundle = join(directory, "engine.mjs");
  const entryPoints = [new URL("../../js/engine/machines.ts", import.meta.url).pathname];
  await build({ entryPoints, bundle: true, format: "esm", outfile: bundle, logLevel: "error" });
});

afterAll(() => rm(directory, { recursive: true, force: true }));

// Where 32 bits no longer hold the length in bits; peers got this wrong.
it("digests more than 512 MiB", async () => {
  const { machines } = await import("../../js/engine/machines");
  const { Write, memory } = machines();
  const write = new Write(131_072, 1, 1, 1);
  const piece = Uint8Array.from({ length: write.room_len() }, (_, at) => at * 31 + (at >> 8));
  const hash = createHash("sha256");
  for (let left = 513 * 1024 * 1024; left > 0; left -= piece.length) {
    memory.bytes.set(piece, write.room());
    write.feed(piece.length);
    hash.update(piece);
  }
  expect(Buffer.from(write.sum()).toString("hex")).toBe(hash.digest("hex"));
}, 240_000);

/** What the module's first call comes to, in a Node of its own. */
async function load(...flags: string[]): Promise<unknown> {
  const program = `
    const { machines } = await import(${JSON.stringify(`file://${bundle}`)});
    try { console.log(JSON.stringify({ machines: Object.keys(machines()) })); }
    catch ({ name, code, message, cause }) { console.log(JSON.stringify({ name, code, message, cause: cause.name })); }`;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--input-type=module", "-e", program]);
  return JSON.parse(stdout);
}

it("loads where there is SIMD", async () => {
  expect(await load()).toEqual({ machines: ["Flow", "Idle", "Ordered", "Pull", "Read", "Watch", "Write", "memory"] });
});

// V8 takes SSSE3 for a condition of SIMD; other processors have no such flag.
it.runIf(process.arch === "x64")("says what is missing where there is none", async () => {
  expect(await load("--no-enable-ssse3")).toEqual({
    name: "NatsError",
    code: "UNKNOWN_ERROR",
    message: expect.stringMatching(
      /^UNKNOWN_ERROR: the machines of JetStream need WebAssembly with SIMD \(Chrome 96, Firefox 89, Safari 16\.4\): ./,
    ),
    cause: "CompileError",
  });
});
