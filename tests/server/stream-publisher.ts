// A publisher outside the browser that goes on through whatever happens to a JetStream cluster: numbers from 1, each
// published again until a server has acknowledged it, and stored once (the number is its message id).

import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const TRY_MS = 1000;

interface StreamPublisher {
  /** The last number acknowledged. */
  acknowledged: number;
  stopping: boolean;
  ended: Promise<void>;
}

const publishers = new Map<number, StreamPublisher>();
let next = 1;

/** Publishes to a subject, with the number in the place of a # in it, every `every` milliseconds. `ports` are the client ports of the members. */
export async function startStreamPublisher(ports: number[], subject: string, every: number): Promise<number> {
  const connection = await connect({
    servers: ports.map((port) => `127.0.0.1:${port}`),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    reconnectJitter: 0,
    timeout: 1000,
  });
  const js = jetstream(connection, { timeout: TRY_MS });
  const publisher: StreamPublisher = { acknowledged: 0, stopping: false, ended: Promise.resolve() };
  publisher.ended = (async () => {
    while (!publisher.stopping) {
      const number = publisher.acknowledged + 1;
      try {
        await js.publish(subject.replace("#", String(number)), String(number), { msgID: String(number), retries: 0 });
        publisher.acknowledged = number;
        await pause(every);
      } catch {
        // No leader for the moment, or the connection is moving: the same number again.
        await pause(50);
      }
    }
    await connection.close();
  })();
  publishers.set(next, publisher);
  return next++;
}

/** The last number acknowledged so far. */
export function streamPublisherAt(id: number): number {
  return find(id).acknowledged;
}

/** Ends it. The last number acknowledged: all up to it are in the stream. */
export async function stopStreamPublisher(id: number): Promise<number> {
  const publisher = find(id);
  publisher.stopping = true;
  await publisher.ended;
  publishers.delete(id);
  return publisher.acknowledged;
}

function find(id: number): StreamPublisher {
  const publisher = publishers.get(id);
  if (!publisher) throw new Error(`no stream publisher ${id}`);
  return publisher;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
