// A nats-server with a keeper: a page may ask over HTTP that the server is killed and started again, and whom it is connected to.
// For tests whose runner is no vitest, and which have no other way out of the browser (tests/web/client.rs).

import { once } from "node:events";
import { createServer } from "node:http";
import { choosePorts, isFree, NatsServer } from "../nats-server.mjs";

/** The same each time when it is free: the address is compiled into the tests, and another one compiles them anew. */
const PORT = 11_222;

/** Starts both: the keeper's `url`, that of the server's WebSocket listener, and `stop`. */
export async function startKeptServer() {
  const server = await NatsServer.start();
  const websocket = `ws://127.0.0.1:${server.ports.websocket}`;
  const answers = {
    "/server": () => ({ url: websocket }),
    "/connections": () => connectionsOf(server),
    "/kill": () => server.stop("SIGKILL"),
    "/restart": () => server.restart(),
  };
  const keeper = createServer(async (request, response) => {
    const answer = answers[request.url];
    let status = answer === undefined ? 404 : 200;
    const body = await Promise.resolve(answer?.()).catch((error) => {
      status = 500;
      return error.message;
    });
    response.writeHead(status, { "access-control-allow-origin": "*", "content-type": "application/json" });
    response.end(JSON.stringify(body ?? {}));
  });
  keeper.listen((await isFree(PORT)) ? PORT : (await choosePorts()).client, "127.0.0.1");
  await once(keeper, "listening");
  return {
    url: `http://127.0.0.1:${keeper.address().port}`,
    websocket,
    async stop() {
      keeper.close();
      keeper.closeAllConnections();
      await server.remove();
    },
  };
}

/** The names of those that are connected, and how many ever were since the server's start. */
async function connectionsOf(server) {
  const [{ connections }, { total_connections }] = await Promise.all(
    ["/connz", "/varz"].map((at) => server.monitor(at)),
  );
  const names = connections.map(({ name }) => name ?? "").sort();
  return { names: names.join(" "), total: total_connections };
}
