// Our types against those of nats.ws: what a library was written for takes what we give, and the other way about. tsc
// compiles it (tsconfig.theirs.json); there is nothing to run.

import type * as ours from "nats-wasm";
import type * as theirs from "nats.ws";

type Is<From, To> = [From] extends [To] ? true : false;
type Both<Ours, Theirs> = [Is<Ours, Theirs>, Is<Theirs, Ours>];

declare function sure<_ extends true>(): void;
declare function same<_ extends [true, true]>(): void;

// ---- both ways ------------------------------------------------------------------------------------------------------

same<Both<ours.Msg, theirs.Msg>>();
same<Both<ours.MsgHdrs, theirs.MsgHdrs>>();
same<Both<ours.Match, theirs.Match>>();
same<Both<ours.Payload, theirs.Payload>>();
same<Both<ours.PublishOptions, theirs.PublishOptions>>();
same<Both<ours.Publisher, theirs.Publisher>>();
same<Both<ours.RequestOptions, theirs.RequestOptions>>();
same<Both<ours.RequestManyOptions, theirs.RequestManyOptions>>();
same<Both<ours.RequestStrategy, theirs.RequestStrategy>>();
same<Both<ours.Subscription, theirs.Subscription>>();
same<Both<ours.SubscriptionOptions, theirs.SubscriptionOptions>>();
same<Both<ours.SubOpts<string>, theirs.SubOpts<string>>>();
same<Both<ours.QueuedIterator<number>, theirs.QueuedIterator<number>>>();
same<Both<ours.SyncIterator<number>, theirs.SyncIterator<number>>>();
same<Both<ours.TypedSubscriptionOptions<number>, theirs.TypedSubscriptionOptions<number>>>();
same<Both<ours.Codec<string>, theirs.Codec<string>>>();
same<Both<ours.Status, theirs.Status>>();
same<Both<ours.Events, theirs.Events>>();
same<Both<ours.DebugEvents, theirs.DebugEvents>>();
same<Both<ours.ServersChanged, theirs.ServersChanged>>();
same<Both<ours.ServerInfo, theirs.ServerInfo>>();
same<Both<ours.Stats, theirs.Stats>>();
same<Both<ours.Auth, theirs.Auth>>();
same<Both<ours.TlsOptions, theirs.TlsOptions>>();
same<Both<ours.ApiError, theirs.ApiError>>();
same<Both<ours.NatsError, theirs.NatsError>>();
same<Both<ours.Backoff, theirs.Backoff>>();
same<Both<ours.Deferred<number>, theirs.Deferred<number>>>();
same<Both<ours.Delay, theirs.Delay>>();
same<Both<ours.BenchOpts, theirs.BenchOpts>>();
same<Both<ours.Metric, theirs.Metric>>();

same<Both<ours.ServiceConfig, theirs.ServiceConfig>>();
same<Both<ours.EndpointOptions, theirs.EndpointOptions>>();
same<Both<ours.EndpointInfo, theirs.EndpointInfo>>();
same<Both<ours.NamedEndpointStats, theirs.NamedEndpointStats>>();
same<Both<ours.ServiceIdentity, theirs.ServiceIdentity>>();
same<Both<ours.ServiceInfo, theirs.ServiceInfo>>();
same<Both<ours.ServiceStats, theirs.ServiceStats>>();
same<Both<ours.ServiceMsg, theirs.ServiceMsg>>();
same<Both<ours.ServiceHandler, theirs.ServiceHandler>>();
same<Both<ours.ServiceGroup, theirs.ServiceGroup>>();
same<Both<ours.Service, theirs.Service>>();
same<Both<ours.ServiceClient, theirs.ServiceClient>>();
same<Both<ours.ServicesAPI, theirs.ServicesAPI>>();

// ---- a connection ---------------------------------------------------------------------------------------------------

type TheirCore = Omit<theirs.NatsConnection, "jetstream" | "jetstreamManager" | "services">;
same<Both<ours.BaseConnection, TheirCore>>();
// Ours can do more, and so theirs is none of ours.
sure<Is<ours.NatsConnection, theirs.NatsConnection>>();

// ---- where ours is wider --------------------------------------------------------------------------------------------

// Everything that may be given to nats.ws may be given to us; ours has further options, and asynchronous authenticators.
sure<Is<theirs.ConnectionOptions, ours.ConnectionOptions>>();
sure<Is<theirs.Authenticator, ours.Authenticator>>();
sure<Is<Omit<ours.ConnectionOptions, "authenticator">, theirs.ConnectionOptions>>();
// @ts-expect-error nats.ws takes no promise
sure<Is<ours.Authenticator, theirs.Authenticator>>();
// @ts-expect-error a code of ours that nats.ws does not have
sure<Is<ours.ErrorCode, theirs.ErrorCode>>();
sure<Is<theirs.ErrorCode, ours.ErrorCode>>();

// ---- what must not compile ------------------------------------------------------------------------------------------

declare const nc: ours.NatsConnection;
declare const connect: typeof ours.connect;

// @ts-expect-error a payload is a string or bytes
nc.publish("a", 5);
// @ts-expect-error nor is an object one
nc.publish("a", { id: 1 });
// @ts-expect-error a reply subject is a string
nc.publish("a", "b", { reply: 5 });
// @ts-expect-error headers are made by headers()
nc.publish("a", "b", { headers: { key: "value" } });
// @ts-expect-error a subject is needed
nc.subscribe();
// @ts-expect-error max is a number
nc.subscribe("a", { max: "5" });
// @ts-expect-error there is no such option
nc.subscribe("a", { maximum: 5 });
// @ts-expect-error a callback is given the error first
nc.subscribe("a", { callback: (msg: ours.Msg) => msg.string() });
// @ts-expect-error a subscription is no promise
nc.subscribe("a").then(() => {});
// @ts-expect-error the timeout is part of the options
nc.request("a", "b", 500);
// @ts-expect-error options of a request have a timeout
nc.request("a", "b", { noMux: true });
// @ts-expect-error strategies are those of RequestStrategy
nc.requestMany("a", "b", { strategy: "first" });
// @ts-expect-error there is no such option
connect({ server: "ws://localhost" });
// @ts-expect-error servers are strings
connect({ servers: [new URL("ws://localhost")] });
// @ts-expect-error an authenticator returns credentials
connect({ authenticator: () => "token" });
// @ts-expect-error what is said of a server is not written
nc.options = {};
// @ts-expect-error a version is three numbers
nc.features.require({ major: 2 });
// @ts-expect-error a connection is not iterated
for await (const _ of nc) break;
