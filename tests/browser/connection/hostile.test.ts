// A server that breaks the protocol: no partial message, no hang, no flood of memory; the link is dropped and redialled.

import { afterEach, describe, expect, test } from "vitest";
import { clients, connected } from "../harness/clients.ts";
import { TestPeer } from "../harness/peer.ts";
import { delay, statusOf } from "../harness/until.ts";

let peer: TestPeer;
afterEach(() => peer.stop());

describe.each(clients.filter((each) => each.ours))("$name", ({ client }) => {
  async function listening() {
    peer = await TestPeer.start({ pongs: true });
    const nc = await connected(client, {
      servers: peer.url,
      reconnectTimeWait: 50,
      reconnectJitter: 0,
      maxReconnectAttempts: -1,
    });
    const heard: string[] = [];
    nc.subscribe("s", { callback: (_, message) => heard.push(message.string()) });
    await nc.flush();
    return { nc, heard, sid: await peer.sid("s") };
  }

  test.each([
    ["garbage", "\x00\x01\x02 garbage \xff\r\n"],
    ["a web page", "<!doctype html><html></html>\r\n"],
    ["a negative size", "MSG s 1 -5\r\n"],
    ["a size that is no number", "MSG s 1 five\r\nhello\r\n"],
    ["a size beyond max_payload", "MSG s 1 999999999999\r\n"],
    ["a size that overflows", "MSG s 1 99999999999999999999999999\r\n"],
    ["headers longer than the message", "HMSG s 1 50 10\r\n"],
    ["a payload longer than said", "MSG s 1 2\r\nhello\r\n"],
    ["too few words", "MSG s\r\n"],
    ["too many words", "MSG s 1 2 3 4 5\r\n"],
    ["an INFO that is no JSON", "INFO {broken\r\n"],
    ["an endless line", "MSG ".padEnd(200_000, "x")],
  ])("%s", async (_, bytes) => {
    const { nc, heard, sid } = await listening();
    const status = statusOf(nc);
    await peer.send([`MSG s ${sid} 6\r\nbefore\r\n`, bytes.replace(" 1 ", ` ${sid} `)]);
    await status.told("disconnect");
    await status.told("reconnect");
    expect(status.all.filter((each) => each.type === "error").map((each) => each.data)).toEqual(["NATS_PROTOCOL_ERR"]);
    expect(heard).toEqual(["before"]);
    await nc.flush();
    const again = await peer.sid("s");
    await peer.send([`MSG s ${again} 5\r\nafter\r\n`]);
    await nc.flush();
    expect(heard).toEqual(["before", "after"]);
  });

  test("a message for an unknown subscription is ignored", async () => {
    const { nc, heard, sid } = await listening();
    await peer.send([`MSG s 4711 4\r\nwho?\r\nMSG s ${sid} 2\r\nme\r\n`]);
    await nc.flush();
    expect(heard).toEqual(["me"]);
  });

  test("a server that accepts and never greets is given up after the timeout", async () => {
    peer = await TestPeer.start({ greeting: [] });
    const started = performance.now();
    await expect(client.connect({ servers: peer.url, timeout: 500, reconnect: false })).rejects.toMatchObject({
      code: "CONNECTION_TIMEOUT",
    });
    expect(performance.now() - started).toBeGreaterThanOrEqual(490);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("a server that ends the link with a close code: the code and reason are told", async () => {
    peer = await TestPeer.start({ greeting: [] });
    const refused = client.connect({ servers: peer.url, timeout: 5000, reconnect: false }).catch((error) => error);
    await peer.connectedTimes(1);
    await peer.close(4001, "not today");
    const error = await refused;
    expect(error.name).toBe("NatsError");
    expect(error.message).toContain("4001");
    expect(error.message).toContain("not today");
  });

  test("what the old link says after it was given up is not heard", async () => {
    const { nc, heard } = await listening();
    const status = statusOf(nc);
    await nc.reconnect();
    await status.told("reconnect");
    await delay(50);
    expect(heard).toEqual([]);
    expect((await peer.connections()).map((each) => each.open)).toEqual([false, true]);
  });
});
