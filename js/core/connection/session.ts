/**
 * The meeting point of one connection: the core on one side; subscriptions, waiting promises and status iterators on the
 * other. Owns the engine, and the way of its events to whoever waits for them. Refuses to know the protocol and wasm memory.
 */
import type {
  Engine,
  EngineEvent,
  EngineListener,
  GivenSocket,
  ServerChoice,
  ServerInfoFields,
} from "../../engine/engine";
import { Phase } from "../../engine/numbers";
import { onAbort } from "../helpers/abort";
import { boundOf } from "../messages/bounded";
import { Code } from "../../base/codes";
import { Dispatch } from "../messages/dispatch";
import { DONE, type Outcome } from "../messages/outcome";
import { printProtocol } from "./debug";
import type { EarlySocket } from "./early-socket";
import { Empty } from "../../base/empty";
import { dialError, endError, type FailedDial, lossError, serverError } from "./connection-errors";
import { DebugEvents, ErrorCode, Events } from "../../base/enums";
import { asError, codeName, errorFromCode, isNatsError, type NatsError } from "../../base/errors";
import type { Batch, Slab } from "../../engine/batch";
import { connectText } from "./connect-line";
import type { Settings } from "../options/options";
import { MessagePublisher } from "./publisher";
import { type Attempt, checkPayload, checkSlow, encodeHeaders, isPayload, refusal } from "./call-errors";
import { ServerChooser } from "./server-choice";
import { parseServer, type ServerAddress } from "../options/servers";
import { StatusFeed } from "../messages/status-feed";
import type { Responder } from "../messages/msg";
import { type SubscriptionHost, SubscriptionImpl } from "../messages/subscription";
import { decodeText } from "../../engine/text";
import type { KnownServer, Payload, PublishOptions, ServerInfo, Status, SubscriptionOptions } from "../types";

/** Makes the core for a connection. */
export type EngineMaker = (listener: EngineListener) => Engine;

export class ClientSession implements EngineListener, Responder, SubscriptionHost {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly dispatch = new Dispatch();
  readonly status = new StatusFeed<Status>();
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<Error | undefined>;
  /** INFO of the server; undefined without a server that has introduced itself. */
  info: ServerInfo | undefined = undefined;
  /** Version of the current or the last server; empty before the first INFO. */
  serverVersion = "";
  /** The latest list of servers. */
  servers: readonly ServerAddress[];
  /** Why the core is of no use any more, when it has trapped. */
  failure: NatsError | undefined = undefined;
  /** Called once, when the connection has ended. */
  onClosed: () => void = () => {};

  #resolveClosed!: (error: Error | undefined) => void;
  #failedDial: FailedDial | undefined = undefined;
  /** The error that an authenticator or a socket factory threw in the current dial. */
  #thrown: { error: Error; by: "authenticator" | "socket" } | undefined = undefined;

  /** The socket of the first dial, when the page opened it early and no dial has taken it. */
  #early: EarlySocket | undefined;
  readonly #chooser: ServerChooser | undefined;
  #publisher: MessagePublisher | undefined = undefined;

  constructor(settings: Settings, early: EarlySocket | undefined, makeEngine: EngineMaker) {
    this.settings = settings;
    this.servers = settings.servers;
    this.#early = early;
    this.#chooser = settings.reconnectToServer && new ServerChooser(settings.reconnectToServer);
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.engine = makeEngine(this);
  }

  // ---- verbs of the application ---------------------------------------------------------------------------------

  publish(subject: string, payload: Payload = Empty, options?: PublishOptions): void {
    if (!isPayload(payload)) this.checkPayload(payload, "publish", subject);
    let reply = "";
    let headers: Uint8Array | undefined;
    if (options !== undefined) {
      reply = options.reply ?? "";
      headers = encodeHeaders(options.headers);
    }
    const refused =
      typeof subject === "string" ? this.engine.publish(subject, payload, reply, headers) : -Code.BadSubject;
    if (refused < 0) throw this.refusal(-refused, { verb: "publish", subject, reply, payload, headers });
  }

  respondTo(subject: Uint8Array, payload: Payload = Empty, options?: PublishOptions): void {
    if (!isPayload(payload)) this.checkPayload(payload, "respond", decodeText(subject));
    const reply = options?.reply ?? "";
    const headers = encodeHeaders(options?.headers);
    const refused = this.engine.publishTo(subject, payload, reply, headers);
    if (refused < 0) {
      throw this.refusal(-refused, { verb: "respond", subject: decodeText(subject), reply, payload, headers });
    }
  }

  subscribe(subject: string, options?: SubscriptionOptions): SubscriptionImpl {
    const queue = options?.queue ?? "";
    const max = options?.max ?? 0;
    checkSlow(options);
    const bound = boundOf(options);
    options?.signal?.throwIfAborted();
    const sid =
      typeof subject === "string" && typeof queue === "string"
        ? this.engine.subscribe(subject, queue, Math.max(max, 0), options?.timeout ?? 0)
        : -Code.BadSubject;
    if (sid < 0) throw this.refusal(-sid, { verb: "subscribe", subject, queue });
    const subscription = new SubscriptionImpl(this, sid, subject, options, bound);
    this.dispatch.subscriptions.set(sid, subscription);
    if (options?.signal) subscription.endWith(options.signal);
    return subscription;
  }

  /** Sends a PING and waits for its PONG. Returns `DONE`, or why no PONG came. */
  async flush(signal?: AbortSignal): Promise<Outcome> {
    signal?.throwIfAborted();
    const { waiting } = this.dispatch;
    const refused = this.engine.flush();
    if (refused < 0) return this.failure ?? -refused;
    const ticket = this.engine.ticket();
    let unwatch = () => {};
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        waiting.set(ticket, { settle: resolve });
        unwatch = onAbort(signal, (reason) => {
          waiting.delete(ticket);
          reject(reason);
        });
      });
    } finally {
      unwatch();
    }
  }

  /** Moves a subscription to another subject: from now on it gets the messages of that subject only, at most `max` of them. */
  resubscribe(subscription: SubscriptionImpl, subject: string, max = 0): void {
    if (subscription.isClosed()) {
      throw errorFromCode(ErrorCode.SubClosed, `cannot move the subscription to "${subject}": it is closed`);
    }
    const { sid: before, queue } = subscription;
    const sid = this.engine.subscribe(subject, queue, max, 0);
    if (sid < 0) throw this.refusal(-sid, { verb: "subscribe", subject, queue });
    this.engine.unsubscribe(before, 0);
    this.dispatch.forget(before);
    subscription.move(sid, subject, max);
    this.dispatch.subscriptions.set(sid, subscription);
  }

  setServers(servers: readonly ServerAddress[]): void {
    if (this.isClosed()) throw this.refusal(Code.ConnectionClosed, { verb: "set the servers", subject: "" });
    this.servers = servers;
    this.engine.setServers(servers.map(({ url, name }) => ({ url, name })));
  }

  knownServers(): KnownServer[] {
    return this.engine.servers().map((src) => {
      const { name, hostname, port } = parseServer(src);
      return { listen: name, hostname, port, src, gossiped: !this.servers.some((given) => given.name === name) };
    });
  }

  /** The publisher that other packages use, made at the first call. */
  get publisher(): MessagePublisher {
    this.#publisher ??= new MessagePublisher(this);
    return this.#publisher;
  }

  /** The error for a refusal of the core. The end of the connection is the reason before all others. */
  refusal(code: number, attempt: Attempt): NatsError {
    if (this.failure !== undefined) return this.failure;
    return refusal(this.isClosed() ? Code.ConnectionClosed : code, attempt, this.settings, this.info);
  }

  /** @throws NatsError CONNECTION_CLOSED after the end; BAD_PAYLOAD for a payload that cannot be sent. */
  checkPayload(payload: unknown, verb: string, subject: string): void {
    if (this.isClosed()) throw this.refusal(Code.ConnectionClosed, { verb, subject });
    checkPayload(payload, verb, subject);
  }

  isClosed(): boolean {
    return this.engine.phase() === Phase.Closed;
  }

  // ---- for subscriptions ------------------------------------------------------------------------------------------

  unsubscribe(sid: number, max: number): void {
    this.engine.unsubscribe(sid, max);
  }

  forget(sid: number): void {
    this.dispatch.forget(sid);
  }

  drainSubscription(sid: number): number {
    return this.engine.drainSubscription(sid);
  }

  reportSlow(sub: SubscriptionImpl, pending: number): void {
    this.status.tell({ type: Events.SlowConsumer, data: pending, sub });
  }

  reportCallback(thrown: unknown, subject: string): void {
    const error = asError(thrown);
    this.status.tell({ type: Events.Error, data: `callback of "${subject}": ${error.message}`, error });
    reportGlobally(thrown);
  }

  // ---- for the engine -----------------------------------------------------------------------------------------------

  deliver(batch: Batch, slab: Slab, at: number, end: number): void {
    this.dispatch.deliver(batch, slab, at, end);
  }

  readInfo(line: Uint8Array): ServerInfoFields {
    this.info = JSON.parse(decodeText(line)) as ServerInfo;
    this.serverVersion = this.info.version;
    if (this.#chooser !== undefined) this.#chooser.info = this.info;
    return this.info;
  }

  connectLine(url: string): string | PromiseLike<string> {
    const failed = (thrown: unknown): never => {
      this.#thrown = { error: asError(thrown), by: "authenticator" };
      throw thrown;
    };
    try {
      const text = connectText({ ...this.settings, servers: this.servers }, this.info as ServerInfo, url);
      return typeof text === "string" ? text : text.then(undefined, failed);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  redialDelay(): number {
    const delay = this.settings.reconnectDelayHandler?.();
    return typeof delay === "number" && delay > 0 ? delay : 0;
  }

  chooseServer(): ServerChoice {
    return (this.#chooser as ServerChooser).choose(this.knownServers());
  }

  provideSocket(url: string): GivenSocket | Promise<GivenSocket> | undefined {
    const { wsFactory, given } = this.settings;
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) {
      if (early.url === url) return early.take();
      early.drop();
    }
    if (wsFactory === undefined) return undefined;
    const failed = (thrown: unknown): never => {
      this.#thrown = { error: asError(thrown), by: "socket" };
      throw thrown;
    };
    try {
      return Promise.resolve(wsFactory(url, given)).then(givenSocket).catch(failed);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  watchSocket(socket: WebSocket): void {
    if (this.settings.debug) printProtocol(socket);
  }

  notify(event: EngineEvent): void {
    this.#chooser?.notice(event);
    switch (event.type) {
      case "connected":
        this.#failedDial = undefined;
        break;
      case "disconnected":
        this.#disconnected(event);
        break;
      case "reconnecting":
        this.status.tell({ type: DebugEvents.Reconnecting, data: event.server });
        break;
      case "reconnected":
        this.#failedDial = undefined;
        this.status.tell({ type: Events.Reconnect, data: event.server });
        break;
      case "updated":
        this.status.tell({ type: Events.Update, data: { added: event.added, deleted: event.deleted } });
        break;
      case "lameDuck":
        this.status.tell({ type: Events.LDM, data: event.server });
        break;
      case "pinged":
        this.status.tell({ type: DebugEvents.PingTimer, data: `${event.outstanding}` });
        break;
      case "stale":
        this.status.tell({ type: DebugEvents.StaleConnection, data: event.server });
        break;
      case "dialFailed":
        this.#dialFailed(event);
        break;
      case "serverError":
        this.#refusedByServer(event);
        break;
      case "requestsFailed":
        for (const ticket of event.tickets) this.dispatch.settle(ticket, event.code);
        break;
      case "requestCompleted":
      case "flushed":
        this.dispatch.settle(event.ticket, DONE);
        break;
      case "flushFailed":
        this.dispatch.settle(event.ticket, event.code);
        break;
      case "subscriptionTimedOut":
        this.#timedOut(event.sid);
        break;
      case "subscriptionDrained":
        this.dispatch.subscriptions.get(event.sid)?.finish();
        break;
      case "closed":
        this.#ended(event);
        break;
    }
  }

  fail(error: NatsError): void {
    this.failure = error;
    this.status.tell({ type: Events.Error, data: error.code, error });
    this.#end(error, error);
  }

  /** The error of a `connect` that failed. */
  connectFailure(failure: unknown): Error {
    const { code, detail } = failure as { code?: number; detail?: string };
    if (typeof code !== "number") return asError(failure);
    return endError(code, detail ?? "", this.#failedDial, this.settings);
  }

  #disconnected(event: EngineEvent & { type: "disconnected" }): void {
    this.info = undefined;
    const error = lossError(event);
    this.status.tell({ type: Events.Disconnect, data: event.server, error });
  }

  #dialFailed(event: EngineEvent & { type: "dialFailed" }): void {
    this.info = undefined;
    const thrown = this.#thrown;
    this.#thrown = undefined;
    this.#failedDial = { ...event, cause: thrown?.error };
    if (thrown?.by !== "authenticator") return;
    const error = dialError(Code.BadAuthentication, this.#failedDial);
    this.status.tell({ type: Events.Error, data: error.code, error });
  }

  /** Tells a refusal of the server to whoever asked, and to the status. */
  #refusedByServer(event: EngineEvent & { type: "serverError" }): void {
    const error = serverError(event);
    const { sid, tickets } = event;
    if (sid !== 0) this.dispatch.subscriptions.get(sid)?.fail(error);
    for (const ticket of tickets) this.dispatch.settle(ticket, error);
    const status = { type: Events.Error, data: codeName(event.code), error } as const;
    this.status.tell(
      error.permissionContext === undefined ? status : { ...status, permissionContext: error.permissionContext },
    );
  }

  #timedOut(sid: number): void {
    const subscription = this.dispatch.subscriptions.get(sid);
    subscription?.timeOut(errorFromCode(ErrorCode.Timeout, `no message on "${subscription.getSubject()}" in time`));
  }

  #ended(event: EngineEvent & { type: "closed" }): void {
    const { code, detail, droppedMessages, droppedBytes } = event;
    const dropped =
      droppedMessages === 0 ? "" : `${droppedMessages} held messages (${droppedBytes} bytes) were never sent`;
    const words = [detail, dropped].filter((part) => part !== "").join("; ");
    // An end that was asked for is not clean when messages were lost.
    const error =
      code === 0 && dropped === ""
        ? undefined
        : endError(code || Code.ConnectionClosed, words, code === 0 ? undefined : this.#failedDial, this.settings);
    if (dropped !== "" && error !== undefined) this.status.tell({ type: Events.Error, data: dropped, error });
    this.#end(Code.ConnectionClosed, error);
  }

  /** The end: whoever waits is told `outcome`, the status and `closed` tell the error. */
  #end(outcome: number | NatsError, error: Error | undefined): void {
    this.info = undefined;
    this.dispatch.end(outcome);
    const code = isNatsError(error) ? error.code : "";
    const status = { type: Events.Close, data: code };
    this.status.tell(error === undefined ? status : { ...status, error });
    this.status.end();
    this.#resolveClosed(error);
    this.onClosed();
  }
}

/** What an application's factory gave. @throws Error when there is no socket in it. */
function givenSocket(given: { socket?: WebSocket } | undefined): GivenSocket {
  const socket = given?.socket;
  if (typeof socket !== "object" || socket === null) throw new Error("wsFactory gave no socket");
  return { socket, told: [] };
}

/** Reports an error as the browser reports an uncaught exception: to the page's handlers and the console. */
function reportGlobally(thrown: unknown): void {
  if (typeof reportError === "function") reportError(thrown);
  else console.error(thrown);
}
