// What can be imported: every name of nats.ws, and of the same kind.

import * as natsWasm from "nats-wasm";
import * as natsWs from "nats.ws";
import { expect, test } from "vitest";

const ours = natsWasm as unknown as Record<string, unknown>;
const theirs = natsWs as unknown as Record<string, unknown>;

const names = Object.keys(theirs);

test("the names compared are those of the table", () => {
  expect(names).toEqual(
    expect.arrayContaining([
      ...["connect", "Empty", "createInbox", "headers", "canonicalMIMEHeaderKey", "MsgHdrsImpl", "Match"],
      ...["StringCodec", "JSONCodec", "nuid", "Nuid", "nkeys", "tokenAuthenticator", "usernamePasswordAuthenticator"],
      ...["nkeyAuthenticator", "jwtAuthenticator", "credsAuthenticator", "buildAuthenticator", "deferred", "delay"],
      ...["deadline", "backoff", "nanos", "millis", "syncIterator", "NatsError", "ErrorCode", "Events", "DebugEvents"],
      ...["RequestStrategy", "ServiceError", "ServiceErrorHeader", "ServiceErrorCodeHeader", "ServiceResponseType"],
      ...["ServiceVerb", "Bench", "Metric", "consumerOpts", "checkJsError", "isFlowControlMsg", "isHeartbeatMsg"],
      ...["AckPolicy", "DeliverPolicy", "DiscardPolicy", "ReplayPolicy", "RetentionPolicy", "StorageType"],
      ...["StoreCompression", "AdvisoryKind", "ConsumerEvents", "ConsumerDebugEvents", "DirectMsgHeaders", "JsHeaders"],
      ...["RepublishHeaders", "KvWatchInclude"],
    ]),
  );
});

test.each(names)("%s", (name) => {
  expect(typeof ours[name]).toBe(typeof theirs[name]);
});

test.each(names.filter((name) => typeof theirs[name] === "string"))("%s has the same text", (name) => {
  expect(ours[name]).toBe(theirs[name]);
});

// What an instance of a class holds is its own business.
const tables = names.filter((name) => typeof theirs[name] === "object" && !["Empty", "nuid"].includes(name));
test.each(tables)("%s has every member, and constants their values", (name) => {
  for (const [member, value] of Object.entries(theirs[name] as object)) {
    const found = typeof value === "string" ? [value] : [];
    expect(ours[name], member).toHaveProperty([member], ...found);
  }
});
