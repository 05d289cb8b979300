// The two clients one test body runs against: nats.ws, which shows that the body is right, and ours.

import * as natsWs from "nats.ws";
import { afterEach } from "vitest";

export type Client = typeof natsWs;
export type Connection = natsWs.NatsConnection;
export type ConnectionOptions = natsWs.ConnectionOptions;

const built = import.meta.glob<Client>("../../../pkg/index.js", { eager: true });

/** For `describe.each`: where both clients must do the same. */
export const clients: { name: string; client: Client; ours: boolean }[] = [
  { name: "nats.ws", client: natsWs, ours: false },
  ...Object.values(built).map((client) => ({ name: "nats-wasm", client, ours: true })),
];

/** Where only ours does what is promised. */
export const ours: Client[] = Object.values(built);

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
