// The nats-servers of the browser tests, by number. Configurations are files of this directory, or text of the test.

import { readFileSync } from "node:fs";
import { choosePorts, NatsServer, type Ports, type Release } from "../../scripts/nats-server.mjs";
import { releases } from "../../scripts/setup/nats-server.mjs";
import type { Certificates } from "./certificates.ts";

export interface ServerAddress {
  id: number;
  /** Where the browser connects. */
  url: string;
  /** `host:port` of that, as clients name servers in status events. */
  name: string;
  ports: Ports;
}

export interface ServerOptions {
  /** A file of tests/server without its `.conf`. */
  config?: string;
  /** More configuration, behind the file's. */
  conf?: string;
  /** Ports to take instead of free ones. */
  ports?: Partial<Ports>;
  /** Serve wss with this certificate. */
  tls?: keyof Certificates;
  /** A nats-server of this release instead of the usual one. */
  version?: Release;
}

const servers = new Map<number, NatsServer>();
let next = 1;

export async function startServer(options: ServerOptions, certificates: Certificates): Promise<ServerAddress> {
  const certificate = certificates[options.tls ?? "trusted"];
  const server = await NatsServer.start({
    conf: read(options),
    environment: { NATS_CERTIFICATE: certificate.certificateFile, NATS_KEY: certificate.keyFile },
    ...(options.ports ? { ports: options.ports } : {}),
    ...(options.version ? { version: options.version } : {}),
  });
  servers.set(next, server);
  return address(next++, server, options.tls ? "wss" : "ws");
}

/** Three servers that know each other. Their WebSocket addresses are told to clients (`connect_ws_urls`). */
export async function startCluster(options: ServerOptions, certificates: Certificates): Promise<ServerAddress[]> {
  const all = await Promise.all([0, 1, 2].map(() => choosePorts()));
  const routes = all.map((ports) => `nats://127.0.0.1:${ports.cluster}`).join(", ");
  const members = await Promise.all(
    all.map((ports, index) =>
      startServer(
        {
          ...options,
          ports,
          conf: `server_name: member${index}\ncluster { name: test, listen: $NATS_CLUSTER, routes: [${routes}] }\n${options.conf ?? ""}`,
        },
        certificates,
      ),
    ),
  );
  await Promise.all(members.map((member) => routed(member.id, members.length - 1)));
  return members;
}

/** Why a release of nats-server cannot be had on this machine, `""` for those that can. */
export function serverReleases(): Promise<Record<Release, string>> {
  return releases();
}

/** Ends the process: SIGTERM in order, SIGKILL without a word. Its ports stay its own. */
export function stopServer(id: number, signal: NodeJS.Signals): Promise<void> {
  return find(id).stop(signal);
}

/** Kills it if it runs, and starts it on the same ports, with other configuration when given. */
export function restartServer(id: number, options?: ServerOptions): Promise<void> {
  return find(id).restart(options ? read(options) : undefined);
}

/** Freezes it with its sockets open, and resolves when it has stopped. */
export function freezeServer(id: number): Promise<void> {
  return find(id).freeze();
}

export function signalServer(id: number, signal: NodeJS.Signals): void {
  find(id).signal(signal);
}

export function reloadServer(id: number, options: ServerOptions): void {
  find(id).reload(read(options));
}

/** A page of the server's monitoring, `/connz?subs=1` for one. */
export function monitorServer(id: number, path: string): Promise<unknown> {
  return find(id).monitor(path);
}

export function serverLog(id: number): string {
  return find(id).log;
}

export async function removeServer(id: number): Promise<void> {
  await servers.get(id)?.remove();
  servers.delete(id);
}

function read(options: ServerOptions): string {
  const file = options.config ? readFileSync(new URL(`${options.config}.conf`, import.meta.url), "utf8") : "";
  const tls = options.tls
    ? "websocket { listen: $NATS_WEBSOCKET, tls { cert_file: $NATS_CERTIFICATE, key_file: $NATS_KEY } }"
    : "";
  return [file, tls, options.conf ?? ""].join("\n");
}

function find(id: number): NatsServer {
  const server = servers.get(id);
  if (!server) throw new Error(`no server ${id}`);
  return server;
}

function address(id: number, server: NatsServer, scheme: string): ServerAddress {
  const name = `127.0.0.1:${server.ports.websocket}`;
  return { id, name, url: `${scheme}://${name}`, ports: server.ports };
}

async function routed(id: number, others: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const page = (await find(id).monitor("/routez")) as { routes?: { remote_id: string }[] };
    if (new Set(page.routes?.map((route) => route.remote_id)).size >= others) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`server ${id} did not find its cluster: ${serverLog(id)}`);
}
