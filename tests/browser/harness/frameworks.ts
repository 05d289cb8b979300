// The services frameworks one test body runs against: that of nats.ws, which shows that the body is right, ours on our
// connection, and ours on a connection of nats.ws, since it needs nothing but that interface.

import * as natsWs from "nats.ws";
import { type Client, clients, type Connection, type ConnectionOptions, connected } from "./clients.ts";
import type { TestServer } from "./server.ts";

type Errors = Pick<Client, "ServiceError" | "ServiceErrorHeader" | "ServiceErrorCodeHeader">;
type Ours = Errors & { Svcm: new (nc: Connection) => natsWs.ServicesAPI };

export interface Framework extends Errors {
  name: string;
  ours: boolean;
  headers: Client["headers"];
  /** A connection that is closed after the test, with the framework on it. */
  open(options: ConnectionOptions): Promise<Connection>;
}

const built = Object.values(import.meta.glob<Ours>("../../../pkg/services/index.js", { eager: true }));

export const frameworks: Framework[] = [
  ...clients.map(({ name, client, ours }) => ({
    ...client,
    name,
    ours,
    open: (options: ConnectionOptions) => connected(client, options),
  })),
  ...built.map((ours) => ({
    ...ours,
    name: "nats-wasm/services on nats.ws",
    ours: true,
    headers: natsWs.headers,
    open: async (options: ConnectionOptions) => {
      const connection = await connected(natsWs, options);
      return Object.defineProperty(connection, "services", { value: new ours.Svcm(connection) });
    },
  })),
];

export const config: natsWs.ServiceConfig = { name: "calculator", version: "1.2.3" };

/** A service on a connection of its own, with another connection to ask from. */
export async function startService(open: () => Promise<Connection>, more: Partial<natsWs.ServiceConfig>) {
  const [nc, asker] = [await open(), await open()];
  return { nc, asker, service: await nc.services.add({ ...config, ...more }) };
}

/** The counters of the service's first endpoint. */
export async function firstStats(service: natsWs.Service): Promise<natsWs.NamedEndpointStats> {
  const { endpoints } = await service.stats();
  if (!endpoints?.[0]) throw new Error("the service has no endpoint");
  return endpoints[0];
}

/** The subjects of this connection's subscriptions, as the server sees them. */
export async function subjects(server: TestServer, nc: Connection): Promise<string[]> {
  const all = await server.connections();
  return all.find((each) => each.cid === nc.info?.client_id)?.subscriptions_list ?? [];
}

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

/** What a promise rejects with; a test that gets here without a rejection fails. */
export async function rejection(promise: Promise<unknown>): Promise<natsWs.NatsError> {
  const value = await promise.then(
    (resolved) => ({ resolved }),
    (error) => ({ error }),
  );
  if ("error" in value) return value.error;
  throw new Error(`expected a rejection, got ${JSON.stringify(value.resolved)}`);
}

/** Works on the main thread for `duration` ms. */
export function work(duration: number): void {
  const end = performance.now() + duration;
  while (performance.now() < end);
}
