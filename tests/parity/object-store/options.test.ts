// Options of object stores and of puts: what is passed on to the server, what has which default, and what is refused.

import { describe, expect, test } from "vitest";
import { pattern } from "../../browser/harness/bytes.ts";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { newStore, stored, storeName } from "../../browser/harness/objects.ts";
import { TestServer, useServer } from "../../browser/harness/server.ts";

/** What it fails with. */
async function failureOf(promise: Promise<unknown>) {
  return promise.then(
    () => expect.fail("it was to fail"),
    (error) => error,
  );
}

describe.each(clients)("$name", ({ client, ours }) => {
  const server = useServer({ config: "jetstream" });
  const connect = () => connected(client, { servers: server().url });

  test("a store without options", async () => {
    const os = await newStore(await connect());
    const status = await os.status();
    expect(status).toMatchObject({ description: "", ttl: 0, storage: "file", replicas: 1, compression: false });
    expect(status.streamInfo.config).toMatchObject({ max_bytes: -1, max_age: 0, num_replicas: 1, compression: "none" });
  });

  test("compression can be said to be off", async () => {
    const os = await newStore(await connect(), { compression: false });
    expect((await os.status()).compression).toBe(false);
  });

  test("replicas are the server's to refuse", async () => {
    const error = await failureOf(newStore(await connect(), { replicas: 3 }));
    // No cluster; nats.ws sends an option of its own along, which servers of today do not read.
    expect(error.api_error).toMatchObject(ours ? { code: 500, err_code: 10074 } : { code: 400, err_code: 10025 });
  });

  test("placement reaches the server", async () => {
    const os = await newStore(await connect(), { placement: { cluster: "here", tags: ["ssd"] } });
    expect((await os.status()).streamInfo.config.placement).toEqual({ cluster: "here", tags: ["ssd"] });
  });

  test("what does not fit into max_bytes is refused, and what was there is there", async () => {
    const nc = await connect();
    const os = await newStore(nc, { max_bytes: 4096 });
    const { bucket } = await os.putBlob({ name: "x" }, pattern(100));
    const error = await failureOf(os.putBlob({ name: "x" }, pattern(8000)));
    expect(error.api_error).toMatchObject({ err_code: 10077 });
    expect(await os.getBlob("x")).toEqual(pattern(100));
    expect(await stored(nc, `OBJ_${bucket}`, `$O.${bucket}.C.>`)).toBe(1);
  });

  test("ttl removes objects", async () => {
    const os = await newStore(await connect(), { ttl: client.nanos(1000) });
    await os.putBlob({ name: "x" }, pattern(10));
    expect(await os.getBlob("x")).toEqual(pattern(10));
    await expect.poll(() => os.info("x"), { timeout: 20_000, interval: 200 }).toBe(null);
  }, 30_000);

  test("no source is an object without bytes", async () => {
    const os = await newStore(await connect());
    const info = await os.put({ name: "x" }, null as unknown as ReadableStream<Uint8Array>);
    expect(info).toMatchObject({ size: 0, chunks: 0 });
    expect(await os.getBlob("x")).toEqual(new Uint8Array(0));
  });

  test("a put without a name is refused", async () => {
    const os = await newStore(await connect());
    for (const meta of [{}, undefined]) {
      const error = await failureOf(os.putBlob(meta as { name: string }, pattern(1)));
      expect(error.message).toBe(said(ours, "BAD API", "name cannot be empty"));
    }
  });

  test("previousRevision of null is none", async () => {
    const os = await newStore(await connect());
    await os.putBlob({ name: "x" }, pattern(1));
    await os.putBlob({ name: "x" }, pattern(2), { previousRevision: null as unknown as number });
    expect(await os.getBlob("x")).toEqual(pattern(2));
    const error = await failureOf(os.putBlob({ name: "x" }, pattern(3), { previousRevision: 0 }));
    expect(error.api_error).toMatchObject({ err_code: 10071 });
  });

  test("a timeout of 0 is the default", async () => {
    const os = await newStore(await connect());
    await os.putBlob({ name: "x" }, pattern(10), { timeout: 0 });
    expect(await os.getBlob("x")).toEqual(pattern(10));
  });

  test("a put waits for each ack as long as it is told", async () => {
    const own = await TestServer.start({ config: "jetstream" });
    try {
      const nc = await connected(client, { servers: own.url });
      const os = await nc.jetstream({ timeout: 1000 }).views.os(storeName());
      const source = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            await own.pause();
            controller.enqueue(pattern(10));
            controller.close();
          },
        },
        // Not asked before the put reads it, which has asked for the object's info by then.
        { highWaterMark: 0 },
      );
      const error = await failureOf(os.put({ name: "x" }, source, { timeout: 300 }));
      expect(error.code).toBe("TIMEOUT");
      // Ours says what was waited for, and that the chunks are still there.
      expect(/within 300 ms; and chunks on "\$O\..*" could not be removed/.test(error.message)).toBe(ours);
    } finally {
      await own.resume();
      await own.remove();
    }
  }, 30_000);

  test("a store that is gone answers nobody", async () => {
    const os = await newStore(await connect());
    await os.destroy();
    expect((await failureOf(os.putBlob({ name: "x" }, pattern(10)))).code).toBe(ours ? "503" : "404");
    expect((await failureOf(os.status())).code).toBe(ours ? "404" : undefined);
    expect((await failureOf(os.delete("x").then((answer) => Promise.reject(answer)))).success).toBe(false);
  });
});
