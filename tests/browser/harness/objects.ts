// What tests of object stores share: stores of their own, sources that hand out in pieces, and readers.

import type { ObjectStore, ObjectStoreOptions } from "nats.ws";
import type { Connection } from "./clients.ts";

let stores = 0;

/** A store nobody else has. */
export function storeName(): string {
  stores++;
  return `store${stores}-${Math.random().toString(36).slice(2, 8)}`;
}

export function newStore(nc: Connection, options: Partial<ObjectStoreOptions> = {}): Promise<ObjectStore> {
  return nc.jetstream().views.os(storeName(), options);
}

/** Gives `bytes` in pieces of these lengths, again and again. */
export function sourceOf(bytes: Uint8Array, ...lengths: number[]): ReadableStream<Uint8Array> {
  let at = 0;
  let turn = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const length = lengths[turn++ % lengths.length] as number;
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
    },
  });
}

/** What the stream gives, piece by piece. */
export async function piecesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value);
  return pieces;
}

export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Blob((await piecesOf(stream)) as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** The text of an info's digest. */
export async function digestText(bytes: Uint8Array): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return `SHA-256=${btoa(String.fromCharCode(...sum))
    .replaceAll("+", "-")
    .replaceAll("/", "_")}`;
}

/** Messages on a subject of the store's stream. */
export async function stored(nc: Connection, stream: string, subject: string): Promise<number> {
  const jsm = await nc.jetstreamManager();
  const { state } = await jsm.streams.info(stream, { subjects_filter: subject });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}
