// A folder on the web, as a careful site serves it: no origin but its own and the nats-server's, no script in the page,
// nothing evaluated as text.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

export class Site {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @param policy the header Content-Security-Policy of every answer */
  static async start(folder: string, policy: string): Promise<Site> {
    const serve = sirv(folder, { dev: true });
    const server = createServer((request, response) => {
      response.setHeader("content-security-policy", policy);
      if (request.url === "/favicon.ico") return void response.writeHead(204).end();
      serve(request, response, () => void response.writeHead(404).end());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Site(server);
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

/** What the README asks of a policy; nothing else but the icon browsers ask for. `more` are further sources of scripts. */
export function policy(natsServer: string, more = ""): string {
  return `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${more}; connect-src ${natsServer}; worker-src 'self'; img-src 'self'`;
}
