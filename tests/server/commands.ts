// What a browser test can ask of Node: the functions of this directory, called through vitest's `commands`.

import type { BrowserCommand } from "vitest/node";
import * as accounts from "./accounts.ts";
import type { Certificates } from "./certificates.ts";
import * as outside from "./outside.ts";
import * as peer from "./peer.ts";
import { dialFromPlainPage, storeFromInsecurePage } from "./plain-page.ts";
import * as servers from "./servers.ts";
import * as streamPublisher from "./stream-publisher.ts";

function make(certificates: Certificates) {
  return {
    ...servers,
    ...outside,
    ...peer,
    ...accounts,
    ...streamPublisher,
    startServer: (options: servers.ServerOptions) => servers.startServer(options, certificates),
    startCluster: (options: servers.ServerOptions) => servers.startCluster(options, certificates),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the one way to take any function's arguments
type Remote<F> = F extends (...args: infer Args extends any[]) => infer Result
  ? (...args: Args) => Promise<Awaited<Result>>
  : never;
type Functions = ReturnType<typeof make>;
export type ServerCommands = { [Name in keyof Functions]: Remote<Functions[Name]> } & {
  dialFromPlainPage: (url: string) => ReturnType<typeof dialFromPlainPage>;
  storeFromInsecurePage: (url: string) => ReturnType<typeof storeFromInsecurePage>;
};

/** For `test.browser.commands`. */
export function serverCommands(certificates: Certificates): Record<string, BrowserCommand<never[]>> {
  const plain = Object.entries(make(certificates)).map(([name, call]): [string, BrowserCommand<never[]>] => [
    name,
    (_context, ...args) => (call as (...args: never[]) => unknown)(...args),
  ]);
  return {
    ...Object.fromEntries(plain),
    dialFromPlainPage: ({ context }, url) => dialFromPlainPage(context, url),
    storeFromInsecurePage: ({ context }, url) => storeFromInsecurePage(context, url),
  };
}

declare module "vitest/internal/browser" {
  interface BrowserCommands extends ServerCommands {}
}
