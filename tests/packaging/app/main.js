// An application of the package, in the parts a test asks for one by one; each answers with what came back, as JSON. Plain
// JavaScript, so that every bundler and every browser takes it as it is.

import { AckPolicy, connect, headers, nkeyAuthenticator, StorageType } from "nats-wasm";

/** The connections of `leave` and `comeBack`. */
const left = new Map();

globalThis.app = {
  /** Publish, subscribe, request, headers. */
  async core(url) {
    const nc = await connect({ servers: url });
    const sub = nc.subscribe("core.*", { max: 2 });
    nc.publish("core.text", "text", { headers: withHeader("Kind", "plain") });
    nc.publish("core.bytes", new Uint8Array(300_000).fill(7));
    const heard = [];
    for await (const m of sub) heard.push([m.subject, m.data.length, m.headers?.get("Kind") ?? ""]);
    nc.subscribe("core.ask", { callback: (_, m) => void m.respond(`${m.string()}!`) });
    const reply = (await nc.request("core.ask", "anybody there?", { timeout: 5000 })).string();
    const nobody = await nc.request("core.nobody").catch(({ code }) => code);
    await nc.drain();
    return { heard, reply, nobody };
  },

  /** Signs in, and asks the server who we are. */
  async nkeys(url, seed) {
    const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
    const nc = await connect({ servers: url, authenticator, reconnect: false });
    const { user } = (await nc.request("$SYS.REQ.USER.INFO")).json().data;
    await nc.close();
    return user;
  },

  /** Publishes to a stream and consumes from it. */
  async jetstream(url, name) {
    const nc = await connect({ servers: url });
    const jsm = await nc.jetstreamManager();
    await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.Memory });
    await jsm.consumers.add(name, { durable_name: "worker", ack_policy: AckPolicy.Explicit });
    const js = nc.jetstream();
    const { seq } = await js.publish(`${name}.1`, "one", { msgID: "1" });
    const { duplicate } = await js.publish(`${name}.1`, "one", { msgID: "1" });
    await js.publish(`${name}.2`, "two");
    const consumed = [];
    for await (const m of await (await js.consumers.get(name, "worker")).consume()) {
      consumed.push([m.seq, m.subject, m.string()]);
      if (!(await m.ackAck())) throw new Error(`no ack of ${m.seq}`);
      if (consumed.length === 2) break;
    }
    await nc.drain();
    return { seq, duplicate, consumed };
  },

  /** Puts, gets and watches keys. */
  async kv(url, bucket) {
    const nc = await connect({ servers: url });
    const kv = await nc.jetstream().views.kv(bucket, { history: 5, storage: StorageType.Memory });
    const revision = await kv.put("color", "blue");
    await kv.update("color", "green", revision);
    const refused = await kv.update("color", "red", revision).catch((error) => error.api_error.err_code);
    await kv.put("size", "small");
    const values = [(await kv.get("color")).string(), (await kv.get("color", { revision })).string()];
    const watched = [];
    for await (const entry of await kv.watch()) {
      watched.push([entry.key, entry.string(), entry.revision]);
      if (watched.length === 2) break;
    }
    await nc.drain();
    return { values, refused, watched };
  },

  /** Puts and gets an object of several chunks. */
  async objects(url, store, size) {
    const nc = await connect({ servers: url });
    const files = await nc.jetstream().views.os(store, { storage: StorageType.Memory });
    const bytes = new Uint8Array(size).map((_, at) => at % 251);
    const { chunks } = await files.put({ name: "file" }, new Blob([bytes]).stream());
    const { info, data } = await files.get("file");
    const got = new Uint8Array(await new Response(data).arrayBuffer());
    await nc.drain();
    return { chunks, digest: info.digest, isSame: got.length === size && got.every((byte, at) => byte === bytes[at]) };
  },

  /** Connects with a subscription, and stays. */
  async leave(url) {
    const nc = await connect({ servers: url, reconnectTimeWait: 100, maxReconnectAttempts: -1 });
    const heard = [];
    nc.subscribe("left", { callback: (_, m) => void heard.push(m.string()) });
    await nc.flush();
    const statuses = [];
    (async () => {
      for await (const { type } of nc.status()) statuses.push(type);
    })();
    left.set(url, { nc, heard, statuses });
  },

  /** Publishes while the server is away. */
  publishAway(url, text) {
    left.get(url).nc.publish("left", text);
  },

  /** What the subscription of `leave` has heard once the server is back, and what the application was told. */
  async comeBack(url) {
    const { nc, heard, statuses } = left.get(url);
    nc.publish("left", "back");
    await nc.flush();
    await nc.close();
    return { heard, statuses: statuses.filter((type) => type === "disconnect" || type === "reconnect") };
  },

  /** What a worker with a client of its own has got from a bucket. */
  inWorker(url) {
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message || "the worker could not be loaded"));
      worker.postMessage(url);
    });
  },

  /** Why no connection can be had, or "". */
  async refusal(url) {
    try {
      await (await connect({ servers: url })).close();
      return "";
    } catch (error) {
      return error.message;
    }
  },
};

function withHeader(name, value) {
  const all = headers();
  all.set(name, value);
  return all;
}
