// What other clients put, ours gets, and the other way round; ours also on a connection of nats.ws.

import { Objm as OfficialObjm } from "@nats-io/obj";
import * as natsWasm from "nats-wasm";
import { Objm } from "nats-wasm/object-store";
import * as natsWs from "nats.ws";
import { describe, expect, test } from "vitest";
import { pattern } from "../harness/bytes.ts";
import { type Connection, connected } from "../harness/clients.ts";
import { digestText, sourceOf, storeName } from "../harness/objects.ts";
import { useServer } from "../harness/server.ts";

const ours = natsWasm as unknown as typeof natsWs;
const server = useServer({ config: "jetstream" });

type Open = (name: string) => Promise<natsWs.ObjectStore>;

async function stores(): Promise<Record<string, Open>> {
  const own = await connected(ours, { servers: server().url });
  const theirs = await connected(natsWs, { servers: server().url });
  const official = new OfficialObjm(own as never);
  return {
    "js.views.os": (name) => own.jetstream().views.os(name),
    "nats.ws": (name) => theirs.jetstream().views.os(name),
    "@nats-io/obj": (name) => official.create(name) as unknown as Promise<natsWs.ObjectStore>,
    "Objm on a connection of nats.ws": (name) => objm(theirs).create(name) as unknown as Promise<natsWs.ObjectStore>,
    "Objm on a client of nats.ws": (name) =>
      new Objm(theirs.jetstream() as never).create(name) as unknown as Promise<natsWs.ObjectStore>,
  };
}

function objm(nc: Connection): Objm {
  return new Objm(nc as never);
}

const OTHERS = ["nats.ws", "@nats-io/obj", "Objm on a connection of nats.ws", "Objm on a client of nats.ws"];
const PAIRS = OTHERS.flatMap((other) => [
  { from: other, to: "js.views.os" },
  { from: "js.views.os", to: other },
]);

describe.each(PAIRS)("put by $from, got by $to", ({ from, to }) => {
  test.each([0, 1, 131_072, 131_073, 1_000_000])("%i bytes", async (size) => {
    const opens = await stores();
    const name = storeName();
    const [one, two] = [await (opens[from] as Open)(name), await (opens[to] as Open)(name)];
    const bytes = pattern(size, 7);
    const headers = ours.headers();
    headers.set("Kind", "test");
    const given = from === "@nats-io/obj" || from === "nats.ws" ? natsWs.headers() : headers;
    given.set("Kind", "test");
    const put = await one.put(
      { name: "an object", description: "d", metadata: { a: "b" }, headers: given },
      sourceOf(bytes, 50_000, 7),
    );
    const info = (await two.info("an object")) as natsWs.ObjectInfo;
    expect(info).toMatchObject({ description: "d", metadata: { a: "b" }, size, nuid: put.nuid, digest: put.digest });
    expect(info.headers?.get("Kind")).toBe("test");
    expect(put.digest).toBe(await digestText(bytes));
    const got = (await two.getBlob("an object")) as Uint8Array;
    expect(got.length).toBe(size);
    expect(await digestText(got)).toBe(put.digest);
    expect((await two.list()).map((each) => each.name)).toEqual(["an object"]);
    await one.link("a link", info);
    expect((await two.getBlob("a link"))?.length).toBe(size);
    await two.delete("an object");
    expect(await one.get("an object")).toBe(null);
    await one.destroy();
  });
});

test("names of nats.ws with letters beyond ASCII are found, changed and removed where they are", async () => {
  const opens = await stores();
  const name = storeName();
  const [theirs, own] = [await (opens["nats.ws"] as Open)(name), await (opens["js.views.os"] as Open)(name)];
  await theirs.putBlob({ name: "grüße" }, pattern(10));
  expect(await own.getBlob("grüße")).toEqual(pattern(10));
  await own.putBlob({ name: "grüße" }, pattern(20));
  expect(await theirs.getBlob("grüße")).toEqual(pattern(20));
  await own.update("grüße", { description: "d" });
  expect((await theirs.info("grüße"))?.description).toBe("d");
  await own.delete("grüße");
  expect((await theirs.info("grüße"))?.deleted).toBe(true);
  // One that nats.ws cannot have, as every other client has it.
  await own.putBlob({ name: "日本" }, pattern(5));
  expect(await own.getBlob("日本")).toEqual(pattern(5));
});

test("digests are read in all the forms there are", async () => {
  const nc = await connected(ours, { servers: server().url });
  const store = await nc.jetstream().views.os(storeName());
  const bytes = pattern(100, 3);
  const { bucket, digest } = await store.putBlob({ name: "x" }, bytes);
  const subject = `$O.${bucket}.M.${btoa("x")}`;
  const url = digest.slice("SHA-256=".length);
  const standard = url.replaceAll("-", "+").replaceAll("_", "/");
  const hex = Array.from(atob(standard), (char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  for (const form of [url, url.replace("=", ""), standard, standard.replace("=", ""), hex, hex.toUpperCase()]) {
    const info = (
      await (await nc.jetstreamManager()).streams.getMessage(`OBJ_${bucket}`, { last_by_subj: subject })
    ).json();
    await nc.jetstream().publish(subject, JSON.stringify({ ...(info as object), digest: `SHA-256=${form}` }));
    expect(await store.getBlob("x"), form).toEqual(bytes);
  }
});

describe("Objm", () => {
  test("makes, opens and lists", async () => {
    const nc = await connected(ours, { servers: server().url });
    const name = storeName();
    await expect(objm(nc).open(name)).rejects.toMatchObject({
      code: "404",
      message: `404: object store not found: "${name}"`,
    });
    const unchecked = await objm(nc).open(name, false);
    await expect(unchecked.putBlob({ name: "x" }, pattern(3))).rejects.toMatchObject({ code: "503" });
    const made = await objm(nc).create(name, { description: "made" });
    expect((await (await objm(nc).open(name)).status()).description).toBe("made");
    await made.putBlob({ name: "x" }, pattern(3));
    expect(await unchecked.getBlob("x")).toEqual(pattern(3));
    const found: string[] = [];
    for await (const { bucket } of objm(nc).list()) found.push(bucket);
    expect(found).toContain(name);
    await expect(objm(nc).create("a.b")).rejects.toMatchObject({
      code: "BAD API",
      message: "BAD API: invalid bucket name: a.b",
    });
    await expect(objm(nc).open("a.b")).rejects.toMatchObject({ code: "BAD API" });
  });

  test("takes over the options of a client", async () => {
    const nc = await connected(ours, { servers: server().url });
    const wrong = new Objm(nc.jetstream({ apiPrefix: "NOBODY", timeout: 500 }) as never);
    await expect(wrong.create(storeName())).rejects.toMatchObject({ code: "503" });
  });
});
