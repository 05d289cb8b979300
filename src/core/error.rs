//! What can go wrong, as numbers that cross the boundary cheaply. The words are made in TypeScript, at the call that
//! failed, from `js/base/codes.ts`, which is generated from this file.

use std::fmt;

/// The failures the core finds, and `Unknown`. What only TypeScript finds has a string in `ErrorCode` and no number. The numbers
/// run from 1 without a gap; module and scripts are of one build, so they may be given anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Code {
    /// The connection is closed for good.
    ConnectionClosed = 1,
    /// The connection drains: nothing new may be begun.
    ConnectionDraining = 2,
    /// No server let the client in, or there is no server left to try.
    ConnectionRefused = 3,
    /// Socket and handshake took longer than `Config::dial_timeout`.
    ConnectionTimeout = 4,
    /// The socket was lost while somebody waited for an answer on it.
    Disconnect = 5,
    /// A subject, a reply or a queue group that would change its control line, or an id that no subject was prepared under.
    BadSubject = 6,
    /// Headers and payload together are over the server's `max_payload`.
    MaxPayloadExceeded = 7,
    /// More was published while away from the server than `Config::reconnect_buffer_size` holds.
    ReconnectBufferExceeded = 8,
    /// The server does not support headers, and there are some.
    ServerOptionNotAvailable = 9,
    /// There is no such subscription, or no longer.
    SubClosed = 10,
    /// The subscription drains already.
    SubDraining = 11,
    /// No answer in time.
    Timeout = 12,
    /// Nobody is subscribed to the subject of a request: the server answered with status 503.
    NoResponders = 13,
    /// The server refused the credentials.
    AuthorizationViolation = 14,
    /// The user's authentication has expired.
    AuthenticationExpired = 15,
    /// The server waited too long for credentials.
    AuthenticationTimeout = 16,
    /// The user's account has expired.
    AccountExpired = 17,
    /// The server does not permit this subject.
    PermissionsViolation = 18,
    /// Bytes that no NATS server sends, or an `-ERR` of no other kind.
    ProtocolError = 19,
    /// An authenticator failed, or gave what cannot be used.
    BadAuthentication = 20,
    /// None of these. Only TypeScript gives it.
    Unknown = 21,
}

impl Code {
    /// All codes, in the order of their numbers.
    pub const ALL: [Code; 21] = [
        Code::ConnectionClosed,
        Code::ConnectionDraining,
        Code::ConnectionRefused,
        Code::ConnectionTimeout,
        Code::Disconnect,
        Code::BadSubject,
        Code::MaxPayloadExceeded,
        Code::ReconnectBufferExceeded,
        Code::ServerOptionNotAvailable,
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
            Code::MaxPayloadExceeded => "MAX_PAYLOAD_EXCEEDED",
            Code::ReconnectBufferExceeded => "RECONNECT_BUFFER_EXCEEDED",
            Code::ServerOptionNotAvailable => "SERVER_OPT_NA",
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
    /// Says which rule was broken.
    pub fn new(why: impl Into<String>) -> Broken {
        Broken { why: why.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
