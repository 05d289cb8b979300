// nats-server cuts its stream at any byte, every 4096 bytes at the latest. Each kind of protocol line is cut here at each
// of its bytes, by a peer that says exactly that.

import { afterEach, describe, expect, test } from "vitest";
import { type Client, clients, connected } from "../harness/clients.ts";
import { TestPeer } from "../harness/peer.ts";
import { until } from "../harness/until.ts";

let peer: TestPeer;
afterEach(() => peer.stop());

async function listening(client: Client, subject = "s") {
  peer = await TestPeer.start({ pongs: true });
  const nc = await connected(client, { servers: peer.url, reconnect: false });
  const heard: { subject: string; data: string; reply: string | undefined; header: string | undefined }[] = [];
  nc.subscribe(subject, {
    callback: (error, message) => {
      if (error) throw error;
      heard.push({
        subject: message.subject,
        data: message.string(),
        reply: message.reply,
        header: message.headers?.get("k"),
      });
    },
  });
  await nc.flush();
  return { nc, heard, sid: await peer.sid(subject) };
}

/** All ways to cut `text` in two, one after the other. */
function cutEverywhere(text: string): string[] {
  return Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]).flat();
}

describe.each(clients)("$name", ({ client, ours }) => {
  test("MSG cut at each byte", async () => {
    const { nc, heard, sid } = await listening(client);
    const line = `MSG s ${sid} reply.to 11\r\nhello\r\n\r\nxy\r\n`;
    await peer.send(cutEverywhere(line));
    await nc.flush();
    expect(heard.length).toBe(line.length - 1);
    expect(new Set(heard.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify({ subject: "s", data: "hello\r\n\r\nxy", reply: "reply.to", header: undefined })]),
    );
  });

  test("MSG with an empty payload, cut at each byte", async () => {
    const { nc, heard, sid } = await listening(client);
    const line = `MSG s ${sid} 0\r\n\r\n`;
    await peer.send(cutEverywhere(line));
    await nc.flush();
    expect(heard.map((each) => each.data)).toEqual(Array(line.length - 1).fill(""));
  });

  test("HMSG cut at each byte", async () => {
    const { nc, heard, sid } = await listening(client);
    const block = "NATS/1.0\r\nk: value\r\n\r\n";
    const line = `HMSG s ${sid} ${block.length} ${block.length + 4}\r\n${block}body\r\n`;
    await peer.send(cutEverywhere(line));
    await nc.flush();
    expect(heard.length).toBe(line.length - 1);
    for (const each of heard) expect(each).toMatchObject({ data: "body", header: "value" });
  });

  test("PING cut at each byte is answered each time", async () => {
    const { nc } = await listening(client);
    const before = (await peer.heard()).split("PONG\r\n").length;
    await peer.send(cutEverywhere("PING\r\n"));
    await nc.flush();
    expect((await peer.heard()).split("PONG\r\n").length - before).toBe(5);
  });

  test("PONG cut at each byte ends its flush", async () => {
    peer = await TestPeer.start();
    const opening = connected(client, { servers: peer.url, reconnect: false });
    await peer.hears("PING\r\n");
    await peer.send(["PO", "NG\r\n"]);
    const nc = await opening;
    for (let at = 1; at < 6; at++) {
      let flushed = false;
      const flush = nc.flush().then(() => {
        flushed = true;
      });
      await peer.hears("PING\r\n", at + 1);
      await peer.send(["PONG\r\n".slice(0, at)]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(flushed).toBe(false);
      await peer.send(["PONG\r\n".slice(at)]);
      await flush;
    }
  });

  test("INFO cut at each byte, and one of 20 kB in pieces of 4096, are read", async () => {
    const { nc } = await listening(client);
    const urls = Array.from({ length: 700 }, (_, index) => `10.0.${index >> 8}.${index & 255}:8080`);
    const large = TestPeer.info({ connect_urls: urls });
    await peer.send(cutEverywhere(TestPeer.info({ server_name: "second", connect_urls: ["10.1.1.1:80"] })));
    await peer.send(large.match(/[\s\S]{1,4096}/g) as string[]);
    await nc.flush();
    expect(large.length).toBeGreaterThan(12_000);
    expect(nc.info?.connect_urls?.length).toBe(700);
  });

  test("-ERR cut at each byte is told with its text", async () => {
    const { nc } = await listening(client);
    const told: { type: string; data: unknown }[] = [];
    void (async () => {
      for await (const status of nc.status()) told.push(status);
    })();
    const line = "-ERR 'Permissions Violation for Publish to \"secret\"'\r\n";
    await peer.send(cutEverywhere(line));
    await nc.flush();
    await until(() => told.length >= line.length - 1);
    expect(told.length).toBe(line.length - 1);
    for (const each of told) expect(each).toMatchObject({ type: "error", data: "PERMISSIONS_VIOLATION" });
  });

  test("a whole conversation of single bytes", async () => {
    peer = await TestPeer.start({ pongs: true, greeting: [...TestPeer.info()] });
    const nc = await connected(client, { servers: peer.url, reconnect: false });
    const sub = nc.subscribe("s", { max: 50 });
    await nc.flush();
    const sid = await peer.sid("s");
    const all = Array.from({ length: 50 }, (_, index) => `MSG s ${sid} ${String(index).length}\r\n${index}\r\n`).join(
      "PING\r\n+OK\r\n",
    );
    await peer.send([...all]);
    let next = 0;
    for await (const message of sub) expect(message.string()).toBe(String(next++));
    expect(next).toBe(50);
  });

  test("what a callback says leaves, though the rest of the line behind its message never comes", async () => {
    peer = await TestPeer.start({ pongs: true });
    const nc = await connected(client, { servers: peer.url, reconnect: false });
    nc.subscribe("s", { callback: (_, message) => nc.publish("answer", message.string()) });
    await nc.flush();
    const sid = await peer.sid("s");
    for (const [index, cut] of ["MS", `MSG s ${sid} 5\r\nhe`, `HMSG s ${sid} 12 12\r\nNATS`].entries()) {
      await peer.send([`MSG s ${sid} 1\r\n${index}\r\n${cut}`]);
      await peer.hears(`PUB answer 1\r\n${index}\r\n`);
      await peer.send([["G x 0 0\r\n\r\n", "llo\r\n", "/1.0\r\n\r\n\r\n"][index] as string]);
    }
  });

  test("answers to messages of which the next one is cut leave together where the client waits for it", async () => {
    peer = await TestPeer.start({ pongs: true });
    const nc = await connected(client, { servers: peer.url, reconnect: false });
    nc.subscribe("s", {
      callback: (_, message) => {
        nc.publish("answer", message.string());
        // Long enough for the next event to be there.
        for (const start = performance.now(); performance.now() - start < 100; );
      },
    });
    await nc.flush();
    const sid = await peer.sid("s");
    const before = (await peer.connections()).at(-1)?.messages as number;
    await peer.send([`MSG s ${sid} 1\r\n1\r\nMSG s ${sid} 1`, "\r\n2\r\n"]);
    await peer.hears("PUB answer 1\r\n", 2);
    expect(await peer.heard()).toMatch(/answer 1\r\n1\r\nPUB answer 1\r\n2\r\n$/);
    expect(((await peer.connections()).at(-1)?.messages as number) - before).toBe(ours ? 1 : 2);
  });

  test("a thousand messages in one WebSocket message", async () => {
    const { nc, heard, sid } = await listening(client);
    await peer.send([Array.from({ length: 1000 }, (_, index) => `MSG s ${sid} 4\r\n${1000 + index}\r\n`).join("")]);
    await nc.flush();
    expect(heard.map((each) => each.data)).toEqual(Array.from({ length: 1000 }, (_, index) => String(1000 + index)));
  });
});
