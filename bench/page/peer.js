/**
 * The workloads as an application writes them, over the API that nats.ws, nats-core and this client share.
 * `run` and `wait` resolve with `{ milliseconds, count }` and whatever else the workload measures.
 */
export async function open(client, url, spec, prefix) {
  const { connect } = await import(`/clients/${client}.js`);
  const nc = await connect({ servers: url, reconnect: false });
  nc.closed().then((error) => {
    globalThis.failure = `the connection closed: ${error}`;
  });
  return kinds[spec.kind](nc, spec, prefix);
}

export async function start(client, url, fresh) {
  const { connect } = await import(`/clients/${client}.js?${fresh}`);
  await connect({ servers: url, reconnect: false });
}

const kinds = {
  async callback(nc, spec, prefix) {
    const arrivals = new Arrivals();
    const callback = reader(spec, arrivals);
    for (const subject of subscribed(spec, prefix)) nc.subscribe(subject, { callback });
    await nc.flush();
    return arrivals;
  },

  async iterate(nc, spec, prefix) {
    const arrivals = new Arrivals();
    const read = reader(spec, arrivals);
    const sub = nc.subscribe(`${prefix}.data`);
    (async () => {
      for await (const m of sub) read(null, m);
    })();
    await nc.flush();
    return arrivals;
  },

  publish(nc, spec, prefix) {
    const subjects = Array.from({ length: spec.subjects }, (_, i) => `${prefix}.out.${i}`);
    const payload = new Uint8Array(spec.sizes[0]).fill(120);
    const { perFlush } = spec;
    const one = async (count) => {
      const [subject] = subjects;
      for (let sent = 0; sent < count; ) {
        for (const end = Math.min(count, sent + perFlush); sent < end; sent++) nc.publish(subject, payload);
        await nc.flush();
      }
    };
    const many = async (count) => {
      for (let sent = 0; sent < count; ) {
        for (const end = Math.min(count, sent + perFlush); sent < end; sent++) {
          nc.publish(subjects[sent % subjects.length], payload);
        }
        await nc.flush();
      }
    };
    return { run: timed(spec.subjects === 1 ? one : many) };
  },

  async echo(nc, spec, prefix) {
    const subject = `${prefix}.echo`;
    const payload = new Uint8Array(spec.sizes[0]).fill(120);
    const arrivals = new Arrivals();
    nc.subscribe(subject, { callback: reader(spec, arrivals) });
    await nc.flush();
    return {
      run: timed(async (count) => {
        for (let sent = 0; sent < count; ) {
          const end = Math.min(count, sent + spec.perFlush);
          arrivals.arm(end - sent);
          for (; sent < end; sent++) nc.publish(subject, payload);
          await arrivals.wait();
        }
      }),
    };
  },

  request(nc, spec, prefix) {
    const subject = `${prefix}.request`;
    const payload = new Uint8Array(spec.sizes[0]).fill(120);
    const options = { timeout: 30_000 };
    return {
      run: timed(async (count) => {
        let started = 0;
        const loop = async () => {
          while (started < count) {
            started++;
            await nc.request(subject, payload, options);
          }
        };
        await Promise.all(Array.from({ length: spec.inFlight }, loop));
      }),
    };
  },

  latency(nc, spec, prefix) {
    const subject = `${prefix}.request`;
    const payload = new Uint8Array(spec.sizes[0]).fill(120);
    const options = { timeout: 30_000 };
    return {
      run: async (count) => {
        const took = new Float64Array(count);
        const start = performance.now();
        for (let i = 0; i < count; i++) {
          const sent = performance.now();
          await nc.request(subject, payload, options);
          took[i] = performance.now() - sent;
        }
        return { milliseconds: performance.now() - start, count, ...percentiles(took) };
      },
    };
  },

  subscribe(nc, spec, prefix) {
    let next = 0;
    // What was subscribed stays referenced, as it is in a program that means to unsubscribe one day.
    const kept = [];
    const callback = () => {};
    return {
      run: timed(async (count) => {
        for (let i = 0; i < count; i++) {
          const subject = `${prefix}.data.${next++}`;
          kept.push(spec.iterator ? nc.subscribe(subject) : nc.subscribe(subject, { callback }));
        }
        await nc.flush();
      }),
    };
  },

  /** Messages that nobody reads, and a mark behind them. */
  async unread(nc, _spec, prefix) {
    const arrivals = new Arrivals();
    const sub = nc.subscribe(`${prefix}.data`);
    nc.subscribe(`${prefix}.mark`, { callback: () => arrivals.one() });
    await nc.flush();
    return { arm: () => arrivals.arm(1), wait: () => arrivals.wait(), kept: sub };
  },
};

/** Counts messages up to the armed figure. */
class Arrivals {
  seen = 0;
  expected = 0;
  sum = 0;
  #start = 0;
  #resolve;
  #all = Promise.resolve();

  arm(count) {
    this.seen = 0;
    this.expected = count;
    this.#all = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#start = performance.now();
  }

  one() {
    if (++this.seen === this.expected) {
      this.#resolve({ milliseconds: performance.now() - this.#start, count: this.seen, sum: this.sum });
    }
  }

  wait() {
    return this.#all;
  }
}

/** A callback that does with each message what the workload says. `sum` keeps the work from being optimised away. */
function reader(spec, arrivals) {
  let strings = false;
  switch (spec.read) {
    case "nothing":
      return () => arrivals.one();
    case "data":
      return (_, m) => {
        arrivals.sum += m.data.length;
        arrivals.one();
      };
    case "subject":
      return (_, m) => {
        arrivals.sum += m.subject.length;
        arrivals.one();
      };
    case "header":
      return (_, m) => {
        arrivals.sum += m.headers.get("trace").length;
        arrivals.one();
      };
    case "json or string":
      return (_, m) => {
        strings = !strings;
        arrivals.sum += strings ? m.string().length : m.json().volume;
        arrivals.one();
      };
  }
  throw new Error(`no reader for ${spec.read}`);
}

function subscribed(spec, prefix) {
  if (spec.subjects === 1) return [`${prefix}.data`];
  if (spec.subscriptions === 1) return [`${prefix}.data.>`];
  return Array.from({ length: spec.subscriptions }, (_, i) => `${prefix}.data.${i}`);
}

function timed(work) {
  return async (count) => {
    const start = performance.now();
    await work(count);
    return { milliseconds: performance.now() - start, count };
  };
}

export function percentiles(took) {
  const sorted = took.toSorted();
  return { p50: sorted[Math.floor(sorted.length * 0.5)], p99: sorted[Math.floor(sorted.length * 0.99)] };
}
