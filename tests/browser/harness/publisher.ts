// The publisher of tests/server/stream-publisher.ts seen from the browser.

import { commands } from "vitest/browser";
import type { TestServer } from "./server.ts";

export class StreamPublisher {
  readonly #id: number;

  private constructor(id: number) {
    this.#id = id;
  }

  /** Publishes the numbers from 1, one every `every` ms, and goes on through everything. A # in the subject is the number. */
  static async start(members: TestServer[], subject: string, every: number): Promise<StreamPublisher> {
    const ports = members.map((member) => member.ports.client);
    return new StreamPublisher(await commands.startStreamPublisher(ports, subject, every));
  }

  /** The last number acknowledged so far. */
  at(): Promise<number> {
    return commands.streamPublisherAt(this.#id);
  }

  /** Ends it. All numbers up to the one returned are in the stream. */
  stop(): Promise<number> {
    return commands.stopStreamPublisher(this.#id);
  }
}
