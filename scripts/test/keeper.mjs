// A nats-server with a keeper: a page may ask over HTTP that the server is killed and started again, and who is connected to it.
// For tests whose runner is no vitest, and which have no other way out of the browser (tests/web/client.rs).

import { once } from "node:events";
import { createServer } from "node:http";
import { choosePorts, isFree, NatsServer } from "../nats-server.mjs";

/** The same each time when it is free: the address is compiled into the tests, and another one compiles them anew. */
const PORT = 11_222;

/** Starts both. `url`: the keeper's. */
export async function startKeptServer() {
  const server = await NatsServer.start();
  const answers = {
    "/server": () => ({ url: `ws://127.0.0.1:${server.ports.websocket}` }),
    "/connections": () => connectionsOf(server),
    "/kill": () => server.stop("SIGKILL"),
    "/restart": () => server.restart(),
  };
  const keeper = createServer(async (request, response) => {
    const [status, body] = await answered(answers[request.url]);
    response.writeHead(status, { "access-control-allow-origin": "*", "content-type": "application/json" });
    response.end(JSON.stringify(body ?? {}));
  });
  keeper.listen((await isFree(PORT)) ? PORT : (await choosePorts()).client, "127.0.0.1");
  await once(keeper, "listening");
  return {
    url: `http://127.0.0.1:${keeper.address().port}`,
    async stop() {
      keeper.close();
      keeper.closeAllConnections();
      await server.remove();
    },
  };
}

async function answered(answer) {
  if (answer === undefined) return [404];
  try {
    return [200, await answer()];
  } catch (error) {
    return [500, error.message];
  }
}

/** The names of those that are connected, and how many ever were since the server's start. */
async function connectionsOf(server) {
  const [{ connections }, { total_connections }] = await Promise.all(
    ["/connz", "/varz"].map((at) => server.monitor(at)),
  );
  return { names: connections.map(({ name }) => name ?? ""), total: total_connections };
}
