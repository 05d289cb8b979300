// The scripted peer (tests/server/peer.ts) seen from the browser.

import { commands } from "vitest/browser";
import type { PeerConnection, PeerManners } from "../../server/peer.ts";

export class TestPeer {
  readonly #id: number;
  readonly url: string;

  constructor(id: number, url: string) {
    this.#id = id;
    this.url = url;
  }

  /** A peer that greets as nats-server does, unless told otherwise. */
  static async start(manners: PeerManners = {}): Promise<TestPeer> {
    const { id, url } = await commands.startPeer({ greeting: [TestPeer.info()], ...manners });
    return new TestPeer(id, url);
  }

  /** An INFO line. */
  static info(more: Record<string, unknown> = {}): string {
    const info = {
      server_id: "PEER",
      server_name: "peer",
      version: "2.15.1",
      proto: 1,
      headers: true,
      max_payload: 1_048_576,
      client_id: 1,
    };
    return `INFO ${JSON.stringify({ ...info, ...more })}\r\n`;
  }

  /** One WebSocket message per part, on the latest connection. */
  send(parts: string[]): Promise<void> {
    return commands.peerSend(this.#id, parts);
  }

  /** Ends the latest connection: in order with a code, or cut off when there is none. */
  close(code?: number, reason?: string): Promise<void> {
    return commands.peerClose(this.#id, code, reason);
  }

  connections(): Promise<PeerConnection[]> {
    return commands.peerConnections(this.#id);
  }

  /** What the client has said on the latest connection. */
  async heard(): Promise<string> {
    return (await this.connections()).at(-1)?.heard ?? "";
  }

  /** Waits until the client has said `text` so many times on the latest connection. */
  async hears(text: string, times = 1): Promise<void> {
    await this.#wait(
      async () => (await this.heard()).split(text).length > times,
      `the peer did not hear ${text.trim()}`,
    );
  }

  /** Waits for the connection number `count`, counted from 1. */
  async connectedTimes(count: number, timeout?: number): Promise<void> {
    await this.#wait(async () => (await this.connections()).length >= count, `nobody dialled ${count} times`, timeout);
  }

  /** The number under which the client has subscribed to `subject`. */
  async sid(subject: string): Promise<string> {
    const sid = (await this.heard()).match(new RegExp(`^SUB ${subject} (\\S+)\\r$`, "m"))?.[1];
    if (!sid) throw new Error(`no SUB ${subject}`);
    return sid;
  }

  stop(): Promise<void> {
    return commands.stopPeer(this.#id);
  }

  async #wait(met: () => Promise<boolean>, complaint: string, timeout = 5000): Promise<void> {
    const end = performance.now() + timeout;
    while (!(await met())) {
      if (performance.now() > end) throw new Error(`${complaint}; it heard: ${await this.heard()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
