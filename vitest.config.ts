// Kinds of TypeScript test: `unit` in Node; `browser` in Chromium with real nats-servers that tests start and stop through
// commands (tests/server/commands.ts); `page`, which opens the playground in Chromium and uses it as a person does;
// `packaging`, applications of the packed package in Chromium; `firefox`, one of them in Firefox; `wasm-pack`, the module that
// wasm-pack makes, in Chromium.

import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findChromium } from "./scripts/setup/chromium.mjs";
import { makeCertificates } from "./tests/server/certificates.ts";
import { serverCommands } from "./tests/server/commands.ts";
import { INSECURE_HOST } from "./tests/server/plain-page.ts";

const certificates = await makeCertificates();
const chromium = findChromium();

// Tests import the package by its name and get what was built, as a user's bundler would.
const alias = [
  { find: /^nats-wasm$/, replacement: built("index.js") },
  { find: /^nats-wasm\/nats\.js$/, replacement: built("nats.js") },
  { find: /^nats-wasm\/slim$/, replacement: built("slim.js") },
  { find: /^nats-wasm\/(.+)$/, replacement: built("$1/index.js") },
];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["tests/unit/**/*.test.ts"], environment: "node" }, resolve: { alias } },
      { test: { name: "page", include: ["tests/page/**/*.test.ts"], environment: "node", testTimeout: 60_000 } },
      {
        test: {
          name: "wasm-pack",
          include: ["tests/wasm-pack/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
        },
      },
      installed("packaging"),
      installed("firefox"),
      {
        resolve: { alias },
        // Of this tree: trees that share node_modules by a link would take it away from each other.
        cacheDir: ".cache/vite",
        // CommonJS, which a browser cannot load as it is.
        optimizeDeps: {
          include: ["nats.ws", ...["jetstream", "kv", "obj", "services"].map((name) => `@nats-io/${name}`)],
        },
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts", "tests/parity/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            // The host of the servers, so that cookies of the page reach them.
            api: { host: "127.0.0.1" },
            commands: serverCommands(certificates),
            provider: playwright({
              launchOptions: {
                args: [
                  ...CHROMIUM_FLAGS,
                  `--ignore-certificate-errors-spki-list=${certificates.trusted.keyHash}`,
                  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
                ],
                ...(chromium ? { executablePath: chromium } : {}),
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});

/** Tests of the package as npm installs it, in a folder of its own. */
function installed(name: string) {
  return {
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      environment: "node",
      globalSetup: "tests/packaging/installed.ts",
      testTimeout: 60_000,
      hookTimeout: 240_000,
    },
  };
}

function built(file: string): string {
  return fileURLToPath(new URL(`pkg/${file}`, import.meta.url));
}
