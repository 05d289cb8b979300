//! What the application may hear. All of it is rare: messages and replies are rows, not events.

use crate::core::error::Code;

/// Crosses as a plain object `{ type: "disconnected", server: "…" }`, field names in camelCase, codes as numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The first handshake succeeded. Never again in this session.
    Connected {
        server: String,
    },
    /// A connection that was live is lost, whatever comes next. Once per loss.
    Disconnected {
        server: String,
        close_code: u16,
        reason: String,
    },
    /// A dial begins, after a loss. Not for the first connect.
    Reconnecting {
        server: String,
    },
    /// Live again. Subscriptions were replayed, held messages are on their way. Once per loss.
    Reconnected {
        server: String,
    },
    /// One dial failed. `phase` is `dial`, `handshake` or `auth`. The session goes on by its policy; `Closed` tells
    /// when it does not.
    DialFailed {
        server: String,
        url: String,
        phase: DialPhase,
        attempt: u32,
        close_code: u16,
        reason: String,
    },
    /// The server pool changed through an INFO.
    Updated {
        added: Vec<String>,
        deleted: Vec<String>,
    },
    /// This server is about to shut down.
    LameDuck {
        server: String,
    },
    /// A PING was sent by the heartbeat; `outstanding` PINGs have no PONG yet.
    Pinged {
        outstanding: u32,
    },
    /// The connection is given up because nothing came in; `Disconnected` follows.
    Stale {
        server: String,
    },
    /// The server sent -ERR: the text is verbatim, quotes included. Or it sent something that is no protocol at all: then
    /// the text says `protocol error`, and `Disconnected` follows. For a permission error `permission` says what was
    /// refused, and `sid` or `tickets` who asked for it, where that is known; those are already forgotten by the session.
    ServerError {
        code: Code,
        text: String,
        permission: Option<Permission>,
        sid: Option<u32>,
        tickets: Vec<u32>,
    },
    /// Requests that will get no (further) reply.
    RequestsFailed {
        tickets: Vec<u32>,
        code: Code,
    },
    /// A request for many replies ended by its own rule: by time, count, stall or sentinel.
    RequestCompleted {
        ticket: u32,
    },
    /// The PONG to this flush has come: the server has processed everything sent before it.
    Flushed {
        ticket: u32,
    },
    FlushFailed {
        ticket: u32,
        code: Code,
    },
    /// No message came within the subscription's timeout. The subscription goes on.
    SubscriptionTimedOut {
        sid: u32,
    },
    /// A drained subscription has got its last message.
    SubscriptionDrained {
        sid: u32,
    },
    /// The end. `code` is `None` after `close` and `drain`. Held messages that can no longer be sent are counted.
    Closed {
        code: Option<Code>,
        detail: String,
        dropped_messages: u32,
        dropped_bytes: u32,
    },
}

/// How far a dial got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialPhase {
    Dial,
    Handshake,
    Auth,
}

impl DialPhase {
    pub fn name(self) -> &'static str {
        match self {
            DialPhase::Dial => "dial",
            DialPhase::Handshake => "handshake",
            DialPhase::Auth => "auth",
        }
    }
}

/// What the server refused, from the text of its -ERR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// `publish` or `subscription`.
    pub operation: &'static str,
    pub subject: String,
    pub queue: Option<String>,
}
