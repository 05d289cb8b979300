// The two clients one test body runs against: nats.ws, which shows that the body is right, and ours.

import * as natsWasm from "nats-wasm";
import * as natsWs from "nats.ws";
import { afterEach } from "vitest";

export type Client = typeof natsWs;
export type Connection = natsWs.NatsConnection;
export type ConnectionOptions = natsWs.ConnectionOptions;

// The two differ where ours promises more; the tests use what they share through the type of nats.ws.
const built = natsWasm as unknown as Client;

/** For `describe.each`: where both clients must do the same. */
export const clients: { name: string; client: Client; ours: boolean }[] = [
  { name: "nats.ws", client: natsWs, ours: false },
  { name: "nats-wasm", client: built, ours: true },
];

/** The message of an error: ours has the code before the words that are all of it in nats.ws. */
export function said(ours: boolean, code: string, words: string): string {
  return ours ? `${code}: ${words}` : words;
}

/** Connects, and closes the connection after the test. */
export async function connected(client: Client, options: ConnectionOptions): Promise<Connection> {
  const connection = await client.connect(options);
  opened.push(connection);
  return connection;
}

const opened: Connection[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((connection) => connection.close().catch(() => {})));
});
