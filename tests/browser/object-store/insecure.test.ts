// Pages that came over plain http have no crypto.subtle, without which nats.ws and @nats-io/obj refuse object stores.

import { expect, test } from "vitest";
import { commands } from "vitest/browser";
import { digestText } from "../harness/objects.ts";
import { useServer } from "../harness/server.ts";

const server = useServer({ config: "jetstream" });

test("an object goes in and out on a page of an insecure origin", async () => {
  const bytes = new Uint8Array(300_000).map((_, at) => at * 31 + (at >> 8));
  expect(await commands.storeFromInsecurePage(server().url)).toEqual({
    isSecureContext: false,
    hasSubtle: false,
    size: 300_000,
    digest: await digestText(bytes),
    isSame: true,
  });
});
