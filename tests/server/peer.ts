// A WebSocket server that says exactly the bytes it is told, cut exactly where it is told, and keeps what it hears: for
// what no well-behaved nats-server does.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

interface Peer {
  server: WebSocketServer;
  /** Every connection so far, in order. */
  sockets: WebSocket[];
  heard: string[];
  messages: number[];
}

/** What a peer does by itself. Without a greeting it stays silent. */
export interface PeerManners {
  /** Sent to each new connection, one WebSocket message per element (latin-1). */
  greeting?: string[];
  /** Answer PING with PONG. */
  pongs?: boolean;
}

export interface PeerConnection {
  /** What the client has said on it (latin-1). */
  heard: string;
  /** WebSocket messages it came in. */
  messages: number;
  open: boolean;
}

const peers = new Map<number, Peer>();
let next = 1;

export async function startPeer(manners: PeerManners = {}): Promise<{ id: number; url: string }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  const peer: Peer = { server, sockets: [], heard: [], messages: [] };
  server.on("connection", (socket) => {
    const index = peer.sockets.push(socket) - 1;
    peer.heard[index] = "";
    peer.messages[index] = 0;
    socket.on("message", (data: Buffer) => {
      const text = data.toString("latin1");
      peer.heard[index] += text;
      (peer.messages[index] as number)++;
      if (!manners.pongs) return;
      for (const _ of text.matchAll(/^PING\r\n/gm)) socket.send(Buffer.from("PONG\r\n"));
    });
    socket.on("error", () => socket.terminate());
    for (const part of manners.greeting ?? []) socket.send(Buffer.from(part, "latin1"));
  });
  await once(server, "listening");
  peers.set(next, peer);
  return { id: next++, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Sends `parts` on the latest connection (latin-1), one WebSocket message each. */
export function peerSend(id: number, parts: string[]): void {
  for (const part of parts) latest(id).send(Buffer.from(part, "latin1"));
}

/** Closes the latest connection in order with a code and reason, or cuts it off without a word when there is no code. */
export function peerClose(id: number, code?: number, reason?: string): void {
  if (code === undefined) latest(id).terminate();
  else latest(id).close(code, reason);
}

/** All connections so far, in order. */
export function peerConnections(id: number): PeerConnection[] {
  const peer = find(id);
  return peer.sockets.map((socket, index) => ({
    heard: peer.heard[index] ?? "",
    messages: peer.messages[index] ?? 0,
    open: socket.readyState === socket.OPEN,
  }));
}

export function stopPeer(id: number): void {
  const peer = peers.get(id);
  if (!peer) return;
  peers.delete(id);
  for (const socket of peer.sockets) socket.terminate();
  peer.server.close();
}

function latest(id: number): WebSocket {
  const socket = find(id).sockets.at(-1);
  if (!socket) throw new Error("nobody has connected to this peer");
  return socket;
}

function find(id: number): Peer {
  const peer = peers.get(id);
  if (!peer) throw new Error(`no peer ${id}`);
  return peer;
}
