// What errors say, side by side with nats.ws: real refusals, with the same code in both clients. In nats.ws the message is
// often the code, or just what the server said: ours begins with the code, and has the server's words verbatim behind it.

import type { KV, NatsError, ObjectStore } from "nats.ws";
import { expect, test } from "vitest";
import { type Client, clients, type Connection, type ConnectionOptions, connected } from "../harness/clients.ts";
import { collect, rejection } from "../harness/frameworks.ts";
import { sourceOf } from "../harness/objects.ts";
import { useServer } from "../harness/server.ts";

const open = useServer({ config: "jetstream", conf: "max_payload: 4096" });
const guarded = useServer({
  conf: `authorization { users: [ { user: "ann", password: "x", permissions: {
    publish: { deny: "closed.>" }, subscribe: { deny: ["closed.>", "crew.> idlers"] }
  } } ] }`,
});
const login = () => ({ servers: guarded().url, user: "ann", pass: "x" });
/** Nobody listens there. */
const NOWHERE = "ws://127.0.0.1:1";
const nowhere = () => ({ servers: NOWHERE, reconnect: false });

/** As a rejection, whether it is thrown or not. */
const attempt = async (call: () => unknown) => rejection(Promise.resolve().then(call));
/** With a connection that is closed after the test. */
const onOpen = (provoke: (nc: Connection, client: Client) => unknown, options: ConnectionOptions = {}) => {
  return async (client: Client) => {
    const nc = await connected(client, { servers: open().url, ...options });
    return attempt(() => provoke(nc, client));
  };
};
const onGuarded = (provoke: (nc: Connection) => unknown) => async (client: Client) => {
  const nc = await connected(client, login());
  return attempt(() => provoke(nc));
};
const failedConnect = (options: () => ConnectionOptions) => (client: Client) => rejection(client.connect(options()));
const onStream = (provoke: (nc: Connection, name: string) => unknown) =>
  onOpen(async (nc, client) => {
    const name = client.nuid.next();
    await (await nc.jetstreamManager()).streams.add({
      name,
      subjects: [`${name}.>`],
      storage: client.StorageType.Memory,
    });
    await nc.jetstream().publish(`${name}.a`, "1");
    return provoke(nc, name);
  });
const onBucket = (provoke: (kv: KV) => unknown) =>
  onOpen(async (nc, client) => {
    const kv = await nc.jetstream().views.kv(client.nuid.next(), { storage: client.StorageType.Memory });
    await kv.put("a", "1");
    return provoke(kv);
  });
const onStore = (provoke: (os: ObjectStore) => unknown) =>
  onOpen(async (nc, client) =>
    provoke(await nc.jetstream().views.os(client.nuid.next(), { storage: client.StorageType.Memory })),
  );

interface Refusal {
  what: string;
  code: string;
  provoke(client: Client): Promise<NatsError>;
  /**
   * How the message of nats.ws is found again in ours: it is the code; or it is what the server said, verbatim behind the
   * code; or ours says more, and has it in it; or nats.ws has a plain error without a code.
   */
  theirs: "code" | "server's" | "within" | "plain";
  /** The words behind the code, where nats.ws does not say them. */
  words?: string | RegExp;
}

const refusals: Refusal[] = [
  {
    what: "a request nobody answers in time",
    code: "TIMEOUT",
    provoke: onOpen(async (nc) => {
      nc.subscribe("silent", { callback: () => {} });
      await nc.flush();
      return nc.request("silent", "", { timeout: 100 });
    }),
    theirs: "code",
    words: 'no reply from "silent" within 100 ms',
  },
  {
    what: "the same over an inbox of its own",
    code: "TIMEOUT",
    provoke: onOpen(async (nc) => {
      nc.subscribe("silent", { callback: () => {} });
      await nc.flush();
      return nc.request("silent", "", { timeout: 100, noMux: true });
    }),
    theirs: "code",
    words: 'no reply from "silent" within 100 ms',
  },
  {
    what: "a subscription that waits in vain",
    code: "TIMEOUT",
    provoke: onOpen((nc) => collect(nc.subscribe("silent", { timeout: 100 }))),
    theirs: "code",
    words: 'no message on "silent" in time',
  },
  ...[false, true].map((noMux) => ({
    what: `a request nobody is there for, noMux: ${noMux}`,
    code: "503",
    provoke: onOpen((nc) => nc.request("nobody", "", { timeout: 2000, noMux })),
    theirs: "code" as const,
    words: 'no responders: nobody is subscribed to "nobody"',
  })),
  {
    what: "requestMany nobody is there for",
    code: "503",
    provoke: onOpen(async (nc) => collect(await nc.requestMany("nobody", "", { maxWait: 2000 }))),
    theirs: "code",
    words: 'no responders: nobody is subscribed to "nobody"',
  },
  ...[false, true].map((noMux) => ({
    what: `a request that may not be published, noMux: ${noMux}`,
    code: "PERMISSIONS_VIOLATION",
    provoke: onGuarded((nc) => nc.request("closed.door", "", { timeout: 2000, noMux })),
    theirs: "server's" as const,
    words: "'Permissions Violation for Publish to \"closed.door\"'",
  })),
  {
    what: "a subscription that is not permitted",
    code: "PERMISSIONS_VIOLATION",
    provoke: onGuarded((nc) => collect(nc.subscribe("closed.door"))),
    theirs: "server's",
    words: "'Permissions Violation for Subscription to \"closed.door\"'",
  },
  {
    what: "a queue group that is not permitted",
    code: "PERMISSIONS_VIOLATION",
    provoke: onGuarded((nc) => collect(nc.subscribe("crew.a", { queue: "idlers" }))),
    theirs: "server's",
    words: '\'Permissions Violation for Subscription to "crew.a" using queue "idlers"\'',
  },
  {
    what: "a login the server refuses",
    code: "AUTHORIZATION_VIOLATION",
    provoke: failedConnect(() => ({ ...login(), pass: "y", reconnect: false })),
    theirs: "within",
    words: /^could not connect to ws:.* failed in the auth phase: 'Authorization Violation'$/,
  },
  {
    what: "a payload that is too large",
    code: "MAX_PAYLOAD_EXCEEDED",
    provoke: onOpen((nc) => nc.publish("a", new Uint8Array(4097))),
    theirs: "code",
    words: 'cannot publish on "a": the payload of 4097 bytes exceeds the server\'s max_payload of 4096 bytes',
  },
  {
    what: "a subject that is none",
    code: "BAD_SUBJECT",
    provoke: onOpen((nc) => nc.publish("")),
    theirs: "code",
    words: "cannot publish: the subject is empty",
  },
  {
    what: "a payload that is none",
    code: "BAD_PAYLOAD",
    provoke: onOpen((nc) => nc.publish("a", 5 as never)),
    theirs: "code",
    words: 'cannot publish on "a": the payload must be a string or a Uint8Array, not number',
  },
  ...(["publish", "subscribe", "request", "flush", "drain", "rtt"] as const).map((verb) => ({
    what: `${verb} on a closed connection`,
    code: "CONNECTION_CLOSED",
    provoke: onOpen(async (nc) => {
      await nc.close();
      return nc[verb]("a");
    }),
    theirs: "code" as const,
    words: /^cannot .*: the connection is closed$/,
  })),
  {
    what: "a subscription while draining",
    code: "CONNECTION_DRAINING",
    provoke: onOpen((nc) => {
      void nc.drain();
      return nc.subscribe("a");
    }),
    theirs: "code",
    words: 'cannot subscribe to "a": the connection is draining',
  },
  {
    what: "a drain of a subscription that is over",
    code: "SUB_CLOSED",
    provoke: onOpen((nc) => {
      const sub = nc.subscribe("a", { callback: () => {} });
      sub.unsubscribe();
      return sub.drain();
    }),
    theirs: "code",
    words: 'cannot drain the subscription to "a": it is closed',
  },
  {
    what: "a header that cannot be sent",
    code: "BAD_HEADER",
    provoke: (client) => attempt(() => client.headers().set("a:b", "")),
    theirs: "within",
    words: "':' is not a valid character for a header key",
  },
  {
    what: "a payload that is no JSON",
    code: "BAD_JSON",
    provoke: (client) => attempt(() => client.JSONCodec().decode(new TextEncoder().encode("{"))),
    theirs: "within",
    words: /^Bad JSON: ./,
  },
  {
    what: "creds that are none",
    code: "BAD_CREDS",
    // nats.ws lets the rejection of an authenticator through as it is.
    provoke: (client) => attempt(() => client.credsAuthenticator(new TextEncoder().encode("no creds"))("nonce")),
    theirs: "code",
    words: /^creds have no JWT/,
  },
  {
    what: "options that exclude each other",
    code: "INVALID_OPTION",
    provoke: failedConnect(() => ({ servers: NOWHERE, port: 1 })),
    theirs: "plain",
    words: 'options "port" and "servers" exclude each other',
  },
  {
    what: "an option that is no function",
    code: "NOT_FUNC",
    provoke: failedConnect(() => ({ servers: NOWHERE, reconnectDelayHandler: 1 as never })),
    theirs: "plain",
    words: 'option "reconnectDelayHandler" must be a function, not 1',
  },
  {
    what: "an inbox prefix with a wildcard",
    code: "BAD API",
    provoke: failedConnect(() => ({ servers: NOWHERE, inboxPrefix: "a.*" })),
    theirs: "within",
    words: 'option "inboxPrefix" cannot be "a.*": inbox prefixes cannot have wildcards \'a.*\'',
  },
  {
    what: "an iterator of a subscription with a callback",
    code: "BAD API",
    provoke: onOpen((nc) => collect(nc.subscribe("a", { callback: () => {} }))),
    theirs: "within",
    words: "unsupported iterator",
  },
  {
    what: "a stream that is not there",
    code: "404",
    provoke: onOpen(async (nc) => (await nc.jetstreamManager()).streams.info("nothing")),
    theirs: "server's",
    words: "stream not found",
  },
  {
    what: "a consumer that is not there",
    code: "404",
    provoke: onStream(async (nc, name) => (await nc.jetstreamManager()).consumers.info(name, "nothing")),
    theirs: "server's",
    words: "consumer not found",
  },
  {
    what: "a last sequence that is another one (10071)",
    code: "400",
    provoke: onStream((nc, name) => nc.jetstream().publish(`${name}.a`, "2", { expect: { lastSequence: 9 } })),
    theirs: "server's",
    words: "wrong last sequence: 1",
  },
  {
    what: "a publish no stream takes",
    code: "503",
    provoke: onOpen((nc) => nc.jetstream().publish("nowhere", "", { timeout: 1000 })),
    theirs: "code",
    words: 'no responders: nobody is subscribed to "nowhere"',
  },
  {
    what: "a pull of more than the consumer allows",
    code: "409",
    provoke: onStream(async (nc, name) => {
      const jsm = await nc.jetstreamManager();
      await jsm.consumers.add(name, { durable_name: "c", ack_policy: "explicit" as never, max_batch: 1 });
      return collect(nc.jetstream().fetch(name, "c", { batch: 5, expires: 1000 }));
    }),
    theirs: "server's",
    words: "exceeded maxrequestbatch of 1",
  },
  {
    what: "a stream name that is none",
    code: "BAD API",
    provoke: onOpen(async (nc) => (await nc.jetstreamManager()).streams.info("a.b")),
    theirs: "plain",
    words: "invalid stream name \"a.b\": it cannot contain '.'",
  },
  {
    what: "an update of a key that has changed",
    code: "400",
    provoke: onBucket((kv) => kv.update("a", "2", 9)),
    theirs: "server's",
    words: "wrong last sequence: 1",
  },
  {
    what: "a key that is none",
    code: "BAD API",
    provoke: onBucket((kv) => kv.put("a..b", "")),
    theirs: "plain",
    words: "invalid key: a..b - no token can be empty",
  },
  {
    what: "an object that is not there",
    code: "BAD API",
    provoke: onStore((os) => os.update("nothing", { description: "d" })),
    theirs: "plain",
    words: 'object not found: "nothing"',
  },
  {
    what: "a link where an object is put",
    code: "BAD API",
    provoke: onStore((os) =>
      os.put({ name: "a", options: { link: { bucket: "b" } } } as never, sourceOf(new Uint8Array(1), 1)),
    ),
    theirs: "plain",
    words: "link cannot be set when putting the object in bucket",
  },
  {
    what: "a service without a version",
    code: "BAD API",
    provoke: onOpen((nc) => nc.services.add({ name: "a", version: "one" })),
    theirs: "plain",
    words: /'one' is not a semver value/,
  },
  {
    what: "a service whose name has a blank",
    code: "BAD API",
    provoke: onOpen((nc) => nc.services.add({ name: "a b", version: "1.0.0" })),
    theirs: "plain",
    words: /name cannot contain/,
  },
];

const [natsWs, natsWasm] = clients.map(({ client }) => client) as [Client, Client];

test.each(refusals)("$what: $code", async ({ code, provoke, theirs, words }) => {
  const [their, our] = [await provoke(natsWs), await provoke(natsWasm)];
  expect(our).toMatchObject({ name: "NatsError", code });
  expect(our.message.startsWith(`${code}: `)).toBe(true);
  const said = our.message.slice(`${code}: `.length);
  if (typeof words === "string") expect(said).toBe(words);
  else expect(said).toMatch(words as RegExp);

  if (theirs === "plain") return;
  expect(their).toMatchObject({ name: "NatsError", code });
  if (theirs === "code") expect(their.message).toBe(code);
  if (theirs === "server's") expect(said).toBe(their.message);
  // The question applications ask of either client.
  expect(our.message.includes(their.message)).toBe(true);
});

test("a server that cannot be reached: nats.ws has no message at all", async () => {
  const [their, error] = [await failedConnect(nowhere)(natsWs), await failedConnect(nowhere)(natsWasm)];
  expect([their.code, their.message]).toEqual(["UNKNOWN_ERROR", undefined]);
  expect(error).toMatchObject({ name: "NatsError", code: "UNKNOWN_ERROR" });
  expect(error.message).toMatch(
    /^UNKNOWN_ERROR: the socket was closed with code 1006: could not connect to ws:\/\/127\.0\.0\.1:1\/: attempt 1 failed/,
  );
});

test("the status tells codes, as in nats.ws; its error has the words", async () => {
  for (const client of [natsWs, natsWasm]) {
    const nc = await connected(client, login());
    const statuses = nc.status()[Symbol.asyncIterator]();
    nc.publish("closed.door");
    const { value } = await statuses.next();
    expect(value).toMatchObject({ type: "error", data: "PERMISSIONS_VIOLATION" });
    if (client === natsWasm) {
      expect((value as { error?: Error }).error?.message).toBe(
        "PERMISSIONS_VIOLATION: 'Permissions Violation for Publish to \"closed.door\"'",
      );
    }
  }
});

test("an error of the application's own making keeps its message", () => {
  for (const { NatsError, ServiceError } of [natsWs, natsWasm]) {
    expect(new NatsError("mine", "TIMEOUT").message).toBe("mine");
    expect(NatsError.errorForCode("TIMEOUT").message).toBe("TIMEOUT");
    expect(new ServiceError(400, "not a number").message).toBe("not a number");
  }
});
