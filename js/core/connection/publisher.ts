/**
 * The part of nats.ws's protocol handler that other packages use: `nc.protocol` and the `publisher` of a message. Owns the
 * inbox for replies to requests that another package makes and times, as @nats-io/jetstream does for `ackAck()`.
 */
import { ErrorCode } from "../../base/enums";
import { errorFromCode, type NatsError } from "../../base/errors";
import { LANG, VERSION } from "./connect-line";
import { createInbox } from "../helpers/inbox";
import { MsgImpl } from "../messages/msg";
import { type Settings, shownOptions } from "../options/options";
import type {
  ConnectionOptions,
  Msg,
  Payload,
  Publisher,
  PublishOptions,
  Subscription,
  SubscriptionOptions,
} from "../types";

/** The part of a connection that a publisher needs. */
interface PublisherHost {
  readonly settings: Settings;
  publish(subject: string, payload?: Payload, options?: PublishOptions): void;
  subscribe(subject: string, options: SubscriptionOptions): Subscription;
}

/** A request that another package makes. Its reply comes to `baseInbox` + `token`. */
interface ForeignRequest {
  readonly token: string;
  readonly requestSubject?: string;
  resolver(error: Error | null, msg: Msg): void;
}

export class MessagePublisher implements Publisher {
  /** Name and version of the client, as in CONNECT. */
  readonly transport = { lang: LANG, version: VERSION } as const;
  readonly muxSubscriptions: {
    /** Prefix of the replies' subjects, the dot included. */
    readonly baseInbox: string;
    /** Forgets a request: its reply is dropped. */
    cancel(request: ForeignRequest): void;
  };
  readonly #host: PublisherHost;
  readonly #requests = new Map<string, ForeignRequest>();
  #isSubscribed = false;

  constructor(host: PublisherHost) {
    this.#host = host;
    this.muxSubscriptions = {
      baseInbox: `${createInbox(host.settings.engine.inboxPrefix)}.`,
      cancel: ({ token }) => this.#requests.delete(token),
    };
  }

  get options(): ConnectionOptions {
    return shownOptions(this.#host.settings);
  }

  publish(subject: string, payload?: Payload, options?: PublishOptions): void {
    this.#host.publish(subject, payload, options);
  }

  /**
   * Waits for the reply to a request, which the caller publishes.
   *
   * @throws NatsError when the inbox cannot be subscribed to.
   */
  request<T extends ForeignRequest>(request: T): T {
    if (!this.#isSubscribed) this.#subscribe();
    this.#requests.set(request.token, request);
    return request;
  }

  #subscribe(): void {
    const { baseInbox } = this.muxSubscriptions;
    const subscription = this.#host.subscribe(`${baseInbox}*`, {
      callback: (error, msg) => {
        if (error !== null) return this.#failAll(error);
        const request = this.#requests.get(msg.subject.slice(baseInbox.length));
        if (request !== undefined) request.resolver(refusalOf(msg, request), msg);
      },
    });
    this.#isSubscribed = true;
    void subscription.closed.then(() => {
      this.#isSubscribed = false;
      this.#failAll(
        errorFromCode(ErrorCode.ConnectionClosed, "the connection was closed while a reply was waited for"),
      );
    });
  }

  #failAll(error: NatsError): void {
    for (const request of [...this.#requests.values()]) request.resolver(error, {} as Msg);
    this.#requests.clear();
  }
}

function refusalOf(msg: Msg, { requestSubject }: ForeignRequest): NatsError | null {
  if (!(msg instanceof MsgImpl) || !msg.saysNoResponders()) return null;
  return errorFromCode(ErrorCode.NoResponders, `no responders: nobody is subscribed to "${requestSubject}"`);
}
