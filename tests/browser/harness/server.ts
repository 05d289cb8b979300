// A nats-server of one test file, seen from the browser: started before its tests, removed after them.

import { afterAll, beforeAll } from "vitest";
import { commands } from "vitest/browser";
import type { Ports } from "../../../scripts/nats-server.mjs";
import type { OutsideLogin, OutsideMessage } from "../../server/outside.ts";
import type { ServerAddress, ServerOptions } from "../../server/servers.ts";
import { fromBase64, toBase64 } from "./bytes.ts";

export class TestServer {
  readonly #address: ServerAddress;

  constructor(address: ServerAddress) {
    this.#address = address;
  }

  static async start(options: ServerOptions = {}): Promise<TestServer> {
    return new TestServer(await commands.startServer(options));
  }

  static async startCluster(options: ServerOptions = {}): Promise<TestServer[]> {
    return (await commands.startCluster(options)).map((address) => new TestServer(address));
  }

  /** `ws://127.0.0.1:port`. */
  get url(): string {
    return this.#address.url;
  }

  /** `127.0.0.1:port`, as status events name it. */
  get name(): string {
    return this.#address.name;
  }

  get ports(): Ports {
    return this.#address.ports;
  }

  /** Kills it without a word (SIGKILL), or in order (SIGTERM). */
  stop(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    return commands.stopServer(this.#address.id, signal);
  }

  /** Starts it again on the same ports. */
  restart(options?: ServerOptions): Promise<void> {
    return commands.restartServer(this.#address.id, options);
  }

  /** Freezes it with its sockets open: a link that is there and silent. */
  pause(): Promise<void> {
    return commands.freezeServer(this.#address.id);
  }

  resume(): Promise<void> {
    return commands.signalServer(this.#address.id, "SIGCONT");
  }

  enterLameDuckMode(): Promise<void> {
    return commands.signalServer(this.#address.id, "SIGUSR2");
  }

  reload(options: ServerOptions): Promise<void> {
    return commands.reloadServer(this.#address.id, options);
  }

  remove(): Promise<void> {
    return commands.removeServer(this.#address.id);
  }

  log(): Promise<string> {
    return commands.serverLog(this.#address.id);
  }

  /** The connections the server sees, with their subscriptions' subjects. */
  async connections(): Promise<ServerConnection[]> {
    const page = (await commands.monitorServer(this.#address.id, "/connz?subs=1")) as {
      connections: ServerConnection[];
    };
    return page.connections;
  }

  /** A page of its monitoring port, such as `/jsz`. */
  monitor(path: string): Promise<unknown> {
    return commands.monitorServer(this.#address.id, path);
  }

  /** A client in Node, connected over TCP. */
  async outside(login?: OutsideLogin): Promise<Outside> {
    return new Outside(await commands.openOutside(this.#address.ports.client, login));
  }
}

export interface ServerConnection {
  cid: number;
  kind: string;
  type: string;
  lang?: string;
  version?: string;
  name?: string;
  in_msgs: number;
  out_msgs: number;
  subscriptions: number;
  subscriptions_list?: string[];
}

/** A NATS client that is neither in the browser nor ours. */
export class Outside {
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  /** Returns when the server has the message. */
  publish(
    subject: string,
    data: string | Uint8Array = "",
    more: { reply?: string; headers?: Record<string, string[]> } = {},
  ): Promise<void> {
    return this.publishAll([{ subject, data, ...more }]);
  }

  publishAll(
    messages: { subject: string; data: string | Uint8Array; reply?: string; headers?: Record<string, string[]> }[],
  ): Promise<void> {
    return commands.publishOutside(
      this.#id,
      messages.map((message) => ({ ...message, data: toBase64(message.data) })),
    );
  }

  /** The text answered to a request within 2 s; undefined when nobody did. */
  request(subject: string, data = "", timeout = 2000): Promise<string | undefined> {
    return commands.requestOutside(this.#id, subject, data, timeout);
  }

  /** `count` messages of `size` bytes, each beginning with its number (32 bit, big endian). */
  flood(subject: string, count: number, size: number): Promise<void> {
    return commands.floodOutside(this.#id, subject, count, size);
  }

  async listen(subject: string, options: { queue?: string; answer?: boolean } = {}): Promise<Listener> {
    return new Listener(this.#id, await commands.listenOutside(this.#id, subject, options));
  }

  close(): Promise<void> {
    return commands.closeOutside(this.#id);
  }
}

export interface Heard {
  subject: string;
  data: Uint8Array;
  text: string;
  reply?: string;
  headers?: Record<string, string[]>;
}

export class Listener {
  readonly #outside: number;
  readonly #id: number;

  constructor(outside: number, id: number) {
    this.#outside = outside;
    this.#id = id;
  }

  async heard(): Promise<Heard[]> {
    return (await commands.heardOutside(this.#outside, this.#id)).map((message: OutsideMessage) => {
      const data = fromBase64(message.data);
      return { ...message, data, text: new TextDecoder().decode(data) };
    });
  }

  /** Waits until `count` messages have arrived and returns all there are. */
  async waitFor(count: number, timeout = 5000): Promise<Heard[]> {
    const end = performance.now() + timeout;
    for (;;) {
      const heard = await this.heard();
      if (heard.length >= count) return heard;
      if (performance.now() > end)
        throw new Error(`only ${heard.length} of ${count} messages arrived in ${timeout} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A server for all tests of the file (or describe block) this is called in. Use `server()` inside tests. */
export function useServer(options: ServerOptions = {}): () => TestServer {
  let server: TestServer | undefined;
  beforeAll(async () => {
    server = await TestServer.start(options);
  });
  afterAll(() => server?.remove());
  return () => {
    if (!server) throw new Error("the server is started before the tests, not while they are declared");
    return server;
  };
}
