// The static server of the playground: www/ at /www/, the built package at /pkg/, both read afresh for each request so
// that a new build shows after a reload.

import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";

const ROOT = new URL("../..", import.meta.url).pathname;
const HOST = "127.0.0.1";

/**
 * @param {{port?: number, headers?: Record<string, string>}} [options] port 0, the default, takes any free port; headers
 *   go out with every answer
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startSite({ port = 0, headers = {} } = {}) {
  const { default: sirv } = await import("sirv");
  const serve = (directory) => sirv(join(ROOT, directory), { dev: true, etag: true });
  // docs/ and Chart.js are for the benchmark page.
  const rooms = Object.fromEntries(
    ["www", "pkg", "docs", "node_modules/chart.js"].map((room) => [`/${room}/`, serve(room)]),
  );

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const url = new URL(request.url ?? "/", `http://${HOST}`);
    if (url.pathname === "/") {
      response.writeHead(302, { location: `/www/${url.search}` }).end();
      return;
    }
    const room = Object.keys(rooms).find((prefix) => url.pathname.startsWith(prefix));
    const missing = () => response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    if (!room) return missing();
    request.url = url.pathname.slice(room.length - 1) + url.search;
    rooms[room](request, response, missing);
  });
  server.listen(port, HOST);
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://${HOST}:${address.port}/`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
