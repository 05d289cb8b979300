// Links of object stores: to objects here and elsewhere, and to stores.

import { describe, expect, test } from "vitest";
import { pattern } from "../../browser/harness/bytes.ts";
import { clients, connected, said } from "../../browser/harness/clients.ts";
import { newStore } from "../../browser/harness/objects.ts";
import { useServer } from "../../browser/harness/server.ts";

describe.each(clients)("$name", ({ client, ours }) => {
  const server = useServer({ config: "jetstream" });
  const connect = () => connected(client, { servers: server().url });

  test("a link gives what it leads to", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const info = await os.putBlob({ name: "a" }, pattern(100));
    const link = await os.link("l", info);
    expect(link).toMatchObject({ name: "l", options: { link: { bucket: info.bucket, name: "a" } } });
    expect((await os.info("l"))?.options?.link).toEqual({ bucket: info.bucket, name: "a" });
    expect(await os.getBlob("l")).toEqual(pattern(100));
    expect((await os.get("l"))?.info.name).toBe("a");
    // And what is there later.
    await os.putBlob({ name: "a" }, pattern(50, 2));
    expect(await os.getBlob("l")).toEqual(pattern(50, 2));
    await os.delete("a");
    expect(await os.getBlob("l")).toBe(null);
  });

  test("a link leads to another store", async () => {
    const nc = await connect();
    const [one, two] = [await newStore(nc), await newStore(nc)];
    const info = await one.putBlob({ name: "a" }, pattern(100));
    await two.link("l", info);
    expect(await two.getBlob("l")).toEqual(pattern(100));
    expect((await two.list()).map(({ name }) => name)).toEqual(["l"]);
  });

  test("what cannot be linked is refused", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const info = await os.putBlob({ name: "a" }, pattern(10));
    const link = await os.link("l", info);
    await expect(os.link("m", link)).rejects.toThrow("src object is a link");
    await expect(os.link("l", info)).rejects.toThrow("an object already exists with that name");
    await expect(os.link("a", info)).rejects.toThrow("an object already exists with that name");
    await expect(os.link("", info)).rejects.toThrow("name cannot be empty");
    await os.delete("a");
    const deleted = await os.info("a");
    await expect(os.link("m", deleted as typeof info)).rejects.toThrow("src object is deleted");
    // The name of a deleted object is free.
    const other = await os.putBlob({ name: "b" }, pattern(20));
    await os.link("a", other);
    expect(await os.getBlob("a")).toEqual(pattern(20));
  });

  test("a put sets no link", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    const put = os.putBlob({ name: "x", options: { link: { bucket: "b", name: "a" } } }, pattern(10));
    await expect(put).rejects.toThrow("link cannot be set when putting the object in bucket");
  });

  test("a link to a store is no object", async () => {
    const nc = await connect();
    const [one, two] = [await newStore(nc), await newStore(nc)];
    const { bucket } = await one.status();
    const info = await two.linkStore("all", one);
    expect(info.options?.link).toEqual({ bucket });
    expect(info).toMatchObject({ name: "all", size: 0, chunks: 0, deleted: false });
    await expect(two.get("all")).rejects.toThrow("link is a bucket");
    await expect(two.getBlob("all")).rejects.toThrow("link is a bucket");
    // An error of ours, a string of nats.ws.
    const refused = await two.linkStore("x", {} as typeof one).catch((thrown: unknown) => thrown);
    expect(ours ? (refused as Error).message : refused).toBe(said(ours, "BAD API", "bucket required"));
  });

  test("linking a store does not remove an object", async () => {
    const nc = await connect();
    const [one, two] = [await newStore(nc), await newStore(nc)];
    await two.putBlob({ name: "x" }, pattern(10));
    const link = two.linkStore("x", one).then(
      () => "linked",
      (error: Error) => error.message,
    );
    // nats.ws puts the link in the object's place.
    expect(await link).toBe(ours ? 'BAD API: an object already exists with that name: "x"' : "linked");
  });

  test("an update leaves a link what it is", async () => {
    const nc = await connect();
    const os = await newStore(nc);
    await os.link("l", await os.putBlob({ name: "a" }, pattern(10)));
    await os.update("l", { description: "d" });
    const info = await os.info("l");
    expect(info?.description).toBe("d");
    // nats.ws makes an object without bytes and digest of it.
    expect(info?.options?.link?.name).toBe(ours ? "a" : undefined);
  });

  test("a link to a store that is gone is null, and does not make it again", async () => {
    const nc = await connect();
    const [one, two] = [await newStore(nc), await newStore(nc)];
    const info = await one.putBlob({ name: "a" }, pattern(10));
    await two.link("l", info);
    await one.destroy();
    expect(await two.get("l")).toBe(null);
    const jsm = await nc.jetstreamManager();
    const found = await jsm.streams.info(`OBJ_${info.bucket}`).then(
      () => "made again",
      (error: Error) => error.message,
    );
    expect(found).toBe(ours ? "404: stream not found" : "made again");
  });
});
