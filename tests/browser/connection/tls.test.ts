// wss: with a certificate the browser trusts, with one it does not, and across the two schemes.

import { describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { digest, pattern } from "../harness/bytes.ts";
import { clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";

const trusted = useServer({ tls: "trusted" });
const untrusted = useServer({ tls: "untrusted" });
const plain = useServer();

describe.each(clients)("$name", ({ client }) => {
  test("messages of all sizes pass over wss", async () => {
    const nc = await connected(client, { servers: trusted().url });
    expect(trusted().url).toMatch(/^wss:/);
    const sub = nc.subscribe("tls", { max: 3 });
    const sent = [1, 5000, 1_000_000].map((size) => pattern(size));
    for (const payload of sent) nc.publish("tls", payload);
    const received: string[] = [];
    for await (const message of sub) received.push(await digest(message.data));
    expect(received).toEqual(await Promise.all(sent.map(digest)));
    expect((await trusted().connections()).map((each) => each.kind)).toContain("Client");
  });

  test("a server name without a scheme is dialled by wss", async () => {
    const nc = await connected(client, { servers: trusted().name });
    expect(nc.getServer()).toBe(trusted().name);
  });

  test("wss to a server that speaks ws is refused", async () => {
    await expect(client.connect({ servers: `wss://${plain().name}`, timeout: 5000 })).rejects.toMatchObject({
      name: "NatsError",
    });
  });
});

// vitest opens its own page with all certificates accepted, so these dial from a page of their own.
test("a certificate the browser does not trust is refused, and the error says where", async () => {
  const { refused } = await commands.dialFromPlainPage(untrusted().url);
  expect(refused).toMatchObject({ name: "NatsError" });
  expect(refused?.message).toContain(untrusted().url);
});

test("the same page reaches the server whose certificate is trusted", async () => {
  expect(await commands.dialFromPlainPage(trusted().url)).toEqual({ echoed: "there and back" });
});
