// Our types against those of @nats-io/nats-core 3.4, whose packages are given our connection: both ways where the two
// agree. `Match` became strings there, so everything with headers in it is compared without them. tsc compiles it, with
// `exactOptionalPropertyTypes` and without.

import type * as official from "@nats-io/nats-core";
import type * as ours from "nats-wasm";

type Is<From, To> = [From] extends [To] ? true : false;
type Both<Ours, Theirs> = [Is<Ours, Theirs>, Is<Theirs, Ours>];
type Bare<T> = Omit<T, "headers" | "respond" | "traceDestination" | "traceOnly">;

declare function sure<_ extends true>(): void;
declare function same<_ extends [true, true]>(): void;

same<Both<ours.Payload, official.Payload>>();
same<Both<Bare<ours.Msg>, Bare<official.Msg>>>();
same<Both<ours.ServerInfo, official.ServerInfo>>();
same<Both<ours.Stats, official.Stats>>();
same<Both<Bare<ours.PublishOptions>, Bare<official.PublishOptions>>>();
same<Both<Bare<ours.RequestOptions>, Bare<official.RequestOptions>>>();
same<Both<ours.Server, official.Server>>();
same<Both<ours.ReconnectToServerHandler, official.ReconnectToServerHandler>>();
same<Both<ours.Backoff, official.Backoff>>();
same<Both<ours.Deferred<number>, official.Deferred<number>>>();
same<Both<ours.Delay, official.Delay>>();
sure<Is<ours.QueuedIterator<number>, official.QueuedIterator<number>>>();
same<
  Both<
    Pick<ours.NatsConnection, "info" | "flush" | "close" | "drain">,
    Pick<official.NatsConnection, "info" | "flush" | "close" | "drain">
  >
>();

// Absent or there, never undefined: as theirs.
type Absent<T, K extends keyof T> = Is<{ [P in K]?: undefined }, Pick<T, K>>;
same<Both<Absent<ours.Msg, "headers">, Absent<official.Msg, "headers">>>();
same<Both<Absent<ours.Msg, "reply">, Absent<official.Msg, "reply">>>();
same<Both<Absent<ours.NatsConnection, "info">, Absent<official.NatsConnection, "info">>>();
