/**
 * The JetStream workloads as an application writes them, over the API that the clients share. What the clients call
 * differently is evened out in bench/clients.mjs.
 */
import { percentiles } from "./peer.js";

const MIB = 1024 * 1024;
/** Messages between two flushes while a stream is filled. */
const FILL = 10_000;
/** For the acks of an object, in ms: nats.ws and @nats-io/obj publish all of its chunks before the first is acknowledged. */
const PATIENCE = { timeout: 600_000 };

export async function open(client, url, spec, prefix) {
  const api = await import(`/clients/${client}-jetstream.js`);
  const nc = await api.connect({ servers: url, reconnect: false });
  nc.closed().then((error) => {
    globalThis.failure = `the connection closed: ${error}`;
  });
  const manager = await api.manager(nc);
  // What a workload before this one has left.
  for await (const { config } of manager.streams.list()) {
    if (config.name.endsWith(`B${prefix}`)) await manager.streams.delete(config.name);
  }
  return kinds[spec.kind]({ api, nc, spec, name: `B${prefix}`, manager, js: api.jetstream(nc) });
}

const kinds = {
  consume: (given) =>
    consuming(given, async (consumer, { spec, options }, count) => {
      const messages = await consumer.consume(options);
      let seen = 0;
      for await (const m of messages) {
        if (spec.ack) m.ack();
        if (++seen === count) break;
      }
      return seen;
    }),

  consumeInOrder: (given) =>
    consuming(given, async (_, { js, name, options }, count) => {
      // A copy: nats.ws leaves its own callback in the options it is given.
      const messages = await (await js.consumers.get(name)).consume({ ...options });
      let last = 0;
      for await (const m of messages) {
        if (m.seq !== last + 1) throw new Error(`sequence ${m.seq} after ${last}`);
        last = m.seq;
        if (last === count) break;
      }
      return last;
    }),

  consumeByCallback: (given) =>
    consuming(given, async (consumer, { spec, options }, count) => {
      let seen = 0;
      let done;
      const all = new Promise((resolve) => {
        done = resolve;
      });
      const callback = (m) => {
        if (spec.ack) m.ack();
        if (++seen === count) done();
      };
      const messages = await consumer.consume({ ...options, callback });
      await all;
      messages.stop();
      return seen;
    }),

  async publishToStream({ js, manager, name, spec }) {
    const subject = `${name}.out`;
    // Bounded, so that the server's memory is.
    await manager.streams.add({ name, subjects: [subject], storage: spec.storage, max_msgs: 1000 });
    const payload = new Uint8Array(spec.sizes[0]).fill(120);
    return { run: (count) => inFlight(spec.waiting, count, () => js.publish(subject, payload)) };
  },

  async watch({ api, nc, spec, name }) {
    const kv = await bucketOf(api, nc, name, spec);
    return {
      run: timed(async (count) => {
        const iterator = await kv.watch();
        let seen = 0;
        for await (const entry of iterator) {
          if (entry.value.length !== spec.sizes[0]) throw new Error(`${entry.key} has ${entry.value.length} bytes`);
          if (++seen === count) break;
        }
      }),
    };
  },

  keys: (given) => listing(given, (kv) => kv.keys()),

  history: (given) => listing(given, (kv) => kv.history()),

  async putKeys({ api, nc, name, spec }) {
    const kv = await api.bucket(nc, name, { storage: spec.storage });
    const value = new Uint8Array(spec.sizes[0]).fill(120);
    return { run: (count) => inFlight(spec.waiting, count, (index) => kv.put(`k${index % 1000}`, value)) };
  },

  async getKeys({ api, nc, name, spec }) {
    const kv = await bucketOf(api, nc, name, { ...spec, count: 1000 });
    return { run: (count) => inFlight(spec.waiting, count, (index) => kv.get(`k${index % 1000}`)) };
  },

  async putObject({ api, nc, name, spec }) {
    const store = await api.store(nc, name, { storage: spec.storage });
    return { run: timed(async (count) => void (await store.put({ name: "object" }, source(count), PATIENCE))) };
  },

  async getObject({ api, nc, name, spec }) {
    const store = await api.store(nc, name, { storage: spec.storage });
    await store.put({ name: "object" }, source(spec.count), PATIENCE);
    return {
      run: timed(async (count) => {
        const object = await store.get("object");
        let bytes = 0;
        const reader = object.data.getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length;
        const failed = await object.error;
        if (failed) throw failed;
        if (bytes !== count * MIB) throw new Error(`${bytes} bytes of ${count * MIB}`);
      }),
    };
  },
};

/** A filled stream and a new consumer for each run; only what `take` does counts. */
async function consuming(given, take) {
  const { manager, nc, name, spec } = given;
  await manager.streams.add({ name, subjects: [`${name}.in`], storage: spec.storage });
  const payload = new Uint8Array(spec.sizes[0]).fill(120);
  await fill(nc, spec.count, () => nc.publish(`${name}.in`, payload));
  await stored(manager, name, spec.count);
  const options = { expires: 30_000, ...(spec.maxMessages && { max_messages: spec.maxMessages }) };
  return {
    async run(count) {
      const { name: durable } = await manager.consumers.add(name, {
        name: `c${performance.now()}`.replace(".", ""),
        ack_policy: spec.ack ? "explicit" : "none",
        max_ack_pending: -1,
        inactive_threshold: 60_000_000_000,
        mem_storage: true,
      });
      const consumer = await given.js.consumers.get(name, durable);
      const start = performance.now();
      const taken = await take(consumer, { ...given, options }, count);
      const milliseconds = performance.now() - start;
      if (taken < count) throw new Error(`${taken} of ${count} messages`);
      await manager.consumers.delete(name, durable);
      return { milliseconds, count };
    },
  };
}

/** Everything a bucket has, and the end that follows. */
async function listing({ api, nc, spec, name }, list) {
  const kv = await bucketOf(api, nc, name, spec);
  return {
    run: timed(async (count) => {
      let seen = 0;
      for await (const _ of await list(kv)) seen++;
      if (seen !== count) throw new Error(`${seen} of ${count}`);
    }),
  };
}

/** A bucket of `spec.count` keys. Filled past the client under test: it is not what is measured. */
async function bucketOf(api, nc, name, spec) {
  const kv = await api.bucket(nc, name, { storage: spec.storage });
  const value = new Uint8Array(spec.sizes[0]).fill(120);
  await fill(nc, spec.count, (index) => nc.publish(`$KV.${name}.k${index}`, value));
  await stored(await api.manager(nc), `KV_${name}`, spec.count);
  return kv;
}

async function fill(nc, count, publish) {
  for (let index = 0; index < count; ) {
    for (const end = Math.min(count, index + FILL); index < end; index++) publish(index);
    await nc.flush();
  }
}

/** The stream takes in what was published behind the flush. */
async function stored(manager, name, count) {
  for (let tries = 0; tries < 100; tries++) {
    const { state } = await manager.streams.info(name);
    if (state.messages === count) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`stream ${name} has not got all of ${count} messages`);
}

async function inFlight(most, count, call) {
  const took = new Float64Array(count);
  let started = 0;
  const loop = async () => {
    while (started < count) {
      const index = started++;
      const sent = performance.now();
      await call(index);
      took[index] = performance.now() - sent;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: most }, loop));
  return { milliseconds: performance.now() - start, count, ...(most === 1 && percentiles(took)) };
}

/** `count` MiB that do not repeat within a chunk, made as they are read. */
function source(count) {
  const part = new Uint8Array(MIB);
  for (let at = 0; at < MIB; at += 65_536) crypto.getRandomValues(part.subarray(at, at + 65_536));
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent === count) return controller.close();
      sent++;
      controller.enqueue(part.slice());
    },
  });
}

function timed(work) {
  return async (count) => {
    const start = performance.now();
    await work(count);
    return { milliseconds: performance.now() - start, count };
  };
}
