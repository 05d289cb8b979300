// A NATS client that is not in the browser and not ours: it publishes to, listens for and answers what the client under
// test does, over TCP. Payloads cross to the browser as base64.

import { connect, errors, headers, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";

export interface OutsideMessage {
  subject: string;
  /** Base64. */
  data: string;
  reply?: string;
  headers?: Record<string, string[]>;
}

export interface OutsideLogin {
  user?: string;
  pass?: string;
  token?: string;
}

interface Outside {
  connection: NatsConnection;
  listeners: Map<number, { subscription: Subscription; received: OutsideMessage[] }>;
}

const open = new Map<number, Outside>();
let next = 1;

/** Connects to the client port. The number names the connection in the other calls. */
export async function openOutside(port: number, login: OutsideLogin = {}): Promise<number> {
  const connection = await connect({
    servers: `127.0.0.1:${port}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    ...login,
  });
  open.set(next, { connection, listeners: new Map() });
  return next++;
}

/** Publishes in the given order and returns when the server has them. */
export async function publishOutside(id: number, messages: OutsideMessage[]): Promise<void> {
  const { connection } = find(id);
  for (const message of messages) {
    connection.publish(message.subject, Buffer.from(message.data, "base64"), {
      ...(message.reply === undefined ? {} : { reply: message.reply }),
      ...(message.headers === undefined ? {} : { headers: encodeHeaders(message.headers) }),
    });
  }
  await connection.flush();
}

/** The text of the answer; undefined when there is none within `timeout` milliseconds, or nobody to answer. */
export async function requestOutside(
  id: number,
  subject: string,
  data: string,
  timeout: number,
): Promise<string | undefined> {
  try {
    return (await find(id).connection.request(subject, data, { timeout })).string();
  } catch (error) {
    if (error instanceof errors.TimeoutError || error instanceof errors.RequestError) return undefined;
    throw error;
  }
}

/** Publishes `count` messages of `size` bytes, each beginning with its number (32 bit, big endian), in one go. */
export async function floodOutside(id: number, subject: string, count: number, size: number): Promise<void> {
  const { connection } = find(id);
  for (let index = 0; index < count; index++) {
    const body = Buffer.alloc(Math.max(size, 4), index & 0xff);
    body.writeUInt32BE(index, 0);
    connection.publish(subject, body);
  }
  await connection.flush();
}

/** Collects what arrives on a subject. `answer`: the message's own payload and headers go back to its reply subject. */
export async function listenOutside(
  id: number,
  subject: string,
  options: { queue?: string; answer?: boolean } = {},
): Promise<number> {
  const outside = find(id);
  const received: OutsideMessage[] = [];
  const subscription = outside.connection.subscribe(subject, {
    ...(options.queue === undefined ? {} : { queue: options.queue }),
    callback: (error, message) => {
      if (error) return;
      received.push(describe(message));
      if (options.answer) message.respond(message.data, message.headers ? { headers: message.headers } : {});
    },
  });
  await outside.connection.flush();
  outside.listeners.set(next, { subscription, received });
  return next++;
}

/** What a listener has collected so far. */
export function heardOutside(id: number, listener: number): OutsideMessage[] {
  const found = find(id).listeners.get(listener);
  if (!found) throw new Error(`no listener ${listener}`);
  return found.received;
}

export async function closeOutside(id: number): Promise<void> {
  const outside = open.get(id);
  open.delete(id);
  await outside?.connection.close();
}

function find(id: number): Outside {
  const outside = open.get(id);
  if (!outside) throw new Error(`no outside connection ${id}`);
  return outside;
}

function describe(message: Msg): OutsideMessage {
  return {
    subject: message.subject,
    data: Buffer.from(message.data).toString("base64"),
    ...(message.reply ? { reply: message.reply } : {}),
    ...(message.headers
      ? { headers: Object.fromEntries(message.headers.keys().map((key) => [key, message.headers?.values(key) ?? []])) }
      : {}),
  };
}

function encodeHeaders(record: Record<string, string[]>) {
  const built = headers();
  for (const [key, values] of Object.entries(record)) {
    for (const value of values) built.append(key, value);
  }
  return built;
}
