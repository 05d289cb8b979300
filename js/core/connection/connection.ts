/**
 * The connection as the user sees it. Owns the order in which arguments are checked, and the promises that users await.
 * Refuses to know the protocol.
 */
import type { EngineLoader } from "../../engine/engine";
import { Phase } from "../../engine/numbers";
import { LocalEngine } from "../../engine/local";
import { onAbort } from "../helpers/abort";
import { Code } from "../../base/codes";
import { DONE } from "../messages/outcome";
import { asyncDispose } from "../helpers/dispose";
import { DebugEvents, ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import { Features, parseSemVer, type SemVer } from "../helpers/features";
import { openEarly } from "./early-socket";
import { watchPage } from "./lifecycle";
import { ClientSession } from "./session";
import { normalise, parseServers, type Settings, shownOptions } from "../options/options";
import type { MessagePublisher } from "./publisher";
import { request, requestMany, type Traces } from "../requests/request";
import { SubscriptionImpl } from "../messages/subscription";
import { tracesAwaits } from "../requests/traces";
import type {
  Abortable,
  ConnectionOptions,
  Context,
  KnownServer,
  Msg,
  NatsConnection,
  OpenSubscription,
  Payload,
  PublishOptions,
  RequestManyOptions,
  RequestOptions,
  ServerInfo,
  Stats,
  Status,
  Subscription,
  SubscriptionOptions,
} from "../types";

/**
 * Loads the core and connects: the work of `connect()` in every entry point. `Face` is the class of the connection, so that an
 * entry point can add members.
 */
export async function open<T extends NatsConnectionImpl>(
  load: EngineLoader,
  options: ConnectionOptions | undefined,
  Face: new (session: ClientSession, traces: Traces) => T,
): Promise<T> {
  const settings = normalise(options);
  const signal = options?.signal;
  signal?.throwIfAborted();
  const early = openEarly(settings);
  let session: ClientSession;
  let awaits: boolean;
  try {
    const [module, isAwaited] = await Promise.all([load(), tracesAwaits()]);
    signal?.throwIfAborted();
    session = new ClientSession(settings, early, (listener) => new LocalEngine(module, settings.engine, listener));
    awaits = isAwaited;
  } catch (error) {
    early?.drop();
    throw error;
  }
  const unwatch = watchPage(() => session.engine.wake());
  session.onClosed = unwatch;
  const unabort = onAbort(signal, () => session.engine.close());
  try {
    await session.engine.connect();
  } catch (failure) {
    unwatch();
    throw signal?.aborted ? signal.reason : session.connectFailure(failure);
  } finally {
    unabort();
  }
  return new Face(session, tracesFor(settings, awaits));
}

function tracesFor({ noAsyncTraces }: Settings, awaits: boolean): Traces {
  if (noAsyncTraces) return "none";
  return awaits ? "awaits" : "recorded";
}

export class NatsConnectionImpl implements NatsConnection {
  readonly #session: ClientSession;
  readonly #traces: Traces;
  #draining = false;
  #features: Features | undefined = undefined;
  readonly #closeListeners = new Set<CloseListener>();

  constructor(session: ClientSession, traces: Traces) {
    this.#session = session;
    this.#traces = traces;
    void session.closed.then((error) => this.#tellCloseListeners(error));
  }

  /** Undefined without a server, which a getter's type cannot say of the interface's optional field. */
  get info(): ServerInfo {
    return this.#session.info as ServerInfo;
  }

  publish(subject: string, payload?: Payload, options?: PublishOptions): void {
    this.#session.publish(subject, payload, options);
  }

  publishMessage(message: Msg): void {
    this.#session.publish(message.subject, message.data, optionsOf(message));
  }

  respondMessage(message: Msg): boolean {
    if (!message.reply) return false;
    this.#session.publish(message.reply, message.data, optionsOf(message));
    return true;
  }

  subscribe(subject: string, options?: SubscriptionOptions): OpenSubscription {
    return this.#session.subscribe(subject, options);
  }

  request(subject: string, payload?: Payload, options?: RequestOptions): Promise<Msg> {
    return request(this.#session, this.#traces, subject, payload, options);
  }

  async requestMany(
    subject: string,
    payload?: Payload,
    options?: Partial<RequestManyOptions>,
  ): Promise<AsyncIterable<Msg>> {
    return requestMany(this.#session, this.#traces, subject, payload, options);
  }

  async flush(options?: Abortable): Promise<void> {
    const outcome = await this.#session.flush(options?.signal);
    if (outcome === DONE) return;
    throw typeof outcome === "number" ? this.#refusal(outcome, "flush") : outcome;
  }

  async rtt(): Promise<number> {
    const { engine } = this.#session;
    // A PING that waits for the next connection would measure the outage.
    if (engine.phase() !== Phase.Live && engine.phase() !== Phase.Draining) {
      throw this.#refusal(this.isClosed() ? Code.ConnectionClosed : Code.Disconnect, "measure the round trip");
    }
    const start = performance.now();
    await this.flush();
    return performance.now() - start;
  }

  async drain(): Promise<void> {
    if (this.isClosed()) throw this.#refusal(Code.ConnectionClosed, "drain");
    if (this.#draining) throw this.#refusal(Code.ConnectionDraining, "drain");
    const refused = this.#session.engine.drain();
    if (refused < 0) throw this.#refusal(-refused, "drain");
    this.#draining = true;
    await this.#session.closed;
    if (this.#session.failure !== undefined) throw this.#session.failure;
  }

  async close(): Promise<void> {
    this.#session.engine.close();
    await this.#session.closed;
  }

  closed(): Promise<Error | undefined> {
    return this.#session.closed;
  }

  async reconnect(): Promise<void> {
    const { engine, status } = this.#session;
    if (this.isClosed()) throw this.#refusal(Code.ConnectionClosed, "reconnect");
    if (this.#draining) throw this.#refusal(Code.ConnectionDraining, "reconnect");
    status.tell({ type: DebugEvents.ClientInitiatedReconnect, data: engine.server() });
    const refused = engine.reconnect();
    if (refused < 0) throw this.#refusal(-refused, "reconnect");
  }

  isClosed(): boolean {
    return this.#session.isClosed();
  }

  isDraining(): boolean {
    return this.#draining;
  }

  getServer(): string {
    return this.#session.engine.server();
  }

  status(): AsyncIterable<Status> {
    return this.#session.status.open();
  }

  stats(): Stats {
    return this.#session.engine.stats();
  }

  get options(): ConnectionOptions {
    return shownOptions(this.#session.settings);
  }

  get features(): Features {
    this.#features ??= new Features(() => this.#session.serverVersion);
    return this.#features;
  }

  getServerVersion(): SemVer | undefined {
    return this.info === undefined ? undefined : parseSemVer(this.info.version);
  }

  async context(): Promise<Context> {
    const answer = await this.request("$SYS.REQ.USER.INFO");
    return answer.json<Context>((key, value) => (key === "time" ? new Date(value) : value));
  }

  setServers(servers: string[] | string): void {
    this.#session.setServers(parseServers(servers));
  }

  getServers(): KnownServer[] {
    return this.#session.knownServers();
  }

  async [asyncDispose](): Promise<void> {
    if (this.isClosed()) return;
    if (this.#draining) await this.#session.closed;
    else await this.drain();
  }

  // ---- for the official packages, not in the interface --------------------------------------------------------------

  /** The part of the protocol handler of nats.ws that other packages use. */
  get protocol(): MessagePublisher {
    return this.#session.publisher;
  }

  /** Moves a subscription to another subject: from now on it gets the messages of that subject only, at most `max` of them. */
  _resub(subscription: Subscription, subject: string, max?: number): void {
    if (!(subscription instanceof SubscriptionImpl)) {
      throw errorFromCode(ErrorCode.ApiError, "only a subscription of this connection can be moved");
    }
    this.#session.resubscribe(subscription, subject, max);
  }

  /** Called once, when the connection has ended. */
  addCloseListener(listener: CloseListener): void {
    this.#closeListeners.add(listener);
  }

  removeCloseListener(listener: CloseListener): void {
    this.#closeListeners.delete(listener);
  }

  #tellCloseListeners(error: Error | undefined): void {
    for (const listener of this.#closeListeners) {
      try {
        listener.connectionClosedCallback(error);
      } catch (thrown) {
        this.#session.reportCallback(thrown, "close listener");
      }
    }
    this.#closeListeners.clear();
  }

  #refusal(code: number, verb: string): NatsError {
    return this.#session.refusal(code, { verb, subject: "" });
  }
}

/** Told when the connection has ended, with the reason if there is one. */
interface CloseListener {
  connectionClosedCallback(error: Error | undefined): void;
}

/** Reply and headers of a message, for publishing it again. */
function optionsOf(message: Msg): PublishOptions {
  const { reply, headers } = message;
  return { ...(reply ? { reply } : {}), ...(headers === undefined ? {} : { headers }) };
}
