/** Starts nats-server for the benchmark, on loopback and free ports. One process per kind: with compression, with JetStream. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

// What is published without waiting for acks is dropped beyond these.
const BUFFERED = "max_buffered_msgs: 1000000, max_buffered_size: 1GB";

export async function startServer(binary, { compression, jetstream }) {
  const directory = mkdtempSync(join(tmpdir(), "nats-bench-server-"));
  const config = join(directory, "server.conf");
  // A page that falls behind the publisher is what is measured, so the server must hold on to it: no slow consumer
  // verdict, no late writes. PINGs would disturb the raw page, which counts bytes.
  writeFileSync(
    config,
    `
    listen: "127.0.0.1:-1"
    http: "127.0.0.1:-1"
    ports_file_dir: "${directory}"
    max_pending: 4GB
    write_deadline: "120s"
    ping_interval: "1h"
    websocket { listen: "127.0.0.1:-1", no_tls: true, compression: ${compression} }
    ${jetstream ? `jetstream { store_dir: "${directory}/jetstream", max_mem: 4GB, max_file: 8GB, ${BUFFERED} }` : ""}
  `,
  );
  const child = spawn(binary, ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => {
    log += text;
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.once("exit", () => child.kill("SIGKILL"));
  const ports = await readPorts(directory, child, () => log);
  return {
    websocket: ports.websocket[0],
    tcpPort: Number(new URL(ports.nats[0]).port),
    /** Messages the server has taken in since its start. */
    async messagesIn() {
      const answer = await fetch(`${ports.monitoring[0]}/varz`);
      return (await answer.json()).in_msgs;
    },
    async close() {
      child.kill("SIGKILL");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function readPorts(directory, child, log) {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (child.exitCode !== null) throw new Error(`nats-server ended with ${child.exitCode}: ${log()}`);
    const name = readdirSync(directory).find((file) => file.endsWith(".ports"));
    if (name) {
      const text = readFileSync(join(directory, name), "utf8");
      if (text.trim().endsWith("}")) return JSON.parse(text);
    }
    await sleep(50);
  }
  throw new Error(`nats-server wrote no ports file within 10 s: ${log()}`);
}
