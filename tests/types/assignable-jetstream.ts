// The types of JetStream, of key-value buckets and of object stores, ours against those of nats.ws: what a library was
// written for takes what we give, and the other way about. tsc compiles it (tsconfig.theirs.json); there is nothing to run.

import type * as ours from "nats-wasm";
import type * as theirs from "nats.ws";

type Is<From, To> = [From] extends [To] ? true : false;
type Both<Ours, Theirs> = [Is<Ours, Theirs>, Is<Theirs, Ours>];

declare function sure<_ extends true>(): void;
declare function same<_ extends [true, true]>(): void;

// ---- both ways ------------------------------------------------------------------------------------------------------

same<Both<ours.AbortOnMissingResource, theirs.AbortOnMissingResource>>();
same<Both<ours.AccountLimits, theirs.AccountLimits>>();
same<Both<ours.Advisory, theirs.Advisory>>();
same<Both<ours.ApiPagedRequest, theirs.ApiPagedRequest>>();
same<Both<ours.Bind, theirs.Bind>>();
same<Both<ours.Closed, theirs.Closed>>();
same<Both<ours.ClusterInfo, theirs.ClusterInfo>>();
same<Both<ours.ConsumeBytes, theirs.ConsumeBytes>>();
same<Both<ours.ConsumeCallback, theirs.ConsumeCallback>>();
same<Both<ours.ConsumeMessages, theirs.ConsumeMessages>>();
same<Both<ours.ConsumeOptions, theirs.ConsumeOptions>>();
same<Both<ours.ConsumerCallbackFn, theirs.ConsumerCallbackFn>>();
same<Both<ours.ConsumerConfig, theirs.ConsumerConfig>>();
same<Both<ours.ConsumerInfo, theirs.ConsumerInfo>>();
same<Both<ours.ConsumerInfoable, theirs.ConsumerInfoable>>();
same<Both<ours.ConsumerMessages, theirs.ConsumerMessages>>();
same<Both<ours.ConsumerOpts, theirs.ConsumerOpts>>();
same<Both<ours.ConsumerOptsBuilder, theirs.ConsumerOptsBuilder>>();
same<Both<ours.ConsumerStatus, theirs.ConsumerStatus>>();
same<Both<ours.ConsumerUpdateConfig, theirs.ConsumerUpdateConfig>>();
same<Both<ours.DeliveryInfo, theirs.DeliveryInfo>>();
same<Both<ours.Destroyable, theirs.Destroyable>>();
same<Both<ours.Expires, theirs.Expires>>();
same<Both<ours.ExternalStream, theirs.ExternalStream>>();
same<Both<ours.FetchBytes, theirs.FetchBytes>>();
same<Both<ours.FetchMessages, theirs.FetchMessages>>();
same<Both<ours.FetchOptions, theirs.FetchOptions>>();
same<Both<ours.IdleHeartbeat, theirs.IdleHeartbeat>>();
same<Both<ours.JetStreamAccountStats, theirs.JetStreamAccountStats>>();
same<Both<ours.JetStreamApiStats, theirs.JetStreamApiStats>>();
same<Both<ours.JetStreamManagerOptions, theirs.JetStreamManagerOptions>>();
same<Both<ours.JetStreamOptions, theirs.JetStreamOptions>>();
same<Both<ours.JetStreamPublishOptions, theirs.JetStreamPublishOptions>>();
same<Both<ours.JetStreamSubscriptionOptions, theirs.JetStreamSubscriptionOptions>>();
same<Both<ours.JetStreamUsageAccountLimits, theirs.JetStreamUsageAccountLimits>>();
same<Both<ours.JsMsg, theirs.JsMsg>>();
same<Both<ours.JsMsgCallback, theirs.JsMsgCallback>>();
same<Both<ours.KV, theirs.KV>>();
same<Both<ours.KvCodec<string>, theirs.KvCodec<string>>>();
same<Both<ours.KvCodecs, theirs.KvCodecs>>();
same<Both<ours.KvDeleteOptions, theirs.KvDeleteOptions>>();
same<Both<ours.KvEntry, theirs.KvEntry>>();
same<Both<ours.KvLimits, theirs.KvLimits>>();
same<Both<ours.KvOptions, theirs.KvOptions>>();
same<Both<ours.KvPutOptions, theirs.KvPutOptions>>();
same<Both<ours.KvStatus, theirs.KvStatus>>();
same<Both<ours.KvWatchOptions, theirs.KvWatchOptions>>();
same<Both<ours.LastForMsgRequest, theirs.LastForMsgRequest>>();
same<Both<ours.Lister<string>, theirs.Lister<string>>>();
same<Both<ours.LostStreamData, theirs.LostStreamData>>();
same<Both<ours.MaxBytes, theirs.MaxBytes>>();
same<Both<ours.MaxMessages, theirs.MaxMessages>>();
same<Both<ours.MsgDeleteRequest, theirs.MsgDeleteRequest>>();
same<Both<ours.MsgRequest, theirs.MsgRequest>>();
same<Both<ours.NextOptions, theirs.NextOptions>>();
same<Both<ours.ObjectInfo, theirs.ObjectInfo>>();
same<Both<ours.ObjectResult, theirs.ObjectResult>>();
same<Both<ours.ObjectStore, theirs.ObjectStore>>();
same<Both<ours.ObjectStoreLink, theirs.ObjectStoreLink>>();
same<Both<ours.ObjectStoreMeta, theirs.ObjectStoreMeta>>();
same<Both<ours.ObjectStoreMetaOptions, theirs.ObjectStoreMetaOptions>>();
same<Both<ours.ObjectStoreOptions, theirs.ObjectStoreOptions>>();
same<Both<ours.ObjectStorePutOpts, theirs.ObjectStorePutOpts>>();
same<Both<ours.ObjectStoreStatus, theirs.ObjectStoreStatus>>();
same<Both<ours.OrderedConsumerOptions, theirs.OrderedConsumerOptions>>();
same<Both<ours.PeerInfo, theirs.PeerInfo>>();
same<Both<ours.Placement, theirs.Placement>>();
same<Both<ours.PubAck, theirs.PubAck>>();
same<Both<ours.Pullable, theirs.Pullable>>();
same<Both<ours.PullOptions, theirs.PullOptions>>();
same<Both<ours.PurgeBySeq, theirs.PurgeBySeq>>();
same<Both<ours.PurgeBySubject, theirs.PurgeBySubject>>();
same<Both<ours.PurgeOpts, theirs.PurgeOpts>>();
same<Both<ours.PurgeResponse, theirs.PurgeResponse>>();
same<Both<ours.PurgeTrimOpts, theirs.PurgeTrimOpts>>();
same<Both<ours.Republish, theirs.Republish>>();
same<Both<ours.RoKV, theirs.RoKV>>();
same<Both<ours.SeqMsgRequest, theirs.SeqMsgRequest>>();
same<Both<ours.SequenceInfo, theirs.SequenceInfo>>();
same<Both<ours.StoredMsg, theirs.StoredMsg>>();
same<Both<ours.StreamAlternate, theirs.StreamAlternate>>();
same<Both<ours.StreamConfig, theirs.StreamConfig>>();
same<Both<ours.StreamConsumerLimits, theirs.StreamConsumerLimits>>();
same<Both<ours.StreamInfo, theirs.StreamInfo>>();
same<Both<ours.StreamInfoRequestOptions, theirs.StreamInfoRequestOptions>>();
same<Both<ours.StreamNames, theirs.StreamNames>>();
same<Both<ours.StreamSource, theirs.StreamSource>>();
same<Both<ours.StreamSourceInfo, theirs.StreamSourceInfo>>();
same<Both<ours.StreamState, theirs.StreamState>>();
same<Both<ours.StreamUpdateConfig, theirs.StreamUpdateConfig>>();
same<Both<ours.SubjectTransformConfig, theirs.SubjectTransformConfig>>();
same<Both<ours.ThresholdBytes, theirs.ThresholdBytes>>();
same<Both<ours.ThresholdMessages, theirs.ThresholdMessages>>();
same<Both<ours.Views, theirs.Views>>();
same<Both<ours.AckPolicy, theirs.AckPolicy>>();
same<Both<ours.AdvisoryKind, theirs.AdvisoryKind>>();
same<Both<ours.ConsumerDebugEvents, theirs.ConsumerDebugEvents>>();
same<Both<ours.ConsumerEvents, theirs.ConsumerEvents>>();
same<Both<ours.DeliverPolicy, theirs.DeliverPolicy>>();
same<Both<ours.DirectMsgHeaders, theirs.DirectMsgHeaders>>();
same<Both<ours.DiscardPolicy, theirs.DiscardPolicy>>();
same<Both<ours.JsHeaders, theirs.JsHeaders>>();
same<Both<ours.KvWatchInclude, theirs.KvWatchInclude>>();
same<Both<ours.ReplayPolicy, theirs.ReplayPolicy>>();
same<Both<ours.RepublishHeaders, theirs.RepublishHeaders>>();
same<Both<ours.RetentionPolicy, theirs.RetentionPolicy>>();
same<Both<ours.StorageType, theirs.StorageType>>();
same<Both<ours.StoreCompression, theirs.StoreCompression>>();

// ---- where ours can do more -----------------------------------------------------------------------------------------

sure<Is<ours.JetStreamClient, theirs.JetStreamClient>>();
sure<Is<ours.Consumer, theirs.Consumer>>();
sure<Is<ours.Consumers, theirs.Consumers>>();
sure<Is<ours.Stream, theirs.Stream>>();
sure<Is<ours.StreamAPI, theirs.StreamAPI>>();
sure<Is<ours.Streams, theirs.Streams>>();
sure<Is<ours.JetStreamSubscription, theirs.JetStreamSubscription>>();
sure<Is<ours.JetStreamPullSubscription, theirs.JetStreamPullSubscription>>();
sure<Is<ours.JetStreamManager, theirs.JetStreamManager>>();
sure<Is<ours.ConsumerAPI, theirs.ConsumerAPI>>();

// ---- what must not compile ------------------------------------------------------------------------------------------

declare const nc: ours.NatsConnection;
declare const jsm: ours.JetStreamManager;
const js = nc.jetstream();

// @ts-expect-error a manager is promised
nc.jetstreamManager().streams;
// @ts-expect-error there is no such option
nc.jetstream({ prefix: "$JS.API" });
// @ts-expect-error the id of a message is a string
js.publish("a", "b", { msgID: 1 });
// @ts-expect-error there is no such field
jsm.streams.add({ name: "a", subject: ["b"] });
// @ts-expect-error policies are those of AckPolicy
jsm.consumers.add("a", { ack_policy: "always" });
// @ts-expect-error a consumer is paused until a Date
jsm.consumers.pause("a", "b", "tomorrow");
// @ts-expect-error a purge keeps messages or begins at one
jsm.streams.purge("a", { until: 5 });
