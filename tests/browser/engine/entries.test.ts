// The other ways in: the core alone, and the slim client that is given its WebAssembly.

import * as core from "nats-wasm/core";
import * as slim from "nats-wasm/slim";
import { expect, test } from "vitest";
import { useServer } from "../harness/server.ts";
import wasm from "../../../pkg/nats.wasm?url";

const server = useServer();

async function echo(connect: typeof core.connect): Promise<string> {
  const nc = await connect({ servers: server().url });
  const sub = nc.subscribe("echo", { max: 1 });
  nc.publish("echo", "there and back");
  let heard = "";
  for await (const message of sub) heard = message.string();
  await nc.close();
  return heard;
}

test("core: connects with the WebAssembly inside", async () => {
  expect(await echo(core.connect)).toBe("there and back");
});

test("slim: refuses to connect before init, with a sentence that says so", async () => {
  await expect(slim.connect({ servers: server().url })).rejects.toThrow("init");
});

test("slim: connects after init with the address of the WebAssembly", async () => {
  await slim.init(new URL(wasm, location.href));
  expect(await echo(slim.connect)).toBe("there and back");
});
