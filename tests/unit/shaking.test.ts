// What programs carry that do not use it: the credentials module weighs as much as the client, JetStream's management a tenth of it.
import { build, type Metafile } from "esbuild";
import { describe, expect, it, test } from "vitest";
import { wasm as credentials } from "../../js/engine/generated/credentials.inline.ts";

/** Only who lists what the server tells of its streams says this. */
const management = "$JS.EVENT.ADVISORY.>";

/** The files of a program, and which of them its first one imports without being asked, itself included. */
async function files(program: string) {
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
  const atOnce = loadedAtOnce(metafile, "out/stdin.js");
  return outputFiles.map(({ text, path }) => ({ text, isAtOnce: atOnce.some((each) => path.endsWith(each)) }));
}

/** Whether `text` is in what a program loads at once; otherwise it is in what it may load later. */
async function carries(text: string, program: string): Promise<boolean> {
  const carriers = (await files(program)).filter((file) => file.text.includes(text));
  expect(carriers).toHaveLength(1);
  return carriers[0]?.isAtOnce ?? false;
}

function loadedAtOnce({ outputs }: Metafile, path: string): string[] {
  const imports = outputs[path]?.imports.filter((each) => each.kind === "import-statement") ?? [];
  return [path, ...imports.flatMap((each) => loadedAtOnce({ inputs: {}, outputs }, each.path))];
}

describe("the credentials module", () => {
  it.each([
    'export { connect } from "./pkg/index.js"',
    'export { connect, credsAuthenticator } from "./pkg/index.js"',
    'export * from "./pkg/core/index.js"',
  ])("is fetched when it is needed by: %s", async (program) => {
    expect(await carries(credentials, program)).toBe(false);
  });

  it.each(['export { nkeys } from "./pkg/index.js"', 'export { nkeys } from "./pkg/nkeys.js"'])(
    "is there at once for: %s",
    async (program) => {
      expect(await carries(credentials, program)).toBe(true);
    },
  );
});

test("JetStream's management is fetched by who connects to everything when it is needed", async () => {
  expect(await carries(management, 'export { connect } from "./pkg/index.js"')).toBe(false);
});

test.each([
  ["pulling", "threshold_messages"],
  ["subscribing as it was", "duplicate subscription"],
  ["the object store", "digests do not match"],
  ["management", management],
  ["the services framework", "$SRV"],
])("buckets do not bring %s", async (_, text) => {
  const [everything, buckets] = await Promise.all([
    files('export * from "./pkg/index.js"'),
    files('export { Kvm } from "./pkg/kv/index.js"'),
  ]);
  // A text that is nowhere would show nothing.
  expect(everything.some((file) => file.text.includes(text))).toBe(true);
  expect(buckets.filter((file) => file.isAtOnce && file.text.includes(text))).toHaveLength(0);
  expect(buckets.filter((file) => file.isAtOnce && file.text.includes("KV_WATCHER_"))).toHaveLength(1);
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
