// The JetStream faces one test body runs against: that of nats.ws, which shows that the body is right, ours on our
// connection, and ours on a connection of nats.ws, since it needs nothing but that interface.

import * as natsWs from "nats.ws";
import { type Client, clients, type Connection, type ConnectionOptions, connected } from "./clients.ts";

type Entry = Pick<natsWs.NatsConnection, "jetstream" | "jetstreamManager">;
type Standalone = {
  [Name in keyof Entry]: (nc: Connection, ...args: Parameters<Entry[Name]>) => ReturnType<Entry[Name]>;
};
const [standalone] = Object.values(import.meta.glob<Standalone>("../../../pkg/jetstream/index.js", { eager: true }));

export interface Contestant {
  name: string;
  client: Client;
  /** The JetStream is ours. */
  ours: boolean;
  /** … and the connection is not. */
  isMixed: boolean;
  /** A connection that is closed after the test, with the JetStream on it. */
  open(options: ConnectionOptions): Promise<Connection>;
}

export const contestants: Contestant[] = [
  ...clients.map((each) => ({
    ...each,
    isMixed: false,
    open: (options: ConnectionOptions) => connected(each.client, options),
  })),
  {
    name: "nats-wasm/jetstream on nats.ws",
    client: natsWs,
    ours: true,
    isMixed: true,
    open: async (options) => {
      const nc = await connected(natsWs, options);
      return Object.assign(nc, {
        jetstream: (given: natsWs.JetStreamOptions) => standalone?.jetstream(nc, given),
        jetstreamManager: (given: natsWs.JetStreamOptions) => standalone?.jetstreamManager(nc, given),
      }) as Connection;
    },
  },
];

/** What `uncaught` errors say from now on; nothing of it fails the test. Call `stop` at its end. */
export function uncaught(): { messages: string[]; stop(): void } {
  const messages: string[] = [];
  const hear = (event: ErrorEvent) => {
    messages.push(event.error.message);
    event.preventDefault();
  };
  addEventListener("error", hear);
  return { messages, stop: () => removeEventListener("error", hear) };
}
