/**
 * Serves the pages, one loopback address per client: other sites are put in other processes, so every page has a
 * main thread of its own.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleClient } from "./clients.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript" };

export async function serveSite(clients, options) {
  const bundles = new Map();
  for (const client of clients) {
    if (!client.source) continue;
    const { jetstream, minify } = options;
    const files = [
      ...(await bundleClient(client, { minify })),
      ...(jetstream ? await bundleClient(client, options) : []),
    ];
    for (const [name, contents] of files) bundles.set(`/clients/${name}`, contents);
  }
  const addresses = new Map();
  const servers = await Promise.all(
    clients.map(async ({ name }, i) => {
      const server = createServer((request, response) => answer(bundles, request, response));
      const host = `127.0.0.${i + 2}`;
      await new Promise((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
      addresses.set(name, `http://${host}:${server.address().port}`);
      return server;
    }),
  );
  return {
    page: (client) => `${addresses.get(client)}/page/index.html`,
    close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function answer(bundles, request, response) {
  const path = new URL(request.url, "http://page").pathname;
  let body = bundles.get(path);
  if (!body && /^\/page\/[a-z]+\.(html|js)$/.test(path)) {
    body = await readFile(fileURLToPath(new URL(`.${path}`, import.meta.url))).catch(() => undefined);
  }
  if (!body) {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, {
      "content-type": TYPES[extname(path)],
      "cache-control": "no-store",
      // Isolated pages get a clock of 5 us instead of 100.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    })
    .end(body);
}
