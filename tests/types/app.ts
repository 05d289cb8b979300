// An application as it is written for nats.ws, with every part of the API it may use besides JetStream
// (app-jetstream.ts). tsc compiles it
// twice: with nats.ws as it is (tsconfig.theirs.json), and with our package in its place (tsconfig.ours.json).

import {
  type ApiError,
  type Auth,
  type Authenticator,
  type Backoff,
  backoff,
  Bench,
  type BenchOpts,
  buildAuthenticator,
  canonicalMIMEHeaderKey,
  type Codec,
  connect,
  type ConnectionOptions,
  createInbox,
  credsAuthenticator,
  deadline,
  DebugEvents,
  type Deferred,
  deferred,
  type Delay,
  delay,
  type DispatchedFn,
  Empty,
  type Endpoint,
  type EndpointInfo,
  type EndpointOptions,
  type EndpointStats,
  ErrorCode,
  Events,
  headers,
  type IngestionFilterFn,
  type IngestionFilterFnResult,
  JSONCodec,
  type JwtAuth,
  jwtAuthenticator,
  Match,
  Metric,
  millis,
  type Msg,
  type MsgAdapter,
  type MsgHdrs,
  MsgHdrsImpl,
  type NamedEndpointStats,
  type Nanos,
  nanos,
  type NatsConnection,
  NatsError,
  type NKeyAuth,
  nkeyAuthenticator,
  nkeys,
  type NoAuth,
  Nuid,
  nuid,
  type Payload,
  type Perf,
  type ProtocolFilterFn,
  type Publisher,
  type PublishOptions,
  type QueuedIterator,
  type RequestManyOptions,
  type RequestOptions,
  RequestStrategy,
  type ReviverFn,
  type ServerInfo,
  type ServersChanged,
  type Service,
  type ServiceClient,
  type ServiceConfig,
  ServiceError,
  ServiceErrorCodeHeader,
  ServiceErrorHeader,
  type ServiceGroup,
  type ServiceHandler,
  type ServiceIdentity,
  type ServiceInfo,
  type ServiceMetadata,
  type ServiceMsg,
  type ServiceResponse,
  ServiceResponseType,
  type ServicesAPI,
  type ServiceStats,
  ServiceVerb,
  type Stats,
  type Status,
  StringCodec,
  type Sub,
  type SubOpts,
  type Subscription,
  type SubscriptionOptions,
  type SyncIterator,
  syncIterator,
  type Timeout,
  type TlsOptions,
  type TokenAuth,
  tokenAuthenticator,
  type TypedCallback,
  type TypedSubscriptionOptions,
  usernamePasswordAuthenticator,
  type UserPass,
} from "nats.ws";

interface Order {
  id: number;
  lines: string[];
}

const orders: Codec<Order> = JSONCodec<Order>();
const untyped: Codec<unknown> = JSONCodec();
const text: Codec<string> = StringCodec();

// ---- credentials ----------------------------------------------------------------------------------------------------

const seed: Uint8Array = nkeys.createUser().getSeed();
const authenticators: Authenticator[] = [
  tokenAuthenticator("secret"),
  tokenAuthenticator(() => "secret"),
  usernamePasswordAuthenticator("user", "pass"),
  usernamePasswordAuthenticator(
    () => "user",
    () => "pass",
  ),
  nkeyAuthenticator(seed),
  nkeyAuthenticator(() => seed),
  jwtAuthenticator("jwt", seed),
  jwtAuthenticator(() => "jwt"),
  credsAuthenticator(new TextEncoder().encode("creds")),
  (nonce?: string): Auth => ({ nkey: nonce ?? "", sig: "" }),
  () => {},
];
const built: Authenticator = buildAuthenticator({ user: "u", pass: "p" });
const auths: (NoAuth | TokenAuth | UserPass | NKeyAuth | JwtAuth)[] = [
  undefined,
  { auth_token: "t" },
  { user: "u", pass: "p" },
  { nkey: "n", sig: "s" },
  { jwt: "j", nkey: "n", sig: "s" },
];

// ---- connecting -----------------------------------------------------------------------------------------------------

const options: ConnectionOptions = {
  servers: ["wss://a.example.com", "b.example.com:9222"],
  authenticator: authenticators,
  name: "app",
  user: "u",
  pass: "p",
  token: "t",
  timeout: 5000,
  reconnect: true,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 500,
  reconnectJitter: 100,
  reconnectJitterTLS: 1000,
  reconnectDelayHandler: () => 250,
  waitOnFirstConnect: true,
  ignoreAuthErrorAbort: true,
  ignoreClusterUpdates: true,
  pingInterval: 20_000,
  maxPingOut: 3,
  noEcho: true,
  noRandomize: true,
  noAsyncTraces: false,
  verbose: false,
  pedantic: false,
  debug: false,
  inboxPrefix: createInbox("_INBOX_app"),
  tls: null,
};
const tls: TlsOptions = { ca: "", cert: "", key: "" };

class Client {
  #nc: NatsConnection | undefined;
  readonly #subs: Subscription[] = [];
  readonly seen = new Map<Events | DebugEvents, number>();

  async start(given: ConnectionOptions = options): Promise<NatsConnection> {
    const nc = await connect(given);
    this.#nc = nc;
    this.#watch(nc).catch((error: Error) => console.error(error.message));
    nc.closed().then((error) => {
      if (error) console.error(error.message);
    });
    return nc;
  }

  async #watch(nc: NatsConnection): Promise<void> {
    for await (const status of nc.status()) {
      this.seen.set(status.type, (this.seen.get(status.type) ?? 0) + 1);
      console.log(describe(status));
    }
  }

  get connection(): NatsConnection {
    if (!this.#nc) throw new Error("not started");
    return this.#nc;
  }

  listen(subject: string, opts?: SubscriptionOptions): Subscription {
    const sub = this.connection.subscribe(subject, opts);
    this.#subs.push(sub);
    return sub;
  }

  async stop(): Promise<void> {
    for (const sub of this.#subs) if (!sub.isClosed() && !sub.isDraining()) await sub.drain();
    if (!this.connection.isDraining() && !this.connection.isClosed()) await this.connection.drain();
    await this.connection.close();
  }
}

/** Handles every type there is: another one in the declarations would not compile. */
function describe(status: Status): string {
  switch (status.type) {
    case Events.Disconnect:
    case Events.Reconnect:
    case Events.LDM:
      return `${status.type} ${status.data}`;
    case Events.Update: {
      const { added, deleted } = status.data as ServersChanged;
      return [...added, ...deleted].join();
    }
    case Events.Error:
      return `${status.permissionContext?.operation} ${status.permissionContext?.subject} ${status.data as ErrorCode}`;
    case DebugEvents.Reconnecting:
    case DebugEvents.PingTimer:
    case DebugEvents.StaleConnection:
    case DebugEvents.ClientInitiatedReconnect:
      return `${status.data}`;
    default: {
      const none: never = status.type;
      return none;
    }
  }
}

// ---- messages -------------------------------------------------------------------------------------------------------

function publishing(nc: NatsConnection, publisher: Publisher = nc): void {
  const hdrs: MsgHdrs = headers();
  hdrs.set("a", "b");
  hdrs.append(canonicalMIMEHeaderKey("trace-id"), nuid.next(), Match.CanonicalMIME);
  const publish: PublishOptions = { headers: hdrs, reply: createInbox() };
  nc.publish("a", orders.encode({ id: 1, lines: [] }), publish);
  const payloads: Payload[] = ["text", Empty, text.encode("text"), untyped.encode(null)];
  for (const payload of payloads) publisher.publish("b", payload);
  nc.publish("c");
}

function reading(msg: Msg): string {
  const reviver: ReviverFn = (_key, value) => value;
  const order = msg.json<Order>(reviver);
  const keys: string[] = msg.headers?.keys() ?? [];
  for (const [key, values] of msg.headers ?? []) console.log(key, values.length);
  const { hasError, status, code, description } = msg.headers ?? headers(404, "not found");
  if (msg.reply && msg.respond(text.encode("ok"), { headers: headers() })) return msg.reply;
  if (msg.headers?.has("k", Match.IgnoreCase)) {
    const found: string[] = [msg.headers.get("k"), msg.headers.last("k"), ...msg.headers.values("k")];
    msg.headers.delete("k", Match.Exact);
    return found.join();
  }
  return `${msg.subject} ${msg.sid} ${order.id} ${msg.string()} ${msg.data.length} ${keys} ${hasError} ${status} ${code} ${description}`;
}

function codecs(impl: MsgHdrsImpl): MsgHdrs {
  const copy = MsgHdrsImpl.decode(impl.encode());
  const record: Record<string, string[]> = copy.toRecord();
  return impl.equals(copy) && impl.size() > 0 ? copy : MsgHdrsImpl.fromRecord(record);
}

async function subscribing(client: Client): Promise<void> {
  const sub = client.listen("orders.*", { queue: "q", max: 10, timeout: 1000 });
  for await (const msg of sub) console.log(reading(msg), sub.getProcessed(), sub.getPending(), sub.getReceived());
  await sub.closed;
  const byCallback: SubOpts<Msg> = {
    callback: (error: NatsError | null, msg: Msg) => {
      if (error?.code === ErrorCode.PermissionsViolation) console.error(error.permissionContext?.subject);
      else reading(msg);
    },
  };
  const other: Sub<Msg> = client.listen("c", byCallback);
  other.unsubscribe(5);
  console.log(other.getSubject(), other.getID(), other.getMax() ?? 0);
  const pull: SyncIterator<Msg> = syncIterator(client.listen("d"));
  const first: Msg | null = await pull.next();
  if (first) reading(first);
}

const adapter: MsgAdapter<Order> = (error, msg) => (error ? [error, null] : [null, orders.decode(msg.data)]);
const onOrder: TypedCallback<Order> = (error, order) => console.log(error?.message, order?.id);
const result: IngestionFilterFnResult = { ingest: true, protocol: false };
const ingestion: IngestionFilterFn<Order> = () => result;
const protocol: ProtocolFilterFn<Order> = (order) => order !== null;
const dispatched: DispatchedFn<Order> = (order) => console.log(order);
const typed: TypedSubscriptionOptions<Order> = {
  adapter,
  callback: onOrder,
  ingestionFilterFn: ingestion,
  protocolFilterFn: protocol,
  dispatchedFn: dispatched,
  cleanupFn: (sub: Subscription) => console.log(sub.getID()),
};

async function requesting(nc: NatsConnection): Promise<string[]> {
  const request: RequestOptions = { timeout: 500, headers: headers(), noMux: true, reply: createInbox() };
  const answers: string[] = [];
  try {
    answers.push((await nc.request("ask", "?", request)).string());
    answers.push((await deadline(nc.request("ask"), 100)).string());
  } catch (error) {
    const failed = error as NatsError;
    if (failed.code === ErrorCode.NoResponders || failed.code === ErrorCode.Timeout) return [];
    const api: ApiError | undefined = failed.api_error;
    if (failed.isAuthError() || failed.isProtocolError() || failed.isPermissionError()) throw failed;
    throw api ? new NatsError(api.description, ErrorCode.RequestError, failed.chainedError) : failed;
  }
  const many: Partial<RequestManyOptions> = {
    strategy: RequestStrategy.Count,
    maxWait: 1000,
    maxMessages: 3,
    jitter: 50,
  };
  for await (const msg of await nc.requestMany("ask", Empty, many)) answers.push(msg.string());
  const iterator = (await nc.requestMany("ask")) as QueuedIterator<Msg>;
  iterator.stop();
  return answers;
}

async function housekeeping(nc: NatsConnection): Promise<number> {
  const info: ServerInfo | undefined = nc.info;
  const stats: Stats = nc.stats();
  await nc.flush();
  await nc.reconnect();
  const msg = await nc.request("again");
  nc.publishMessage(msg);
  const sent: boolean = nc.respondMessage(msg);
  return (
    (await nc.rtt()) + stats.inBytes + stats.outMsgs + (info?.max_payload ?? 0) + nc.getServer().length + Number(sent)
  );
}

async function helpers(): Promise<number> {
  const gate: Deferred<number> = deferred<number>();
  gate.resolve(1);
  const wait: Delay = delay(10);
  wait.cancel();
  const steps: Backoff = backoff([100, 200]);
  const time: Nanos = nanos(5);
  const ids = new Nuid();
  ids.reset();
  const limited: Promise<number> = deadline(gate, 100);
  const limit: Timeout<number> | undefined = undefined;
  await limit;
  return (await limited) + steps.backoff(1) + millis(time) + ids.next().length;
}

async function benchmark(nc: NatsConnection): Promise<string> {
  const what: BenchOpts = { msgs: 10, size: 8, pub: true, sub: true, req: false, rep: false, callbacks: true };
  const bench = new Bench(nc, what);
  const perf: Perf = bench.perf;
  const metrics: Metric[] = await bench.run();
  return Metric.header() + metrics.map((metric) => metric.toCsv() + metric).join() + perf.getEntries().length;
}

// ---- services -------------------------------------------------------------------------------------------------------

async function serving(nc: NatsConnection): Promise<Service> {
  const api: ServicesAPI = nc.services;
  const { metadata }: ServiceMetadata = { metadata: { region: "eu" } };
  const config: ServiceConfig = {
    name: "calc",
    version: "1.0.0",
    description: "counts",
    metadata: metadata ?? {},
    queue: "q",
    statsHandler: (endpoint: Endpoint) => Promise.resolve(endpoint.subject),
  };
  const service = await api.add(config);
  const handler: ServiceHandler = (error: Error | null, msg: ServiceMsg) => {
    if (error) throw new ServiceError(400, error.message);
    if (!msg.respond("1")) msg.respondError(500, "failed", Empty, { headers: headers() });
  };
  const endpoint: EndpointOptions = { subject: "double", handler, metadata: metadata ?? {}, queue: "other" };
  const group: ServiceGroup = service.addGroup("math", "q2");
  group.addGroup("deep").addEndpoint("one", handler);
  const iterated: QueuedIterator<ServiceMsg> = group.addEndpoint("double", endpoint);
  const identity: ServiceIdentity = await service.ping();
  const info: ServiceInfo = service.info();
  const endpoints: EndpointInfo[] = info.endpoints;
  const all: ServiceStats = await service.stats();
  const each: NamedEndpointStats[] | undefined = all.endpoints;
  const whole: EndpointStats = all;
  const response: ServiceResponse = identity;
  console.log(
    response.type === ServiceResponseType.PING,
    endpoints.length,
    each?.[0]?.num_requests,
    whole.name,
    iterated.getReceived(),
  );
  service.reset();
  service.stopped.then((error: Error | null) => console.log(error, service.isStopped));
  return service;
}

const surveying: RequestManyOptions = { strategy: RequestStrategy.JitterTimer, maxWait: 250 };

async function discovering(nc: NatsConnection, services: ServiceClient = nc.services.client(surveying, "$SRV")) {
  for await (const found of await services.ping("calc")) console.log(found.id, ServiceVerb.PING);
  for await (const found of await services.info()) console.log(found.description);
  for await (const found of await services.stats("calc", "id")) console.log(found.started);
  const reply = await nc.request("math.double");
  if (ServiceError.isServiceError(reply)) throw ServiceError.toServiceError(reply);
  return `${reply.headers?.get(ServiceErrorHeader)}${reply.headers?.get(ServiceErrorCodeHeader)}`;
}

export async function main(): Promise<void> {
  const client = new Client();
  const nc = await client.start();
  publishing(nc);
  await subscribing(client);
  console.log(await requesting(nc), await housekeeping(nc), await helpers(), await benchmark(nc));
  console.log(codecs(new MsgHdrsImpl()), typed, tls, built, auths);
  const service = await serving(nc);
  await discovering(nc);
  await service.stop();
  await client.stop();
}
