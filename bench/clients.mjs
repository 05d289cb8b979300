/** The clients that are compared, each bundled once, minified, as an application's build would. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApplication } from "../scripts/application.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a page imports of each. nats.ws asks for Node's `crypto` in a branch that browsers never take. */
export const CLIENTS = [
  { name: "raw" },
  { name: "nats.ws", source: 'export { connect } from "nats.ws";', external: ["crypto"] },
  { name: "nats-core", source: 'export { wsconnect as connect } from "@nats-io/nats-core";' },
  { name: "nats-wasm", source: 'export { connect } from "./pkg/index.js";', needs: "pkg/index.js" },
];

const FACE = `
  export { connect };
  export const manager = (nc) => nc.jetstreamManager();
  export const jetstream = (nc) => nc.jetstream();
  export const bucket = (nc, name, options) => nc.jetstream().views.kv(name, options);
  export const store = (nc, name, options) => nc.jetstream().views.os(name, options);
`;
const OFFICIAL_FACE = `
  export { wsconnect as connect } from "@nats-io/nats-core";
  export { jetstream, jetstreamManager as manager } from "@nats-io/jetstream";
  import { Kvm } from "@nats-io/kv";
  import { Objm } from "@nats-io/obj";
  export const bucket = (nc, name, options) => new Kvm(nc).create(name, options);
  export const store = (nc, name, options) => new Objm(nc).create(name, options);
`;

/** What a page of a JetStream workload imports: the same five functions of each. */
function jetstreamSource({ name, source }) {
  if (name === "nats-core") return OFFICIAL_FACE;
  return source.replace("export", "import") + FACE;
}

/** Clients that can run: this one has to be built first. `before`: the pkg/ of another build, to be measured beside it. */
export function presentClients(before) {
  const present = CLIENTS.filter(({ needs }) => !needs || existsSync(`${root}${needs}`));
  if (before === undefined) return present;
  const source = `export { connect } from ${JSON.stringify(resolve(before, "index.js"))};`;
  return [...present, { name: "before", source }];
}

/**
 * The files of a bundle, by name: the client's own, and those that are loaded when they are used. `jetstream`: with
 * JetStream, buckets and object stores.
 */
export async function bundleClient(client, { minify = true, jetstream = false } = {}) {
  const files = await bundleApplication(jetstream ? jetstreamSource(client) : client.source, {
    name: `${client.name}${jetstream ? "-jetstream" : ""}`,
    external: [...(client.external ?? []), "node:crypto"],
    minify,
  });
  return new Map(files.map(({ fileName, code }) => [fileName, code]));
}
