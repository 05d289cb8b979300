// The values applications compare with: each member of each enum, and what is made of an error code.

import { describe, expect, test } from "vitest";
import { clients } from "../../browser/harness/clients.ts";

const ERROR_CODES = {
  ApiError: "BAD API",
  BadAuthentication: "BAD_AUTHENTICATION",
  BadCreds: "BAD_CREDS",
  BadHeader: "BAD_HEADER",
  BadJson: "BAD_JSON",
  BadPayload: "BAD_PAYLOAD",
  BadSubject: "BAD_SUBJECT",
  Cancelled: "CANCELLED",
  ConnectionClosed: "CONNECTION_CLOSED",
  ConnectionDraining: "CONNECTION_DRAINING",
  ConnectionRefused: "CONNECTION_REFUSED",
  ConnectionTimeout: "CONNECTION_TIMEOUT",
  Disconnect: "DISCONNECT",
  InvalidOption: "INVALID_OPTION",
  InvalidPayload: "INVALID_PAYLOAD",
  MaxPayloadExceeded: "MAX_PAYLOAD_EXCEEDED",
  NoResponders: "503",
  NotFunction: "NOT_FUNC",
  RequestError: "REQUEST_ERROR",
  ServerOptionNotAvailable: "SERVER_OPT_NA",
  SubClosed: "SUB_CLOSED",
  SubDraining: "SUB_DRAINING",
  Timeout: "TIMEOUT",
  Tls: "TLS",
  Unknown: "UNKNOWN_ERROR",
  WssRequired: "WSS_REQUIRED",
  JetStreamInvalidAck: "JESTREAM_INVALID_ACK",
  JetStream404NoMessages: "404",
  JetStream408RequestTimeout: "408",
  JetStream409: "409",
  JetStream409MaxAckPendingExceeded: "409",
  JetStreamNotEnabled: "503",
  JetStreamIdleHeartBeat: "IDLE_HEARTBEAT",
  AuthorizationViolation: "AUTHORIZATION_VIOLATION",
  AuthenticationExpired: "AUTHENTICATION_EXPIRED",
  ProtocolError: "NATS_PROTOCOL_ERR",
  PermissionsViolation: "PERMISSIONS_VIOLATION",
  AuthenticationTimeout: "AUTHENTICATION_TIMEOUT",
  AccountExpired: "ACCOUNT_EXPIRED",
};

describe.each(clients)("$name", ({ client, ours }) => {
  test("ErrorCode", () => {
    const { ErrorCode } = client;
    // Ours has codes of its own besides.
    if (ours) expect(ErrorCode).toMatchObject(ERROR_CODES);
    else expect(ErrorCode).toEqual(ERROR_CODES);
  });

  test("Events", () => {
    const events = { Disconnect: "disconnect", Reconnect: "reconnect", Update: "update", LDM: "ldm", Error: "error" };
    if (ours) expect(client.Events).toMatchObject(events);
    else expect(client.Events).toEqual(events);
  });

  test("DebugEvents", () => {
    expect(client.DebugEvents).toEqual({
      Reconnecting: "reconnecting",
      PingTimer: "pingTimer",
      StaleConnection: "staleConnection",
      ClientInitiatedReconnect: "client initiated reconnect",
    });
  });

  test("RequestStrategy", () => {
    expect(client.RequestStrategy).toEqual({
      Timer: "timer",
      Count: "count",
      JitterTimer: "jitterTimer",
      SentinelMsg: "sentinelMsg",
    });
  });

  test("Match, by name and by number", () => {
    expect(client.Match).toEqual({
      Exact: 0,
      CanonicalMIME: 1,
      IgnoreCase: 2,
      0: "Exact",
      1: "CanonicalMIME",
      2: "IgnoreCase",
    });
  });

  test("ServiceResponseType and ServiceVerb", () => {
    expect(client.ServiceResponseType).toEqual({
      STATS: "io.nats.micro.v1.stats_response",
      INFO: "io.nats.micro.v1.info_response",
      PING: "io.nats.micro.v1.ping_response",
    });
    expect(client.ServiceVerb).toEqual({ PING: "PING", STATS: "STATS", INFO: "INFO" });
  });
});
