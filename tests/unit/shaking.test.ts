// The signer weighs as much as the client: programs that sign nothing must not carry it.
import { readFileSync } from "node:fs";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";

const signer = readFileSync("js/engine/generated/signer_bg.wasm").toString("base64");

/** Whether a program's first file, or a file it imports without being asked, has the signer in it. */
async function carriesSigner(program: string): Promise<boolean> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: process.cwd() },
    bundle: true,
    format: "esm",
    splitting: true,
    write: false,
    metafile: true,
    outdir: "out",
    logLevel: "silent",
  });
  const carriers = outputFiles.filter((file) => file.text.includes(signer)).map((file) => file.path);
  expect(carriers).toHaveLength(1);
  return loadedAtOnce(metafile, "out/stdin.js").some((path) => carriers[0]?.endsWith(path));
}

function loadedAtOnce({ outputs }: Metafile, path: string): string[] {
  const imports = outputs[path]?.imports.filter((each) => each.kind === "import-statement") ?? [];
  return [path, ...imports.flatMap((each) => loadedAtOnce({ inputs: {}, outputs }, each.path))];
}

describe("the signer", () => {
  it.each([
    'export { connect } from "./pkg/index.js"',
    'export { connect, credsAuthenticator } from "./pkg/index.js"',
    'export * from "./pkg/core/index.js"',
  ])("is fetched when it is needed by: %s", async (program) => {
    expect(await carriesSigner(program)).toBe(false);
  });

  it.each(['export { nkeys } from "./pkg/index.js"', 'export { nkeys } from "./pkg/nkeys.js"'])(
    "is there at once for: %s",
    async (program) => {
      expect(await carriesSigner(program)).toBe(true);
    },
  );
});
