// `npm start`: from a clean clone to a running example. Sets up what is missing, builds, starts a nats-server with
// WebSocket and JetStream on loopback, and serves the playground until Ctrl-C.
//   PORT=8080 or --port 8080               the playground
//   NATS_WS_PORT=9222 or --ws-port 9222    the server's WebSocket port

import { build } from "./build.mjs";
import { isFree, NatsServer } from "./nats-server.mjs";
import { front, Refusal, untilInterrupted } from "./refusal.mjs";
import { setupForUse } from "./setup.mjs";
import { startSite } from "./start/site.mjs";
import { say } from "./step.mjs";

const JETSTREAM = "jetstream { store_dir: $NATS_STORE, max_mem: 256MB, max_file: 1GB }";

await front(async () => {
  const port = await askedPort("--port", "PORT", 8080);
  const websocket = await askedPort("--ws-port", "NATS_WS_PORT", 9222);
  await setupForUse();
  await build();

  const server = await NatsServer.start({ conf: JETSTREAM, ports: { websocket } });
  const site = await startSite({ port });
  // Named even when it is the usual one: the playground connects by itself to a server its address names.
  const page = `${site.url}?server=ws://127.0.0.1:${websocket}`;
  say(`
  playground   ${page}
  nats-server  ws://127.0.0.1:${websocket}   (TCP nats://127.0.0.1:${server.ports.client}, JetStream on)
  Ctrl-C ends both.
`);

  await untilInterrupted();
  await site.stop();
  await server.remove();
});

// Asked before the long steps: a taken port should not cost a build.
async function askedPort(flag, variable, usual) {
  const at = process.argv.indexOf(flag);
  const text = at < 0 ? process.env[variable] : process.argv[at + 1];
  const port = text === undefined ? usual : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Refusal(`${flag} must be a port from 1 to 65535, not ${text ?? "nothing"}`);
  }
  if (await isFree(port)) return port;
  throw new Refusal(`port ${port} is taken: choose another with ${flag} ${port + 1} or ${variable}=${port + 1}`);
}
