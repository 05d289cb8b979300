import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { late } from "../../js/base/late";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nats-wasm-late-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("says what could not be imported and why, and imports it at the next call", async () => {
  const file = join(folder, "part.mjs");
  const part = () => late("the part", () => import(/* @vite-ignore */ file));
  const refused = await part().catch((error) => error);
  expect(refused).toMatchObject({ name: "NatsError", code: "UNKNOWN_ERROR" });
  expect(refused.message).toMatch(/^UNKNOWN_ERROR: the part could not be loaded: .*part\.mjs/);
  expect(refused.cause).toBeInstanceOf(Error);
  writeFileSync(file, "export const answer = 42;");
  expect(await part()).toMatchObject({ answer: 42 });
});
