/** Everything a measurement needs around it: servers, pages' site, publisher, browser. Ends all of it afterwards. */
import { homedir } from "node:os";
import { launchChromium } from "./devtools.mjs";
import { startOutside } from "./outside.mjs";
import { Bench } from "./sample.mjs";
import { startServer } from "./server.mjs";
import { serveSite } from "./site.mjs";
import { buildBlock } from "./traffic.mjs";

// The processes that were started are ended on the way out; a signal must not skip that.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** Runs `work(stage)` for these clients and workloads. `minify: false` keeps function names for a profile. */
export async function withStage({ clients, specs, minify = true }, work) {
  const open = [];
  const opened = async (promise) => {
    const thing = await promise;
    open.push(thing);
    return thing;
  };
  try {
    const binary = process.env.NATS_SERVER ?? `${homedir()}/.cache/nats-wasm/nats-server-2.15.1/bin/nats-server`;
    const servers = new Map();
    for (const spec of specs) {
      if (!servers.has(kindOfServer(spec))) servers.set(kindOfServer(spec), await opened(startServer(binary, spec)));
    }
    const site = await opened(serveSite(clients, { minify, jetstream: specs.some((spec) => spec.jetstream) }));
    const outside = await opened(startOutside());
    const browser = await opened(launchChromium(process.env.CHROMIUM ?? "/usr/bin/chromium"));
    return await work(new Stage(servers, site, outside, browser));
  } finally {
    for (const thing of open.reverse()) await thing.close();
  }
}

function kindOfServer({ compression, jetstream }) {
  return `${compression} ${jetstream}`;
}

class Stage {
  constructor(servers, site, outside, browser) {
    Object.assign(this, { servers, site, outside, browser });
  }

  /** Connects the publisher, and the responder where the workload needs one, for the time of `work`. */
  async playing(spec, work) {
    const { tcpPort: port } = this.servers.get(kindOfServer(spec));
    await this.outside.call("connect", { port });
    if (spec.inFlight === undefined) return await work();
    const responder = await this.outside.call("respond", { port, pattern: "*", prefixLength: 2, size: spec.sizes[0] });
    try {
      return await work();
    } finally {
      await this.outside.call("hangUp", { responder });
    }
  }

  /** `index` gives every client a subject prefix of its own, of the same length. */
  bench(client, index, spec) {
    const prefix = `c${index}`;
    return new Bench({
      browser: this.browser,
      site: this.site,
      outside: this.outside,
      server: this.servers.get(kindOfServer(spec)),
      client: client.name,
      spec,
      prefix,
      block: spec.from === "outside" ? buildBlock(spec, prefix) : undefined,
    });
  }

  /** Gives the publisher the messages of this page. */
  async load({ spec, prefix }) {
    if (spec.from === "outside") await this.outside.call("load", { spec, prefix });
  }
}
