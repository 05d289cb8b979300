// An application as it is written for nats.ws, with JetStream, key-value buckets and object stores. tsc compiles it twice:
// with nats.ws as it is (tsconfig.theirs.json), and with our package in its place (tsconfig.ours.json).

import {
  AckPolicy,
  type Advisory,
  AdvisoryKind,
  checkJsError,
  connect,
  type ConsumeOptions,
  type Consumer,
  type ConsumerConfig,
  ConsumerDebugEvents,
  ConsumerEvents,
  type ConsumerInfo,
  type ConsumerMessages,
  consumerOpts,
  type ConsumerStatus,
  DeliverPolicy,
  DirectMsgHeaders,
  DiscardPolicy,
  ErrorCode,
  headers,
  isFlowControlMsg,
  isHeartbeatMsg,
  type JetStreamClient,
  type JetStreamManager,
  type JetStreamPublishOptions,
  JsHeaders,
  type JsMsg,
  type KV,
  type KvEntry,
  KvWatchInclude,
  type Lister,
  type Msg,
  nanos,
  type NatsConnection,
  type NatsError,
  type ObjectStore,
  type OrderedConsumerOptions,
  type PubAck,
  type PurgeOpts,
  ReplayPolicy,
  RepublishHeaders,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type StoredMsg,
  type StreamConfig,
  type StreamInfo,
} from "nats.ws";

const config: Partial<StreamConfig> = {
  name: "orders",
  subjects: ["orders.>"],
  retention: RetentionPolicy.Workqueue,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  compression: StoreCompression.S2,
  max_age: nanos(60_000),
  sources: [{ name: "other", domain: "leaf", subject_transforms: [{ src: ">", dest: "x.>" }] }],
  republish: { src: ">", dest: "copy.>", headers_only: true },
  consumer_limits: { max_ack_pending: 10 },
};

const worker: Partial<ConsumerConfig> = {
  durable_name: "worker",
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.StartSequence,
  replay_policy: ReplayPolicy.Original,
  opt_start_seq: 5,
  backoff: [nanos(1000), nanos(5000)],
};

async function managing(jsm: JetStreamManager): Promise<string[]> {
  const info: StreamInfo = await jsm.streams.add(config);
  await jsm.streams.update(info.config.name, { max_msgs: info.state.messages + 1 });
  const purge: PurgeOpts = { filter: "orders.old", keep: 1 };
  const { purged } = await jsm.streams.purge("orders", purge);
  const stored: StoredMsg = await jsm.streams.getMessage("orders", { last_by_subj: "orders.1" });
  await jsm.streams.deleteMessage("orders", stored.seq, false);
  const lister: Lister<StreamInfo> = jsm.streams.list("orders.>");
  const found: string[] = [await jsm.streams.find("orders.1"), `${purged}`, stored.header.get(JsHeaders.RollupHdr)];
  for await (const each of lister) found.push(each.config.name);
  for (const name of await jsm.streams.names().next()) found.push(name);
  for await (const status of jsm.streams.listKvs()) found.push(status.bucket);
  for await (const status of jsm.streams.listObjectStores()) found.push(status.bucket);
  const consumer: ConsumerInfo = await jsm.consumers.add("orders", worker);
  await jsm.consumers.update("orders", consumer.name, { max_deliver: 3 });
  for await (const each of jsm.consumers.list("orders")) found.push(each.name);
  const { paused } = await jsm.consumers.pause("orders", "worker", new Date());
  if (paused) await jsm.consumers.resume("orders", "worker");
  const { limits, api } = await jsm.getAccountInfo();
  const gone: boolean = await jsm.consumers.delete("orders", "worker");
  return [...found, `${limits.max_streams} ${api.errors} ${gone}`];
}

async function watching(jsm: JetStreamManager): Promise<Advisory | undefined> {
  for await (const advisory of jsm.advisories()) if (advisory.kind === AdvisoryKind.MaxDeliver) return advisory;
  return undefined;
}

async function publishing(js: JetStreamClient): Promise<PubAck> {
  const options: Partial<JetStreamPublishOptions> = {
    msgID: "1",
    timeout: 500,
    headers: headers(),
    expect: { streamName: "orders", lastSequence: 1, lastSubjectSequence: 1, lastMsgID: "0" },
  };
  try {
    return await js.publish("orders.1", "payload", options);
  } catch (error) {
    if ((error as NatsError).api_error?.err_code === 10071) return { stream: "orders", seq: 0, duplicate: false };
    throw (error as NatsError).code === ErrorCode.JetStreamNotEnabled ? new Error("no JetStream") : error;
  }
}

async function consuming(js: JetStreamClient): Promise<number> {
  const ordered: Partial<OrderedConsumerOptions> = { filterSubjects: ["orders.>"], deliver_policy: DeliverPolicy.New };
  const reader: Consumer = await js.consumers.get("orders", ordered);
  const consumer: Consumer = await js.consumers.get("orders", "worker");
  const options: ConsumeOptions = { max_messages: 10, expires: 5000, callback: (msg: JsMsg) => msg.ack() };
  const byCallback: ConsumerMessages = await consumer.consume(options);
  watch(await byCallback.status());
  await byCallback.close();
  let handled = 0;
  for await (const msg of await reader.fetch({ max_messages: 5 })) {
    handled += handle(msg);
    if (!(await msg.ackAck({ timeout: 100 }))) break;
  }
  const next: JsMsg | null = await consumer.next({ expires: 1000 });
  if (next) handled += handle(next);
  const stream = await (await js.streams.get("orders")).best();
  const { config } = await stream.info(true);
  await (await stream.getConsumer("worker")).delete();
  return handled + config.max_msgs + js.consumers.getPullConsumerFor(await consumer.info(true)).consume.length;
}

function handle(msg: JsMsg): number {
  const { streamSequence, redelivered, timestampNanos, pending } = msg.info;
  if (redelivered) msg.nak(100);
  else if (msg.json<{ id: number }>().id > 5) msg.term("too large");
  else msg.working();
  msg.next("more", { batch: 1, expires: 100 });
  return streamSequence + msg.seq + timestampNanos + pending + (msg.headers?.keys().length ?? 0);
}

async function watch(statuses: AsyncIterable<ConsumerStatus>): Promise<void> {
  for await (const { type, data } of statuses) {
    if (type === ConsumerEvents.HeartbeatsMissed) console.log(data as number);
    if (type === ConsumerDebugEvents.Discard) console.log(data);
  }
}

async function asBefore(js: JetStreamClient): Promise<void> {
  const opts = consumerOpts({ ack_wait: nanos(1000) });
  opts.durable("d").manualAck().deliverTo("inbox").filterSubject("orders.1").maxAckPending(5).idleHeartbeat(100);
  opts.callback((error, msg) => (error ? console.error(error.code) : msg?.ack()));
  const sub = await js.subscribe("orders.>", opts);
  await sub.consumerInfo();
  await sub.destroy();
  const pull = await js.pullSubscribe("orders.>", { mack: true, config: { durable_name: "p" } });
  pull.pull({ batch: 10, expires: 500 });
  for await (const msg of pull) msg.ack();
  for await (const msg of js.fetch("orders", "p", { batch: 5, no_wait: true })) msg.ack();
  (await js.pull("orders", "p", 100)).ack();
}

async function storing(js: JetStreamClient): Promise<void> {
  const kv: KV = await js.views.kv("settings", { history: 5, ttl: 1000, storage: StorageType.Memory });
  const revision: number = await kv.create("a", "1");
  await kv.update("a", "2", revision);
  const entry: KvEntry | null = await kv.get("a", { revision });
  for await (const each of await kv.watch({ key: "a", include: KvWatchInclude.AllHistory })) console.log(each.string());
  for await (const key of await kv.keys(">")) await kv.delete(key, { previousSeq: entry?.revision ?? 0 });
  const os: ObjectStore = await js.views.os("files", { description: "files", max_bytes: 1000 });
  await os.putBlob({ name: "a", options: { max_chunk_size: 1024 } }, new Uint8Array(5));
  const result = await os.get("a");
  if (result) await new Response(result.data).text();
}

function checks(msg: Msg): string {
  if (isHeartbeatMsg(msg) || isFlowControlMsg(msg)) return JsHeaders.ConsumerStalledHdr;
  const error: NatsError | null = checkJsError(msg);
  return (
    error?.code ?? `${msg.headers?.get(DirectMsgHeaders.Subject)} ${msg.headers?.get(RepublishHeaders.LastSequence)}`
  );
}

export async function main(): Promise<unknown[]> {
  const nc: NatsConnection = await connect();
  const js = nc.jetstream({ domain: "hub", timeout: 1000 });
  const jsm = await nc.jetstreamManager({ apiPrefix: "$JS.API", checkAPI: false });
  const parts = [managing(jsm), watching(await js.jetstreamManager()), publishing(jsm.jetstream()), consuming(js)];
  return [checks, js.apiPrefix, js.getOptions(), ...(await Promise.all([...parts, asBefore(js), storing(js)]))];
}
