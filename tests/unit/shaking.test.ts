// What programs carry that do not use it: the signer weighs as much as the client, JetStream's management a tenth of it.
import { readFileSync } from "node:fs";
import { build, type Metafile } from "esbuild";
import { describe, expect, it, test } from "vitest";

const signer = readFileSync("js/engine/generated/signer_bg.wasm").toString("base64");

/** Only who lists what the server tells of its streams says this. */
const management = "$JS.EVENT.ADVISORY.>";

/** Whether a program's first file, or a file it imports without being asked, has `text` in it; a later one has. */
async function carries(text: string, program: string): Promise<boolean> {
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
  const carriers = outputFiles.filter((file) => file.text.includes(text)).map((file) => file.path);
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
    expect(await carries(signer, program)).toBe(false);
  });

  it.each(['export { nkeys } from "./pkg/index.js"', 'export { nkeys } from "./pkg/nkeys.js"'])(
    "is there at once for: %s",
    async (program) => {
      expect(await carries(signer, program)).toBe(true);
    },
  );
});

test("JetStream's management is fetched by who connects to everything when it is needed", async () => {
  expect(await carries(management, 'export { connect } from "./pkg/index.js"')).toBe(false);
});

test("one enum does not bring the others", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { StorageType } from "./pkg/jetstream/index.js"', resolveDir: process.cwd() },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  const [program] = outputFiles.map(({ text }) => text);
  expect(program).toContain('"memory"');
  expect(program).not.toContain('"workqueue"');
});
