// What every part of the application must answer (app/main.js), whoever built it and wherever it runs.

import { createHash } from "node:crypto";
import { createUser } from "@nats-io/nkeys";
import { expect, test } from "vitest";
import { NatsServer } from "../../scripts/nats-server.mjs";
import type { Tab } from "./tab.ts";

const OBJECT_SIZE = 300_000;

export interface Backend {
  server: NatsServer;
  url: string;
  /** Of a user who may sign in. */
  seed: string;
  publicKey: string;
}

/** A nats-server with JetStream that lets everybody in, and knows one nkey. */
export async function startBackend(): Promise<Backend> {
  const key = createUser();
  const publicKey = key.getPublicKey();
  const server = await NatsServer.start({
    conf: `jetstream { store_dir: $NATS_STORE, max_mem: 64MB, max_file: 64MB }
      authorization { users: [ { user: anybody, password: none }, { nkey: ${publicKey} } ] }
      no_auth_user: anybody`,
  });
  const url = `ws://127.0.0.1:${server.ports.websocket}`;
  return { server, url, seed: new TextDecoder().decode(key.getSeed()), publicKey };
}

/** The tests of the parts. Streams, buckets and stores are named after `name`. */
export function testParts(name: string, tab: () => Tab, backend: () => Backend): void {
  test("publishes, subscribes, asks, with headers", async () => {
    expect(await tab().call("core", backend().url)).toEqual({
      heard: [
        ["core.text", 4, "plain"],
        ["core.bytes", 300_000, ""],
      ],
      reply: "anybody there?!",
      nobody: "503",
    });
  });

  test("signs in with an nkey", async () => {
    const { url, seed, publicKey } = backend();
    expect(await tab().call("nkeys", url, seed)).toBe(publicKey);
  });

  test("publishes to a stream and consumes from it", async () => {
    const stream = `${name}-stream`;
    expect(await tab().call("jetstream", backend().url, stream)).toEqual({
      seq: 1,
      duplicate: true,
      consumed: [
        [1, `${stream}.1`, "one"],
        [2, `${stream}.2`, "two"],
      ],
    });
  });

  test("puts, gets and watches keys", async () => {
    expect(await tab().call("kv", backend().url, `${name}-bucket`)).toEqual({
      values: ["green", "blue"],
      refused: 10071,
      watched: [
        ["color", "green", 2],
        ["size", "small", 3],
      ],
    });
  });

  test("puts and gets an object", async () => {
    const bytes = new Uint8Array(OBJECT_SIZE).map((_, at) => at % 251);
    const digest = createHash("sha256").update(bytes).digest("base64").replaceAll("+", "-").replaceAll("/", "_");
    expect(await tab().call("objects", backend().url, `${name}-store`, OBJECT_SIZE)).toEqual({
      chunks: 3,
      digest: `SHA-256=${digest}`,
      isSame: true,
    });
  });
}
