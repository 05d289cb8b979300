//! What can go wrong, as numbers that cross the boundary cheaply. The words are made in TypeScript, at the call that
//! failed, from `js/base/codes.ts`, which is generated from this file.

use std::fmt;

/// Every failure a user can be told of. The discriminants are the boundary: they never change meaning, new ones go
/// to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Code {
    ConnectionClosed = 1,
    ConnectionDraining = 2,
    ConnectionRefused = 3,
    ConnectionTimeout = 4,
    Disconnect = 5,
    BadSubject = 6,
    BadHeader = 7,
    BadPayload = 8,
    MaxPayloadExceeded = 9,
    ReconnectBufferExceeded = 10,
    ServerOptionNotAvailable = 11,
    InvalidOption = 12,
    SubClosed = 13,
    SubDraining = 14,
    Timeout = 15,
    NoResponders = 16,
    AuthorizationViolation = 17,
    AuthenticationExpired = 18,
    AuthenticationTimeout = 19,
    AccountExpired = 20,
    PermissionsViolation = 21,
    ProtocolError = 22,
    BadAuthentication = 23,
    BadCreds = 24,
    Unknown = 25,
}

impl Code {
    pub const ALL: [Code; 25] = [
        Code::ConnectionClosed,
        Code::ConnectionDraining,
        Code::ConnectionRefused,
        Code::ConnectionTimeout,
        Code::Disconnect,
        Code::BadSubject,
        Code::BadHeader,
        Code::BadPayload,
        Code::MaxPayloadExceeded,
        Code::ReconnectBufferExceeded,
        Code::ServerOptionNotAvailable,
        Code::InvalidOption,
        Code::SubClosed,
        Code::SubDraining,
        Code::Timeout,
        Code::NoResponders,
        Code::AuthorizationViolation,
        Code::AuthenticationExpired,
        Code::AuthenticationTimeout,
        Code::AccountExpired,
        Code::PermissionsViolation,
        Code::ProtocolError,
        Code::BadAuthentication,
        Code::BadCreds,
        Code::Unknown,
    ];

    /// The string nats.ws users match on (`error.code`). Only `RECONNECT_BUFFER_EXCEEDED` is ours.
    pub const fn name(self) -> &'static str {
        match self {
            Code::ConnectionClosed => "CONNECTION_CLOSED",
            Code::ConnectionDraining => "CONNECTION_DRAINING",
            Code::ConnectionRefused => "CONNECTION_REFUSED",
            Code::ConnectionTimeout => "CONNECTION_TIMEOUT",
            Code::Disconnect => "DISCONNECT",
            Code::BadSubject => "BAD_SUBJECT",
            Code::BadHeader => "BAD_HEADER",
            Code::BadPayload => "BAD_PAYLOAD",
            Code::MaxPayloadExceeded => "MAX_PAYLOAD_EXCEEDED",
            Code::ReconnectBufferExceeded => "RECONNECT_BUFFER_EXCEEDED",
            Code::ServerOptionNotAvailable => "SERVER_OPT_NA",
            Code::InvalidOption => "INVALID_OPTION",
            Code::SubClosed => "SUB_CLOSED",
            Code::SubDraining => "SUB_DRAINING",
            Code::Timeout => "TIMEOUT",
            Code::NoResponders => "503",
            Code::AuthorizationViolation => "AUTHORIZATION_VIOLATION",
            Code::AuthenticationExpired => "AUTHENTICATION_EXPIRED",
            Code::AuthenticationTimeout => "AUTHENTICATION_TIMEOUT",
            Code::AccountExpired => "ACCOUNT_EXPIRED",
            Code::PermissionsViolation => "PERMISSIONS_VIOLATION",
            Code::ProtocolError => "NATS_PROTOCOL_ERR",
            Code::BadAuthentication => "BAD_AUTHENTICATION",
            Code::BadCreds => "BAD_CREDS",
            Code::Unknown => "UNKNOWN_ERROR",
        }
    }
}

/// The wire said something no NATS server says. Terminal for the socket: it is dropped and dialled again, the
/// scanner is never resumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which rule was broken, short, lower case; names the value and the limit.
    pub why: String,
}

impl Broken {
    pub fn new(why: impl Into<String>) -> Broken {
        Broken { why: why.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
