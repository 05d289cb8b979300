// Payloads of every size class: empty, at the border of a WebSocket message (4096 bytes from nats-server), at the border
// of what is sent from the caller's memory (200 KiB), up to max_payload, and one byte over.

import type { Msg } from "nats.ws";
import { describe, expect, test } from "vitest";
import { digest, pattern } from "../harness/bytes.ts";
import { clients, connected } from "../harness/clients.ts";
import { useServer } from "../harness/server.ts";

const server = useServer();
const plain = useServer({ conf: "max_payload: 8MB" });
const compressed = useServer({
  conf: "max_payload: 8MB\nwebsocket { listen: $NATS_WEBSOCKET, no_tls: true, compression: true }",
});

const MAX = 1024 * 1024;
const SIZES = [
  0,
  1,
  2,
  100,
  4000,
  4050,
  4060,
  4070,
  4080,
  4090,
  4095,
  4096,
  4097,
  8191,
  8192,
  8193,
  65_535,
  65_536,
  100_000,
  204_799,
  204_800,
  204_801,
  524_288,
  MAX - 1,
  MAX,
];

describe.each(clients)("$name", ({ client, ours }) => {
  test.each(SIZES)("%i bytes go there and back unchanged", async (size) => {
    const nc = await connected(client, { servers: server().url });
    const sub = nc.subscribe("size", { max: 3 });
    const sent = [1, 2, 3].map((seed) => pattern(size, seed));
    for (const payload of sent) nc.publish("size", payload);
    const received: string[] = [];
    for await (const message of sub) {
      expect(message.data.length).toBe(size);
      received.push(await digest(message.data));
    }
    expect(received).toEqual(await Promise.all(sent.map(digest)));
  });

  test("sizes mixed in one turn keep their order", async () => {
    const nc = await connected(client, { servers: server().url });
    const sizes = Array.from({ length: 300 }, (_, index) => (index * 7919) % (index % 20 === 0 ? 300_000 : 5000));
    const sub = nc.subscribe("mixed", { max: sizes.length });
    const sent = sizes.map((size, index) => pattern(size, index));
    for (const payload of sent) nc.publish("mixed", payload);
    let index = 0;
    for await (const message of sub) {
      const expected = sent[index++] as Uint8Array;
      expect(message.data.length).toBe(expected.length);
      expect(await digest(message.data)).toBe(await digest(expected));
    }
    expect(index).toBe(sizes.length);
  });

  // nats.ws keeps the caller's array until it sends, and sends what is in it by then.
  if (ours)
    test("a payload keeps its bytes after publish returns, and after many later messages", async () => {
      const nc = await connected(client, { servers: server().url });
      const sub = nc.subscribe("keep", { max: 200 });
      const payload = pattern(3000, 5);
      const expected = await digest(payload);
      nc.publish("keep", payload);
      payload.fill(0);
      for (let index = 1; index < 200; index++) nc.publish("keep", pattern(3000, 100 + index));
      const kept: Uint8Array[] = [];
      for await (const message of sub) kept.push(message.data);
      expect(await digest(kept[0] as Uint8Array)).toBe(expected);
      expect(await digest(kept[150] as Uint8Array)).toBe(await digest(pattern(3000, 250)));
    });

  if (ours)
    test("256 MB of messages that are held keep their bytes", async () => {
      const nc = await connected(client, { servers: server().url });
      const held: Msg[] = [];
      nc.subscribe("held", { callback: (_, message) => void held.push(message) });
      const payload = new Uint8Array(1024);
      for (let round = 0; round < 256; round++) {
        for (let at = 0; at < 1024; at++) {
          const number = round * 1024 + at;
          // At both ends, so that it is not whole by chance.
          for (const place of [0, 1020]) new DataView(payload.buffer).setUint32(place, number);
          nc.publish("held", payload);
        }
        await nc.flush();
      }
      expect(held.length).toBe(256 * 1024);
      const wrong = held.findIndex(({ data }, number) => {
        const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
        return data.length !== 1024 || view.getUint32(0) !== number || view.getUint32(1020) !== number;
      });
      expect(wrong).toBe(-1);
    }, 120_000);

  test("one byte over max_payload is refused before it is sent, and the connection lives on", async () => {
    const nc = await connected(client, { servers: server().url });
    expect(nc.info?.max_payload).toBe(MAX);
    expect(() => nc.publish("over", new Uint8Array(MAX + 1))).toThrow(
      expect.objectContaining({ code: "MAX_PAYLOAD_EXCEEDED" }),
    );
    await nc.flush();
    expect((await nc.rtt()) >= 0).toBe(true);
  });

  test("headers count towards max_payload", async () => {
    const nc = await connected(client, { servers: server().url });
    const headers = client.headers();
    headers.set("key", "value");
    expect(() => nc.publish("over", new Uint8Array(MAX - 5), { headers })).toThrow(
      expect.objectContaining({ code: "MAX_PAYLOAD_EXCEEDED" }),
    );
    await nc.flush();
  });

  test("8 MB pass where the server allows them", async () => {
    const nc = await connected(client, { servers: plain().url });
    const sub = nc.subscribe("large", { max: 1 });
    const payload = pattern(8_000_000);
    nc.publish("large", payload);
    for await (const message of sub) expect(await digest(message.data)).toBe(await digest(payload));
  });

  // nats.ws loses its connection here: one WebSocket message may inflate to max_payload at most.
  if (ours)
    test("a full-size payload passes a server that compresses", async () => {
      const nc = await connected(client, { servers: compressed().url });
      const sub = nc.subscribe("large", { max: 1 });
      const payload = pattern(8 * MAX);
      nc.publish("large", payload);
      for await (const message of sub) expect(await digest(message.data)).toBe(await digest(payload));
      expect(nc.stats().outMsgs).toBe(1);
    });
});
